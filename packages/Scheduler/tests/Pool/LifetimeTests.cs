namespace Gabbro.Scheduler.Tests.Pool;

internal sealed class LifetimeTests
{
    [Test]
    public void Dispose_WorkOutstanding_RunsItAndEnds()
    {
        var count = 0;
        for (var round = 0; round < 20; round++)
        {
            var pool = new WorkPool(4);
            for (var i = 0; i < 100; i++)
                pool.Post(() => Interlocked.Increment(ref count));
            pool.Dispose();
            Assert.That(count, Is.EqualTo((round + 1) * 100));
        }
    }

    [Test]
    public void Dispose_FromInside_ClosesAndReturns()
    {
        var pool = new WorkPool(2);
        pool.Run(pool.Dispose);
        pool.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pool.Run(() => { }));
    }

    [Test]
    public void Dispose_Twice_IsFine()
    {
        var pool = new WorkPool(2);
        pool.Dispose();
        pool.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pool.Post(() => { }));
    }

    [Test]
    public void Dispose_Shared_Throws() => Assert.Throws<InvalidOperationException>(WorkPool.Shared.Dispose);

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(1025)]
    public void Constructor_ThreadsOutOfRange_Throws(int threads) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkPool(threads));

    [Test]
    public void Post_Throws_GoesToTheHandler()
    {
        var seen = new List<Exception>();
        using (var pool = new WorkPool(new WorkPoolOptions { Threads = 1, UnhandledException = seen.Add }))
            pool.Post(() => throw new InvalidOperationException());
        Assert.That(seen, Has.Count.EqualTo(1));
    }

    [Test]
    public void EnterBlocking_AllWorkersBlocked_OthersStillRun()
    {
        using var pool = new WorkPool(2);
        using var released = new ManualResetEventSlim();
        pool.Scope(scope =>
        {
            for (var i = 0; i < 8; i++)
            {
                scope.Spawn(() =>
                {
                    using (pool.EnterBlocking())
                        released.Wait();
                });
            }

            pool.Post(released.Set);
        });
    }

    [Test]
    public void Handlers_EachThread_StartsAndStops()
    {
        var started = 0;
        var stopped = 0;
        using (var pool = new WorkPool(new WorkPoolOptions
        {
            Threads = 3,
            ThreadStarted = _ => Interlocked.Increment(ref started),
            ThreadStopping = _ => Interlocked.Increment(ref stopped),
        }))
        {
            pool.Run(() => { });
        }

        Assert.That((started, stopped), Is.EqualTo((3, 3)));
    }

    [Test]
    public void Handlers_Throw_GoToTheHandlerAndTheWorkersWork()
    {
        var seen = new System.Collections.Concurrent.ConcurrentBag<Exception>();
        using (var pool = new WorkPool(new WorkPoolOptions
        {
            Threads = 2,
            ThreadStarted = _ => throw new InvalidOperationException(),
            ThreadStopping = _ => throw new FormatException(),
            UnhandledException = seen.Add,
        }))
        {
            Assert.That(pool.Broadcast(worker => worker), Is.EqualTo(new[] { 0, 1 }));
        }

        Assert.That(seen.OfType<InvalidOperationException>().Count(), Is.EqualTo(2));
        Assert.That(seen.OfType<FormatException>().Count(), Is.EqualTo(2));
    }
}
