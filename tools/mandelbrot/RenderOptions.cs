namespace Gabbro.Tools.Mandelbrot;

/// <summary>What the command line asks to render.</summary>
internal sealed record RenderOptions(
    int Threads, int Width, int Height, int Iterations, int Repeat, string? Out, string? Plot, bool Json);
