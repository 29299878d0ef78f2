namespace Gabbro.Storage;

/// <summary>Stored bytes are damaged: a checksum, a length or a structure is not what was written.</summary>
public sealed class CorruptionException : StorageException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="path">The damaged file.</param>
    /// <param name="offset">Where in the file, in bytes; -1 when the whole file is meant.</param>
    /// <param name="expectation">What was expected there and what was found.</param>
    /// <param name="innerException">The failure beneath, if any.</param>
    public CorruptionException(string path, long offset, string expectation, Exception? innerException = null)
        : base(
            StorageErrorKind.Corruption,
            offset < 0 ? $"{path} is damaged: {expectation}" : $"{path} is damaged at offset {offset}: {expectation}",
            path,
            innerException)
    {
        Offset = offset;
        Expectation = expectation;
    }

    /// <summary>Where in the file the damage was met, in bytes; -1 when the whole file is meant.</summary>
    public long Offset { get; }

    /// <summary>What was expected there and what was found.</summary>
    public string Expectation { get; }
}
