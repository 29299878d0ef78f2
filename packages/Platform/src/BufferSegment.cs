using System.Runtime.InteropServices;

namespace Gabbro.Platform;

/// <summary>A piece of memory for scatter and gather calls: <c>struct iovec</c>. The caller keeps the memory alive and unmoved
/// while a call or an operation uses it.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct BufferSegment
{
    /// <summary>The first byte.</summary>
    public void* Pointer;

    /// <summary>The number of bytes.</summary>
    public nuint Length;

    /// <summary>A segment over memory the caller keeps in place.</summary>
    /// <param name="pointer">The first byte.</param>
    /// <param name="length">The number of bytes.</param>
    public BufferSegment(void* pointer, nuint length)
    {
        Pointer = pointer;
        Length = length;
    }
}
