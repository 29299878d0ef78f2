using Gabbro.Scheduler.Algorithms;

namespace Gabbro.Scheduler.Tests.Pool;

[TestFixture(1)]
[TestFixture(2)]
[TestFixture(8)]
internal sealed class LoopTests(int threads)
{
    private WorkPool _pool = null!;

    [SetUp]
    public void Start() => _pool = new WorkPool(threads);

    [TearDown]
    public void Stop() => _pool.Dispose();

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(1000)]
    [TestCase(1_000_000)]
    public void For_EveryIndex_RunsOnce(int count)
    {
        var seen = new int[count];
        _pool.For(0, count, i => Interlocked.Increment(ref seen[i]));
        Assert.That(seen.All(s => s == 1), Is.True);
    }

    [Test]
    public void For_UnevenBodies_RunsEachOnce()
    {
        var seen = new int[2000];
        _pool.For(0, 2000, i =>
        {
            Thread.SpinWait(i % 97 == 0 ? 5000 : 1);
            Interlocked.Increment(ref seen[i]);
        });
        Assert.That(seen.All(s => s == 1), Is.True);
    }

    [Test]
    public void For_BodiesThrow_CollectsThem()
    {
        var thrown = Assert.Throws<AggregateException>(() =>
            _pool.For(0, 1000, i => throw new InvalidOperationException($"{i}")));
        Assert.That(thrown!.InnerExceptions, Is.All.InstanceOf<InvalidOperationException>());
    }

    [Test]
    public void For_CancelledInside_StopsWithOneException()
    {
        using var source = new CancellationTokenSource();
        var after = 0;
        Assert.Throws<OperationCanceledException>(() => _pool.For(
            0,
            int.MaxValue,
            i =>
            {
                if (source.IsCancellationRequested)
                    Interlocked.Increment(ref after);
                if (i == 10)
                    source.Cancel();
            },
            source.Token));
    }

    [Test]
    public void For_Nested_RunsAll()
    {
        var sum = 0L;
        _pool.For(0, 100, i => _pool.For(0, 100, j => Interlocked.Add(ref sum, i * j)));
        Assert.That(sum, Is.EqualTo(4950L * 4950));
    }
}
