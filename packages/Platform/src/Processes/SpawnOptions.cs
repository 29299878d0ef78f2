using Gabbro.Platform.Containers;
using Gabbro.Platform.Files;
using Gabbro.Platform.Ipc;
using Gabbro.Platform.Machine;

namespace Gabbro.Platform.Processes;

/// <summary>What to start and how. Only the program is required; everything else has the default a careful program wants: the
/// child gets the three standard streams and no other descriptor, no ignored or blocked signals, and the parent's
/// environment and directory.</summary>
/// <remarks>Not safe to change while a spawn uses it; may be used for many spawns, also at once.</remarks>
public sealed class SpawnOptions
{
    /// <summary>Options to start a program.</summary>
    /// <param name="fileName">A path, or a name without a separator to look for in the search path.</param>
    /// <param name="arguments">The arguments after the program's name. On Windows they are quoted so that the child's C runtime
    /// reads back exactly these.</param>
    /// <exception cref="ArgumentException">An empty name, or a zero character.</exception>
    public SpawnOptions(string fileName, params ReadOnlySpan<string> arguments)
    {
        ArgumentException.ThrowIfNullOrEmpty(fileName);
        FileName = fileName;
        Arguments = [.. arguments];
    }

    /// <summary>The program: a path, or a name without a separator to look for in the search path.</summary>
    public string FileName { get; }

    /// <summary>The arguments after the program's name.</summary>
    public IList<string> Arguments { get; }

    /// <summary>What the child sees as its own name; null for <see cref="FileName"/>. Unix.</summary>
    public string? ArgumentZero { get; set; }

    /// <summary>The whole environment of the child; null for this process's.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; set; }

    /// <summary>The working directory of the child; null for this process's.</summary>
    public string? WorkingDirectory { get; set; }

    /// <summary>Where the child reads from.</summary>
    public StandardStream StandardInput { get; set; }

    /// <summary>Where the child writes to.</summary>
    public StandardStream StandardOutput { get; set; }

    /// <summary>Where the child writes errors to.</summary>
    public StandardStream StandardError { get; set; }

    /// <summary>Handles the child gets, by the descriptor number it sees them under (3 or more, each once). On Windows the
    /// child inherits the handles under their own values, and the numbers do not matter.</summary>
    public IDictionary<int, SystemHandle> Descriptors { get; } = new Dictionary<int, SystemHandle>();

    /// <summary>Let the child have every descriptor that is marked inheritable, too. Off by default.</summary>
    public bool InheritDescriptors { get; set; }

    /// <summary>The three standard streams on a new pseudoterminal, which becomes the controlling terminal of a new session;
    /// the other side is <see cref="ChildProcess.Terminal"/>. Linux and macOS.</summary>
    public bool UseTerminal { get; set; }

    /// <summary>Make the child the leader of a new session, without a terminal. Unix; on Windows it gets no console.</summary>
    public bool NewSession { get; set; }

    /// <summary>The process group of the child: 0 for a new one of its own, null for the parent's. On Windows 0 makes a group
    /// for console events.</summary>
    public int? ProcessGroup { get; set; }

    /// <summary>Limits on the child. Linux.</summary>
    public IDictionary<ResourceKind, ResourceLimit> ResourceLimits { get; } = new Dictionary<ResourceKind, ResourceLimit>();

    /// <summary>The nice value of the child, -20 to 19; null for the parent's. Linux, and Windows by priority class.</summary>
    public int? Nice { get; set; }

    /// <summary>The file mode mask of the child; null for the parent's. Linux.</summary>
    public int? Umask { get; set; }

    /// <summary>The signal the child gets when the thread that started it ends. Linux: mind that it is the thread, not the
    /// process; start from a thread that lives as long as the process.</summary>
    public Signal ParentDeathSignal { get; set; }

    /// <summary>The child and what it runs can never gain privileges (<c>no_new_privs</c>). Linux.</summary>
    public bool NoNewPrivileges { get; set; }

    /// <summary>The user of the child; null for the parent's. Linux, privileged.</summary>
    public uint? UserId { get; set; }

    /// <summary>The group of the child; null for the parent's. Linux, privileged.</summary>
    public uint? GroupId { get; set; }

    /// <summary>The supplementary groups of the child; null for the parent's. Linux, privileged.</summary>
    public IReadOnlyList<uint>? Groups { get; set; }

    /// <summary>The root directory of the child (<c>chroot</c>); null for the parent's. Linux, privileged.</summary>
    public string? RootDirectory { get; set; }

    /// <summary>The control group (version 2) the child is born in; null for the parent's. Linux.</summary>
    public DirectoryHandle? Cgroup { get; set; }

    /// <summary>Namespaces, user maps, mounts and root of a container; null for none. Linux.</summary>
    public ContainerOptions? Container { get; set; }

    /// <summary>Keep all descendants of the child together, so that <see cref="ChildProcess.KillTree"/> finds every one, also
    /// those that started a session of their own and lost their parent. Disposing the <see cref="ChildProcess"/> then kills
    /// what is left of the tree. Off by default: it costs a control group (Linux) or a job (Windows) for the child.</summary>
    public bool ContainTree { get; set; }

    /// <summary>Start the process with posix_spawn(3) even where the more capable way exists. It knows no resource limits, nice
    /// value, mask, credentials or containers.</summary>
    internal bool ForcePosixSpawn { get; set; }

    /// <summary>The way to contain the tree that a test asks for; null for the best there is.</summary>
    internal ContainmentKind? ForcedContainment { get; set; }

    /// <summary>Checks everything that can be checked before any effect.</summary>
    internal void Check()
    {
        CheckText(FileName, nameof(FileName));
        foreach (string argument in Arguments) CheckText(argument, nameof(Arguments));
        CheckText(ArgumentZero, nameof(ArgumentZero));
        CheckText(WorkingDirectory, nameof(WorkingDirectory));
        CheckText(RootDirectory, nameof(RootDirectory));
        if (Environment is not null)
        {
            foreach ((string name, string value) in Environment)
            {
                CheckText(name, nameof(Environment));
                CheckText(value, nameof(Environment));
                if (name.Length == 0 || name.AsSpan(1).Contains('='))
                    throw new ArgumentException($"'{name}' is no name of an environment variable.", nameof(Environment));
            }
        }

        foreach ((int number, SystemHandle handle) in Descriptors)
        {
            if (number is < 3 or > 65535) throw new ArgumentException("Descriptors are mapped to numbers of 3 to 65535.", nameof(Descriptors));
            ArgumentNullException.ThrowIfNull(handle, nameof(Descriptors));
        }

        foreach ((ResourceKind kind, ResourceLimit limit) in ResourceLimits)
        {
            if (kind is < ResourceKind.ProcessorSeconds or > ResourceKind.RealTimeMicroseconds) throw new ArgumentOutOfRangeException(nameof(ResourceLimits));
            Machine.ResourceLimits.Check(limit);
        }

        if (StandardInput.Kind == StandardStreamKind.StandardOutput || StandardOutput.Kind == StandardStreamKind.StandardOutput)
            throw new ArgumentException("Only standard error can follow standard output.");
        if (Nice is < -20 or > 19) throw new ArgumentOutOfRangeException(nameof(Nice));
        if (Umask is < 0 or > 0x1FF) throw new ArgumentOutOfRangeException(nameof(Umask));
        if (ProcessGroup < 0) throw new ArgumentOutOfRangeException(nameof(ProcessGroup));
        if (ProcessGroup is not null && (NewSession || UseTerminal))
            throw new ArgumentException("The leader of a session leads a group already; it cannot join one.", nameof(ProcessGroup));
        if (!SignalNumbers.IsKnown(ParentDeathSignal)) throw new ArgumentOutOfRangeException(nameof(ParentDeathSignal));
        Container?.Check();
    }

    private static void CheckText(string? text, string name)
    {
        if (text is not null && text.Contains('\0')) throw new ArgumentException("A zero character cannot be passed to a process.", name);
    }
}
