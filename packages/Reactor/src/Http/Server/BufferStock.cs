namespace Gabbro.Reactor.Http.Server;

/// <summary>
/// Buffers of one loop, by size. Connections take one when a request does not fit into the shared receive buffer and give
/// it back when they go idle, so memory follows the requests in progress, not the connections.
/// </summary>
/// <remarks>Pinned, so that a backend can hand them to the kernel as they are. Only the loop's thread.</remarks>
internal sealed class BufferStock
{
    /// <summary>What one connection sending its head byte by byte may cost.</summary>
    public const int Small = 1024;

    /// <summary>Responses are collected in these.</summary>
    public const int Large = 16 * 1024;

    /// <summary>Buffers kept of each size; what a burst needed beyond that goes back to the system.</summary>
    private const int Kept = 128;

    private readonly Stack<byte[]> _small = new();
    private readonly Stack<byte[]> _large = new();

    /// <summary>A buffer of at least a size.</summary>
    public byte[] Rent(int size)
    {
        if (size <= Small)
            return _small.TryPop(out byte[]? small) ? small : GC.AllocateUninitializedArray<byte>(Small, pinned: true);
        if (size <= Large)
            return _large.TryPop(out byte[]? large) ? large : GC.AllocateUninitializedArray<byte>(Large, pinned: true);
        return GC.AllocateUninitializedArray<byte>((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)size), pinned: true);
    }

    /// <summary>Gives a buffer back.</summary>
    public void Return(byte[] buffer)
    {
        Stack<byte[]>? stack = buffer.Length == Small ? _small : buffer.Length == Large ? _large : null;
        if (stack is not null && stack.Count < Kept)
            stack.Push(buffer);
    }
}
