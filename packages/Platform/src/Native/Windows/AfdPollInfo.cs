using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native.Windows;

/// <summary><c>AFD_POLL_INFO</c> for one socket, 32 bytes; undocumented by Microsoft, stable since Windows 2000 and relied on by
/// every readiness poller on Windows.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct AfdPollInfo
{
    internal const uint Receive = 0x001, ReceiveExpedited = 0x002, Send = 0x004, Disconnect = 0x008, Abort = 0x010;
    internal const uint LocalClose = 0x020, Accept = 0x080, ConnectFail = 0x100;

    public long Timeout;
    public uint NumberOfHandles;
    public uint Exclusive;
    public nint Handle;
    public uint Events;
    public int Status;
}
