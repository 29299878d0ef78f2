using Gabbro.Scheduler.Benchmarks.Runner.Workloads;

namespace Gabbro.Scheduler.Benchmarks.Runner;

/// <summary>Every workload by name; a peer's carries the peer's name after a hyphen.</summary>
internal static class WorkloadCatalogue
{
    public static IReadOnlyList<Workload> All { get; } =
    [
        new FibWorkload(),
        new FibTasksWorkload(),
    ];

    public static Workload? Find(string name) => All.FirstOrDefault(w => w.Name == name);
}
