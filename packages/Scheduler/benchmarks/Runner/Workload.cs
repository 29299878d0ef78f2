namespace Gabbro.Scheduler.Benchmarks.Runner;

/// <summary>One thing to measure, by this package or by a peer.</summary>
internal abstract class Workload
{
    public abstract string Name { get; }

    /// <summary>Size when the command line says 0.</summary>
    public abstract long DefaultSize { get; }

    /// <summary>Makes inputs and threads; not timed.</summary>
    public virtual void Prepare(int threads, long size)
    {
    }

    /// <summary>Resets what a run changed; not timed.</summary>
    public virtual void BeforeRun()
    {
    }

    /// <summary>Does it once and returns a value by which implementations can be compared.</summary>
    public abstract long Run();

    /// <summary>Seconds to report for the last run where the wall clock around it is not the measure.</summary>
    public virtual double? MeasuredSeconds => null;

    public virtual void CleanUp()
    {
    }
}
