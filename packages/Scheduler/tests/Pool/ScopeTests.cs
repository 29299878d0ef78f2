using Gabbro.Scheduler.Algorithms;

namespace Gabbro.Scheduler.Tests.Pool;

[TestFixture(1)]
[TestFixture(2)]
[TestFixture(8)]
internal sealed class ScopeTests(int threads)
{
    private WorkPool _pool = null!;

    [SetUp]
    public void Start() => _pool = new WorkPool(threads);

    [TearDown]
    public void Stop() => _pool.Dispose();

    [Test]
    public void Scope_ManySpawns_AllEndedWhenItReturns()
    {
        var count = 0;
        _pool.Scope(scope =>
        {
            for (var i = 0; i < 10_000; i++)
                scope.Spawn(() => Interlocked.Increment(ref count));
        });
        Assert.That(count, Is.EqualTo(10_000));
    }

    [Test]
    public void Scope_SpawnsThatSpawn_AllEnded()
    {
        var count = 0;
        _pool.Scope(scope => Grow(scope, 12));
        Assert.That(count, Is.EqualTo(1 << 13));

        void Grow(WorkScope scope, int depth)
        {
            Interlocked.Add(ref count, depth == 12 ? 2 : 1);
            if (depth == 0)
                return;
            scope.Spawn(() => Grow(scope, depth - 1));
            scope.Spawn(() => Grow(scope, depth - 1));
        }
    }

    [Test]
    public void Scope_JobThrows_OthersRunAndFirstSurfaces()
    {
        var count = 0;
        Assert.Throws<InvalidOperationException>(() => _pool.Scope(scope =>
        {
            for (var i = 0; i < 100; i++)
            {
                var number = i;
                scope.Spawn(() =>
                {
                    Interlocked.Increment(ref count);
                    if (number == 50)
                        throw new InvalidOperationException();
                });
            }
        }));
        Assert.That(count, Is.EqualTo(100));
    }

    [Test]
    public void Scope_SpawnFromOutsideThread_IsWaitedFor()
    {
        var count = 0;
        _pool.Scope(scope =>
        {
            var thread = new Thread(() =>
            {
                for (var i = 0; i < 100; i++)
                    scope.Spawn(() => Interlocked.Increment(ref count));
            });
            thread.Start();
            thread.Join();
        });
        Assert.That(count, Is.EqualTo(100));
    }

    [Test]
    public void Spawn_AfterTheEnd_Throws()
    {
        WorkScope? kept = null;
        _pool.Scope(scope => kept = scope);
        Assert.Throws<InvalidOperationException>(() => kept!.Spawn(() => { }));
    }

    [Test]
    public void SpawnFifo_OneWorker_RunsInOrder()
    {
        using var single = new WorkPool(1);
        var order = new List<int>();
        single.Scope(scope =>
        {
            for (var i = 0; i < 100; i++)
            {
                var number = i;
                scope.SpawnFifo(() => order.Add(number));
            }
        });
        Assert.That(order, Is.EqualTo(Enumerable.Range(0, 100)));
    }

    [Test]
    public void Scope_InsideIsolatedRegion_Ends()
    {
        var count = 0;
        _pool.For(0, 64, _ => _pool.Isolate(() => _pool.Scope(scope =>
        {
            for (var i = 0; i < 20; i++)
                scope.Spawn(() => Interlocked.Increment(ref count));
        })));
        Assert.That(count, Is.EqualTo(64 * 20));
    }

    [Test]
    public void Isolate_ParallelLoopUnderALockInsideALoop_Finishes()
    {
        var gate = new Lock();
        var sum = 0;
        _pool.For(0, 50, _ =>
        {
            lock (gate)
                _pool.Isolate(() => _pool.For(0, 100, _ => Interlocked.Increment(ref sum)));
        });
        Assert.That(sum, Is.EqualTo(5000));
    }
}
