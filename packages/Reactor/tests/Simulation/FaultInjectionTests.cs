using System.Text;
using Gabbro.Platform;
using Gabbro.Platform.Sockets;
using Gabbro.Reactor.Http.Client;
using Gabbro.Reactor.Http.Server;
using Gabbro.Reactor.Net;
using Gabbro.Reactor.Simulation;

namespace Gabbro.Reactor.Tests.Simulation;

/// <summary>The n-th call of the system fails, for every n: each error reaches whoever awaits, and nothing is left behind.</summary>
public sealed class FaultInjectionTests
{
    /// <summary>Runs a scenario again and again, failing one call further each time, until none is left to fail.</summary>
    private static int FailEach(Func<EventLoop, Task> scenario, Func<SimulatedCall, bool> which, NativeError error, bool mustSurface)
    {
        for (int nth = 0; ; nth++)
        {
            int calls = 0;
            bool fired = false;
            SimulationOptions options = new() { Seed = 7, StreamCapacity = 4000 };
            using SimulatedWorld world = new(options);
            int failing = nth;
            options.Fault = call =>
            {
                if (!which(call) || calls++ != failing)
                    return default;
                fired = true;
                return error;
            };
            Exception? failure = null;
            world.Loop.Run(async () =>
            {
                try
                {
                    await scenario(world.Loop);
                }
                catch (Exception exception) when (exception is PlatformException or HttpClientException or ObjectDisposedException)
                {
                    failure = exception;
                }

                options.Fault = null;
                await world.Loop.DelayAsync(TimeSpan.FromMinutes(10));
                Assert.That(world.Loop.Statistics.OpenDevices, Is.Zero, $"call {failing} failed and something is left open: {failure}");
            });
            if (!fired)
            {
                Assert.That(failure, Is.Null, "without a fault everything succeeds");
                return nth;
            }

            if (mustSurface)
                Assert.That(Kinds(failure), Does.Contain(error.Kind), $"the error of call {failing} was swallowed: {failure}");
        }
    }

    private static IEnumerable<ErrorKind> Kinds(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is PlatformException platform)
                yield return platform.Kind;
        }
    }

    private static NativeError Transient => OperatingSystem.IsWindows() ? NativeError.FromWin32(10055) : NativeError.FromErrno(OperatingSystem.IsLinux() ? 105 : 55);

    private static async Task StreamsAsync(EventLoop loop)
    {
        StreamListener? listener = null;
        StreamSocket? client = null;
        StreamSocket? server = null;
        try
        {
            listener = loop.Listen(LoopWorld.AnyPort);
            ValueTask<StreamSocket> accept = listener.AcceptAsync();
            client = await loop.ConnectAsync(listener.LocalAddress);
            server = await accept;
            await ConverseAsync(client, server);
        }
        finally
        {
            listener?.Dispose();
            client?.Dispose();
            server?.Dispose();
        }
    }

    private static async Task ConverseAsync(StreamSocket client, StreamSocket server)
    {
        async Task Serve()
        {
            Memory<byte>[] into = [new byte[500], new byte[700]];
            int total = 0;
            while (total < 9_000)
                total += await server.ReadScatterAsync(into);
            WriteQueue queue = new(server, 2_000, 500);
            for (int i = 0; i < 10; i++)
            {
                if (!queue.Write(new byte[900]))
                    await queue.WaitForRoomAsync();
            }

            await queue.FlushAsync();
        }

        // Either side that fails closes both, as a program would, so that the other does not wait for it.
        async Task Guarded(Task side)
        {
            try
            {
                await side;
            }
            catch
            {
                client.Dispose();
                server.Dispose();
                throw;
            }
        }

        async Task Ask()
        {
            await client.WriteGatherAsync(new ReadOnlyMemory<byte>[] { new byte[3_000], new byte[3_000], new byte[3_000] });
            int total = 0;
            while (total < 9_000)
                total += (await client.ReadBorrowedAsync()).Length;
        }

        Task serving = Guarded(Serve());
        Task asking = Guarded(Ask());
        List<Exception> failures = [];
        foreach (Task side in (Task[])[serving, asking])
        {
            try
            {
                await side;
            }
            catch (Exception exception) when (exception is PlatformException or ObjectDisposedException)
            {
                failures.Add(exception);
            }
        }

        if (failures.Count > 0)
            throw failures.FirstOrDefault(failure => failure is PlatformException) ?? failures[0];
    }

    [Test]
    public void Streams_EveryCallFails_ReachesTheAwaiter()
    {
        int calls = FailEach(StreamsAsync, call => call != SimulatedCall.Accept, Transient, mustSurface: true);
        Assert.That(calls, Is.GreaterThan(20));
    }

    [Test]
    public void Accept_EveryCallFails_TheListenerGoesOn() =>
        FailEach(StreamsAsync, call => call == SimulatedCall.Accept, Transient, mustSurface: false);

    [Test]
    public void Receive_TransientError_LeavesTheDataReadable()
    {
        SimulationOptions options = new();
        using SimulatedWorld world = new(options);
        world.Loop.Run(async () =>
        {
            (StreamSocket first, StreamSocket second) = world.CreatePair();
            await first.WriteAsync(new byte[] { 1, 2, 3 });
            await world.Loop.DelayAsync(TimeSpan.FromMilliseconds(10));
            bool once = true;
            options.Fault = call => call == SimulatedCall.Receive && once && !(once = false) ? Transient : default;
            byte[] buffer = new byte[10];
            await Assert.ThatAsync(async () => await second.ReadAsync(buffer), Throws.TypeOf<PlatformException>());
            Assert.That(await second.ReadAsync(buffer), Is.EqualTo(3), "no edge tells of it again");
            first.Dispose();
            second.Dispose();
        });
    }

    [Test]
    public void Datagrams_EveryCallFails_ReachesTheAwaiter()
    {
        int calls = FailEach(
            async loop =>
            {
                DatagramSocket? first = null;
                DatagramSocket? second = null;
                try
                {
                    first = loop.OpenDatagram(LoopWorld.AnyPort);
                    second = loop.OpenDatagram(LoopWorld.AnyPort);
                    OutgoingDatagram[] outgoing = [new(new byte[3], second.LocalAddress), new(new byte[4], second.LocalAddress)];
                    ReceivedDatagram[] received = new ReceivedDatagram[1];
                    byte[] buffer = new byte[100];
                    for (int i = 0; i < 3; i++)
                    {
                        await first.SendBatchAsync(outgoing);
                        await second.ReceiveBatchAsync(buffer, 100, received);
                        await second.ReceiveAsync(buffer);
                        await second.SendAsync(buffer.AsMemory(0, 1), first.LocalAddress);
                        await first.ReceiveAsync(buffer);
                    }
                }
                finally
                {
                    first?.Dispose();
                    second?.Dispose();
                }
            },
            _ => true, Transient, mustSurface: true);
        Assert.That(calls, Is.GreaterThan(15));
    }

    [Test]
    public void Pipes_EveryCallFails_ReachesTheAwaiter()
    {
        int calls = FailEach(
            async loop =>
            {
                (StreamSocket reader, StreamSocket writer) = loop.CreatePipe();
                try
                {
                    byte[] buffer = new byte[100];
                    for (int i = 0; i < 5; i++)
                    {
                        await writer.WriteAsync(buffer);
                        await reader.ReadAsync(buffer);
                    }
                }
                finally
                {
                    reader.Dispose();
                    writer.Dispose();
                }
            },
            _ => true, Transient, mustSurface: true);
        Assert.That(calls, Is.GreaterThan(5));
    }

    [Test]
    public void HttpClientAndServer_EveryCallFails_EndRightOrSayWhy()
    {
        NativeError reset = OperatingSystem.IsWindows() ? NativeError.FromWin32(10054) : NativeError.FromErrno(OperatingSystem.IsLinux() ? 104 : 54);
        foreach (NativeError error in (NativeError[])[Transient, reset])
        {
            int calls = FailEach(
                async loop =>
                {
                    using HttpServer server = new(loop, async exchange =>
                    {
                        byte[] buffer = new byte[2_000];
                        int total = 0;
                        for (int count; (count = await exchange.ReadBodyAsync(buffer)) > 0;)
                            total += count;
                        exchange.Respond(200, "text/plain"u8, Encoding.ASCII.GetBytes(new string('x', total)));
                    });
                    SocketEndpoint address = server.Listen(LoopWorld.AnyPort);
                    using LoopHttpClient client = new(loop);
                    for (int i = 0; i < 3; i++)
                    {
                        using ClientResponse response = await client.PostAsync($"http://127.0.0.1:{address.Port}/", new byte[6_000]);
                        byte[] body = await response.ReadAllAsync();

                        // A server that could not read the body says so; one that waits for the rest of a request whose client
                        // took its connection for reset says that it waited.
                        Assert.That(
                            (response.StatusCode, body.Length),
                            Is.EqualTo((200, 6_000)).Or.EqualTo((500, 0)).Or.EqualTo((error.Kind == ErrorKind.ConnectionReset ? 408 : 500, 0)));
                    }
                },
                call => call is not SimulatedCall.Accept, error, mustSurface: false);
            Assert.That(calls, Is.GreaterThan(20));
        }
    }
}
