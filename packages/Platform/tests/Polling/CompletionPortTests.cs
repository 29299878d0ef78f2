using System.Runtime.InteropServices;
using Gabbro.Platform.Files;
using Gabbro.Platform.Ipc;
using Gabbro.Platform.Native;
using Gabbro.Platform.Polling;
using Gabbro.Platform.Sockets;
using Gabbro.Platform.Tests.Sockets;

namespace Gabbro.Platform.Tests.Polling;

/// <summary>Everywhere but on Windows the port must say that it is not supported; there everything below runs.</summary>
public sealed unsafe class CompletionPortTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly PortCompletion[] _completions = new PortCompletion[64];

    private static CompletionPort? Create()
    {
        NativeError error = CompletionPort.TryCreate(0, out CompletionPort? port);
        Assert.That(error.Kind, Is.EqualTo(Host.IsWindows ? ErrorKind.None : ErrorKind.NotSupported));
        return port;
    }

    private PortCompletion TakeOne(CompletionPort port)
    {
        Assert.That(port.Dequeue(_completions.AsSpan(0, 1), Patience), Is.EqualTo(1));
        return _completions[0];
    }

    [Test]
    public void Post_Several_AreDequeuedInOneBatch()
    {
        using CompletionPort? port = Create();
        if (port is null) return;
        Assert.That(port.Dequeue(_completions, TimeSpan.Zero), Is.Zero);
        for (uint i = 0; i < 10; i++) port.Post(i, i * 2);
        Assert.That(port.Dequeue(_completions, Patience), Is.EqualTo(10));
        for (uint i = 0; i < 10; i++) Assert.That(_completions[i], Is.EqualTo(new PortCompletion(i, 0, i * 2, default)));
    }

    [Test]
    public void AcceptConnectSendReceive_Overlapped_CarryBytes()
    {
        using CompletionPort? port = Create();
        if (port is null) return;
        using SocketHandle listener = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Stream);
        using SocketHandle client = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Stream);
        using SocketHandle server = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Stream);
        listener.Bind(SocketEndpoint.LoopbackIPv4(0));
        listener.Listen();
        client.Bind(SocketEndpoint.AnyIPv4(0));
        port.Associate(listener, 1);
        port.Associate(client, 2);
        port.Associate(server, 3);
        using OverlappedOperation accept = new() { UserData = 11 }, connect = new() { UserData = 12 };
        byte* addresses = (byte*)NativeMemory.Alloc(CompletionPort.AcceptAddressRoom);
        CompletionPort.Accept(listener, server, addresses, accept).ThrowIfError("accept");
        Assert.That(accept.IsPending, Is.True);
        Assert.Throws<InvalidOperationException>(() => accept.Dispose());
        Assert.Throws<InvalidOperationException>(() => CompletionPort.Accept(listener, server, addresses, accept));
        CompletionPort.Connect(client, listener.GetLocalAddress(), connect).ThrowIfError("connect");
        HashSet<nuint> done = [];
        while (done.Count < 2)
        {
            PortCompletion completion = TakeOne(port);
            Assert.That(completion.IsSuccess, Is.True, completion.Error.ToString());
            done.Add(completion.UserData);
        }

        Assert.That(done, Is.EquivalentTo(new nuint[] { 11, 12 }));
        CompletionPort.FinishAccept(listener, server).ThrowIfError("finish accept");
        CompletionPort.FinishConnect(client).ThrowIfError("finish connect");
        Assert.That(server.TryGetPeerAddress(out SocketEndpoint peer).IsError, Is.False);
        Assert.That(peer, Is.EqualTo(client.GetLocalAddress()));
        byte* memory = (byte*)NativeMemory.Alloc(64);
        "overlapped"u8.CopyTo(new Span<byte>(memory, 64));
        using OverlappedOperation receive = new() { UserData = 13 }, send = new() { UserData = 14 };
        CompletionPort.Receive(server, memory + 32, 32, receive).ThrowIfError("receive");
        CompletionPort.Send(client, memory, 10, send).ThrowIfError("send");
        for (int i = 0; i < 2; i++) Assert.That(TakeOne(port).Count, Is.EqualTo(10));
        Assert.That(new Span<byte>(memory + 32, 10).SequenceEqual("overlapped"u8), Is.True);
        NativeMemory.Free(memory);
        NativeMemory.Free(addresses);
    }

    [Test]
    public void SendFile_Part_ArrivesUnchanged()
    {
        using CompletionPort? port = Create();
        if (port is null) return;
        using TemporaryDirectory folder = new();
        byte[] data = new byte[300_001];
        new Random(3).NextBytes(data);
        File.WriteAllBytes(folder["f"], data);
        using FileHandle file = FileHandle.Open(folder["f"]);
        (SocketHandle client, SocketHandle server) = SocketPairs.Tcp();
        using (client)
        using (server)
        {
            port.Associate(client, 1);
            using OverlappedOperation send = new() { UserData = 9 };
            CompletionPort.SendFile(client, file, 1, 300_000, send).ThrowIfError("TransmitFile");
            Assert.That(SocketPairs.ReceiveExactly(server, 300_000), Is.EqualTo(data.AsSpan(1).ToArray()));
            PortCompletion completion = TakeOne(port);
            Assert.That((completion.UserData, completion.Count, completion.Error.Kind), Is.EqualTo(((nuint)9, 300_000u, ErrorKind.None)));
            Assert.Throws<ArgumentOutOfRangeException>(() => CompletionPort.SendFile(client, file, -1, 1, send));
            Assert.Throws<ArgumentOutOfRangeException>(() => CompletionPort.SendFile(client, file, 0, int.MaxValue, send));
        }
    }

    [Test]
    public void ReadAndWrite_OverAPipe_Complete()
    {
        using CompletionPort? port = Create();
        if (port is null) return;
        (FileHandle reader, FileHandle writer) = Pipes.Create();
        using (reader)
        using (writer)
        {
            port.Associate(reader, 1);
            byte* memory = (byte*)NativeMemory.Alloc(64);
            using OverlappedOperation read = new() { UserData = 4 };
            CompletionPort.Read(reader, memory, 64, 0, read).ThrowIfError("read");
            Assert.That(port.Dequeue(_completions, TimeSpan.Zero), Is.Zero);
            writer.WriteAll("piped"u8);
            PortCompletion completion = TakeOne(port);
            Assert.That((completion.UserData, completion.Count), Is.EqualTo(((nuint)4, 5u)));
            Assert.That(new Span<byte>(memory, 5).SequenceEqual("piped"u8), Is.True);
            // A call that waits does not send its completion to the port.
            writer.WriteAll("again"u8);
            Assert.That(reader.Read(new byte[64]), Is.EqualTo(5));
            Assert.That(port.Dequeue(_completions, TimeSpan.Zero), Is.Zero);
            NativeMemory.Free(memory);
        }
    }

    [Test]
    public void Cancel_PendingReceive_CompletesAsCanceled()
    {
        using CompletionPort? port = Create();
        if (port is null) return;
        (SocketHandle left, SocketHandle right) = SocketHandle.CreatePair();
        using (left)
        using (right)
        {
            port.Associate(left, 1);
            byte* memory = (byte*)NativeMemory.Alloc(8);
            using OverlappedOperation receive = new() { UserData = 5 };
            CompletionPort.Receive(left, memory, 8, receive).ThrowIfError("receive");
            CompletionPort.Cancel(left, receive).ThrowIfError("cancel");
            PortCompletion completion = TakeOne(port);
            Assert.That((completion.UserData, completion.Error.Kind), Is.EqualTo(((nuint)5, ErrorKind.Canceled)));
            Assert.That(receive.IsPending, Is.False);
            NativeMemory.Free(memory);
        }
    }

    [Test]
    public void Datagrams_Overlapped_CarrySource()
    {
        using CompletionPort? port = Create();
        if (port is null) return;
        using SocketHandle a = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Datagram);
        using SocketHandle b = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Datagram);
        a.Bind(SocketEndpoint.LoopbackIPv4(0));
        b.Bind(SocketEndpoint.LoopbackIPv4(0));
        port.Associate(a, 1);
        port.Associate(b, 2);
        byte* memory = (byte*)NativeMemory.AllocZeroed(256);
        using OverlappedOperation receive = new() { UserData = 1 }, send = new() { UserData = 2 };
        CompletionPort.ReceiveFrom(b, memory, 16, memory + 64, 128, receive).ThrowIfError("receive");
        CompletionPort.SendTo(a, memory + 32, 7, b.GetLocalAddress(), send).ThrowIfError("send");
        for (int i = 0; i < 2; i++) Assert.That(TakeOne(port).Count, Is.EqualTo(7));
        Assert.That(SocketEndpoint.FromNative(new Span<byte>(memory + 64, receive.AddressLength)), Is.EqualTo(a.GetLocalAddress()));
        NativeMemory.Free(memory);
    }

    [Test]
    public void BadInput_OfEveryKind_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CompletionPort.Create(-1));
        OverlappedOperation operation = new();
        operation.Dispose();
        operation.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _ = operation.IsPending);
        using CompletionPort? port = Create();
        if (port is null)
        {
            Assert.Throws<PlatformException>(() => CompletionPort.Create());
            return;
        }

        Assert.Throws<ArgumentException>(() => port.Dequeue([], TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => port.Dequeue(_completions, TimeSpan.FromSeconds(-1)));
        Assert.Throws<ArgumentNullException>(() => port.Associate(null!, 1));
        port.Dispose();
        Assert.Throws<ObjectDisposedException>(() => port.Post(1));
    }

    [Test]
    public void PostAndDequeue_AfterWarmUp_AllocateNothing()
    {
        using CompletionPort? port = Create();
        if (port is null) return;
        AllocationProbe.AssertNone(() =>
        {
            port.Post(1);
            port.Dequeue(_completions, Patience);
        });
    }
}
