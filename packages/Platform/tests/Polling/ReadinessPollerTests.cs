using Gabbro.Platform.Polling;
using Gabbro.Platform.Sockets;
using Gabbro.Platform.Tests.Sockets;

namespace Gabbro.Platform.Tests.Polling;

public sealed class ReadinessPollerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly PollEvent[] _events = new PollEvent[16];

    [Test]
    public void Wait_LevelTriggered_ReportsUntilDrained()
    {
        (SocketHandle client, SocketHandle server) = SocketPairs.Tcp();
        using (client)
        using (server)
        using (ReadinessPoller poller = new())
        {
            poller.Add(server, 42, PollInterest.Readable);
            Assert.That(poller.Wait(_events, TimeSpan.Zero), Is.Zero);
            SocketPairs.SendAll(client, "abc"u8);
            for (int i = 0; i < 3; i++)
            {
                Assert.That(poller.Wait(_events, Patience), Is.EqualTo(1));
                Assert.That(_events[0].Token, Is.EqualTo(42));
                Assert.That(_events[0].Readiness & PollReadiness.Readable, Is.EqualTo(PollReadiness.Readable));
                SocketPairs.ReceiveExactly(server, 1);
            }

            Assert.That(poller.Wait(_events, TimeSpan.Zero), Is.Zero);
        }
    }

    [Test]
    public void Wait_EdgeTriggered_ReportsEachChangeOnce()
    {
        (SocketHandle client, SocketHandle server) = SocketPairs.Tcp();
        using (client)
        using (server)
        using (ReadinessPoller poller = new())
        {
            nint descriptor = server.DangerousGetHandle();
            poller.Add(descriptor, 1, PollInterest.Readable | PollInterest.EdgeTriggered);
            for (int round = 0; round < 5; round++)
            {
                SocketPairs.SendAll(client, "abc"u8);
                Assert.That(poller.Wait(_events, Patience), Is.EqualTo(1), $"round {round}");
                Assert.That(poller.Wait(_events, TimeSpan.Zero), Is.Zero, "no change, no event");
                SocketPairs.ReceiveExactly(server, 3);
                Assert.That(server.Receive(new byte[1]).WouldBlock, Is.True);
                poller.Rearm(descriptor);
            }
        }
    }

    [Test]
    public void Wait_OneShot_NeedsModify()
    {
        (SocketHandle client, SocketHandle server) = SocketPairs.Tcp();
        using (client)
        using (server)
        using (ReadinessPoller poller = new())
        {
            poller.Add(server, 1, PollInterest.Readable | PollInterest.Writable | PollInterest.OneShot);
            Assert.That(poller.Wait(_events, Patience), Is.EqualTo(1));
            SocketPairs.SendAll(client, "abc"u8);
            Assert.That(poller.Wait(_events, TimeSpan.FromMilliseconds(20)), Is.Zero);
            poller.Modify(server, 2, PollInterest.Readable | PollInterest.OneShot);
            Assert.That(poller.Wait(_events, Patience), Is.EqualTo(1));
            Assert.That(_events[0].Token, Is.EqualTo(2));
        }
    }

    [Test]
    public void Wait_PeerCloses_ReportsReadClosed()
    {
        (SocketHandle client, SocketHandle server) = SocketPairs.Tcp();
        using (server)
        using (ReadinessPoller poller = new())
        {
            poller.Add(server, 1, PollInterest.Readable | PollInterest.ReadClosed);
            client.Dispose();
            Assert.That(poller.Wait(_events, Patience), Is.EqualTo(1));
            Assert.That(_events[0].IsReadable, Is.True);
            Assert.That(_events[0].Readiness & PollReadiness.ReadClosed, Is.EqualTo(PollReadiness.ReadClosed));
        }
    }

    [Test]
    public void Wait_Listener_ReportsConnections()
    {
        using SocketHandle listener = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Stream);
        listener.Bind(SocketEndpoint.LoopbackIPv4(0));
        listener.Listen();
        using ReadinessPoller poller = new();
        poller.Add(listener, 5, PollInterest.Readable);
        List<SocketHandle> clients = [];
        for (int i = 0; i < 5; i++)
        {
            SocketHandle client = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Stream);
            client.Connect(listener.GetLocalAddress());
            clients.Add(client);
        }

        for (int accepted = 0; accepted < 5;)
        {
            Assert.That(poller.Wait(_events, Patience), Is.EqualTo(1));
            while (listener.Accept(out SocketHandle? server, out _).IsSuccess)
            {
                clients.Add(server!);
                accepted++;
            }
        }

        clients.ForEach(c => c.Dispose());
    }

    [Test]
    public void Wait_ManySockets_ReportsEachReadyOneOnce()
    {
        const int Count = 100;
        using ReadinessPoller poller = new();
        List<(SocketHandle A, SocketHandle B)> pairs = [];
        for (int i = 0; i < Count; i++)
        {
            (SocketHandle a, SocketHandle b) = SocketHandle.CreatePair();
            pairs.Add((a, b));
            poller.Add(a, (ulong)i, PollInterest.Readable | PollInterest.EdgeTriggered);
        }

        for (int i = 0; i < Count; i += 2) SocketPairs.SendAll(pairs[i].B, "x"u8);
        HashSet<ulong> seen = [];
        while (seen.Count < Count / 2)
        {
            int count = poller.Wait(_events, Patience);
            Assert.That(count, Is.Positive);
            for (int i = 0; i < count; i++) Assert.That(seen.Add(_events[i].Token), Is.True, "reported twice");
        }

        Assert.That(seen, Has.All.Matches<ulong>(t => t % 2 == 0));
        foreach ((SocketHandle a, SocketHandle b) in pairs)
        {
            Assert.That(poller.Remove(a).IsError, Is.False);
            a.Dispose();
            b.Dispose();
        }
    }

    [Test]
    public void Remove_Registered_EndsItsEvents()
    {
        (SocketHandle client, SocketHandle server) = SocketPairs.Tcp();
        using (client)
        using (server)
        using (ReadinessPoller poller = new())
        {
            poller.Add(server, 1, PollInterest.Readable);
            SocketPairs.SendAll(client, "x"u8);
            SocketPairs.WaitFor(server, PollInterest.Readable);
            Assert.That(poller.Remove(server).IsError, Is.False);
            Assert.That(poller.Wait(_events, TimeSpan.FromMilliseconds(10)), Is.Zero);
            Assert.That(poller.Remove(server).Kind, Is.EqualTo(ErrorKind.NotFound));
            Assert.That(poller.TryModify(server.DangerousGetHandle(), 1, PollInterest.Readable).Kind, Is.EqualTo(ErrorKind.NotFound));
            poller.Add(server, 9, PollInterest.Readable);
            Assert.That(poller.Wait(_events, Patience), Is.EqualTo(1));
            Assert.That(_events[0].Token, Is.EqualTo(9));
        }
    }

    [Test]
    public void Wake_BeforeWait_IsNotLost()
    {
        using ReadinessPoller poller = new();
        for (int i = 0; i < 100; i++)
        {
            poller.Wake();
            poller.Wake();
            Assert.That(poller.Wait(_events, Timeout.InfiniteTimeSpan), Is.Zero);
            Assert.That(poller.Wait(_events, TimeSpan.Zero), Is.Zero);
        }
    }

    [Test]
    public void Wake_FromAnotherThread_EndsEveryWait()
    {
        using ReadinessPoller poller = new();
        int rounds = TestEffort.Scale(2000), turn = 0;
        Thread waker = new(() =>
        {
            for (int i = 0; i < rounds; i++)
            {
                while (Volatile.Read(ref turn) != i) Thread.Yield();
                poller.Wake();
            }
        });
        waker.Start();
        for (int i = 0; i < rounds; i++)
        {
            Assert.That(poller.Wait(_events, Timeout.InfiniteTimeSpan), Is.Zero);
            Volatile.Write(ref turn, i + 1);
        }

        waker.Join();
    }

    [Test]
    public void Dispose_DuringWait_EndsIt()
    {
        for (int i = 0; i < TestEffort.Scale(50); i++)
        {
            ReadinessPoller poller = new();
            using ManualResetEventSlim started = new();
            Task waiter = Task.Factory.StartNew(
                () =>
                {
                    started.Set();
                    Assert.Throws<ObjectDisposedException>(() => poller.Wait(new PollEvent[1], Timeout.InfiniteTimeSpan));
                },
                TaskCreationOptions.LongRunning);
            started.Wait();
            if (i % 2 == 0) Thread.Yield();
            poller.Dispose();
            Assert.That(waiter.Wait(Patience), Is.True);
        }
    }

    [Test]
    public void Wait_FractionOfAMillisecond_Returns()
    {
        using ReadinessPoller poller = new();
        Assert.That(poller.Wait(_events, TimeSpan.FromTicks(1)), Is.Zero);
        Assert.That(poller.Wait(_events, TimeSpan.FromMicroseconds(1500)), Is.Zero);
    }

    [Test]
    public void BadInput_OfEveryKind_Throws()
    {
        ReadinessPoller poller = new();
        using SocketHandle socket = SocketHandle.Create(SocketFamily.IPv4, SocketKind.Stream);
        Assert.Multiple(() =>
        {
            Assert.Throws<ArgumentException>(() => poller.Wait([], TimeSpan.Zero));
            Assert.Throws<ArgumentOutOfRangeException>(() => poller.Wait(_events, TimeSpan.FromSeconds(-1)));
            Assert.Throws<ArgumentOutOfRangeException>(() => poller.Add(-1, 1, PollInterest.Readable));
            Assert.Throws<ArgumentException>(() => poller.Add(socket, ReadinessPoller.ReservedToken, PollInterest.Readable));
            Assert.Throws<ArgumentException>(() => poller.Add(socket, 1, (PollInterest)4096));
            Assert.Throws<ArgumentNullException>(() => poller.Add(null!, 1, PollInterest.Readable));
            Assert.Throws<PlatformException>(() => poller.Add(999_999, 1, PollInterest.Readable));
        });
        poller.Dispose();
        poller.Dispose();
        Assert.Throws<ObjectDisposedException>(() => poller.Wait(_events, TimeSpan.Zero));
        Assert.Throws<ObjectDisposedException>(() => poller.Add(socket, 1, PollInterest.Readable));
        Assert.Throws<ObjectDisposedException>(() => poller.Wake());
    }

    [Test]
    public void Poll_AfterWarmUp_AllocatesNothing()
    {
        (SocketHandle client, SocketHandle server) = SocketHandle.CreatePair();
        using (client)
        using (server)
        using (ReadinessPoller poller = new())
        {
            byte[] buffer = new byte[16];
            poller.Add(server, 1, PollInterest.Readable);
            AllocationProbe.AssertNone(() =>
            {
                client.Send(buffer).ThrowIfFailed();
                poller.Wait(_events, Patience);
                server.Receive(buffer).ThrowIfFailed();
                poller.Modify(server, 2, PollInterest.Readable);
            });
        }
    }
}
