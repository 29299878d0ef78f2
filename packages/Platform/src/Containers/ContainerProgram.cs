using Gabbro.Platform.Processes;
using static Gabbro.Platform.Native.Linux.ProcessSyscalls;

namespace Gabbro.Platform.Containers;

/// <summary>The calls that make a container of the child's new namespaces.</summary>
internal static unsafe class ContainerProgram
{
    private const int MNT_DETACH = 2;

    internal static void Compile(ContainerOptions container, SpawnProgram program)
    {
        if (container.HostName is { } name)
        {
            byte* text = program.Text(name);
            program.Add(SpawnStep.HostName, name, X64.sethostname, (long)text, System.Text.Encoding.UTF8.GetByteCount(name));
        }

        if ((container.Namespaces & NamespaceKinds.Mount) == 0) return;
        // Without this a mount made inside would appear outside wherever the root is shared, which is systemd's default.
        Mount(program, new MountRequest(null, "/", null, MountFlags.Private | MountFlags.Recursive));
        foreach (MountRequest mount in container.Mounts) Mount(program, mount);
        if (container.PivotRoot is not { } root) return;
        program.Add(SpawnStep.RootDirectory, root, X64.chdir, (long)program.Text(root));
        byte* here = program.Text(".");
        // With "." as both, the old root lies under the new one and is the current directory afterwards: pivot_root(2), NOTES.
        program.Add(SpawnStep.RootDirectory, root, X64.pivot_root, (long)here, (long)here);
        program.Add(SpawnStep.RootDirectory, root, X64.umount2, (long)here, MNT_DETACH);
        program.Add(SpawnStep.RootDirectory, root, X64.chdir, (long)program.Text("/"));
    }

    private static void Mount(SpawnProgram program, MountRequest mount) =>
        program.Add(SpawnStep.Mount, mount.Target, X64.mount,
            (long)program.Text(mount.Source), (long)program.Text(mount.Target), (long)program.Text(mount.FileSystem),
            (long)mount.Flags, (long)program.Text(mount.Data));
}
