namespace Gabbro.Storage;

/// <summary>A storage operation failed. The message names the operation, the file and the reason.</summary>
/// <remarks>Misuse (a bad argument, a disposed object) throws the ordinary .NET exceptions instead.</remarks>
public class StorageException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="kind">The class of the failure.</param>
    /// <param name="message">What was tried, on what, and why it failed.</param>
    /// <param name="path">The file or directory concerned, if one is.</param>
    /// <param name="innerException">The failure beneath, if any.</param>
    public StorageException(StorageErrorKind kind, string message, string? path = null, Exception? innerException = null)
        : base(message, innerException)
    {
        Kind = kind;
        Path = path;
    }

    /// <summary>The class of the failure.</summary>
    public StorageErrorKind Kind { get; }

    /// <summary>The file or directory concerned, or null.</summary>
    public string? Path { get; }
}
