namespace Gabbro.Tools.Mandelbrot;

/// <summary>What one queue did under one number of threads.</summary>
internal sealed record QueueResult(string Queue, int Threads, double RetriesPerOperation, double MillionOperationsPerSecond);
