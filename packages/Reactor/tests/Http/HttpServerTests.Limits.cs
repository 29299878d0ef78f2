using System.Text;
using Gabbro.Platform;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Tests.Http;

public sealed partial class HttpServerTests
{
    [Test]
    public void HeadTimeout_SlowLoris_Gets408AndOthersAreServed() => _world.Run(async () =>
    {
        _options.HeadTimeout = TimeSpan.FromMilliseconds(IsSimulated ? 15_000 : 150);
        Serve();
        using StreamSocket slow = await Loop.ConnectAsync(_address);
        Task<string> reading = ReadAllAsync(slow);
        TimeSpan step = _options.HeadTimeout / 20;
        for (int i = 0; !reading.IsCompleted && i < 100; i++)
        {
            try
            {
                await slow.WriteAsync("G"u8.ToArray());
            }
            catch (PlatformException)
            {
                break;
            }

            if (i % 5 == 0)
                Assert.That(await AskAsync(Get), Does.Contain("Hello"));
            await Loop.DelayAsync(step);
        }

        // Too many bytes of a method are refused as such before the time is up; either way it ended.
        Assert.That(await reading, Does.StartWith("HTTP/1.1 408").Or.StartWith("HTTP/1.1 400"));
        await EndAsync(clients: 1);
    });

    [Test]
    public void KeepAliveTimeout_IdleConnection_IsClosed() => _world.Run(async () =>
    {
        _options.KeepAliveTimeout = TimeSpan.FromMilliseconds(IsSimulated ? 75_000 : 100);
        Serve();
        string answer = await AskAsync(Get, halfClose: false);
        Assert.That(answer, Does.EndWith("Hello, World!"));
        Assert.That(answer, Does.Not.Contain("Connection: close"));
        await EndAsync();
    });

    [Test]
    public void BodyTimeout_BodyThatStops_Gets408() => _world.Run(async () =>
    {
        _options.BodyTimeout = TimeSpan.FromMilliseconds(IsSimulated ? 30_000 : 100);
        Serve();
        Assert.That(await AskAsync("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc", halfClose: false), Does.StartWith("HTTP/1.1 408"));
        Assert.That(_server.Statistics.TimedOut, Is.EqualTo(1));
        await EndAsync();
    });

    [Test]
    public void MinimumRate_BodyTooSlow_Gets408() => _world.Run(async () =>
    {
        if (!IsSimulated)
            return;
        Serve();
        using StreamSocket stream = await Loop.ConnectAsync(_address);
        await stream.WriteAsync("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"u8.ToArray());
        Task<string> reading = ReadAllAsync(stream);
        int sent = 0;
        while (!reading.IsCompleted)
        {
            try
            {
                await stream.WriteAsync(new byte[100]);
                sent++;
            }
            catch (PlatformException)
            {
            }

            await Loop.DelayAsync(TimeSpan.FromSeconds(1));
        }

        Assert.That(await reading, Does.StartWith("HTTP/1.1 408"));
        Assert.That(sent, Is.LessThan(12));
        await EndAsync(clients: 1);
    });

    [Test]
    public void WriteTimeout_ClientThatDoesNotRead_IsCutOff() => _world.Run(async () =>
    {
        _options.WriteTimeout = TimeSpan.FromMilliseconds(IsSimulated ? 30_000 : 150);
        Serve(async exchange =>
        {
            for (int i = 0; i < 100; i++)
                await exchange.WriteAsync(new byte[1_000_000]);
        });
        using StreamSocket stream = await Loop.ConnectAsync(_address);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(Get));
        await Loop.DelayAsync(_options.WriteTimeout * 3);
        Assert.That(_server.Statistics.TimedOut, Is.EqualTo(1));
        Assert.That(_server.Statistics.Open, Is.Zero);
        Assert.That(_errors, Has.Count.LessThanOrEqualTo(1));
        await EndAsync(clients: 1);
    });

    [Test]
    public void MaxConnections_OneTooMany_Gets503() => _world.Run(async () =>
    {
        _options.MaxConnections = 2;
        Serve();
        using StreamSocket first = await Loop.ConnectAsync(_address);
        using StreamSocket second = await Loop.ConnectAsync(_address);
        await Loop.DelayAsync(TimeSpan.FromMilliseconds(20));
        Assert.That(await AskAsync(Get), Does.StartWith("HTTP/1.1 503"));
        first.Dispose();
        await Loop.DelayAsync(TimeSpan.FromMilliseconds(20));
        Assert.That(await AskAsync(Get), Does.StartWith("HTTP/1.1 200"));
        second.Dispose();
        await EndAsync();
    });
}
