using System.Runtime.InteropServices;

namespace Gabbro.Platform.Sockets;

/// <summary>
/// One message to send or receive with everything the system can attach to it: scattered buffers, an address, control
/// messages. It holds pointers that the caller keeps alive and unmoved for the length of the call; see sendmsg(2).
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct SocketMessage
{
    /// <summary>The buffers, filled or sent in order.</summary>
    public BufferSegment* Segments;

    /// <summary>The number of <see cref="Segments"/>: at most 1024.</summary>
    public int SegmentCount;

    /// <summary>The length of <see cref="Control"/>; after a receive, the bytes of control messages that came.</summary>
    public int ControlLength;

    /// <summary>Control messages to send, built by <see cref="ControlMessageWriter"/>, or room for those to receive; null for
    /// none.</summary>
    public byte* Control;

    /// <summary>The destination of a send, or where a receive stores the source; null for a connected socket.</summary>
    public SocketEndpoint* Address;

    /// <summary>After a receive: truncation marks and the like.</summary>
    public MessageFlags Flags;

    /// <summary>After a call that moves several messages: the bytes this one moved.</summary>
    public int Transferred;
}
