using Gabbro.Platform.Containers;
using Gabbro.Platform.Files;
using Gabbro.Platform.Ipc;
using Gabbro.Platform.Machine;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Linux;
using static Gabbro.Platform.Native.Linux.ProcessSyscalls;

namespace Gabbro.Platform.Processes;

/// <summary>Spawning on Linux x64 by clone3(2) and <see cref="SpawnStub"/>: everything a child can be told before its program runs,
/// with the failing step and its errno.</summary>
internal static unsafe class CloneSpawner
{
    private const int SIGCHLD = 17;
    private const int F_SETFD = 2;
    private const int F_DUPFD_CLOEXEC = 1030;
    private const int CloseRangeCloexec = 4;
    private const int PR_SET_PDEATHSIG = 1;
    private const int PR_SET_NO_NEW_PRIVS = 38;
    private const int TIOCSCTTY = 0x540E;
    private const nuint StackSize = 8192;

    private static volatile bool s_refused;

    /// <summary>False where machine code may not run, on other processors, and once the kernel has refused clone3.</summary>
    internal static bool IsAvailable => SpawnStub.IsAvailable && !s_refused;

    /// <summary>Starts the planned process.</summary>
    /// <param name="plan">What to start.</param>
    /// <param name="containment">Where its tree lives, or null.</param>
    /// <param name="process">Its number.</param>
    /// <param name="pidfd">Its descriptor.</param>
    internal static SpawnFailure TrySpawn(UnixSpawnPlan plan, LinuxContainment? containment, out int process, out int pidfd)
    {
        SpawnOptions options = plan.Options;
        process = 0;
        pidfd = -1;
        using SpawnProgram program = new(Capacity(plan));
        using IdMapWriter? writer = IdMapWriter.Create(options.Container, program);
        int childId = 0, childDescriptor = -1;
        CloneArguments arguments = new()
        {
            flags = CloneArguments.CLONE_VM | CloneArguments.CLONE_VFORK | CloneArguments.CLONE_PIDFD
                | CloneArguments.CLONE_PARENT_SETTID | CloneArguments.CLONE_CLEAR_SIGHAND
                | (ulong)(options.Container?.Namespaces ?? NamespaceKinds.None),
            pidfd = (ulong)(&childDescriptor),
            parent_tid = (ulong)(writer is null ? &childId : writer.ChildId),
            exit_signal = SIGCHLD,
            stack = (ulong)program.Allocate(StackSize),
            stack_size = StackSize,
        };
        using HandleLease cgroup = Lease(options.Cgroup ?? containment?.Cgroup);
        if (cgroup.Value != 0)
        {
            arguments.flags |= CloneArguments.CLONE_INTO_CGROUP;
            arguments.cgroup = (ulong)cgroup.Value;
        }

        Compile(plan, containment, writer, program);
        SpawnBlock block = new()
        {
            Arguments = &arguments,
            ArgumentsSize = (nuint)sizeof(CloneArguments),
            First = program.First,
            FullMask = ulong.MaxValue,
        };
        writer?.Start();
        nint result = SpawnStub.Run(&block);
        NativeError mapError = writer?.Finish() ?? default;
        if (result < 0)
        {
            NativeError error = NativeError.FromErrno((int)-result);
            // Old kernels and sandboxes do not have clone3; the caller falls back.
            if (error.Kind == ErrorKind.NotImplemented) s_refused = true;
            return new SpawnFailure(cgroup.Value != 0 && error.Kind != ErrorKind.NotImplemented ? SpawnStep.Cgroup : SpawnStep.CreateProcess, error, null);
        }

        SpawnFailure failure = default;
        if (mapError.IsError)
        {
            failure = new SpawnFailure(SpawnStep.UserMap, mapError, null);
        }
        else if (block.Failed != null)
        {
            (SpawnStep step, string? target) = program.NoteOf(block.Failed);
            failure = new SpawnFailure(step, NativeError.FromErrno((int)-block.Failed->Result), target);
        }

        if (failure.IsError)
        {
            // The child has ended already, or is about to: take its remains away.
            UnixWait.Reap(childDescriptor, block: true, out _);
            Native.Unix.Unistd.close(childDescriptor);
            return failure;
        }

        process = (int)result;
        pidfd = childDescriptor;
        return default;
    }

    private static HandleLease Lease(DirectoryHandle? directory) => directory is null ? default : directory.Lease();

    private static int Capacity(UnixSpawnPlan plan) =>
        128 + (plan.Map.Count * 3) + plan.Options.ResourceLimits.Count + (plan.Options.Container?.Mounts.Count ?? 0);

    private static void Compile(UnixSpawnPlan plan, LinuxContainment? containment, IdMapWriter? writer, SpawnProgram program)
    {
        SpawnOptions options = plan.Options;
        // Nothing else may happen before the identity in a new user namespace is known.
        writer?.Compile(program);
        containment?.Compile(program);
        if (options.ParentDeathSignal != Signal.None)
            program.Add(SpawnStep.ParentDeathSignal, null, X64.prctl, PR_SET_PDEATHSIG, SignalNumbers.ToNative(options.ParentDeathSignal));
        if (options.NewSession || options.UseTerminal) program.Add(SpawnStep.Session, null, X64.setsid);
        int? group = options.ProcessGroup;
        // The orphans of a tree are told by not being in this process's group; see ProcessTree.
        if (containment?.Kind == ContainmentKind.Subreaper && !options.NewSession && !options.UseTerminal) group ??= 0;
        if (group is not null) program.Add(SpawnStep.ProcessGroup, null, X64.setpgid, 0, group.Value);
        PlaceDescriptors(plan.Map, program);
        if (options.UseTerminal) program.Add(SpawnStep.ControllingTerminal, null, X64.ioctl, 0, TIOCSCTTY, 0);
        foreach ((ResourceKind kind, ResourceLimit limit) in options.ResourceLimits)
        {
            ulong* pair = (ulong*)program.Allocate(16);
            pair[0] = limit.Soft;
            pair[1] = limit.Hard;
            program.Add(SpawnStep.ResourceLimit, kind.ToString(), X64.prlimit64, 0, ResourceLimits.NativeNumber(kind), (long)pair);
        }

        if (options.Nice is { } nice) program.Add(SpawnStep.Nice, null, X64.setpriority, 0, 0, nice);
        if (options.Umask is { } umask) program.Add(SpawnStep.Umask, null, X64.umask, umask);
        if (options.Container is { } container) ContainerProgram.Compile(container, program);
        if (options.RootDirectory is { } root)
        {
            program.Add(SpawnStep.RootDirectory, root, X64.chroot, (long)program.Text(root));
            program.Add(SpawnStep.RootDirectory, root, X64.chdir, (long)program.Text("/"));
        }

        if (options.WorkingDirectory is { } folder)
            program.Add(SpawnStep.WorkingDirectory, folder, X64.chdir, (long)program.Text(folder));
        Identity(options, program);
        if (options.NoNewPrivileges) program.Add(SpawnStep.NoNewPrivileges, null, X64.prctl, PR_SET_NO_NEW_PRIVS, 1);
        if (!options.InheritDescriptors) CloseOthers(plan.Map, program);
        // CLONE_CLEAR_SIGHAND has reset the handlers, but what was ignored stays so, SIGPIPE under .NET for one. The mask is
        // last: from there on signals come.
        void* byDefault = program.Allocate(32);
        for (int signal = 1; signal <= 64; signal++)
            program.Add(SpawnStep.Signals, null, X64.rt_sigaction, signal, (long)byDefault, 0, 8, tolerant: true);
        program.Add(SpawnStep.Signals, null, X64.rt_sigprocmask, 2, (long)program.Allocate(8), 0, 8);
        program.Add(SpawnStep.Execute, plan.Program, X64.execve,
            (long)program.Text(plan.Program), (long)program.Vector(plan.ArgumentTexts()), (long)program.Vector(plan.EnvironmentTexts(containment?.Marker)));
    }

    private static void Identity(SpawnOptions options, SpawnProgram program)
    {
        if (options.Groups is { } groups)
        {
            uint* list = (uint*)program.Allocate((nuint)Math.Max(groups.Count, 1) * sizeof(uint));
            for (int i = 0; i < groups.Count; i++) list[i] = groups[i];
            program.Add(SpawnStep.Groups, null, X64.setgroups, groups.Count, (long)list);
        }

        // The group first: without the user's privileges it could not be changed any more.
        if (options.GroupId is { } group) program.Add(SpawnStep.GroupId, null, X64.setresgid, group, group, group);
        if (options.UserId is { } user) program.Add(SpawnStep.UserId, null, X64.setresuid, user, user, user);
    }

    /// <summary>Sources that are targets of others are moved out of the way first, so that any permutation works.</summary>
    private static void PlaceDescriptors(List<(int Source, int Target)> map, SpawnProgram program)
    {
        int above = 0;
        foreach ((_, int target) in map) above = Math.Max(above, target + 1);
        Dictionary<int, nint> moved = [];
        for (int i = 0; i < map.Count; i++)
        {
            int source = map[i].Source;
            if (moved.ContainsKey(source) || !map.Exists(other => other.Target == source && other.Source != source)) continue;
            moved[source] = (nint)program.Add(SpawnStep.Descriptors, null, X64.fcntl, source, F_DUPFD_CLOEXEC, above);
        }

        foreach ((int source, int target) in map)
        {
            if (source == target && !moved.ContainsKey(source))
            {
                // A parent without a standard stream has none to give: not a failure.
                program.Add(SpawnStep.Descriptors, null, X64.fcntl, source, F_SETFD, 0, tolerant: target < 3);
                continue;
            }

            SpawnInstruction* place = program.Add(SpawnStep.Descriptors, null, X64.dup3, source, target, 0);
            if (!moved.TryGetValue(source, out nint duplicate)) continue;
            SpawnInstruction* from = (SpawnInstruction*)duplicate;
            // The duplicating call has one result slot. A further placement of the same file copies the first placed target,
            // which is in place by then.
            if (from->CopyTo == null) from->CopyTo = &place->Argument0;
            else place->Argument0 = ((SpawnInstruction*)((byte*)from->CopyTo - sizeof(long)))->Argument1;
        }
    }

    /// <summary>Marks everything but the placed descriptors close-on-exec. Tolerant: kernels before 5.11 lack the flag, and there
    /// only what was opened inheritable by other code comes along.</summary>
    private static void CloseOthers(List<(int Source, int Target)> map, SpawnProgram program)
    {
        int from = 3;
        foreach (int target in map.Select(entry => entry.Target).Where(t => t >= 3).Order())
        {
            if (target > from) program.Add(SpawnStep.Descriptors, null, close_range, from, target - 1, CloseRangeCloexec, tolerant: true);
            from = target + 1;
        }

        program.Add(SpawnStep.Descriptors, null, close_range, from, uint.MaxValue, CloseRangeCloexec, tolerant: true);
    }
}
