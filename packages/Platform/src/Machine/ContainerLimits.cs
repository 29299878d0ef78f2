using System.Globalization;
using Gabbro.Platform.Containers;
using Gabbro.Platform.Native;

namespace Gabbro.Platform.Machine;

/// <summary>What control groups leave to this process (Linux, versions 1 and 2). Every group from this process's up to the root of
/// its view limits it, so the smallest value counts. Null means no limit; elsewhere than on Linux all are null.</summary>
/// <param name="Processors">Processor time, in processors: 1.5 is one and a half.</param>
/// <param name="Memory">Bytes of memory.</param>
/// <param name="MemoryUsed">Bytes of memory in use by this process's group.</param>
/// <param name="Processes">Processes and threads.</param>
public readonly record struct ContainerLimits(double? Processors, long? Memory, long? MemoryUsed, long? Processes)
{
    /// <summary>What version 1 writes for "no limit": the largest multiple of the page size, about 8 EiB.</summary>
    private const long Version1Unlimited = long.MaxValue / 2;

    /// <summary>The limits now. Reads a few small files.</summary>
    public static ContainerLimits Read()
    {
        if (!Host.IsLinux) return default;
        string? mounts = SmallFile.TryRead("/proc/self/mountinfo"), groups = SmallFile.TryRead("/proc/self/cgroup");
        return mounts is null || groups is null ? default : Read(mounts, groups, SmallFile.TryRead);
    }

    /// <summary>The limits as given files tell them, so that a test can show other machines.</summary>
    internal static ContainerLimits Read(string mounts, string groups, Func<string, string?> read)
    {
        double? processors = null;
        long? memory = null, used = null, processes = null;
        foreach (string folder in Chain(CgroupMount.Find(CgroupVersion.V2, mounts, groups)))
        {
            string[] quota = (read($"{folder}/cpu.max") ?? "").Split(' ', StringSplitOptions.TrimEntries);
            if (quota.Length == 2 && Number(quota[0]) is { } share && Number(quota[1]) is > 0 and var period) processors = Smaller(processors, (double)share / period);
            memory = Smaller(memory, Number(read($"{folder}/memory.max")));
            used ??= Number(read($"{folder}/memory.current"));
            processes = Smaller(processes, Number(read($"{folder}/pids.max")));
        }

        foreach (string folder in Chain(CgroupMount.Find(CgroupVersion.V1Cpu, mounts, groups)))
        {
            // A quota of -1 is none.
            if (Number(read($"{folder}/cpu.cfs_quota_us")) is > 0 and var share && Number(read($"{folder}/cpu.cfs_period_us")) is > 0 and var period)
                processors = Smaller(processors, (double)share / period);
        }

        foreach (string folder in Chain(CgroupMount.Find(CgroupVersion.V1Memory, mounts, groups)))
        {
            if (Number(read($"{folder}/memory.limit_in_bytes")) is < Version1Unlimited and var limit) memory = Smaller(memory, limit);
            used ??= Number(read($"{folder}/memory.usage_in_bytes"));
        }

        foreach (string folder in Chain(CgroupMount.Find(CgroupVersion.V1Pids, mounts, groups)))
            processes = Smaller(processes, Number(read($"{folder}/pids.max")));
        return new ContainerLimits(processors, memory, used, processes);
    }

    /// <summary>The group of this process and all above it.</summary>
    private static IEnumerable<string> Chain(CgroupMount? mount)
    {
        if (mount is not { } found) yield break;
        string group = found.Group;
        while (true)
        {
            yield return found.MountPoint + group;
            if (group.Length == 0) yield break;
            group = group[..Math.Max(0, group.LastIndexOf('/'))];
        }
    }

    private static long? Number(string? text) =>
        long.TryParse(text.AsSpan().Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : null;

    private static double? Smaller(double? a, double b) => a is null ? b : Math.Min(a.Value, b);

    private static long? Smaller(long? a, long? b) => a is null ? b : b is null ? a : Math.Min(a.Value, b.Value);
}
