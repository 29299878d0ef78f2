using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary><c>ADDRINFOW</c>: 48 bytes on 64-bit Windows.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct WindowsAddressInfo
{
    internal int ai_flags;
    internal int ai_family;
    internal int ai_socktype;
    internal int ai_protocol;
    internal nuint ai_addrlen;
    internal char* ai_canonname;
    internal void* ai_addr;
    internal void* ai_next;
}
