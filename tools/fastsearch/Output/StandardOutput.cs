using Gabbro.Platform;
using Gabbro.Platform.Files;

namespace Gabbro.Tools.FastSearch.Output;

/// <summary>The output descriptor itself: whole files' worth at a time, in one write each.</summary>
internal sealed class StandardOutput : IDisposable
{
    private readonly Lock _lock = new();
    private readonly FileHandle _handle = FileHandle.FromDescriptor(1, ownsHandle: false);
    private bool _anything;

    /// <summary>Whether the reader is gone, so that going on is pointless.</summary>
    internal bool IsClosed { get; private set; }

    /// <summary>Writes what belongs to one file.</summary>
    /// <param name="bytes">The bytes; none are no file.</param>
    /// <param name="separator">What goes between this file and the one before.</param>
    internal void Write(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> separator)
    {
        if (bytes.IsEmpty) return;
        lock (_lock)
        {
            if (_anything && !separator.IsEmpty) WriteUnsynchronized(separator);
            _anything = true;
            WriteUnsynchronized(bytes);
        }
    }

    public void Dispose() => _handle.Dispose();

    private void WriteUnsynchronized(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !IsClosed)
        {
            if (_handle.TryWrite(bytes, out int count, out NativeError error)) bytes = bytes[count..];
            else if (error.Kind != ErrorKind.WouldBlock) IsClosed = true;
            else Thread.Yield();
        }
    }
}
