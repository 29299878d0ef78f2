using Gabbro.Scheduler.Benchmarks.Workloads;

namespace Gabbro.Scheduler.Benchmarks.Runner;

/// <summary>Every workload by name.</summary>
internal static class WorkloadCatalogue
{
    public static IReadOnlyList<Workload> All { get; } =
    [
        .. Recursion.All, .. Searching.All, .. Arrays.All, .. Grids.All, .. Scheduling.All, .. Queues.All, .. Locks.All,
    ];

    /// <summary>Each workload with each of its peers: the names are equal up to the hyphen.</summary>
    public static IEnumerable<(Workload Own, Workload Peer)> Pairs =>
        from own in All
        where !own.Name.Contains('-')
        from peer in All
        where peer.Name.StartsWith(own.Name + "-", StringComparison.Ordinal)
        select (own, peer);

    public static Workload? Find(string name) => All.FirstOrDefault(w => w.Name == name);
}
