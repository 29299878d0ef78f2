using System.Buffers;

namespace Gabbro.Platform.Files;

/// <summary>A string path as bytes, on the stack when it is short.</summary>
internal ref struct EncodedPath
{
    internal const int StackSize = 512;

    private byte[]? _rented;

    internal EncodedPath(string path, Span<byte> stack)
    {
        ArgumentNullException.ThrowIfNull(path);
        int needed = PathText.MaxBytes(path.Length);
        Span<byte> buffer = needed <= stack.Length ? stack : (_rented = ArrayPool<byte>.Shared.Rent(needed));
        Bytes = buffer[..PathText.Encode(path, buffer)];
    }

    internal ReadOnlySpan<byte> Bytes { get; }

    public void Dispose()
    {
        if (_rented is { } rented)
            ArrayPool<byte>.Shared.Return(rented);
        _rented = null;
    }
}
