namespace Gabbro.Tools.Mandelbrot;

/// <summary>Colours by escape time: black inside, a smooth cycle outside.</summary>
internal sealed class Palette
{
    private readonly byte[] _rgb;

    public Palette(int maxIterations)
    {
        _rgb = new byte[3 * (maxIterations + 1)];
        for (var i = 0; i < maxIterations; i++)
        {
            var t = Math.Sqrt(i) * 0.35;
            _rgb[3 * i] = Wave(t);
            _rgb[(3 * i) + 1] = Wave(t + 0.9);
            _rgb[(3 * i) + 2] = Wave(t + 1.9);
        }
    }

    public void Paint(ReadOnlySpan<int> counts, Span<byte> rgb)
    {
        for (var i = 0; i < counts.Length; i++)
            _rgb.AsSpan(3 * counts[i], 3).CopyTo(rgb[(3 * i)..]);
    }

    private static byte Wave(double t) => (byte)Math.Round(127.5 - (127.5 * Math.Cos(t)));
}
