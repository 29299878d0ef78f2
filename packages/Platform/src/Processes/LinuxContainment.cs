using Gabbro.Platform.Containers;
using Gabbro.Platform.Files;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Linux;
using static Gabbro.Platform.Native.Linux.ProcessSyscalls;

namespace Gabbro.Platform.Processes;

/// <summary>What keeps the descendants of one child together on Linux: the best of a control group of version 2, one of the version 1
/// freezer, and adoption of orphans.</summary>
internal sealed unsafe class LinuxContainment
{
    private const int PR_SET_CHILD_SUBREAPER = 36;

    private static readonly Lock AdoptLock = new();
    private static int s_adopting;
    private static int s_next;

    private readonly Cgroup? _group;
    private int _released;

    private LinuxContainment(ContainmentKind kind, Cgroup? group, string? marker)
    {
        Kind = kind;
        _group = group;
        Marker = marker;
        if (kind == ContainmentKind.Cgroup) Cgroup = DirectoryHandle.Open(group!.Path);
    }

    internal ContainmentKind Kind { get; }

    /// <summary>The group a child is born in, for version 2.</summary>
    internal DirectoryHandle? Cgroup { get; }

    /// <summary>A variable for the environment, by which descendants are told.</summary>
    internal string? Marker { get; }

    /// <summary>The best containment there is, or the one a test asks for.</summary>
    internal static LinuxContainment Create(ContainmentKind? forced, bool canJoin)
    {
        string name = $"gabbro.{Environment.ProcessId}.{Interlocked.Increment(ref s_next)}";
        if (canJoin && forced is null or ContainmentKind.Cgroup
            && !Containers.Cgroup.TryCreate(CgroupVersion.V2, name, out Cgroup? unified).IsError)
        {
            return new LinuxContainment(ContainmentKind.Cgroup, unified, null);
        }

        if (canJoin && forced is null or ContainmentKind.FreezerCgroup
            && !Containers.Cgroup.TryCreate(CgroupVersion.V1Freezer, name, out Cgroup? freezer).IsError)
        {
            return new LinuxContainment(ContainmentKind.FreezerCgroup, freezer, null);
        }

        Adopt(1);
        return new LinuxContainment(ContainmentKind.Subreaper, null, $"GABBRO_TREE={Guid.NewGuid():N}");
    }

    /// <summary>For the freezer the child joins by itself, before its program runs.</summary>
    internal void Compile(SpawnProgram program)
    {
        if (Kind != ContainmentKind.FreezerCgroup) return;
        const int AtCurrentDirectory = -100, WriteOnlyCloexec = 0x80001;
        string path = $"{_group!.Path}/cgroup.procs";
        SpawnInstruction* open = program.Add(SpawnStep.Cgroup, path, X64.openat, AtCurrentDirectory, (long)program.Text(path), WriteOnlyCloexec);
        SpawnInstruction* write = program.Add(SpawnStep.Cgroup, path, X64.write, 0, (long)program.Text("0"), 1);
        open->CopyTo = &write->Argument0;
    }

    internal NativeError Kill(int root) => _group is not null ? _group.Kill() : ProcessTree.Kill(root, Marker);

    internal void Release(int root)
    {
        if (Interlocked.Exchange(ref _released, 1) != 0) return;
        Kill(root);
        GiveBack();
    }

    /// <summary>Takes back a group that no child was born in.</summary>
    internal void Abandon()
    {
        if (Interlocked.Exchange(ref _released, 1) != 0) return;
        GiveBack();
    }

    /// <summary>Adopts orphans while there is a tree that needs it, and no longer: remains of other orphans would be nobody's.</summary>
    private static void Adopt(int change)
    {
        lock (AdoptLock)
        {
            int before = s_adopting;
            s_adopting += change;
            if (before == 0 || s_adopting == 0)
                Syscall.Invoke("prctl", prctl, PR_SET_CHILD_SUBREAPER, s_adopting > 0 ? 1 : 0);
        }
    }

    private void GiveBack()
    {
        if (Kind == ContainmentKind.Subreaper) Adopt(-1);
        Cgroup?.Dispose();
        _group?.Remove();
    }
}
