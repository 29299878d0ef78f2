using System.Runtime.InteropServices;
using Gabbro.Platform.Files;
using Gabbro.Platform.Native;
using Gabbro.Platform.Polling;
using Gabbro.Platform.Sockets;

namespace Gabbro.Platform.Tests.Sockets;

public sealed class SocketHandleTests
{
    [TestCase(false)]
    [TestCase(true)]
    public void Tcp_BothDirections_CarryBytesAndTheEnd(bool ipv6)
    {
        if (ipv6 && !SocketPairs.HasIPv6()) ipv6 = false;
        (SocketHandle client, SocketHandle server) = SocketPairs.Tcp(ipv6);
        using (client)
        using (server)
        {
            Assert.That(client.Receive(new byte[1]).WouldBlock, Is.True);
            Assert.That(client.TryGetPeerAddress(out SocketEndpoint peer).IsError, Is.False);
            Assert.That(peer, Is.EqualTo(server.GetLocalAddress()));
            SocketPairs.SendAll(client, "hello"u8);
            Assert.That(SocketPairs.ReceiveExactly(server, 5), Is.EqualTo("hello"u8.ToArray()));
            SocketPairs.SendAll(server, "world!"u8);
            Assert.That(SocketPairs.ReceiveExactly(client, 6), Is.EqualTo("world!"u8.ToArray()));
            Assert.That(client.Shutdown(SocketShutdown.Send).IsError, Is.False);
            SocketPairs.WaitFor(server, PollInterest.Readable);
            SocketResult end = server.Receive(new byte[1]);
            Assert.That((end.IsSuccess, end.Count), Is.EqualTo((true, 0)));
            SocketPairs.SendAll(server, "still"u8);
            Assert.That(SocketPairs.ReceiveExactly(client, 5), Is.EqualTo("still"u8.ToArray()));
        }
    }

    [Test]
    public void Tcp_MoreThanTheBuffers_SendsShortAndThenWouldBlock()
    {
        (SocketHandle client, SocketHandle server) = SocketPairs.Tcp();
        using (client)
        using (server)
        {
            byte[] data = new byte[256 * 1024];
            new Random(1).NextBytes(data);
            long sent = 0;
            while (true)
            {
                SocketResult result = client.Send(data.AsSpan((int)(sent % data.Length)));
                if (result.WouldBlock) break;
                sent += result.ThrowIfFailed();
            }

            Assert.That(client.Send(data).Kind, Is.EqualTo(ErrorKind.WouldBlock));
            long received = 0;
            while (received < sent)
            {
                int part = (int)Math.Min(data.Length - (received % data.Length), sent - received);
                byte[] got = SocketPairs.ReceiveExactly(server, part);
                Assert.That(got.AsSpan().SequenceEqual(data.AsSpan((int)(received % data.Length), part)), Is.True);
                received += part;
            }
        }
    }

    [Test]
    public void Connect_NobodyListens_IsRefused()
    {
        SocketEndpoint address;
        using (SocketHandle bound = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Stream))
        {
            bound.Bind(SocketEndpoint.LoopbackIPv4(0));
            address = bound.GetLocalAddress();
        }

        using SocketHandle client = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Stream);
        SocketResult result = client.Connect(address);
        ErrorKind kind = result.Kind;
        if (result.WouldBlock)
        {
            SocketPairs.WaitFor(client, PollInterest.Writable);
            kind = client.TakeError().Kind;
        }

        Assert.That(kind, Is.EqualTo(ErrorKind.ConnectionRefused));
    }

    [Test]
    public void Send_AfterThePeerReset_IsAnErrorAndNoSignal()
    {
        (SocketHandle client, SocketHandle server) = SocketPairs.Tcp();
        using (client)
        {
            server.SetLinger(0);
            server.Dispose();
            SocketPairs.WaitFor(client, PollInterest.Readable);
            ErrorKind kind = client.Receive(new byte[1]).Kind;
            Assert.That(kind, Is.EqualTo(ErrorKind.ConnectionReset));
            Assert.That(client.Send("x"u8).Kind,
                Is.EqualTo(ErrorKind.BrokenPipe).Or.EqualTo(ErrorKind.ConnectionReset).Or.EqualTo(ErrorKind.ConnectionAborted));
        }
    }

    [Test]
    public void Udp_Datagrams_KeepBoundariesAndSource()
    {
        using SocketHandle first = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Datagram);
        using SocketHandle second = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Datagram);
        first.Bind(SocketEndpoint.LoopbackIPv4(0));
        second.Bind(SocketEndpoint.LoopbackIPv4(0));
        Assert.That(first.SendTo("one"u8, second.GetLocalAddress()).Count, Is.EqualTo(3));
        Assert.That(first.SendTo("seven77"u8, second.GetLocalAddress()).Count, Is.EqualTo(7));
        byte[] buffer = new byte[100];
        SocketPairs.WaitFor(second, PollInterest.Readable);
        Assert.That(second.ReceiveFrom(buffer, out SocketEndpoint source).Count, Is.EqualTo(3));
        Assert.That(source, Is.EqualTo(first.GetLocalAddress()));
        SocketPairs.WaitFor(second, PollInterest.Readable);
        Assert.That(second.ReceiveFrom(buffer, out _).Count, Is.EqualTo(7));
        Assert.That(second.ReceiveFrom(buffer, out _).WouldBlock, Is.True);
    }

    [Test]
    public unsafe void Udp_BatchOfMessages_ArrivesInOrder()
    {
        using SocketHandle first = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Datagram);
        using SocketHandle second = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Datagram);
        second.SetOption(SocketOption.ReceiveBufferSize, 1 << 20);
        first.Bind(SocketEndpoint.LoopbackIPv4(0));
        second.Bind(SocketEndpoint.LoopbackIPv4(0));
        const int Count = 100;
        byte* memory = stackalloc byte[Count * 4];
        BufferSegment* segments = stackalloc BufferSegment[Count];
        SocketEndpoint* addresses = stackalloc SocketEndpoint[Count];
        SocketMessage[] messages = new SocketMessage[Count];
        for (int i = 0; i < Count; i++)
        {
            ((int*)memory)[i] = i;
            segments[i] = new BufferSegment(memory + (i * 4), 4);
            addresses[i] = second.GetLocalAddress();
            messages[i] = new SocketMessage { Segments = segments + i, SegmentCount = 1, Address = addresses + i };
        }

        Assert.That(first.SendMessages(messages).Count, Is.EqualTo(Count));
        new Span<byte>(memory, Count * 4).Clear();
        int got = 0;
        while (got < Count)
        {
            SocketResult result = second.ReceiveMessages(messages.AsSpan(got));
            if (result.WouldBlock) SocketPairs.WaitFor(second, PollInterest.Readable);
            else got += result.ThrowIfFailed();
        }

        for (int i = 0; i < Count; i++)
        {
            Assert.That(((int*)memory)[i], Is.EqualTo(i));
            Assert.That(messages[i].Transferred, Is.EqualTo(4));
            Assert.That(addresses[i], Is.EqualTo(first.GetLocalAddress()));
        }
    }

    [Test]
    public unsafe void ReceiveMessage_DatagramTooLong_SaysTruncated()
    {
        using SocketHandle first = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Datagram);
        using SocketHandle second = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Datagram);
        second.Bind(SocketEndpoint.LoopbackIPv4(0));
        first.SendTo("0123456789"u8, second.GetLocalAddress()).ThrowIfFailed();
        SocketPairs.WaitFor(second, PollInterest.Readable);
        byte* memory = stackalloc byte[4];
        BufferSegment segment = new(memory, 4);
        SocketMessage message = new() { Segments = &segment, SegmentCount = 1 };
        SocketResult result = second.ReceiveMessage(ref message);
        if (result.IsSuccess) Assert.That(message.Flags & MessageFlags.Truncated, Is.EqualTo(MessageFlags.Truncated));
        else Assert.That(result.Kind, Is.EqualTo(ErrorKind.MessageTooLong));
    }

    [Test]
    public unsafe void SendAndReceive_Segments_ScatterAndGather()
    {
        (SocketHandle client, SocketHandle server) = SocketPairs.Tcp();
        using (client)
        using (server)
        {
            byte* a = stackalloc byte[] { 1, 2, 3 };
            byte* b = stackalloc byte[] { 4, 5, 6, 7 };
            BufferSegment[] segments = [new(a, 3), new(null, 0), new(b, 4)];
            Assert.That(client.Send(segments).Count, Is.EqualTo(7));
            byte* c = stackalloc byte[5];
            byte* d = stackalloc byte[5];
            segments = [new(c, 5), new(d, 5)];
            int got = 0;
            while (got < 7)
            {
                SocketPairs.WaitFor(server, PollInterest.Readable);
                got += server.Receive(segments).ThrowIfFailed();
            }

            Assert.That(new Span<byte>(c, 5).ToArray(), Is.EqualTo(new byte[] { 1, 2, 3, 4, 5 }));
            Assert.That(new Span<byte>(d, 2).ToArray(), Is.EqualTo(new byte[] { 6, 7 }));
        }
    }

    [Test]
    public void Receive_Peek_LeavesTheData()
    {
        (SocketHandle client, SocketHandle server) = SocketPairs.Tcp();
        using (client)
        using (server)
        {
            SocketPairs.SendAll(client, "ab"u8);
            SocketPairs.WaitFor(server, PollInterest.Readable);
            byte[] buffer = new byte[8];
            Assert.That(server.Receive(buffer, MessageFlags.Peek).Count, Is.EqualTo(2));
            Assert.That(server.Receive(buffer).Count, Is.EqualTo(2));
        }
    }

    [Test]
    public void DualStack_IPv6Listener_TakesIPv4Connections()
    {
        if (!SocketPairs.HasIPv6()) return; // creating the socket said so
        using SocketHandle listener = SocketHandle.Create(SocketFamily.IPv6, SocketKind.Stream);
        listener.SetOption(SocketOption.IPv6Only, 0);
        listener.Bind(SocketEndpoint.AnyIPv6(0));
        listener.Listen();
        using SocketHandle client = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Stream);
        client.Connect(SocketEndpoint.LoopbackIPv4(listener.GetLocalAddress().Port));
        SocketPairs.WaitFor(listener, PollInterest.Readable);
        Assert.That(listener.Accept(out SocketHandle? server, out SocketEndpoint peer).IsSuccess, Is.True);
        server!.Dispose();
        Assert.That(peer.Family, Is.EqualTo(SocketFamily.IPv6));
        Assert.That(peer.UnmapIPv4().Family, Is.EqualTo(SocketFamily.IPv4));
    }

    [Test]
    public void ReusePort_TwoListeners_ShareTheAddressWhereTheSystemCan()
    {
        using SocketHandle first = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Stream);
        NativeError error = first.TrySetOption(SocketOption.ReusePort, 1);
        if (error.IsError)
        {
            Assert.That(error.Kind, Is.EqualTo(ErrorKind.NotSupported));
            return;
        }

        using SocketHandle second = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Stream);
        second.SetOption(SocketOption.ReusePort, 1);
        first.Bind(SocketEndpoint.LoopbackIPv4(0));
        first.Listen();
        second.Bind(first.GetLocalAddress());
        second.Listen();
        using SocketHandle third = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Stream);
        Assert.That(third.TryBind(first.GetLocalAddress()).Kind, Is.EqualTo(ErrorKind.AddressInUse));
    }

    [TestCase(SocketOption.NoDelay, 1)]
    [TestCase(SocketOption.KeepAlive, 1)]
    [TestCase(SocketOption.KeepAliveIdleSeconds, 77)]
    [TestCase(SocketOption.KeepAliveIntervalSeconds, 7)]
    [TestCase(SocketOption.KeepAliveCount, 5)]
    [TestCase(SocketOption.ReuseAddress, 1)]
    [TestCase(SocketOption.Cork, 1)]
    [TestCase(SocketOption.UserTimeoutMilliseconds, 1500)]
    [TestCase(SocketOption.UnsentLowWatermark, 4096)]
    [TestCase(SocketOption.TypeOfService, 0x10)]
    [TestCase(SocketOption.TimeToLive, 33)]
    [TestCase(SocketOption.Priority, 3)]
    [TestCase(SocketOption.FreeBind, 1)]
    [TestCase(SocketOption.ZeroCopy, 1)]
    [TestCase(SocketOption.DeferAcceptSeconds, 1)]
    public void Option_SetThenGet_RoundTripsOrIsNotSupported(SocketOption option, int value)
    {
        using SocketHandle socket = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Stream);
        NativeError error = socket.TrySetOption(option, value);
        if (error.IsError)
        {
            Assert.That(error.Kind, Is.AnyOf(ErrorKind.NotSupported, ErrorKind.ProtocolError, ErrorKind.ProtocolNotSupported, ErrorKind.InvalidArgument), error.ToString());
            Assert.That(Host.IsLinux, Is.False, "Linux has every option tried here");
            return;
        }

        Assert.That(socket.GetOption(option), Is.EqualTo(value));
    }

    [Test]
    public void Option_ReadOnlyFacts_AreTold()
    {
        using SocketHandle socket = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Stream);
        socket.Bind(SocketEndpoint.LoopbackIPv4(0));
        socket.Listen();
        Assert.That(socket.GetOption(SocketOption.IsListening), Is.EqualTo(1));
        Assert.That(socket.GetOption(SocketOption.NativeType), Is.EqualTo(1));
        Assert.That(socket.TakeError().IsError, Is.False);
        socket.SetOption(SocketOption.ReceiveBufferSize, 50_000);
        Assert.That(socket.GetOption(SocketOption.ReceiveBufferSize), Is.AtLeast(50_000));
    }

    [Test]
    public void JoinGroup_Multicast_DeliversToTheMember()
    {
        using SocketHandle receiver = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Datagram);
        receiver.SetOption(SocketOption.ReuseAddress, 1);
        receiver.Bind(SocketEndpoint.AnyIPv4(0));
        SocketEndpoint group = SocketEndpoint.IPv4([239, 255, 77, 78], receiver.GetLocalAddress().Port);
        NativeError joined = receiver.JoinGroup(group);
        // A machine without a multicast route says so; with one the datagram comes back by the loop.
        if (joined.IsError)
        {
            Assert.That(joined.Kind, Is.AnyOf(ErrorKind.NoDevice, ErrorKind.NetworkUnreachable, ErrorKind.AddressNotAvailable, ErrorKind.HostUnreachable), joined.ToString());
            return;
        }

        Assert.That(receiver.JoinGroup(group).IsError, Is.True, "a second join of the same group is refused");
        Assert.That(receiver.LeaveGroup(group).IsError, Is.False);
        Assert.Throws<ArgumentException>(() => receiver.JoinGroup(SocketEndpoint.Unix("/x")));
    }

    [Test]
    public void SendFile_WholeFile_ArrivesUnchanged()
    {
        using TemporaryDirectory folder = new();
        byte[] data = new byte[1_000_003];
        new Random(2).NextBytes(data);
        File.WriteAllBytes(folder["f"], data);
        using FileHandle file = FileHandle.Open(folder["f"], new FileOpenOptions { Access = FileOpenAccess.Read });
        (SocketHandle client, SocketHandle server) = SocketPairs.Tcp();
        using (client)
        using (server)
        {
            long offset = 3;
            int got = 0;
            byte[] received = new byte[data.Length - 3];
            bool more = true;
            while (got < received.Length || more)
            {
                if (more)
                {
                    SocketResult sent = client.SendFile(file, ref offset, long.MaxValue);
                    more = sent.WouldBlock || sent.ThrowIfFailed("sendfile") > 0;
                }

                SocketResult part = server.Receive(received.AsSpan(got));
                if (!part.WouldBlock) got += part.ThrowIfFailed();
            }

            Assert.That(offset, Is.EqualTo(data.Length));
            Assert.That(received.AsSpan().SequenceEqual(data.AsSpan(3)), Is.True);
            Assert.Throws<ArgumentOutOfRangeException>(() => { long negative = -1; client.SendFile(file, ref negative, 1); });
            Assert.Throws<ArgumentOutOfRangeException>(() => { long zero = 0; client.SendFile(file, ref zero, -1); });
        }
    }

    [TestCase(SocketKind.Stream)]
    [TestCase(SocketKind.Datagram)]
    [TestCase(SocketKind.SequencedPacket)]
    public void CreatePair_OfKind_IsConnected(SocketKind kind)
    {
        SocketHandle first, second;
        try
        {
            (first, second) = SocketHandle.CreatePair(kind);
        }
        catch (PlatformException e)
        {
            Assert.That(kind, Is.Not.EqualTo(SocketKind.Stream), e.Message);
            Assert.That(e.Kind, Is.AnyOf(ErrorKind.NotSupported, ErrorKind.ProtocolNotSupported));
            return;
        }

        using (first)
        using (second)
        {
            SocketPairs.SendAll(first, "ping"u8);
            Assert.That(SocketPairs.ReceiveExactly(second, 4), Is.EqualTo("ping"u8.ToArray()));
        }
    }

    [Test]
    public void Calls_AfterDispose_Throw()
    {
        SocketHandle socket = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Stream);
        socket.Dispose();
        socket.Dispose();
        Assert.Multiple(() =>
        {
            Assert.Throws<ObjectDisposedException>(() => socket.Send([1]));
            Assert.Throws<ObjectDisposedException>(() => socket.Receive(new byte[1]));
            Assert.Throws<ObjectDisposedException>(() => socket.Bind(SocketEndpoint.LoopbackIPv4(0)));
            Assert.Throws<ObjectDisposedException>(() => socket.Listen());
            Assert.Throws<ObjectDisposedException>(() => socket.Accept(out _, out _));
            Assert.Throws<ObjectDisposedException>(() => socket.Connect(SocketEndpoint.LoopbackIPv4(1)));
            Assert.Throws<ObjectDisposedException>(() => socket.GetLocalAddress());
            Assert.Throws<ObjectDisposedException>(() => socket.TrySetOption(SocketOption.NoDelay, 1));
            Assert.Throws<ObjectDisposedException>(() => socket.Shutdown(SocketShutdown.Both));
        });
    }

    [Test]
    public unsafe void BadInput_OfEveryKind_ThrowsBeforeAnyEffect()
    {
        using SocketHandle socket = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Stream);
        Assert.Multiple(() =>
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => SocketHandle.Create((SocketFamily)9, SocketKind.Stream));
            Assert.Throws<ArgumentOutOfRangeException>(() => SocketHandle.Create(SocketFamily.IPv4, (SocketKind)9));
            Assert.Throws<ArgumentOutOfRangeException>(() => SocketHandle.FromDescriptor(-5));
            Assert.Throws<ArgumentException>(() => socket.Bind(default));
            Assert.Throws<ArgumentException>(() => socket.Connect(default));
            Assert.Throws<ArgumentException>(() => socket.SendTo([1], default));
            Assert.Throws<ArgumentOutOfRangeException>(() => socket.Listen(-1));
            Assert.Throws<ArgumentOutOfRangeException>(() => socket.Shutdown((SocketShutdown)7));
            Assert.Throws<ArgumentOutOfRangeException>(() => socket.SetLinger(-1));
            Assert.Throws<ArgumentException>(() => socket.Send(new BufferSegment[SocketHandle.MaxSegments + 1]));
            Assert.Throws<ArgumentException>(() => { SocketMessage m = new() { SegmentCount = -1 }; socket.SendMessage(ref m); });
            Assert.Throws<ArgumentException>(() => { SocketMessage m = new() { SegmentCount = 1 }; socket.ReceiveMessage(ref m); });
            Assert.Throws<ArgumentException>(() => { SocketMessage m = new() { ControlLength = -1 }; socket.SendMessage(ref m); });
            Assert.Throws<ArgumentNullException>(() => { long offset = 0; socket.SendFile(null!, ref offset, 1); });
            Assert.Throws<ArgumentException>(() => AddressResolver.Resolve("a\0b", 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => AddressResolver.Resolve("a", 70000));
        });
        using SocketHandle wild = SocketHandle.FromDescriptor(999_999, ownsHandle: false);
        Assert.That(wild.Send([1]).Kind, Is.AnyOf(ErrorKind.InvalidHandle, ErrorKind.NotSocket));
        Assert.That(wild.TryBind(SocketEndpoint.LoopbackIPv4(0)).Kind, Is.AnyOf(ErrorKind.InvalidHandle, ErrorKind.NotSocket));
    }

    [Test]
    public void SendAndReceive_AfterWarmUp_AllocateNothing()
    {
        (SocketHandle client, SocketHandle server) = SocketPairs.Tcp();
        using (client)
        using (server)
        {
            byte[] buffer = new byte[64];
            AllocationProbe.AssertNone(() =>
            {
                client.Send(buffer).ThrowIfFailed();
                int got = 0;
                while (got < buffer.Length)
                {
                    SocketResult result = server.Receive(buffer);
                    if (result.IsSuccess) got += result.Count;
                    else if (result.Kind != ErrorKind.WouldBlock) result.ThrowIfFailed();
                }
            });
        }
    }

    [Test]
    public unsafe void DatagramCalls_AfterWarmUp_AllocateNothing()
    {
        using SocketHandle first = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Datagram);
        using SocketHandle second = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Datagram);
        second.Bind(SocketEndpoint.LoopbackIPv4(0));
        SocketEndpoint destination = second.GetLocalAddress();
        byte[] buffer = new byte[64];
        byte* memory = (byte*)NativeMemory.Alloc(64);
        AllocationProbe.AssertNone(() =>
        {
            first.SendTo(buffer, destination).ThrowIfFailed();
            while (!second.ReceiveFrom(buffer, out _).IsSuccess)
            {
            }

            BufferSegment segment = new(memory, 64);
            SocketEndpoint address = destination;
            SocketMessage message = new() { Segments = &segment, SegmentCount = 1, Address = &address };
            first.SendMessage(ref message).ThrowIfFailed();
            while (!second.ReceiveMessage(ref message).IsSuccess)
            {
            }
        });
        NativeMemory.Free(memory);
    }
}
