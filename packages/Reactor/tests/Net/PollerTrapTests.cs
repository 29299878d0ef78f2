using System.Runtime.InteropServices;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Tests.Net;

/// <summary>The traps of edge-triggered pollers, one test each, on every real backend.</summary>
[TestFixtureSource(typeof(LoopWorld), nameof(LoopWorld.RealBackends))]
public sealed partial class PollerTrapTests(BackendKind backend)
{
    private EventLoop _loop = null!;

    [SetUp]
    public void Create() => _loop = new EventLoop(new EventLoopOptions { Backend = backend });

    [TearDown]
    public void End() => _loop.Dispose();

    private async Task<(StreamSocket Client, StreamSocket Server)> ConnectAsync()
    {
        using StreamListener listener = _loop.Listen(LoopWorld.AnyPort);
        ValueTask<StreamSocket> accept = listener.AcceptAsync();
        StreamSocket client = await _loop.ConnectAsync(listener.LocalAddress);
        return (client, await accept);
    }

    [Test]
    public void Close_WithADuplicateOfTheDescriptorOpen_DoesNotKeepFiring() => _loop.Run(async () =>
    {
        if (OperatingSystem.IsWindows())
            return;
        (StreamSocket client, StreamSocket server) = await ConnectAsync();
        int duplicate = dup((int)server.Socket!.DangerousGetHandle());
        server.Dispose();
        await client.WriteAsync(new byte[10]);
        long events = _loop.Statistics.Events;
        long turns = _loop.Statistics.Turns;
        await _loop.DelayAsync(TimeSpan.FromMilliseconds(60));
        await client.WriteAsync(new byte[10]);
        await _loop.DelayAsync(TimeSpan.FromMilliseconds(60));
        Assert.That(_loop.Statistics.Turns - turns, Is.LessThan(60));
        Assert.That(_loop.Statistics.Events - events, Is.LessThan(20));
        Assert.That(close(duplicate), Is.Zero);
        client.Dispose();
    });

    [Test]
    public void Event_OfASocketClosedInTheSameBatch_DoesNotReachItsSuccessor() => _loop.Run(async () =>
    {
        for (int round = 0; round < 20; round++)
        {
            (StreamSocket firstClient, StreamSocket first) = await ConnectAsync();
            (StreamSocket secondClient, StreamSocket second) = await ConnectAsync();
            using StreamListener listener = _loop.Listen(LoopWorld.AnyPort);
            StreamSocket? successor = null;
            StreamSocket? successorClient = null;
            int reads = 0;
            async Task CloseTheOther(StreamSocket mine, StreamSocket other)
            {
                try
                {
                    await mine.ReadAsync(new byte[1]);
                }
                catch (ObjectDisposedException)
                {
                    return;
                }

                if (reads++ > 0)
                    return;

                // The other socket's event waits in this batch. Its descriptor number goes to the next socket at once.
                other.Dispose();
                successorClient = await _loop.ConnectAsync(listener.LocalAddress);
                successor = await listener.AcceptAsync();
            }

            Task one = CloseTheOther(first, second);
            Task two = CloseTheOther(second, first);

            // Both become readable before the loop looks again.
            firstClient.Socket!.Send([1]);
            secondClient.Socket!.Send([2]);
            await Task.WhenAll(one, two);
            Assert.That(reads, Is.EqualTo(1));
            Task<int> pending = successor!.ReadAsync(new byte[1]).AsTask();
            await _loop.DelayAsync(TimeSpan.FromMilliseconds(1));
            Assert.That(pending.IsCompleted, Is.False);
            await successorClient!.WriteAsync(new byte[] { 7 });
            Assert.That(await pending, Is.EqualTo(1));
            foreach (StreamSocket stream in (StreamSocket[])[firstClient, secondClient, first, second, successor, successorClient])
                stream.Dispose();
        }
    });

    [Test]
    public void AcceptAsync_DescriptorsExhausted_DoesNotSpinAndGoesOn()
    {
        if (!OperatingSystem.IsLinux())
            return;
        _loop.Run(async () =>
        {
            using StreamListener listener = _loop.Listen(LoopWorld.AnyPort);

            // Made before the limit and connected after it: a backend that accepts ahead must not have them in hand.
            SocketHandle[] clients = [.. Enumerable.Range(0, 8).Select(_ => SocketHandle.Create(SocketFamily.IPv4, SocketKind.Stream))];
            // What earlier tests left to the finalizer would give descriptors back below the limit; and whoever is accepted
            // stays, so that one such descriptor cannot serve all of them in turn.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            List<StreamSocket> kept = [];
            Assert.That(getrlimit(FileLimit, out Limit limit), Is.Zero);
            int next = dup(0);
            Assert.That(close(next), Is.Zero);
            Limit low = limit with { Current = (ulong)next };
            int accepted = 0;
            Task accepting;
            long turns;
            Assert.That(setrlimit(FileLimit, low), Is.Zero);
            try
            {
                foreach (SocketHandle client in clients)
                    client.Connect(listener.LocalAddress);
                async Task AcceptAll()
                {
                    while (accepted < clients.Length)
                    {
                        kept.Add(await listener.AcceptAsync());
                        accepted++;
                    }
                }

                accepting = AcceptAll();
                turns = _loop.Statistics.Turns;
                await _loop.DelayAsync(TimeSpan.FromMilliseconds(150));
                turns = _loop.Statistics.Turns - turns;
            }
            finally
            {
                setrlimit(FileLimit, limit);
            }

            Assert.That(turns, Is.LessThan(200), "it does not spin");
            await accepting;
            Assert.That(accepted, Is.EqualTo(clients.Length));
            Assert.That(_loop.AcceptsRefused, Is.GreaterThan(0));
            foreach (StreamSocket socket in kept)
                socket.Dispose();
            foreach (SocketHandle client in clients)
                client.Dispose();
        });
    }

    [Test]
    public void Listen_SharedAddress_SpreadsConnectionsAndWakesOneLoopEach()
    {
        if (!OperatingSystem.IsLinux())
            return;
        const int Connections = 400;
        using LoopGroup group = new(2, i => new EventLoopOptions { Name = $"loop {i}", Backend = backend });
        int[] accepted = new int[2];
        SocketEndpoint address = LoopWorld.AnyPort;
        ListenOptions shared = new() { ShareAddress = true };
        for (int i = 0; i < 2; i++)
        {
            int index = i;
            address = group.Loops[i].InvokeAsync(() =>
            {
                StreamListener listener = group.Loops[index].Listen(address, shared);
                group.Loops[index].Spawn(async () =>
                {
                    await foreach (StreamSocket stream in listener.AcceptAllAsync())
                    {
                        accepted[index]++;
                        stream.Dispose();
                    }
                });
                return listener.LocalAddress;
            }).GetAwaiter().GetResult();
        }

        _loop.Run(async () =>
        {
            for (int i = 0; i < Connections; i++)
            {
                using StreamSocket client = await _loop.ConnectAsync(address);
                await client.ReadAsync(new byte[1]);
            }
        });
        Assert.That(accepted.Sum(), Is.EqualTo(Connections));
        Assert.That(accepted, Is.All.GreaterThan(Connections / 4));
    }

    private const int FileLimit = 7;

    [StructLayout(LayoutKind.Sequential)]
    private record struct Limit(ulong Current, ulong Most);

    [LibraryImport("libc")]
    private static partial int dup(int descriptor);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);

    [LibraryImport("libc")]
    private static partial int getrlimit(int resource, out Limit limit);

    [LibraryImport("libc")]
    private static partial int setrlimit(int resource, in Limit limit);
}
