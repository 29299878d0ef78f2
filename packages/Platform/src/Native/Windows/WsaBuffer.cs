using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary><c>WSABUF</c>: 16 bytes on 64-bit Windows.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct WsaBuffer
{
    public uint len;
    public void* buf;
}
