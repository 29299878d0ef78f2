using System.Runtime.InteropServices;
using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Sockets;

/// <summary>What Linux and macOS do alike.</summary>
internal abstract unsafe class UnixSocketCalls : SocketCalls
{
    internal override NativeError ErrorOf(int code) => NativeError.FromErrno(code);

    internal override nint Bind(nint socket, byte* address, int length) =>
        Checked(SysSocket.bind((int)socket, address, (uint)length));

    internal override nint Listen(nint socket, int backlog) => Checked(SysSocket.listen((int)socket, backlog));

    internal override nint Connect(nint socket, byte* address, int length) =>
        Checked(SysSocket.connect((int)socket, address, (uint)length));

    internal override nint Name(nint socket, bool peer, byte* address, int* length) => Checked(peer
        ? SysSocket.getpeername((int)socket, address, (uint*)length)
        : SysSocket.getsockname((int)socket, address, (uint*)length));

    internal override nint Send(nint socket, byte* buffer, nuint length, int flags) =>
        Checked(SysSocket.send((int)socket, buffer, length, flags));

    internal override nint Receive(nint socket, byte* buffer, nuint length, int flags) =>
        Checked(SysSocket.recv((int)socket, buffer, length, flags));

    internal override nint SendTo(nint socket, byte* buffer, nuint length, int flags, byte* address, int addressLength) =>
        Checked(SysSocket.sendto((int)socket, buffer, length, flags, address, (uint)addressLength));

    internal override nint ReceiveFrom(nint socket, byte* buffer, nuint length, int flags, byte* address, int* addressLength) =>
        Checked(SysSocket.recvfrom((int)socket, buffer, length, flags, address, (uint*)addressLength));

    internal override nint Shutdown(nint socket, SocketShutdown how) => Checked(SysSocket.shutdown((int)socket, (int)how));

    internal override nint Close(nint socket) => Checked(Unistd.close((int)socket));

    internal override nint GetOption(nint socket, int level, int name, void* value, int* length) =>
        Checked(SysSocket.getsockopt((int)socket, level, name, value, (uint*)length));

    internal override nint SetOption(nint socket, int level, int name, void* value, int length) =>
        Checked(SysSocket.setsockopt((int)socket, level, name, value, (uint)length));

    internal override nint SetBlocking(nint socket, bool blocking)
    {
        nint flags = Checked(Fcntl.fcntl((int)socket, F_GETFL, 0));
        if (flags < 0) return flags;
        nint wanted = blocking ? flags & ~(nint)NonBlockFlag : flags | NonBlockFlag;
        return wanted == flags ? 0 : Checked(Fcntl.fcntl((int)socket, F_SETFL, wanted));
    }

    protected const int F_SETFD = 2;
    protected const int F_GETFL = 3;
    protected const int F_SETFL = 4;
    protected const int FD_CLOEXEC = 1;

    protected abstract int NonBlockFlag { get; }

    /// <summary>The result, or the negated errno: read before anything else can run on this thread.</summary>
    protected static nint Checked(nint result) => result >= 0 ? result : -Marshal.GetLastSystemError();
}
