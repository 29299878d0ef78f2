using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Darwin;

/// <summary><c>struct kevent</c> of macOS: 32 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Kevent
{
    public nuint ident;
    public short filter;
    public ushort flags;
    public uint fflags;
    public nint data;
    public nuint udata;
}
