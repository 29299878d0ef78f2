using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Darwin;

/// <summary><c>struct dirent</c> of Darwin with 64-bit inode numbers, up to its name (sys/dirent.h).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct DarwinDirent
{
    internal const int NameOffset = 21;

    internal ulong d_ino;
    internal ulong d_seekoff;
    internal ushort d_reclen;
    internal ushort d_namlen;
    internal byte d_type;
}
