using System.Text;
using Gabbro.Reactor.Net;

namespace Gabbro.Reactor.Tests.Http;

/// <summary>Handlers that use the loop for more than their own exchange.</summary>
public sealed partial class HttpServerTests
{
    [Test]
    public void Handler_BorrowsFromAnotherConnectionBeforeItWaits_KeepsItsRequestAndTheOnesBehind() => _world.Run(async () =>
    {
        using StreamListener listener = Loop.Listen(LoopWorld.AnyPort);
        ValueTask<StreamSocket> accepting = listener.AcceptAsync();
        using StreamSocket far = await Loop.ConnectAsync(listener.LocalAddress);
        using StreamSocket near = await accepting;
        bool asked = false;
        bool atOnce = false;
        Serve(async exchange =>
        {
            if (!asked)
            {
                asked = true;
                ValueTask<ReadOnlyMemory<byte>> read = near.ReadBorrowedAsync();
                atOnce = read.IsCompleted;
                Assert.That((await read).Length, Is.GreaterThan(100));
            }

            exchange.Respond(200, Encoding.Latin1.GetString(exchange.Path));
        });

        // A ring begins to receive with the first read.
        await far.WriteAsync(new byte[1]);
        await near.ReadAsync(new byte[1]);
        await far.WriteAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(Get.Replace("/hello", "/forged"), 50))));
        await Loop.DelayAsync(TimeSpan.FromMilliseconds(50));

        string answer = await AskAsync(Get.Replace("/hello", "/first") + Get.Replace("/hello", "/second"));

        Assert.That(atOnce, Is.True, "the read has to complete without waiting for this to prove anything");
        Assert.That(answer, Does.Contain("\r\n\r\n/first").And.EndsWith("\r\n\r\n/second").And.Not.Contain("forged"));
        far.Dispose();
        near.Dispose();
        listener.Dispose();
        await EndAsync();
    });
}
