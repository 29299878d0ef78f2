namespace Gabbro.Scheduler.Tests.Pool;

/// <summary>Stand-ins for workers that block: enough of them, not too many, and none left when they are not needed.</summary>
internal sealed class BlockingTests
{
    [Test]
    public void EnterBlocking_EveryJobBlocksOnTheNext_ChainEnds()
    {
        const int Links = 20;
        using var pool = new WorkPool(2);
        var links = Enumerable.Range(0, Links + 1).Select(_ => new SemaphoreSlim(0)).ToArray();
        pool.Scope(scope =>
        {
            for (var i = 0; i < Links; i++)
            {
                var link = i;
                scope.Spawn(() =>
                {
                    using (pool.EnterBlocking())
                        links[link + 1].Wait();
                    links[link].Release();
                });
            }

            scope.Spawn(() => links[Links].Release());
        });
        Assert.That(links[0].CurrentCount, Is.EqualTo(1));
        Assert.That(pool.GetStatistics().Workers, Has.Count.LessThanOrEqualTo(2 + Links));
    }

    [Test]
    public void EnterBlocking_TheOnlyWorkerBlocks_AStandInRunsWhatItWaitsFor()
    {
        using var pool = new WorkPool(1);
        for (var round = 0; round < 50; round++)
        {
            using var other = new ManualResetEventSlim();
            pool.Run(() =>
            {
                pool.Post(other.Set);
                using (pool.EnterBlocking())
                    other.Wait();
            });
        }

        Assert.That(pool.GetStatistics().Workers, Has.Count.EqualTo(2));
    }

    [Test]
    public void EnterBlocking_ManyTimes_UsesTheSameStandIns()
    {
        using var pool = new WorkPool(2);
        for (var round = 0; round < 200; round++)
        {
            using var bothBlocked = new CountdownEvent(2);
            using var release = new ManualResetEventSlim();
            pool.Scope(scope =>
            {
                for (var i = 0; i < 2; i++)
                {
                    scope.Spawn(() =>
                    {
                        using (pool.EnterBlocking())
                        {
                            bothBlocked.Signal();
                            release.Wait();
                        }
                    });
                }

                // With every worker blocked, only a stand-in can run this.
                scope.Spawn(() =>
                {
                    using (pool.EnterBlocking())
                        bothBlocked.Wait();
                    release.Set();
                });
            });
        }

        Assert.That(pool.GetStatistics().Workers, Has.Count.LessThanOrEqualTo(2 + 3));
    }

    [Test]
    public void EnterBlocking_AfterItsEnd_NoMoreJobsRunAtOnceThanWorkers()
    {
        using var pool = new WorkPool(2);
        EnterBlocking_Burst(pool, 8);

        // A stand-in goes back to the bench after its current job, so soon only two run; if surplus ones stayed, always more.
        for (var least = int.MaxValue; least > 2;)
        {
            var (running, most) = (0, 0);
            pool.Scope(scope =>
            {
                for (var i = 0; i < 200; i++)
                {
                    scope.Spawn(() =>
                    {
                        var now = Interlocked.Increment(ref running);
                        InterlockedMax(ref most, now);
                        Thread.SpinWait(200);
                        Interlocked.Decrement(ref running);
                    });
                }
            });
            least = Math.Min(least, most);
        }

        static void InterlockedMax(ref int location, int value)
        {
            for (var seen = Volatile.Read(ref location); value > seen;)
            {
                var found = Interlocked.CompareExchange(ref location, value, seen);
                if (found == seen)
                    return;
                seen = found;
            }
        }
    }

    [Test]
    public void EnterBlocking_NoStandInsAllowed_WorksAsWithout()
    {
        using var pool = new WorkPool(new WorkPoolOptions { Threads = 1, MaxBlockedThreads = 0 });
        var count = 0;
        pool.Scope(scope =>
        {
            for (var i = 0; i < 10; i++)
            {
                scope.Spawn(() =>
                {
                    using (pool.EnterBlocking())
                    using (pool.EnterBlocking())
                        Interlocked.Increment(ref count);
                });
            }
        });
        Assert.That((count, pool.MaxWorkers), Is.EqualTo((10, 1)));
    }

    [Test]
    public void EnterBlocking_OutsideThePool_DoesNothing()
    {
        using var pool = new WorkPool(1);
        using var other = new WorkPool(1);
        using (pool.EnterBlocking())
            Assert.That(pool.GetStatistics().Workers, Has.Count.EqualTo(1));
        other.Run(() =>
        {
            using (pool.EnterBlocking())
                Assert.That(pool.GetStatistics().Workers, Has.Count.EqualTo(1));
        });
        default(BlockingSection).Dispose();
    }

    [Test]
    public void Dispose_WorkersAndStandInsBlocked_WaitsForThem()
    {
        var pool = new WorkPool(2);
        using var blocked = new CountdownEvent(6);
        using var release = new ManualResetEventSlim();
        var ended = 0;
        for (var i = 0; i < 6; i++)
        {
            pool.Post(() =>
            {
                using (pool.EnterBlocking())
                {
                    blocked.Signal();
                    release.Wait();
                }

                Interlocked.Increment(ref ended);
            });
        }

        blocked.Wait();
        var disposing = new Thread(pool.Dispose);
        disposing.Start();
        release.Set();
        disposing.Join();
        Assert.That(ended, Is.EqualTo(6));
    }

    private static void EnterBlocking_Burst(WorkPool pool, int blockers)
    {
        using var all = new CountdownEvent(blockers);
        pool.Scope(scope =>
        {
            for (var i = 0; i < blockers; i++)
            {
                scope.Spawn(() =>
                {
                    using (pool.EnterBlocking())
                    {
                        all.Signal();
                        all.Wait();
                    }
                });
            }
        });
    }
}
