using System.Diagnostics;

using Gabbro.Scheduler;
using Gabbro.Scheduler.Algorithms;

namespace Gabbro.Tools.Mandelbrot;

/// <summary>Renders the rows of a picture on a pool; rows in the middle take a hundred times as long as those at the edge.</summary>
internal sealed class Renderer(MandelbrotKernel kernel)
{
    private readonly Palette _palette = new(kernel.MaxIterations);
    private readonly byte[] _rgb = new byte[3 * kernel.Width * kernel.Height];

    public ReadOnlySpan<byte> Pixels => _rgb;

    /// <summary>Renders once and returns the seconds it took.</summary>
    public double Render(WorkPool pool, Action<int>? rowDone, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        pool.For(0, kernel.Height, new RenderRow(kernel, _palette, _rgb, rowDone), cancellationToken);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private readonly struct RenderRow(MandelbrotKernel kernel, Palette palette, byte[] rgb, Action<int>? rowDone) : IIndexAction
    {
        [ThreadStatic]
        private static int[]? t_counts;

        public void Invoke(int index)
        {
            var counts = t_counts;
            if (counts is null || counts.Length != kernel.Width)
                counts = t_counts = new int[kernel.Width];
            kernel.Row(index, counts);
            palette.Paint(counts, rgb.AsSpan(index * 3 * kernel.Width, 3 * kernel.Width));
            rowDone?.Invoke(index);
        }
    }
}
