using System.Runtime.InteropServices;

namespace Gabbro.Alloc.Core;

/// <summary>
/// A stretch of reserved address space out of which spans of slices are cut. Memory below <see cref="Top"/> has been
/// handed out at least once; memory below <see cref="Committed"/> can be accessed.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Region
{
    internal const nuint SliceBytes = 16 * 1024;
    internal const int SliceShift = 14;

    /// <summary>Reserved at a time: small enough for a limit on address space, large enough for few mappings.</summary>
    internal const nuint StandardBytes = 64 << 20;

    internal Region* Next;
    internal byte* Start;
    internal byte* Top;
    internal byte* Committed;
    internal byte* End;

    /// <summary>One bit a slice, set while a free slice may hold memory. Meaningless for slices in use.</summary>
    internal fixed ulong Dirty[(int)(StandardBytes / SliceBytes / 64)];
}
