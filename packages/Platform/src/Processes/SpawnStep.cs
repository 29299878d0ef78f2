namespace Gabbro.Platform.Processes;

/// <summary>The steps of starting a process, to name the one that failed.</summary>
public enum SpawnStep
{
    /// <summary>Preparing in the parent: pipes, terminals, memory.</summary>
    Prepare = 0,

    /// <summary>Looking for the program in the search path.</summary>
    Search,

    /// <summary>Creating the process.</summary>
    CreateProcess,

    /// <summary>Joining a control group.</summary>
    Cgroup,

    /// <summary>Asking for a signal when the parent ends.</summary>
    ParentDeathSignal,

    /// <summary>Starting a session.</summary>
    Session,

    /// <summary>Joining or starting a process group.</summary>
    ProcessGroup,

    /// <summary>Placing descriptors.</summary>
    Descriptors,

    /// <summary>Taking the terminal as the controlling one.</summary>
    ControllingTerminal,

    /// <summary>Setting a resource limit.</summary>
    ResourceLimit,

    /// <summary>Setting the nice value.</summary>
    Nice,

    /// <summary>Setting the file mode mask.</summary>
    Umask,

    /// <summary>Mapping users and groups of a new user namespace.</summary>
    UserMap,

    /// <summary>Setting the host name of a new namespace.</summary>
    HostName,

    /// <summary>Mounting a file system.</summary>
    Mount,

    /// <summary>Changing the root directory.</summary>
    RootDirectory,

    /// <summary>Changing the working directory.</summary>
    WorkingDirectory,

    /// <summary>Setting supplementary groups.</summary>
    Groups,

    /// <summary>Setting the group.</summary>
    GroupId,

    /// <summary>Setting the user.</summary>
    UserId,

    /// <summary>Giving up the right to gain privileges.</summary>
    NoNewPrivileges,

    /// <summary>Setting the signal mask.</summary>
    Signals,

    /// <summary>Running the program.</summary>
    Execute,
}
