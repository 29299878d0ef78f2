using System.Buffers;
using Gabbro.Platform;

namespace Gabbro.Reactor.Backends;

/// <summary>
/// The memory of a send while the kernel owns it: the two pieces, pinned, and a native block that describes them.
/// </summary>
internal sealed unsafe class SendPins(byte* block)
{
    private MemoryHandle _first;
    private MemoryHandle _second;

    /// <summary>Native memory for a <c>msghdr</c> and its segments, or for an address.</summary>
    public byte* Block => block;

    /// <summary>Pins what is to be sent and describes it in the block: see sendmsg(2) for the header.</summary>
    public void Pin(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        const int HeaderSize = 56;
        _first = first.Pin();
        _second = second.Pin();
        new Span<byte>(block, HeaderSize).Clear();
        BufferSegment* segments = (BufferSegment*)(block + HeaderSize);
        int count = 0;
        if (!first.IsEmpty)
            segments[count++] = new BufferSegment((byte*)_first.Pointer, (nuint)first.Length);
        if (!second.IsEmpty)
            segments[count++] = new BufferSegment((byte*)_second.Pointer, (nuint)second.Length);
        *(BufferSegment**)(block + 16) = segments;
        *(nuint*)(block + 24) = (nuint)count;
    }

    public void Unpin()
    {
        _first.Dispose();
        _second.Dispose();
        _first = default;
        _second = default;
    }
}
