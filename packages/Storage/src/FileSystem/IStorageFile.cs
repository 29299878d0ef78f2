namespace Gabbro.Storage.FileSystem;

/// <summary>An open file: positional reads and writes, durability, locks and mappings.</summary>
/// <remarks>
/// All members may be called from several threads at once. Every failure of the system is a
/// <see cref="StorageException"/> (or its kin) that names operation and path; use after dispose throws
/// <see cref="ObjectDisposedException"/>.
/// </remarks>
public interface IStorageFile : IDisposable
{
    /// <summary>The path the file was opened by.</summary>
    string Path { get; }

    /// <summary>The length of the file now, in bytes.</summary>
    /// <exception cref="StorageException">The system failed.</exception>
    long Length { get; }

    /// <summary>Reads from <paramref name="offset"/> until the buffer is full or the file ends.</summary>
    /// <returns>Bytes read; fewer than asked only at the end of the file.</returns>
    /// <exception cref="StorageException">The system failed.</exception>
    int Read(long offset, Span<byte> buffer);

    /// <summary>Writes all of <paramref name="data"/> at <paramref name="offset"/>, extending the file if need be.</summary>
    /// <exception cref="StorageException">The system failed; any prefix may have been written.</exception>
    void Write(long offset, ReadOnlySpan<byte> data);

    /// <summary>Makes data, length and all metadata durable (fsync).</summary>
    /// <exception cref="StorageException">The system failed; what is durable is unknown and a retry proves nothing.</exception>
    void Sync();

    /// <summary>Makes data and length durable (fdatasync).</summary>
    /// <exception cref="StorageException">The system failed; what is durable is unknown and a retry proves nothing.</exception>
    void SyncData();

    /// <summary>Cuts the file or extends it with zeros that may occupy no space.</summary>
    /// <exception cref="StorageException">The system failed.</exception>
    void SetLength(long length);

    /// <summary>
    /// Reserves room for the first <paramref name="length"/> bytes and extends the file with zeros to that length if it
    /// is shorter, so that later writes there cannot run out of space.
    /// </summary>
    /// <exception cref="StorageException">The system failed, or there is no room.</exception>
    void Preallocate(long length);

    /// <summary>Maps bytes [<paramref name="offset"/>, +<paramref name="length"/>), which must lie within the file.</summary>
    /// <param name="offset">A multiple of the system's page size.</param>
    /// <param name="length">Bytes, above zero.</param>
    /// <param name="writable">Whether stores go to the file.</param>
    /// <exception cref="StorageException">The system failed.</exception>
    IStorageMapping Map(long offset, long length, bool writable);

    /// <summary>
    /// Maps the file from its start with address space to grow into: bytes past the end may be touched only once the file
    /// has been extended over them. <see cref="IStorageMapping.Length"/> is the address space, at least the file's length
    /// and at most <paramref name="capacity"/>.
    /// </summary>
    /// <param name="capacity">Bytes of address space, at least the file's length.</param>
    /// <param name="writable">Whether stores go to the file.</param>
    /// <exception cref="StorageException">The system failed, or has no such mappings.</exception>
    IStorageMapping MapGrowing(long capacity, bool writable);

    /// <summary>
    /// Takes a byte-range lock owned by this open file, without waiting. It excludes other opens of the file, in this
    /// process as in others, and vanishes with the process or the file object.
    /// </summary>
    /// <returns>Whether the lock was taken; false when another owner is in the way.</returns>
    /// <exception cref="StorageException">The system failed.</exception>
    bool TryLock(long offset, long length, bool exclusive);

    /// <summary>As <see cref="TryLock"/>, waiting for at most <paramref name="timeout"/>.</summary>
    /// <param name="offset">The first byte of the range.</param>
    /// <param name="length">Bytes, above zero.</param>
    /// <param name="exclusive">False for a shared lock.</param>
    /// <param name="timeout"><see cref="Timeout.InfiniteTimeSpan"/> waits forever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled; no lock is held.</exception>
    /// <exception cref="StorageException">The system failed.</exception>
    bool Lock(long offset, long length, bool exclusive, TimeSpan timeout, CancellationToken cancellationToken = default);

    /// <summary>Whether some other owner holds a lock that would keep this one from being taken.</summary>
    /// <exception cref="StorageException">The system failed.</exception>
    bool IsLockedElsewhere(long offset, long length, bool exclusive);

    /// <summary>Gives back what this open file holds of the range.</summary>
    /// <exception cref="StorageException">The system failed.</exception>
    void Unlock(long offset, long length);
}
