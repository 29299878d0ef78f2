using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Processes;

/// <summary>Spawning by posix_spawn(3): on macOS, on processors without <see cref="SpawnStub"/>, and where machine code may not run.
/// It knows streams, descriptors, directory, session and group; anything more is refused by name before any effect.</summary>
internal static unsafe class PosixSpawner
{
    private const short SetGroup = 2;
    private const short SetSignalDefault = 4;
    private const short SetSignalMask = 8;
    private const short DarwinSession = 0x400;
    private const short DarwinCloseByDefault = 0x4000;
    private const short LinuxSession = 0x80;
    private const int ObjectSize = 512;

    internal static SpawnFailure TrySpawn(UnixSpawnPlan plan, LinuxContainment? containment, out int process, out int pidfd)
    {
        process = 0;
        pidfd = -1;
        SpawnOptions options = plan.Options;
        if (Unsupported(options) is { } step) return new SpawnFailure(step, NativeError.Of(ErrorKind.NotSupported), "posix_spawn");
        byte* actions = stackalloc byte[ObjectSize];
        byte* attributes = stackalloc byte[ObjectSize];
        SpawnApi.posix_spawn_file_actions_init(actions);
        SpawnApi.posix_spawnattr_init(attributes);
        List<int> duplicates = [];
        using SpawnProgram memory = new(0);
        try
        {
            NativeError error = Place(plan.Map, actions, duplicates);
            if (error.IsError) return new SpawnFailure(SpawnStep.Descriptors, error, null);
            if (options.WorkingDirectory is { } folder)
            {
                int code = SpawnApi.posix_spawn_file_actions_addchdir_np(actions, memory.Text(folder));
                if (code != 0) return new SpawnFailure(SpawnStep.WorkingDirectory, NativeError.FromErrno(code), folder);
            }

            short flags = SetSignalDefault | SetSignalMask;
            if (options.NewSession) flags |= Host.IsDarwin ? DarwinSession : LinuxSession;
            if (Host.IsDarwin && !options.InheritDescriptors) flags |= DarwinCloseByDefault;
            // The orphans of a tree are told by not being in this process's group; see ProcessTree.
            int? group = options.ProcessGroup ?? (containment is not null && !options.NewSession ? 0 : null);
            if (group is not null)
            {
                flags |= SetGroup;
                SpawnApi.posix_spawnattr_setpgroup(attributes, group.Value);
            }

            // sigset_t: 128 bytes on Linux, 4 on macOS. All handlers to the default, no signal blocked. The two signals that
            // glibc keeps for itself must not be named.
            ulong* set = stackalloc ulong[16];
            new Span<ulong>(set, 16).Clear();
            SpawnApi.posix_spawnattr_setsigmask(attributes, set);
            set[0] = Host.IsDarwin ? 0x7FFFFEFFu & ~(1ul << 16) : ~((3ul << 31) | (1ul << 8) | (1ul << 18));
            SpawnApi.posix_spawnattr_setsigdefault(attributes, set);
            SpawnApi.posix_spawnattr_setflags(attributes, flags);
            int child;
            int result = SpawnApi.posix_spawn(
                &child, memory.Text(plan.Program), actions, attributes,
                memory.Vector(plan.ArgumentTexts()), memory.Vector(plan.EnvironmentTexts(containment?.Marker)));
            // The call does not tell which step failed; execution is what fails most.
            if (result != 0) return new SpawnFailure(SpawnStep.Execute, NativeError.FromErrno(result), plan.Program);
            error = ExitWatch.Open(child, out pidfd);
            if (error.IsError) return new SpawnFailure(SpawnStep.CreateProcess, error, plan.Program);
            process = child;
            return default;
        }
        finally
        {
            SpawnApi.posix_spawn_file_actions_destroy(actions);
            SpawnApi.posix_spawnattr_destroy(attributes);
            foreach (int duplicate in duplicates) Unistd.close(duplicate);
        }
    }

    /// <summary>The first option that posix_spawn cannot serve.</summary>
    private static SpawnStep? Unsupported(SpawnOptions options)
    {
        if (options.ResourceLimits.Count > 0) return SpawnStep.ResourceLimit;
        if (options.Nice is not null) return SpawnStep.Nice;
        if (options.Umask is not null) return SpawnStep.Umask;
        if (options.UserId is not null) return SpawnStep.UserId;
        if (options.GroupId is not null) return SpawnStep.GroupId;
        if (options.Groups is not null) return SpawnStep.Groups;
        if (options.RootDirectory is not null) return SpawnStep.RootDirectory;
        if (options.NoNewPrivileges) return SpawnStep.NoNewPrivileges;
        if (options.ParentDeathSignal != Ipc.Signal.None) return SpawnStep.ParentDeathSignal;
        if (options.Cgroup is not null) return SpawnStep.Cgroup;
        if (options.Container is not null) return SpawnStep.CreateProcess;
        return options.UseTerminal ? SpawnStep.ControllingTerminal : null;
    }

    /// <summary>The file actions run in order in the child; sources that are also targets are duplicated in the parent first.</summary>
    private static NativeError Place(List<(int Source, int Target)> map, byte* actions, List<int> duplicates)
    {
        const int DuplicateCloexecLinux = 1030, DuplicateCloexecDarwin = 67;
        int above = 0;
        foreach ((_, int target) in map) above = Math.Max(above, target + 1);
        foreach ((int source, int target) in map)
        {
            int from = source;
            if (map.Exists(other => other.Target == source && other.Source != source))
            {
                from = Fcntl.fcntl(source, Host.IsDarwin ? DuplicateCloexecDarwin : DuplicateCloexecLinux, above);
                if (from < 0) return NativeError.Last();
                duplicates.Add(from);
            }

            // Source and target alike: both systems clear close-on-exec then.
            int code = SpawnApi.posix_spawn_file_actions_adddup2(actions, from, target);
            if (code != 0) return NativeError.FromErrno(code);
        }

        return default;
    }
}
