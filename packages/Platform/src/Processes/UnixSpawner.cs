using Gabbro.Platform.Files;
using Gabbro.Platform.Native;

namespace Gabbro.Platform.Processes;

/// <summary>Starting a process on Unix by the best way there is.</summary>
internal static class UnixSpawner
{
    internal static SpawnFailure TryStart(SpawnOptions options, out ChildProcess? child)
    {
        child = null;
        SpawnFailure failure = UnixSpawnPlan.TryCreate(options, out UnixSpawnPlan plan);
        if (failure.IsError) return failure;
        ProcessTree.StartLock.EnterReadLock();
        try
        {
            return TryStart(options, plan, out child);
        }
        finally
        {
            ProcessTree.StartLock.ExitReadLock();
        }
    }

    private static SpawnFailure TryStart(SpawnOptions options, UnixSpawnPlan plan, out ChildProcess? child)
    {
        child = null;
        SpawnFailure failure = default;
        using (plan)
        {
            bool clone = CloneSpawner.IsAvailable && !options.ForcePosixSpawn;
            LinuxContainment? containment = options.ContainTree && Host.IsLinux
                ? LinuxContainment.Create(options.ForcedContainment, clone && options.Cgroup is null)
                : null;
            int process = 0, watch = -1;
            if (clone)
            {
                failure = CloneSpawner.TrySpawn(plan, containment, out process, out watch);
                // The kernel has just turned out to lack clone3: once only, the other way takes over.
                clone = CloneSpawner.IsAvailable;
                if (!clone && containment is not null)
                {
                    containment.Abandon();
                    containment = LinuxContainment.Create(ContainmentKind.Subreaper, canJoin: false);
                }
            }

            if (!clone) failure = PosixSpawner.TrySpawn(plan, containment, out process, out watch);
            if (failure.IsError)
            {
                containment?.Abandon();
                plan.Abandon();
                return failure;
            }

            child = new ChildProcess(
                new UnixProcess(process, watch, containment), Own(plan.InputPipe), Own(plan.OutputPipe), Own(plan.ErrorPipe), Own(plan.Terminal));
            return default;
        }
    }

    private static FileHandle? Own(int descriptor) => descriptor < 0 ? null : FileHandle.FromDescriptor(descriptor, ownsHandle: true);
}
