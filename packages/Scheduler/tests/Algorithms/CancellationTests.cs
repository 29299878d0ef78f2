using Gabbro.Scheduler.Algorithms;

namespace Gabbro.Scheduler.Tests.Algorithms;

/// <summary>Every call that takes a token, with one that is cancelled before, and with one cancelled by the call's own body.</summary>
internal sealed class CancellationTests
{
    private readonly int[] _data = [.. Enumerable.Range(0, 100_000).Reverse()];
    private readonly int[] _result = new int[100_000];

    private WorkPool _pool = null!;
    private CancellationTokenSource _source = null!;

    [SetUp]
    public void Start()
    {
        _pool = new WorkPool(2);
        _source = new CancellationTokenSource();
    }

    [TearDown]
    public void Stop()
    {
        _source.Dispose();
        _pool.Dispose();
    }

    [Test]
    public void CancelledBefore_NothingRuns() => Assert.Multiple(() =>
    {
        _source.Cancel();
        var calls = 0;
        int Call(int x) => Interlocked.Increment(ref calls) + x;
        bool Test(int x) => Call(x) > 0;
        Cancelled(token => _pool.For(0, 10, i => Call(i), token));
        Cancelled(token => _pool.ForEach<int>(_data, i => Call(i), token));
        Cancelled(token => _pool.Map<int, int>(_data, _result, Call, token));
        Cancelled(token => _pool.Reduce<int>(_data, 0, (a, b) => Call(a + b), token));
        Cancelled(token => _pool.Sum<int>(_data, token));
        Cancelled(token => _pool.FindFirst<int>(_data, Test, token));
        Cancelled(token => _pool.FindAny<int>(_data, Test, token));
        Cancelled(token => _pool.Filter<int>(_data, Test, token));
        Cancelled(token => _pool.Partition(_data.AsSpan(), Test, token));
        Cancelled(token => _pool.InclusiveScan<int>(_data, _result, (a, b) => Call(a + b), token));
        Cancelled(token => _pool.ExclusiveScan<int>(_data, _result, 0, (a, b) => Call(a + b), token));
        Cancelled(token => _pool.Sort(_data.AsSpan(), token));
        Cancelled(token => _pool.StableSort(_data.AsSpan(), token));
        Cancelled(token => _pool.Sort(_data.AsSpan(), (a, b) => Call(a) - b, token));
        Cancelled(token => _pool.Join(() => Call(1), () => Call(2), token));
        Cancelled(token => _pool.Scope(scope => scope.Spawn(() => Call(1)), token));
        Cancelled(token => _pool.Broadcast(i => { Call(i); }, token));
        Assert.That(calls, Is.Zero);
        Assert.That(_data, Is.Ordered.Descending, "nothing was moved");
        Assert.That(_result, Is.All.Zero, "nothing was written");
        Assert.That(_pool.Run(() => 42), Is.EqualTo(42));
    });

    [Test]
    public void CancelledByABody_SurfacesOnceAndThePoolGoesOn() => Assert.Multiple(() =>
    {
        int Call(int x)
        {
            if (x == 50_000)
                _source.Cancel();
            return x;
        }

        Each(token => _pool.For(0, 100_000_000, i => Call(i), token));
        Each(token => _pool.ForEach<int>(_data, i =>
        {
            Call(i);
            token.ThrowIfCancellationRequested();
        }, token));
        Each(token => _pool.Map<int, int>(_data, _result, Call, token));
        Each(token => _pool.Reduce<int>(_data, 0, (a, b) => Call(b), token));
        Each(token => _pool.Filter<int>(_data, x => Call(x) > 0, token));
        Each(token => _pool.InclusiveScan<int>(_data, _result, (a, b) => Call(b), token));
        Each(token => _pool.StableSort(_data.AsSpan(), (a, b) => Call(a).CompareTo(b), token));
        Each(token => _pool.Scope(
            scope =>
            {
                for (var i = 0; i < 1000; i++)
                    scope.Spawn(() => Call(50_000));
            },
            token));
        Assert.That(_data.Order(), Is.EqualTo(Enumerable.Range(0, 100_000)), "a sort cut short leaves a permutation");
    });

    [Test]
    public void Scope_Cancelled_JobsNotBegunDoNotBegin()
    {
        using var single = new WorkPool(1);
        var ran = 0;
        Assert.Throws<OperationCanceledException>(() => single.Scope(
            scope =>
            {
                for (var i = 0; i < 100; i++)
                {
                    scope.Spawn(() =>
                    {
                        if (Interlocked.Increment(ref ran) == 10)
                            _source.Cancel();
                    });
                }
            },
            _source.Token));
        Assert.That(ran, Is.EqualTo(10));
    }

    private void Cancelled(Action<CancellationToken> call)
    {
        var thrown = Assert.Throws<OperationCanceledException>(() => call(_source.Token));
        Assert.That(thrown!.CancellationToken, Is.EqualTo(_source.Token));
    }

    private void Each(Action<CancellationToken> call)
    {
        _source.Dispose();
        _source = new CancellationTokenSource();
        var thrown = Assert.Throws<OperationCanceledException>(() => call(_source.Token));
        Assert.That(thrown!.CancellationToken, Is.EqualTo(_source.Token));
        Assert.That(_pool.Run(() => 42), Is.EqualTo(42));
    }
}
