using System.Numerics;

namespace Gabbro.Tools.Mandelbrot;

/// <summary>
/// How long points of the complex plane take to escape, several side by side in one vector. Every lane computes exactly what
/// a scalar loop would, so the picture is the same to the byte whatever the width and whoever rendered which row.
/// </summary>
internal sealed class MandelbrotKernel(int width, int height, int maxIterations)
{
    private const double Left = -2.2, Right = 0.8;

    private readonly double _step = (Right - Left) / width;

    public int Width => width;

    public int Height => height;

    public int MaxIterations => maxIterations;

    /// <summary>Iterations until |z| passes 2, for each pixel of a row; the maximum for points that stay.</summary>
    public void Row(int y, Span<int> counts)
    {
        var lanes = Vector<double>.Count;
        Span<double> column = stackalloc double[lanes];
        var imaginary = new Vector<double>((y - (height / 2.0)) * _step);
        for (var x = 0; x < width; x += lanes)
        {
            for (var lane = 0; lane < lanes; lane++)
                column[lane] = Left + ((x + lane) * _step);
            var escaped = Escape(new Vector<double>(column), imaginary);
            for (var lane = 0; lane < lanes && x + lane < width; lane++)
                counts[x + lane] = (int)escaped[lane];
        }
    }

    private Vector<long> Escape(Vector<double> cr, Vector<double> ci)
    {
        var four = new Vector<double>(4.0);
        var counts = Vector<long>.Zero;
        Vector<double> zr = default, zi = default, zr2 = default, zi2 = default;
        for (var i = 0; i < maxIterations; i++)
        {
            zi = ((zr + zr) * zi) + ci;
            zr = zr2 - zi2 + cr;
            zr2 = zr * zr;
            zi2 = zi * zi;

            // All ones, that is -1, in the lanes still inside; a lane that left counts no further because NaN and infinity
            // never come back below four.
            var inside = Vector.LessThanOrEqual(zr2 + zi2, four);
            counts -= inside;
            if (Vector.EqualsAll(inside, Vector<long>.Zero))
                break;
        }

        return counts;
    }
}
