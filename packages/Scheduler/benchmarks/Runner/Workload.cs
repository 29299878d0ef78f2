namespace Gabbro.Scheduler.Benchmarks.Runner;

/// <summary>One thing to measure, by this package or, with the peer's name after a hyphen, by a peer.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="DefaultSize">Size when the command line says 0.</param>
/// <param name="Create">Makes inputs and threads, untimed, for a number of threads and a size.</param>
internal sealed record Workload(string Name, long DefaultSize, Func<int, long, WorkloadRun> Create);
