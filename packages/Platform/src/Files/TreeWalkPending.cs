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
        int needed = End + length + sizeof(int);
        if (needed > _capacity)
        {
            _capacity = Math.Max(needed, checked(_capacity * 2));
            _memory = (byte*)NativeMemory.Realloc(_memory, (nuint)_capacity);
        }
        Buffer.MemoryCopy(name, _memory + End, length, length);
        Marshal.WriteInt32((nint)(_memory + End + length), length);
        End = needed;
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
}
