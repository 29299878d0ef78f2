using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Darwin;

/// <summary><c>fstore_t</c>, the argument of F_PREALLOCATE (sys/fcntl.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FStore
{
    internal const uint F_ALLOCATECONTIG = 2;
    internal const uint F_ALLOCATEALL = 4;
    internal const int F_PEOFPOSMODE = 3;

    internal uint fst_flags;
    internal int fst_posmode;
    internal long fst_offset;
    internal long fst_length;
    internal long fst_bytesalloc;
}
