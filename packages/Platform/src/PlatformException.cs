namespace Gabbro.Platform;

/// <summary>
/// An operating-system call failed in a way its caller did not ask to receive as a value. Names the operation, the
/// object, the kind and the native code.
/// </summary>
public sealed class PlatformException : IOException
{
    /// <summary>An exception for a failed operation.</summary>
    /// <param name="operation">What was being done ("open", "lock").</param>
    /// <param name="target">The path or object it was done to, or null.</param>
    /// <param name="error">What the system reported.</param>
    public PlatformException(string operation, string? target, NativeError error)
        : base(target is null ? $"{operation}: {error}" : $"{operation} '{target}': {error}")
    {
        Operation = operation;
        Target = target;
        Error = error;
        if (error.Domain == ErrorDomain.Win32)
            HResult = unchecked((int)0x80070000) | (error.Code & 0xFFFF);
    }

    /// <summary>What was being done.</summary>
    public string Operation { get; }

    /// <summary>The path or object it was done to, if there is one.</summary>
    public string? Target { get; }

    /// <summary>What the system reported.</summary>
    public NativeError Error { get; }

    /// <summary>The kind of <see cref="Error"/>.</summary>
    public ErrorKind Kind => Error.Kind;
}
