using Gabbro.Platform.Native;

namespace Gabbro.Platform.Containers;

/// <summary>A control group: created below the one this process lives in, limited, filled, frozen, killed and removed
/// (cgroups(7)). Linux.</summary>
/// <remarks>Members may be called from several threads. Removing is explicit: a group outlives its creator.</remarks>
public sealed class Cgroup
{
    private const long Patience = 30_000;

    private readonly CgroupVersion _version;

    private Cgroup(CgroupVersion version, string path)
    {
        _version = version;
        Path = path;
    }

    /// <summary>The directory of the group.</summary>
    public string Path { get; }

    /// <summary>The hierarchy the group lives in.</summary>
    public CgroupVersion Version => _version;

    /// <summary>Creates a group, or says why not: no such hierarchy (not-supported), or no right to (permission-denied,
    /// read-only file system).</summary>
    /// <param name="version">The hierarchy.</param>
    /// <param name="name">The name below the group of this process.</param>
    /// <param name="group">The group, null on failure.</param>
    /// <exception cref="ArgumentException">A name that is empty, a dot name, or holds a slash or zero character.</exception>
    public static NativeError TryCreate(CgroupVersion version, string name, out Cgroup? group)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name is "." or ".." || name.AsSpan().ContainsAny('/', '\0')) throw new ArgumentException("A group is named by one path component.", nameof(name));
        group = null;
        if (!Host.IsLinux || CgroupMount.Find(version) is not { } mount) return NativeError.Of(ErrorKind.NotSupported);
        string path = $"{mount.Path}/{name}";
        NativeError error = SmallDirectory.TryMake(path);
        if (error.IsError) return error;
        group = new Cgroup(version, path);
        return default;
    }

    /// <summary>The numbers of the processes in the group, without those in groups below.</summary>
    public NativeError TryGetProcesses(out int[] processes)
    {
        NativeError error = SmallFile.TryRead($"{Path}/cgroup.procs", out string text);
        processes = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
        return error;
    }

    /// <summary>Moves a process into the group; 0 for this one.</summary>
    public NativeError Add(int processId) => SmallFile.TryWrite($"{Path}/cgroup.procs", processId.ToString());

    /// <summary>Writes a setting of a controller, such as <c>memory.max</c>, <c>cpu.max</c> or <c>pids.max</c>.</summary>
    /// <exception cref="ArgumentException">A name with a slash or zero character.</exception>
    public NativeError Set(string setting, string value)
    {
        CheckSetting(setting);
        ArgumentNullException.ThrowIfNull(value);
        return SmallFile.TryWrite($"{Path}/{setting}", value);
    }

    /// <summary>Reads a setting or statistic of a controller.</summary>
    /// <exception cref="ArgumentException">A name with a slash or zero character.</exception>
    public NativeError TryGet(string setting, out string value)
    {
        CheckSetting(setting);
        NativeError error = SmallFile.TryRead($"{Path}/{setting}", out value);
        value = value.TrimEnd('\n');
        return error;
    }

    /// <summary>Limits memory in bytes, in the words of whichever version the group has.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below zero.</exception>
    public NativeError LimitMemory(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        return Set(_version == CgroupVersion.V2 ? "memory.max" : "memory.limit_in_bytes", bytes.ToString());
    }

    /// <summary>Limits processor time to a number of processors, such as 0.5 or 2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not above zero, or above 10,000.</exception>
    public NativeError LimitProcessors(double processors)
    {
        if (!(processors > 0 && processors <= 10_000)) throw new ArgumentOutOfRangeException(nameof(processors));
        const int Period = 100_000;
        long quota = Math.Max(1000, (long)(processors * Period));
        if (_version == CgroupVersion.V2) return Set("cpu.max", $"{quota} {Period}");
        NativeError error = Set("cpu.cfs_period_us", Period.ToString());
        return error.IsError ? error : Set("cpu.cfs_quota_us", quota.ToString());
    }

    /// <summary>Limits the number of processes and threads.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below zero.</exception>
    public NativeError LimitProcesses(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return Set("pids.max", count.ToString());
    }

    /// <summary>Freezes or thaws every process of the group. Freezing ends when all are frozen; version 1 needs the freezer
    /// hierarchy.</summary>
    public NativeError Freeze(bool frozen) => Freeze(frozen, Patience);

    private NativeError Freeze(bool frozen, long milliseconds)
    {
        if (_version != CgroupVersion.V2)
        {
            NativeError set = Set("freezer.state", frozen ? "FROZEN" : "THAWED");
            if (set.IsError || !frozen) return set;
            // A task that was forking leaves the state at "freezing" until it is told again.
            return WaitUntil(
                () => TryGet("freezer.state", out string state).IsError || state == "FROZEN" || Set("freezer.state", "FROZEN").IsError,
                milliseconds);
        }

        NativeError error = Set("cgroup.freeze", frozen ? "1" : "0");
        if (error.IsError || !frozen) return error;
        return WaitUntil(() => TryGet("cgroup.events", out string events).IsError || events.Contains("frozen 1"), milliseconds);
    }

    /// <summary>Kills every process of the group and of those below, also ones that fork at that moment, and waits until none is
    /// left. Where the kernel has no such command (before 5.14, version 1) the group is frozen, killed and thawed.</summary>
    public NativeError Kill()
    {
        if (_version == CgroupVersion.V2)
        {
            NativeError killed = Set("cgroup.kill", "1");
            if (!killed.IsError) return WaitUntil(() => TryGet("cgroup.events", out string events).IsError || events.Contains("populated 0"));
            if (killed.Kind != ErrorKind.NotFound) return killed;
        }

        // One that cannot be frozen at once (it sits in a system call that does not return, or in the middle of a fork) is killed
        // all the same; what it made meanwhile is found by the next round. Only an empty list of a frozen group is the proof.
        const long FreezePatience = 100;
        long deadline = Environment.TickCount64 + Patience;
        while (Environment.TickCount64 < deadline)
        {
            NativeError freezing = Freeze(true, FreezePatience);
            if (freezing.IsError && freezing.Kind != ErrorKind.TimedOut) return freezing;
            NativeError error = TryGetProcesses(out int[] processes);
            foreach (int process in processes) Native.Unix.UnistdProcess.kill(process, 9);
            NativeError thawing = Freeze(false);
            if (error.IsError) return error;
            if (thawing.IsError || processes.Length == 0) return thawing;
            WaitUntil(() => TryGetProcesses(out int[] left).IsError || !left.Intersect(processes).Any(), FreezePatience);
        }

        return NativeError.Of(ErrorKind.TimedOut);
    }

    /// <summary>Removes the group and those below it.</summary>
    /// <returns>An error of kind busy while processes are in it.</returns>
    public NativeError Remove()
    {
        // A group stays busy for a moment after its last process was killed.
        NativeError error = default;
        WaitUntil(() =>
        {
            error = SmallDirectory.TryRemoveTree(Path);
            return error.Kind != ErrorKind.Busy || !TryGetProcesses(out int[] left).IsError && left.Length > 0;
        });
        return error;
    }

    private static void CheckSetting(string setting)
    {
        ArgumentException.ThrowIfNullOrEmpty(setting);
        if (setting.AsSpan().ContainsAny('/', '\0')) throw new ArgumentException("A setting is named by one path component.", nameof(setting));
    }

    /// <summary>The kernel finishes these things on its own within microseconds to milliseconds; a stuck one is given up.</summary>
    private static NativeError WaitUntil(Func<bool> condition, long milliseconds = Patience)
    {
        long deadline = Environment.TickCount64 + milliseconds;
        for (int spins = 0; !condition(); spins++)
        {
            if (Environment.TickCount64 > deadline) return NativeError.Of(ErrorKind.TimedOut);
            if (spins < 20) Thread.Yield();
            else Thread.Sleep(1);
        }

        return default;
    }
}
