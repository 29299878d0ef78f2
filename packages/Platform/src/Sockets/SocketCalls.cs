using Gabbro.Platform.Native;

namespace Gabbro.Platform.Sockets;

/// <summary>
/// The socket calls of one system, chosen once. Every method returns what the call returned, or the negated native code;
/// none retries.
/// </summary>
internal abstract unsafe class SocketCalls
{
    private static readonly LinuxSocketCalls Linux = new();
    private static readonly DarwinSocketCalls Darwin = new();
    private static readonly WindowsSocketCalls Windows = new();

    /// <summary>The calls of the running system; a constant to the JIT, so calls through it are direct.</summary>
    internal static SocketCalls Current => Host.IsWindows ? Windows : Host.IsDarwin ? Darwin : Linux;

    internal abstract bool IsWouldBlock(int code);

    internal abstract bool IsInterrupted(int code);

    internal abstract bool IsInProgress(int code);

    internal abstract NativeError ErrorOf(int code);

    /// <summary>Creates a non-blocking socket that children do not inherit.</summary>
    internal abstract nint Create(SocketFamily family, SocketKind kind, int protocol);

    internal abstract nint CreatePair(SocketKind kind, nint* pair);

    internal abstract nint Bind(nint socket, byte* address, int length);

    internal abstract nint Listen(nint socket, int backlog);

    /// <summary>Accepts a non-blocking connection that children do not inherit.</summary>
    internal abstract nint Accept(nint socket, byte* address, int* length);

    internal abstract nint Connect(nint socket, byte* address, int length);

    internal abstract nint Name(nint socket, bool peer, byte* address, int* length);

    internal abstract nint Send(nint socket, byte* buffer, nuint length, int flags);

    internal abstract nint Receive(nint socket, byte* buffer, nuint length, int flags);

    internal abstract nint SendTo(nint socket, byte* buffer, nuint length, int flags, byte* address, int addressLength);

    internal abstract nint ReceiveFrom(nint socket, byte* buffer, nuint length, int flags, byte* address, int* addressLength);

    internal abstract nint SendMessage(nint socket, ref SocketMessage message, int flags);

    internal abstract nint ReceiveMessage(nint socket, ref SocketMessage message, int flags);

    /// <summary>Sends several messages in one call where the system can; returns how many, or the error of the first.</summary>
    internal virtual nint SendMessages(nint socket, Span<SocketMessage> messages, int flags)
    {
        for (int i = 0; i < messages.Length; i++)
        {
            nint result = SendMessage(socket, ref messages[i], flags);
            if (result < 0) return i > 0 ? i : result;
            messages[i].Transferred = (int)result;
        }

        return messages.Length;
    }

    /// <summary>Receives several messages in one call where the system can; returns how many, or the error of the first.</summary>
    internal virtual nint ReceiveMessages(nint socket, Span<SocketMessage> messages, int flags)
    {
        for (int i = 0; i < messages.Length; i++)
        {
            nint result = ReceiveMessage(socket, ref messages[i], flags);
            if (result < 0) return i > 0 ? i : result;
            messages[i].Transferred = (int)result;
        }

        return messages.Length;
    }

    internal abstract nint Shutdown(nint socket, SocketShutdown how);

    internal abstract nint Close(nint socket);

    internal abstract nint GetOption(nint socket, int level, int name, void* value, int* length);

    internal abstract nint SetOption(nint socket, int level, int name, void* value, int length);

    internal abstract nint SetBlocking(nint socket, bool blocking);

    /// <summary>Sends bytes of a file without copying them through the process; <paramref name="offset"/> moves on.</summary>
    internal abstract nint SendFile(nint socket, nint file, ref long offset, nuint count);

    /// <summary>The flags of the system for <paramref name="flags"/>.</summary>
    /// <exception cref="PlatformNotSupportedException">The system has no such flag.</exception>
    internal abstract int NativeFlags(MessageFlags flags, bool sending);

    /// <summary>The result flags of a receive.</summary>
    internal abstract MessageFlags FromNativeFlags(int flags);

    /// <summary>Level and name of an option, or a level below zero when the system does not have it.</summary>
    internal abstract (int Level, int Name) NativeOption(SocketOption option);

    internal abstract (int IPv4Join, int IPv4Leave, int IPv6Join, int IPv6Leave) MulticastOptions { get; }

    /// <summary>Level and name of the option that takes a pair of on-switch and seconds.</summary>
    internal abstract (int Level, int Name) LingerOption { get; }
}
