using Gabbro.Platform.Files;

namespace Gabbro.Platform.Memory;

/// <content>Access that survives truncation of the file.</content>
public sealed unsafe partial class FileMapping
{
    /// <summary>
    /// Copies out of the file behind the mapping with a positional read: correct while others truncate the file, where
    /// touching the mapping itself would be a fault. Reads and shared mappings see the same bytes.
    /// </summary>
    /// <param name="file">The file the mapping was made from.</param>
    /// <param name="start">Where to start, relative to the mapping.</param>
    /// <param name="buffer">Where the bytes go.</param>
    /// <param name="count">Bytes copied; fewer than the buffer holds when the file has ended.</param>
    /// <param name="error">Why it failed.</param>
    /// <returns>Whether it succeeded.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The part does not lie within the mapping.</exception>
    /// <exception cref="ObjectDisposedException">The mapping is disposed, or the file closed.</exception>
    public bool TryRead(FileHandle file, nuint start, Span<byte> buffer, out int count, out NativeError error)
    {
        ArgumentNullException.ThrowIfNull(file);
        CheckPart(start, (nuint)buffer.Length);
        count = 0;
        error = default;
        while (count < buffer.Length)
        {
            if (!file.TryReadAt(buffer[count..], _offset + (long)start + count, out int step, out error))
                return false;
            if (step == 0)
                break;
            count += step;
        }
        return true;
    }
}
