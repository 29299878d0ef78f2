using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Linux;

/// <summary><c>struct linux_dirent64</c> up to its name (getdents(2)).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct LinuxDirent
{
    internal const int NameOffset = 19;

    internal ulong d_ino;
    internal long d_off;
    internal ushort d_reclen;
    internal byte d_type;
}
