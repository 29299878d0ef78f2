using System.Runtime.InteropServices;

namespace Gabbro.Platform.Files;

/// <summary>A stack of names in native memory: the bytes, then their number.</summary>
internal sealed unsafe class TreeWalkPending : IDisposable
{
    private byte* _memory = (byte*)NativeMemory.Alloc(4096);
    private int _capacity = 4096;

    internal int End { get; private set; }

    internal void Push(byte* name, int length)
    {
        Reserve(length + sizeof(int));
        Buffer.MemoryCopy(name, _memory + End, length, length);
        Marshal.WriteInt32((nint)(_memory + End + length), length);
        End += length + sizeof(int);
    }

    /// <summary>Puts names on that <see cref="TakeFront"/> gave.</summary>
    internal void Push(ReadOnlySpan<byte> names)
    {
        Reserve(names.Length);
        names.CopyTo(new Span<byte>(_memory + End, names.Length));
        End += names.Length;
    }

    /// <summary>Takes the older half of the names of a part of the stack out of it, at least one. What lies above moves down.</summary>
    internal byte[] TakeFront(int start, int end)
    {
        int count = 0;
        for (int at = end; at > start; at -= LengthBelow(at)) count++;
        int cut = end;
        for (int kept = count / 2; kept > 0; kept--) cut -= LengthBelow(cut);
        byte[] taken = new ReadOnlySpan<byte>(_memory + start, cut - start).ToArray();
        new ReadOnlySpan<byte>(_memory + cut, End - cut).CopyTo(new Span<byte>(_memory + start, End - cut));
        End -= taken.Length;
        return taken;
    }

    /// <summary>Takes the last name off. The bytes stay in place until the next push.</summary>
    internal byte* Pop(out int length)
    {
        length = Marshal.ReadInt32((nint)(_memory + End - sizeof(int)));
        End -= length + sizeof(int);
        return _memory + End;
    }

    internal void Drop() => _ = Pop(out _);

    internal void Truncate(int end) => End = end;

    public void Dispose()
    {
        NativeMemory.Free(_memory);
        _memory = null;
        End = 0;
    }

    private int LengthBelow(int at) => Marshal.ReadInt32((nint)(_memory + at - sizeof(int))) + sizeof(int);

    private void Reserve(int more)
    {
        int needed = checked(End + more);
        if (needed <= _capacity) return;
        _capacity = Math.Max(needed, checked(_capacity * 2));
        _memory = (byte*)NativeMemory.Realloc(_memory, (nuint)_capacity);
    }
}
