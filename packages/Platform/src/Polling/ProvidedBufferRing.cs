using System.Runtime.InteropServices;
using Gabbro.Platform.Native.Linux;

namespace Gabbro.Platform.Polling;

/// <summary>
/// A group of equal buffers that the kernel takes from when data comes, and that the program gives back when it has read them:
/// the memory of ten thousand idle connections is none. See io_uring_register_buf_ring(3).
/// </summary>
/// <remarks>Same thread as its <see cref="SubmissionRing"/>. Nothing allocates after construction.</remarks>
public sealed unsafe class ProvidedBufferRing : IDisposable
{
    private const nuint PageSize = 4096;

    private readonly SubmissionRing _owner;
    private readonly int _mask;
    private readonly bool _ownsMemory;
    private IoUringBuffer* _ring;
    private byte* _memory;
    private ushort _tail;

    internal ProvidedBufferRing(SubmissionRing owner, ushort group, int count, int size, byte* memory)
    {
        _owner = owner;
        _mask = count - 1;
        Group = group;
        Count = count;
        BufferSize = size;
        _ownsMemory = memory == null;
        _memory = _ownsMemory ? (byte*)NativeMemory.AlignedAlloc((nuint)count * (nuint)size, PageSize) : memory;
        _ring = (IoUringBuffer*)NativeMemory.AlignedAlloc((nuint)(count * sizeof(IoUringBuffer)), PageSize);
        new Span<byte>(_ring, count * sizeof(IoUringBuffer)).Clear();
        try
        {
            owner.RegisterBufferRing(_ring, count, group);
        }
        catch
        {
            Free();
            throw;
        }

        for (int i = 0; i < count; i++) Add((ushort)i);
        Publish();
    }

    /// <summary>The number entries name the group by.</summary>
    public ushort Group { get; }

    /// <summary>How many buffers there are.</summary>
    public int Count { get; }

    /// <summary>The bytes of each buffer.</summary>
    public int BufferSize { get; }

    /// <summary>The data of a completion that used a buffer of this group; valid until <see cref="Return"/>.</summary>
    /// <exception cref="ArgumentException">The completion used no buffer, or holds no data.</exception>
    /// <exception cref="ObjectDisposedException">The group is gone.</exception>
    public Span<byte> DataOf(in RingCompletion completion)
    {
        if (!completion.HasBuffer || completion.BufferId >= Count || completion.Result < 0 || completion.Result > BufferSize)
            throw new ArgumentException("The completion holds no buffer of this group.", nameof(completion));
        ObjectDisposedException.ThrowIf(_memory == null, this);
        return new Span<byte>(_memory + ((nint)completion.BufferId * BufferSize), completion.Result);
    }

    /// <summary>Gives a buffer back to the kernel, once, after its data was used.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No buffer of this group.</exception>
    /// <exception cref="ObjectDisposedException">The group is gone.</exception>
    public void Return(ushort bufferId)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(bufferId, Count);
        ObjectDisposedException.ThrowIf(_memory == null, this);
        Add(bufferId);
        Publish();
    }

    /// <summary>Takes the group back from the kernel and frees its memory. Collect the completions of operations that use the
    /// group first.</summary>
    public void Dispose()
    {
        if (_memory == null) return;
        _owner.UnregisterBufferRing(Group);
        Free();
    }

    private void Add(ushort id)
    {
        IoUringBuffer* slot = _ring + (_tail++ & _mask);
        slot->addr = (ulong)(_memory + ((nint)id * BufferSize));
        slot->len = (uint)BufferSize;
        slot->bid = id;
    }

    // The tail shares the first entry, in the bytes its other fields leave free. Release: the slots come first.
    private void Publish() => Volatile.Write(ref _ring->resv, _tail);

    private void Free()
    {
        if (_ownsMemory) NativeMemory.AlignedFree(_memory);
        NativeMemory.AlignedFree(_ring);
        _memory = null;
        _ring = null;
    }
}
