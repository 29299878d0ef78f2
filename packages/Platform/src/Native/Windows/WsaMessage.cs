using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary><c>WSAMSG</c>: 56 bytes on 64-bit Windows.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct WsaMessage
{
    public void* name;
    public int namelen;
    public WsaBuffer* lpBuffers;
    public uint dwBufferCount;
    public WsaBuffer Control;
    public uint dwFlags;
}
