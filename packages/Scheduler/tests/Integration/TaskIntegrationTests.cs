using Gabbro.Scheduler.Algorithms;
using Gabbro.Scheduler.Integration;

namespace Gabbro.Scheduler.Tests.Integration;

/// <summary>The contracts of TaskScheduler, SynchronizationContext and ValueTask, and the look-alikes of Parallel.</summary>
internal sealed class TaskIntegrationTests
{
    private WorkPool _pool = null!;

    [SetUp]
    public void Start() => _pool = new WorkPool(2);

    [TearDown]
    public void Stop() => _pool.Dispose();

    [Test]
    public async Task RunAsync_AfterAwait_IsBackOnThePool()
    {
        var inside = await _pool.RunAsync(async () =>
        {
            var before = _pool.IsWorkerThread;
            await Task.Yield();
            var between = _pool.IsWorkerThread;
            await Task.Run(() => { });
            return before && between && _pool.IsWorkerThread && TaskScheduler.Current == _pool.TaskScheduler;
        });
        Assert.That(inside, Is.True);
    }

    [Test]
    public void TaskScheduler_WaitOnQueuedTaskFromWorker_RunsItInline()
    {
        using var single = new WorkPool(1);
        var result = single.Run(() =>
        {
            var inner = Task.Factory.StartNew(() => 42, CancellationToken.None, TaskCreationOptions.None, single.TaskScheduler);
            return inner.Result;
        });
        Assert.That(result, Is.EqualTo(42));
    }

    [Test]
    public void TaskScheduler_StartInlineOutside_RunsOnThePool()
    {
        var task = new Task<bool>(() => _pool.IsWorkerThread);
        task.RunSynchronously(_pool.TaskScheduler);
        Assert.That(task.Result, Is.True);
    }

    [Test]
    public void TaskScheduler_ManyTasks_EachRunsOnce()
    {
        var counts = new int[10_000];
        var tasks = Enumerable.Range(0, counts.Length)
            .Select(i => Task.Factory.StartNew(
                () => Interlocked.Increment(ref counts[i]), default, TaskCreationOptions.None, _pool.TaskScheduler))
            .ToArray();
        Task.WaitAll(tasks);
        Assert.That(counts, Is.All.EqualTo(1));
        Assert.That(_pool.TaskScheduler.MaximumConcurrencyLevel, Is.EqualTo(2));
    }

    [Test]
    public void ParallelFor_OnPoolScheduler_RunsOnThePool()
    {
        var outside = 0;
        _pool.Run(() => Parallel.For(0, 1000, new ParallelOptions { TaskScheduler = _pool.TaskScheduler }, _ =>
        {
            if (!_pool.IsWorkerThread)
                Interlocked.Increment(ref outside);
        }));
        Assert.That(outside, Is.Zero);
    }

    [Test]
    public async Task ScopeAsync_JobsAndFailures_CompleteTheTask()
    {
        var count = 0;
        await _pool.ScopeAsync(scope =>
        {
            for (var i = 0; i < 1000; i++)
                scope.Spawn(() => Interlocked.Increment(ref count));
        });
        Assert.That(count, Is.EqualTo(1000));
        Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await _pool.ScopeAsync(scope => scope.Spawn(() => throw new InvalidOperationException())));
        Assert.ThrowsAsync<TaskCanceledException>(async () =>
            await _pool.ScopeAsync(_ => { }, new CancellationToken(canceled: true)));
    }

    [Test]
    public void SynchronizationContext_PostAndSend_RunOnThePool()
    {
        var context = new PoolSynchronizationContext(_pool);
        using var done = new ManualResetEventSlim();
        var local = new AsyncLocal<int> { Value = 7 };
        var seen = 0;
        context.Post(_ =>
        {
            seen = SynchronizationContext.Current == context && _pool.IsWorkerThread ? local.Value : -1;
            done.Set();
        }, null);
        done.Wait();
        Assert.That(seen, Is.EqualTo(7));
        context.Send(_ => seen = _pool.IsWorkerThread ? 1 : 0, null);
        Assert.That(seen, Is.EqualTo(1));
    }

    [Test]
    public void SerialContext_ManyPosters_OneAtATimeInOrder()
    {
        var context = new SerialSynchronizationContext(_pool);
        var inside = 0;
        var failures = 0;
        var last = new int[4];
        var threads = Enumerable.Range(0, 4).Select(t => new Thread(() =>
        {
            for (var i = 1; i <= 1000; i++)
            {
                var number = i;
                context.Post(_ =>
                {
                    if (Interlocked.Increment(ref inside) != 1 || last[t] != number - 1)
                        Interlocked.Increment(ref failures);
                    last[t] = number;
                    Interlocked.Decrement(ref inside);
                }, null);
            }
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        context.Send(_ => context.Send(_ => inside++, null), null);
        Assert.That((failures, inside), Is.EqualTo((0, 1)));
        Assert.Throws<InvalidOperationException>(() => context.Send(_ => throw new InvalidOperationException(), null));
    }

    [Test]
    public async Task ForEachAsync_AsyncSequence_RunsEachOnThePool()
    {
        var sum = 0;
        await WorkParallel.ForEachAsync(
            Numbers(), new ParallelOptions { TaskScheduler = _pool.TaskScheduler }, async (i, _) =>
            {
                await Task.Yield();
                Interlocked.Add(ref sum, _pool.IsWorkerThread ? i : 1_000_000);
            });
        Assert.That(sum, Is.EqualTo(4950));

        static async IAsyncEnumerable<int> Numbers()
        {
            for (var i = 0; i < 100; i++)
            {
                await Task.Yield();
                yield return i;
            }
        }
    }

    [Test]
    public void WorkParallel_For_MatchesParallel()
    {
        var options = new ParallelOptions { TaskScheduler = _pool.TaskScheduler, MaxDegreeOfParallelism = 2 };
        var total = 0L;
        WorkParallel.For(0, 1000, options, i => Interlocked.Add(ref total, i));
        WorkParallel.For(0, 1000, options, () => 0L, (i, _, local) => local + i, local => Interlocked.Add(ref total, local));
        WorkParallel.ForEach(Enumerable.Range(0, 1000), options, i => Interlocked.Add(ref total, i));
        WorkParallel.Invoke(() => Interlocked.Add(ref total, 1), () => Interlocked.Add(ref total, 2));
        Assert.That(total, Is.EqualTo((3 * 499_500) + 3));
    }

    [Test]
    public void WorkParallel_Break_RunsEverythingBelow()
    {
        var seen = new int[10_000];
        var result = WorkParallel.For(0, seen.Length, (i, state) =>
        {
            Interlocked.Increment(ref seen[i]);
            if (i == 5000)
                state.Break(i);
        });
        Assert.Multiple(() =>
        {
            Assert.That(result.IsCompleted, Is.False);
            Assert.That(result.LowestBreakIteration, Is.EqualTo(5000));
            Assert.That(seen.Take(5001), Is.All.EqualTo(1));
        });
    }

    [Test]
    public void WorkParallel_Stop_EndsEarly()
    {
        var result = WorkParallel.For(0, int.MaxValue, (i, state) =>
        {
            if (i > 1000)
                state.Stop();
        });
        Assert.That((result.IsCompleted, result.LowestBreakIteration), Is.EqualTo((false, (long?)null)));
    }

    [Test]
    public void WorkParallel_BadArguments_Throw() => Assert.Multiple(() =>
    {
        Assert.Throws<ArgumentNullException>(() => WorkParallel.For(0, 1, (Action<int>)null!));
        Assert.Throws<ArgumentNullException>(() => WorkParallel.ForEach<int>(null!, _ => { }));
        Assert.Throws<ArgumentException>(() => WorkParallel.Invoke(null!, () => { }));
        Assert.Throws<AggregateException>(() => WorkParallel.ForEach(Failing(), _ => { }));
        Assert.Throws<OperationCanceledException>(() =>
            WorkParallel.For(0, 9, new ParallelOptions { CancellationToken = new(true) }, _ => { }));
    });

    private static IEnumerable<int> Failing()
    {
        yield return 1;
        throw new InvalidOperationException();
    }
}
