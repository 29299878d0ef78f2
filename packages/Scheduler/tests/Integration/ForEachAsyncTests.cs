using Gabbro.Scheduler.Algorithms;

namespace Gabbro.Scheduler.Tests.Integration;

/// <summary>ForEachAsync under failures, cancellation, bounds and bad arguments.</summary>
internal sealed class ForEachAsyncTests
{
    private WorkPool _pool = null!;

    [SetUp]
    public void Start() => _pool = new WorkPool(2);

    [TearDown]
    public void Stop() => _pool.Dispose();

    [Test]
    public async Task ForEachAsync_EachItem_RunsOnceAndOnThePoolAfterAwaits()
    {
        var counts = new int[500];
        var outside = 0;
        await WorkParallel.ForEachAsync(Enumerable.Range(0, counts.Length), Options(), async (i, token) =>
        {
            Note();
            await Task.Yield();
            Note();
            await Task.Run(() => { }, token);
            Note();
            Interlocked.Increment(ref counts[i]);
        });
        Assert.That(counts, Is.All.EqualTo(1));
        Assert.That(outside, Is.Zero);

        void Note()
        {
            if (!_pool.IsWorkerThread)
                Interlocked.Increment(ref outside);
        }
    }

    [Test]
    public void ForEachAsync_BodyThrows_FailsAndCancelsTheOthers()
    {
        var begun = 0;
        var sawCancellation = 0;
        Assert.ThrowsAsync<InvalidOperationException>(() => WorkParallel.ForEachAsync(
            Endless(),
            Options(),
            async (i, token) =>
            {
                Interlocked.Increment(ref begun);
                if (i == 10)
                    throw new InvalidOperationException();
                await Task.Yield();
                if (token.IsCancellationRequested)
                    Interlocked.Increment(ref sawCancellation);
            }));
        Assert.That(begun, Is.GreaterThanOrEqualTo(11));
        Assert.That(_pool.Run(() => 1), Is.EqualTo(1), "the pool goes on");
    }

    [Test]
    public void ForEachAsync_Cancelled_EndsAsCancelled()
    {
        using var source = new CancellationTokenSource();
        Assert.CatchAsync<OperationCanceledException>(() => WorkParallel.ForEachAsync(
            Endless(),
            Options(source.Token),
            async (i, token) =>
            {
                if (i == 100)
                    await source.CancelAsync();
                await Task.Yield();
            }));
    }

    [Test]
    public async Task ForEachAsync_DegreeOfOne_RunsOneAtATimeInOrder()
    {
        var (running, most) = (0, 0);
        var order = new List<int>();
        var options = new ParallelOptions { TaskScheduler = _pool.TaskScheduler, MaxDegreeOfParallelism = 1 };
        await WorkParallel.ForEachAsync(Enumerable.Range(0, 200), options, async (i, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            order.Add(i);
            await Task.Yield();
            Interlocked.Decrement(ref running);
        });
        Assert.That(most, Is.EqualTo(1));
        Assert.That(order, Is.EqualTo(Enumerable.Range(0, 200)));
    }

    [Test]
    public void ForEachAsync_SourceThrows_FailsAndDisposesTheEnumerator()
    {
        var disposed = false;
        Assert.ThrowsAsync<FormatException>(() => WorkParallel.ForEachAsync(Failing(), Options(), (_, _) => default));
        Assert.That(disposed, Is.True);

        IEnumerable<int> Failing()
        {
            try
            {
                yield return 1;
                throw new FormatException();
            }
            finally
            {
                disposed = true;
            }
        }
    }

    [Test]
    public async Task ForEachAsync_NoItems_CompletesWithoutACall()
    {
        var calls = 0;
        await WorkParallel.ForEachAsync(Array.Empty<int>(), Options(), (_, _) =>
        {
            calls++;
            return default;
        });
        Assert.That(calls, Is.Zero);
    }

    [Test]
    public void ForEachAsync_NullArguments_Throw() => Assert.Multiple(() =>
    {
        Assert.CatchAsync<ArgumentNullException>(() => WorkParallel.ForEachAsync((IEnumerable<int>)null!, Options(), (_, _) => default));
        Assert.CatchAsync<ArgumentNullException>(() => WorkParallel.ForEachAsync(Endless(), null!, (_, _) => default));
        Assert.CatchAsync<ArgumentNullException>(() => WorkParallel.ForEachAsync(Endless(), Options(), null!));
    });

    private static IEnumerable<int> Endless()
    {
        for (var i = 0; ; i++)
            yield return i;
    }

    private ParallelOptions Options(CancellationToken cancellationToken = default) =>
        new() { TaskScheduler = _pool.TaskScheduler, CancellationToken = cancellationToken };
}
