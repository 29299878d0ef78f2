using Gabbro.Platform.Native;
using Gabbro.Platform.Polling;
using Gabbro.Platform.Sockets;

namespace Gabbro.Platform.Tests.Sockets;

public sealed class UnixSocketTests
{
    [Test]
    public void UnixStream_PathAndCredentials_Work()
    {
        using TemporaryDirectory folder = new();
        if (!SocketPairs.HasUnix())
        {
            Assert.That(
                SocketHandle.TryCreate(SocketFamily.Unix, SocketKind.Stream, 0, out _).Kind,
                Is.AnyOf(ErrorKind.AddressFamilyNotSupported, ErrorKind.ProtocolNotSupported, ErrorKind.NotSupported));
            return;
        }

        using SocketHandle listener = SocketHandle.Create(SocketFamily.Unix, SocketKind.Stream);
        listener.Bind(SocketEndpoint.Unix(folder["s"]));
        listener.Listen();
        using SocketHandle client = SocketHandle.Create(SocketFamily.Unix, SocketKind.Stream);
        client.Connect(SocketEndpoint.Unix(folder["s"])).ThrowIfFailed("connect");
        SocketPairs.WaitFor(listener, PollInterest.Readable);
        listener.Accept(out SocketHandle? server, out _).ThrowIfFailed("accept");
        using (server)
        {
            SocketPairs.SendAll(client, "x"u8);
            Assert.That(SocketPairs.ReceiveExactly(server!, 1), Is.EqualTo("x"u8.ToArray()));
            Assert.That(client.TryGetPeerAddress(out SocketEndpoint peer).IsError, Is.False);
            Assert.That(peer, Is.EqualTo(SocketEndpoint.Unix(folder["s"])));
            if (Host.IsWindows) return;
            Assert.That(server!.TryGetPeerCredentials(out PeerCredentials credentials).IsError, Is.False);
            Assert.That(credentials.ProcessId, Is.EqualTo(Environment.ProcessId));
        }
    }

    [Test]
    public void SendDescriptors_PassedSocket_IsTheSameObject()
    {
        (SocketHandle left, SocketHandle right) = SocketHandle.CreatePair();
        using (left)
        using (right)
        {
            if (Host.IsWindows)
            {
                Assert.Throws<PlatformNotSupportedException>(() => left.SendDescriptors([1], [0]));
                return;
            }

            (SocketHandle a, SocketHandle b) = SocketHandle.CreatePair();
            using (a)
            using (b)
            {
                left.SendDescriptors("fd"u8, [(int)a.DangerousGetHandle(), (int)a.DangerousGetHandle()]).ThrowIfFailed();
                byte[] buffer = new byte[8];
                int[] descriptors = new int[1];
                Assert.That(right.ReceiveDescriptors(buffer, descriptors, out int count).Count, Is.EqualTo(2));
                Assert.That(count, Is.EqualTo(1), "the second did not fit and was closed");
                a.Dispose();
                using SocketHandle passed = SocketHandle.FromDescriptor(descriptors[0]);
                SocketPairs.SendAll(passed, "through"u8);
                Assert.That(SocketPairs.ReceiveExactly(b, 7), Is.EqualTo("through"u8.ToArray()));
            }

            Assert.Throws<ArgumentException>(() => left.SendDescriptors([], [0]));
            Assert.Throws<ArgumentException>(() => left.SendDescriptors([1], []));
            Assert.Throws<ArgumentException>(() => left.SendDescriptors([1], new int[254]));
        }
    }

    [Test]
    public void UnixAbstract_Name_NeedsNoFile()
    {
        if (!Host.IsLinux)
        {
            Assert.Throws<PlatformNotSupportedException>(() => SocketEndpoint.UnixAbstract("x"u8));
            return;
        }

        byte[] name = [.. "gabbro"u8, 0, .. Guid.NewGuid().ToByteArray()];
        using SocketHandle listener = SocketHandle.Create(SocketFamily.Unix, SocketKind.SequencedPacket);
        listener.Bind(SocketEndpoint.UnixAbstract(name));
        listener.Listen();
        Assert.That(listener.GetLocalAddress().IsUnixAbstract, Is.True);
        Assert.That(listener.GetLocalAddress().UnixPath[1..].ToArray(), Is.EqualTo(name));
        using SocketHandle client = SocketHandle.Create(SocketFamily.Unix, SocketKind.SequencedPacket);
        Assert.That(client.Connect(SocketEndpoint.UnixAbstract(name)).IsSuccess, Is.True);
    }

    [Test]
    public void ControlMessages_DamagedBytes_EndTheReading()
    {
        int seed = TestSeed.Next();
        Random random = new(seed);
        byte[] buffer = new byte[256];
        for (int i = 0; i < 100_000; i++)
        {
            random.NextBytes(buffer);
            if (random.Next(2) == 0) Array.Clear(buffer, 1, 7);
            ControlMessageReader reader = new(buffer.AsSpan(0, random.Next(buffer.Length)));
            int messages = 0;
            while (reader.MoveNext()) messages += 1 + (reader.Payload.Length * 0);
            Assert.That(messages, Is.LessThanOrEqualTo(16), $"seed {seed}");
        }
    }

    [Test]
    public void ControlMessages_Written_ReadBack()
    {
        byte[] buffer = new byte[256];
        ControlMessageWriter writer = new(buffer);
        writer.Add(7, 8, [1, 2, 3]);
        writer.Add(9, 10, [4]);
        ControlMessageReader reader = new(buffer.AsSpan(0, writer.Length));
        Assert.That(reader.MoveNext(), Is.True);
        Assert.That((reader.Level, reader.Type), Is.EqualTo((7, 8)));
        Assert.That(reader.Payload.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(reader.MoveNext(), Is.True);
        Assert.That(reader.Payload.ToArray(), Is.EqualTo(new byte[] { 4 }));
        Assert.That(reader.MoveNext(), Is.False);
    }
}
