namespace Gabbro.Platform.Processes;

/// <summary>Where a standard stream of a child leads: the parent's own, nowhere, a pipe, or any handle.</summary>
public readonly struct StandardStream
{
    private StandardStream(StandardStreamKind kind, SystemHandle? handle)
    {
        Kind = kind;
        Target = handle;
    }

    /// <summary>The kind.</summary>
    public StandardStreamKind Kind { get; }

    /// <summary>The handle, for <see cref="StandardStreamKind.Handle"/>.</summary>
    public SystemHandle? Target { get; }

    /// <summary>The same place as the parent's; the default value.</summary>
    public static StandardStream Inherit => default;

    /// <summary>Nowhere.</summary>
    public static StandardStream Null => new(StandardStreamKind.Null, null);

    /// <summary>A new pipe, whose other end is a property of the <see cref="ChildProcess"/>.</summary>
    public static StandardStream Pipe => new(StandardStreamKind.Pipe, null);

    /// <summary>For standard error: the same place as the child's standard output.</summary>
    public static StandardStream StandardOutput => new(StandardStreamKind.StandardOutput, null);

    /// <summary>A handle, which stays the caller's.</summary>
    /// <exception cref="ArgumentNullException">The handle is null.</exception>
    public static StandardStream FromHandle(SystemHandle handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        return new StandardStream(StandardStreamKind.Handle, handle);
    }
}
