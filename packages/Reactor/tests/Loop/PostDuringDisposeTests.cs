namespace Gabbro.Reactor.Tests.Loop;

/// <summary>Other threads that bring continuations while the loop goes away.</summary>
public sealed class PostDuringDisposeTests
{
    [Test]
    public void SynchronizationContextPost_RacingDispose_RunsEveryCallbackAndThrowsNothing()
    {
        for (int round = 0; round < 200 * TestEffort.Factor; round++)
        {
            EventLoop loop = new();
            loop.Start();
            SynchronizationContext context = loop.InvokeAsync(() => SynchronizationContext.Current!).GetAwaiter().GetResult();
            const int Posts = 200;
            using CountdownEvent ran = new(Posts);
            using Barrier start = new(2);
            Exception? thrown = null;
            Thread poster = new(() =>
            {
                start.SignalAndWait();
                try
                {
                    for (int i = 0; i < Posts; i++)
                    {
                        context.Post(static state => ((CountdownEvent)state!).Signal(), ran);
                        // Lets the loop fall asleep in between, so that the posts have somebody to wake.
                        Thread.SpinWait(i % 50);
                    }
                }
                catch (Exception exception)
                {
                    thrown = exception;
                }
            });
            poster.Start();
            start.SignalAndWait();
            Thread.SpinWait(round * 37 % 5000);
            loop.Dispose();
            poster.Join();
            Assert.That(thrown, Is.Null);
            Assert.That(ran.Wait(TimeSpan.FromMinutes(2)), Is.True, $"{ran.CurrentCount} callbacks never ran");
        }
    }
}
