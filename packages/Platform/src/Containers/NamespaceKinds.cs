namespace Gabbro.Platform.Containers;

/// <summary>Kinds of namespaces (namespaces(7)); the values are those of <c>clone(2)</c>.</summary>
[Flags]
public enum NamespaceKinds
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Mount points.</summary>
    Mount = 0x00020000,

    /// <summary>Control group root.</summary>
    Cgroup = 0x02000000,

    /// <summary>Host and domain name.</summary>
    Uts = 0x04000000,

    /// <summary>System V IPC and POSIX message queues.</summary>
    Ipc = 0x08000000,

    /// <summary>Users and groups.</summary>
    User = 0x10000000,

    /// <summary>Process identifiers.</summary>
    Pid = 0x20000000,

    /// <summary>Network devices, addresses and ports.</summary>
    Network = 0x40000000,
}
