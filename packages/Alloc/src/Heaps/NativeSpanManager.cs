using System.Buffers;

namespace Gabbro.Alloc;

/// <summary>A <see cref="Memory{T}"/> over native memory that somebody else owns. Native memory never moves, so pinning costs nothing.</summary>
/// <typeparam name="T">An unmanaged type.</typeparam>
internal sealed unsafe class NativeSpanManager<T>(T* pointer, int length) : MemoryManager<T>
    where T : unmanaged
{
    public override Span<T> GetSpan() => new(pointer, length);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)length, nameof(elementIndex));
        return new MemoryHandle(pointer + elementIndex);
    }

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
