using Gabbro.Scheduler;
using Gabbro.Tools.Mandelbrot;

namespace Gabbro.Tools.Tour.Steps;

/// <summary>Renders the Mandelbrot set on one thread and on all, and demands the same pixels.</summary>
internal sealed class MandelbrotStep : ITourStep
{
    public string Name => "mandelbrot";

    public string Title => "Render a picture in parallel";

    public void Run(TourContext context, StepReport report)
    {
        var (width, height) = context.Quick ? (640, 400) : (1920, 1200);
        var kernel = new MandelbrotKernel(width, height, maxIterations: 1000);
        var alone = new Renderer(kernel);
        var together = new Renderer(kernel);
        using var one = new WorkPool(1);
        using var all = new WorkPool();
        var rows = 0;
        Action<int> rowDone = _ => report.Progress((double)Interlocked.Increment(ref rows) / (2 * height));
        var serial = alone.Render(one, rowDone, CancellationToken.None);
        var parallel = together.Render(all, rowDone, CancellationToken.None);
        StepReport.Check(alone.Pixels.SequenceEqual(together.Pixels), "the picture depends on the number of threads");

        var path = Path.Combine(context.Folder, "mandelbrot.png");
        using (var file = File.Create(path))
            PngWriter.Write(file, width, height, together.Pixels);
        report.Fact("picture", $"{width}x{height} PNG of {new FileInfo(path).Length / 1024:N0} KiB, the same pixels from 1 and {all.ThreadCount} threads");
        report.Fact("speed-up", $"{serial / parallel:0.00} on {all.ThreadCount} threads ({parallel * 1000:0} ms)");
    }
}
