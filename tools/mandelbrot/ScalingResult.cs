namespace Gabbro.Tools.Mandelbrot;

/// <summary>The best time with one number of threads.</summary>
internal sealed record ScalingResult(int Threads, double Seconds, double SpeedUp)
{
    public double Efficiency => SpeedUp / Threads;
}
