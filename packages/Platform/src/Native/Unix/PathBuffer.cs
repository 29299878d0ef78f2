using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Unix;

/// <summary>A path with the terminating zero C wants, on the caller's stack when it is short.</summary>
internal unsafe ref struct PathBuffer
{
    internal const int StackSize = 512;

    private byte* _heap;

    /// <summary>Copies a path. The stack buffer must come from <c>stackalloc</c>: it is used by address.</summary>
    /// <exception cref="ArgumentException">The path holds a zero byte.</exception>
    internal PathBuffer(ReadOnlySpan<byte> path, Span<byte> stack)
    {
        if (path.Contains((byte)0))
            throw new ArgumentException("A path cannot hold a zero byte.", nameof(path));
        byte* target = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(stack));
        if (path.Length >= stack.Length)
            target = _heap = (byte*)NativeMemory.Alloc((nuint)path.Length + 1);
        path.CopyTo(new Span<byte>(target, path.Length));
        target[path.Length] = 0;
        Pointer = target;
    }

    internal byte* Pointer { get; }

    public void Dispose()
    {
        NativeMemory.Free(_heap);
        _heap = null;
    }
}
