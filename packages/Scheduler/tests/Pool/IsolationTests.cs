using Gabbro.Scheduler.Algorithms;

namespace Gabbro.Scheduler.Tests.Pool;

/// <summary>Inside an isolated region a waiting worker runs nothing but the region's own work, wherever that work runs.</summary>
[TestFixture(2)]
[TestFixture(4)]
internal sealed class IsolationTests(int threads)
{
    private static readonly int s_rounds = 20 * TestEffort.Scale;

    private WorkPool _pool = null!;

    [SetUp]
    public void Start() => _pool = new WorkPool(threads);

    [TearDown]
    public void Stop() => _pool.Dispose();

    [Test]
    public void Isolate_LoopUnderALock_NobodyMeetsTheLockTwice()
    {
        using var held = new ThreadLocal<bool>();
        using var turn = new SemaphoreSlim(1);
        var (count, reentries) = (0, 0);
        for (var round = 0; round < s_rounds; round++)
        {
            _pool.For(0, 16, _ =>
            {
                if (held.Value)
                    Interlocked.Increment(ref reentries);
                turn.Wait();
                held.Value = true;
                _pool.Isolate(() => _pool.For(0, 50, _ => Interlocked.Increment(ref count)));
                held.Value = false;
                turn.Release();
            });
        }

        Assert.That((count, reentries), Is.EqualTo((s_rounds * 16 * 50, 0)));
    }

    /// <summary>The thief of a spawned job waits inside it, and must not begin another iteration, which wants the lock.</summary>
    [Test]
    public void Isolate_ScopeUnderALock_ThievesOfItsJobsAreIsolatedToo()
    {
        using var turn = new SemaphoreSlim(1);
        var count = 0;
        for (var round = 0; round < s_rounds; round++)
        {
            _pool.For(0, 16, _ =>
            {
                turn.Wait();
                _pool.Isolate(() => _pool.Scope(scope =>
                {
                    for (var i = 0; i < 8; i++)
                        scope.Spawn(() => _pool.For(0, 20, _ => Interlocked.Increment(ref count)));
                }));
                turn.Release();
            });
        }

        Assert.That(count, Is.EqualTo(s_rounds * 16 * 8 * 20));
    }

    [Test]
    public void Isolate_WorkOfTheRegion_RunsIsolatedWhereverItRuns()
    {
        var depths = new System.Collections.Concurrent.ConcurrentBag<int>();
        void Note() => depths.Add(Worker.Current!.IsolationDepth);
        for (var round = 0; round < s_rounds; round++)
        {
            _pool.Isolate(() =>
            {
                _pool.For(0, 200, _ => Note());
                _pool.Join(Note, Note);
                _pool.Scope(scope =>
                {
                    for (var i = 0; i < 50; i++)
                    {
                        scope.Spawn(Note);
                        scope.SpawnFifo(Note);
                    }
                });
            });
        }

        Assert.That(depths, Is.All.GreaterThan(0));
        Assert.That(_pool.Broadcast(_ => Worker.Current!.IsolationDepth), Is.All.Zero, "nobody stays isolated");
    }

    [Test]
    public void Isolate_BodyThrows_TheWorkerIsNoLongerIsolated()
    {
        for (var round = 0; round < s_rounds; round++)
        {
            Assert.Throws<InvalidOperationException>(() => _pool.Isolate(() => throw new InvalidOperationException()));
            Assert.Throws<AggregateException>(() => _pool.Isolate(
                () => _pool.For(0, 100, i => throw new InvalidOperationException())));
            Assert.Throws<InvalidOperationException>(() => _pool.Isolate(
                () => _pool.Scope(scope => scope.Spawn(() => throw new InvalidOperationException()))));
        }

        Assert.That(_pool.Broadcast(_ => Worker.Current!.IsolationDepth), Is.All.Zero);
        Assert.That(_pool.Isolate(() => 42), Is.EqualTo(42));
    }
}
