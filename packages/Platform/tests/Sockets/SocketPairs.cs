using Gabbro.Platform.Polling;
using Gabbro.Platform.Sockets;

namespace Gabbro.Platform.Tests.Sockets;

/// <summary>Connected sockets for tests, and waits that do not depend on the code under test being an event loop.</summary>
internal static class SocketPairs
{
    internal static (SocketHandle Client, SocketHandle Server) Tcp(bool ipv6 = false)
    {
        using SocketHandle listener = SocketHandle.Create(ipv6 ? SocketFamily.IPv6 : SocketFamily.IPv4, SocketKind.Stream);
        listener.Bind(ipv6 ? SocketEndpoint.LoopbackIPv6(0) : SocketEndpoint.LoopbackIPv4(0));
        listener.Listen();
        SocketHandle client = SocketHandle.Create(ipv6 ? SocketFamily.IPv6 : SocketFamily.IPv4, SocketKind.Stream);
        SocketResult connect = client.Connect(listener.GetLocalAddress());
        Assert.That(connect.IsSuccess || connect.WouldBlock, Is.True, connect.ToString());
        SocketHandle? server;
        while (!listener.Accept(out server, out _).IsSuccess) WaitFor(listener, PollInterest.Readable);
        WaitFor(client, PollInterest.Writable);
        Assert.That(client.TakeError().IsError, Is.False);
        return (client, server!);
    }

    internal static void WaitFor(SocketHandle socket, PollInterest interest)
    {
        using ReadinessPoller poller = new();
        poller.Add(socket, 1, interest);
        PollEvent[] events = new PollEvent[1];
        Assert.That(poller.Wait(events, TimeSpan.FromSeconds(20)), Is.EqualTo(1), $"no {interest} within 20 seconds");
    }

    internal static void SendAll(SocketHandle socket, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            SocketResult sent = socket.Send(data);
            if (sent.WouldBlock) WaitFor(socket, PollInterest.Writable);
            else data = data[sent.ThrowIfFailed("send")..];
        }
    }

    internal static byte[] ReceiveExactly(SocketHandle socket, int count)
    {
        byte[] data = new byte[count];
        int got = 0;
        while (got < count)
        {
            SocketResult received = socket.Receive(data.AsSpan(got));
            if (received.WouldBlock)
            {
                WaitFor(socket, PollInterest.Readable);
                continue;
            }

            int part = received.ThrowIfFailed("receive");
            Assert.That(part, Is.Not.Zero, "the stream ended early");
            got += part;
        }

        return data;
    }

    internal static bool HasIPv6()
    {
        if (SocketHandle.TryCreate(SocketFamily.IPv6, SocketKind.Stream, 0, out SocketHandle? socket).IsError) return false;
        using (socket) return !socket!.TryBind(SocketEndpoint.LoopbackIPv6(0)).IsError;
    }

    internal static bool HasUnix()
    {
        NativeError error = SocketHandle.TryCreate(SocketFamily.Unix, SocketKind.Stream, 0, out SocketHandle? socket);
        socket?.Dispose();
        return !error.IsError;
    }
}
