namespace Gabbro.Platform.Containers;

/// <summary>Flags of mount(2).</summary>
[Flags]
public enum MountFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>No writes.</summary>
    ReadOnly = 1,

    /// <summary>Set-user bits have no effect.</summary>
    NoSetUser = 2,

    /// <summary>No device files.</summary>
    NoDevices = 4,

    /// <summary>No programs.</summary>
    NoExecute = 8,

    /// <summary>Change the flags of a mount.</summary>
    Remount = 32,

    /// <summary>Do not update access times.</summary>
    NoAccessTimes = 1024,

    /// <summary>Show a directory at another place.</summary>
    Bind = 4096,

    /// <summary>Move a mount.</summary>
    Move = 8192,

    /// <summary>With the mounts below.</summary>
    Recursive = 16384,

    /// <summary>Mount events are not shared in either direction.</summary>
    Private = 1 << 18,

    /// <summary>Mount events come in, none go out.</summary>
    Slave = 1 << 19,

    /// <summary>Mount events are shared.</summary>
    Shared = 1 << 20,
}
