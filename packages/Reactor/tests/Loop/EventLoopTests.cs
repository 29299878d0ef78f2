using Gabbro.Reactor.Tasks;
using Gabbro.Reactor.Time;

namespace Gabbro.Reactor.Tests.Loop;

/// <summary>What every loop promises, on every backend.</summary>
[TestFixtureSource(typeof(LoopWorld), nameof(LoopWorld.Available))]
public sealed class EventLoopTests(string backend)
{
    private LoopWorld _world = null!;

    private EventLoop Loop => _world.Loop;

    [SetUp]
    public void Create() => _world = LoopWorld.Create(backend);

    [TearDown]
    public void End() => _world.Dispose();

    [Test]
    public void Run_AsyncMethod_StaysOnTheLoopThread()
    {
        int thread = Environment.CurrentManagedThreadId;
        List<int> seen = [];
        Loop.Run(async () =>
        {
            seen.Add(Environment.CurrentManagedThreadId);
            await Loop.Yield();
            seen.Add(Environment.CurrentManagedThreadId);
            await Loop.DelayAsync(TimeSpan.FromMilliseconds(2));
            seen.Add(Environment.CurrentManagedThreadId);
            await Task.Yield();
            seen.Add(Environment.CurrentManagedThreadId);
            await Loop.Blocking.RunAsync(() => 1);
            seen.Add(Environment.CurrentManagedThreadId);
            await Task.Factory.StartNew(() => seen.Add(Environment.CurrentManagedThreadId), CancellationToken.None, TaskCreationOptions.None, Loop.Scheduler);
            seen.Add(Environment.CurrentManagedThreadId);
            Assert.That(EventLoop.Current, Is.SameAs(Loop));
        });
        Assert.That(seen, Is.All.EqualTo(thread));
        Assert.That(EventLoop.Current, Is.Null);
    }

    [Test]
    public void Run_MethodThatThrows_ThrowsIt() =>
        Assert.That(
            () => Loop.Run(async () =>
            {
                await Loop.Yield();
                throw new FormatException("x");
            }),
            Throws.TypeOf<FormatException>());

    [Test]
    public void Run_Nested_Throws() =>
        Loop.Run(() =>
        {
            Assert.That(() => Loop.Run(() => Task.CompletedTask), Throws.InvalidOperationException);
            return Task.CompletedTask;
        });

    [Test]
    public void Post_FromManyThreads_RunsAllInTheOrderOfEach()
    {
        const int Threads = 4;
        const int Each = 2000;
        int[] next = new int[Threads];
        int done = 0;
        TaskCompletionSource all = new();
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(t => new Thread(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                int expected = i;
                Loop.Post(() =>
                {
                    Assert.That(next[t], Is.EqualTo(expected));
                    next[t]++;
                    if (++done == Threads * Each)
                        all.SetResult();
                });
            }
        }))];
        Loop.Run(async () =>
        {
            // A blocking call in flight keeps a simulated world from declaring itself stuck while real threads work.
            foreach (Thread thread in threads)
                thread.Start();
            await all.Task;
        });
        foreach (Thread thread in threads)
            thread.Join();
        Assert.That(next, Is.All.EqualTo(Each));
    }

    [Test]
    public void Post_WhileTheLoopSleeps_IsNeverSleptOver()
    {
        // A lost wake-up would hang here: each round waits for a callback posted at a moment that races with falling asleep.
        int rounds = 3000 * TestEffort.Factor;
        Loop.Run(async () =>
        {
            for (int i = 0; i < rounds; i++)
            {
                TaskCompletionSource posted = new();
                ThreadPool.UnsafeQueueUserWorkItem(_ => Loop.Post(() => posted.SetResult()), null);
                await posted.Task;
            }
        });
        Assert.That(Loop.Statistics.CallbacksRun, Is.GreaterThanOrEqualTo(rounds));
    }

    [Test]
    public void Post_CallbackThatPostsItself_LetsTimersRun()
    {
        bool stop = false;
        Loop.Run(async () =>
        {
            void Again()
            {
                if (!stop)
                    Loop.Post(Again);
            }

            Again();
            Task delay = Loop.DelayAsync(TimeSpan.FromMilliseconds(0)).AsTask();
            await delay;
            stop = true;
        });
    }

    [Test]
    public void Post_CallbackThatThrows_GoesToTheHandlerAndTheLoopGoesOn()
    {
        List<Exception> seen = [];
        Loop.UnhandledException += seen.Add;
        Loop.Run(async () =>
        {
            Loop.Post(() => throw new FormatException());
            await Loop.DelayAsync(TimeSpan.FromMilliseconds(1));
        });
        Assert.That(seen.Single(), Is.TypeOf<FormatException>());
    }

    [Test]
    public void Post_CallbackThatThrowsWithoutHandler_EndsTheLoop() =>
        Assert.That(
            () => Loop.Run(async () =>
            {
                Loop.Post(() => throw new FormatException());
                await Loop.DelayAsync(TimeSpan.FromHours(1));
            }),
            Throws.TypeOf<FormatException>());

    [Test]
    public void Post_AfterDispose_Throws()
    {
        Loop.Dispose();
        Assert.Multiple(() =>
        {
            Assert.That(() => Loop.Post(() => { }), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => Loop.Run(() => Task.CompletedTask), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => Loop.Dispose(), Throws.Nothing);
        });
    }

    [Test]
    public void VerifyAccess_WrongThread_ThrowsClearly() =>
        Loop.Run(async () =>
        {
            Exception? thrown = await Task.Run(() =>
            {
                try
                {
                    _ = Loop.DelayAsync(TimeSpan.Zero).AsTask();
                    return null;
                }
                catch (Exception e)
                {
                    return e;
                }
            });
            Assert.That(thrown, Is.TypeOf<InvalidOperationException>().With.Message.Contains("EventLoop.Post"));
        });

    [Test]
    public void DelayAsync_SeveralTimes_CompletesInTheOrderOfDeadlinesAndNeverEarly()
    {
        List<int> order = [];
        Loop.Run(async () =>
        {
            async Task After(int milliseconds)
            {
                TimeSpan began = Loop.TimeProvider.GetElapsedTime(0);
                await Loop.DelayAsync(TimeSpan.FromMilliseconds(milliseconds));
                order.Add(milliseconds);
                Assert.That(Loop.TimeProvider.GetElapsedTime(0) - began, Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(milliseconds)));
            }

            await Task.WhenAll(After(30), After(0), After(10), After(20), After(1));
        });
        Assert.That(order, Is.EqualTo((int[])[0, 1, 10, 20, 30]));
    }

    [Test]
    public void DelayAsync_Canceled_Throws() =>
        Loop.Run(async () =>
        {
            using CancellationTokenSource cancel = new();
            ValueTask delay = Loop.DelayAsync(TimeSpan.FromHours(1), cancel.Token);
            Loop.Post(cancel.Cancel);
            await Assert.ThatAsync(async () => await delay, Throws.InstanceOf<OperationCanceledException>());
            Assert.That(Loop.Statistics.PendingTimers, Is.LessThanOrEqualTo(1));
        });

    [Test]
    public void DelayAsync_AwaitedTwice_Throws() =>
        Loop.Run(async () =>
        {
            ValueTask delay = Loop.DelayAsync(TimeSpan.FromMilliseconds(1));
            await delay;
            await Assert.ThatAsync(async () => await delay, Throws.InvalidOperationException);
        });

    [Test]
    public void DelayAsync_Warm_AllocatesNothing()
    {
        long allocated = -1;
        Loop.Run(async () =>
        {
            AllocationWindows windows = new();
            for (int i = 0; i < AllocationWindows.Iterations; i++)
            {
                windows.Tick();
                await Loop.DelayAsync(TimeSpan.FromMilliseconds(0));
                await Loop.Yield();
            }

            allocated = windows.Least;
        });
        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void CreateTimer_StoppedByAnother_DoesNotFire()
    {
        bool fired = false;
        Loop.Run(async () =>
        {
            using LoopTimer second = Loop.CreateTimer(_ => fired = true);
            using LoopTimer first = Loop.CreateTimer(_ => second.Stop());
            first.Start(TimeSpan.FromMilliseconds(1));
            second.Start(TimeSpan.FromMilliseconds(2));
            await Loop.DelayAsync(TimeSpan.FromMilliseconds(10));
        });
        Assert.That(fired, Is.False);
    }

    [Test]
    public void TimeProvider_PeriodicTimerAndCancelAfter_WorkOnTheLoopsClock() =>
        Loop.Run(async () =>
        {
            using CancellationTokenSource late = new(TimeSpan.FromMilliseconds(5), Loop.TimeProvider);
            await Task.Delay(Timeout.InfiniteTimeSpan, late.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(2), Loop.TimeProvider);
            for (int i = 0; i < 3; i++)
                Assert.That(await timer.WaitForNextTickAsync(), Is.True);
            Assert.That(Loop.IsOnLoopThread, Is.True);
        });

    [Test]
    public void WithTimeoutAsync_TooSlow_ThrowsTimeout() =>
        Loop.Run(async () =>
        {
            await Assert.ThatAsync(
                async () => await Loop.WithTimeoutAsync(
                    async token =>
                    {
                        await Loop.DelayAsync(TimeSpan.FromHours(1), token);
                        return 1;
                    },
                    TimeSpan.FromMilliseconds(3)),
                Throws.TypeOf<TimeoutException>());
            Assert.That(await Loop.WithTimeoutAsync(static _ => ValueTask.FromResult(5), TimeSpan.FromSeconds(5)), Is.EqualTo(5));
        });

    [Test]
    public void WhenAnyAsync_FirstSuccess_WinsAndTheOthersEnd() =>
        Loop.Run(async () =>
        {
            int ended = 0;
            async ValueTask<int> After(int milliseconds, int value, CancellationToken token)
            {
                try
                {
                    await Loop.DelayAsync(TimeSpan.FromMilliseconds(milliseconds), token);
                    return value >= 0 ? value : throw new FormatException();
                }
                finally
                {
                    ended++;
                }
            }

            (int index, int result) = await Loop.WhenAnyAsync<int>(
                [token => After(100_000, 1, token), token => After(1, -1, token), token => After(3, 7, token)]);
            Assert.That((index, result, ended), Is.EqualTo((2, 7, 3)));
        });

    [Test]
    public void LoopChannel_WritersOnOtherThreads_DeliverAllInOrderWithBackpressure() =>
        Loop.Run(async () =>
        {
            LoopChannel<int> channel = new(Loop, capacity: 8);
            const int Count = 5000;
            Task writer = Task.Run(async () =>
            {
                for (int i = 0; i < Count; i++)
                    await channel.WriteAsync(i);
                channel.Complete();
            });
            int expected = 0;
            await foreach (int item in channel.ReadAllAsync())
            {
                Assert.That(item, Is.EqualTo(expected++));
                Assert.That(channel.Count, Is.LessThanOrEqualTo(8));
            }

            await writer;
            Assert.That(expected, Is.EqualTo(Count));
        });

    [Test]
    public void LoopChannel_ReadCanceled_LosesNothing() =>
        Loop.Run(async () =>
        {
            LoopChannel<int> channel = new(Loop, 4);
            using CancellationTokenSource cancel = new(TimeSpan.FromMilliseconds(1), Loop.TimeProvider);
            await Assert.ThatAsync(async () => await channel.ReadAsync(cancel.Token), Throws.InstanceOf<OperationCanceledException>());
            Assert.That(channel.TryWrite(3), Is.True);
            Assert.That(await channel.ReadAsync(), Is.EqualTo(3));
            ValueTask<bool> pending = channel.WaitToReadAsync();
            Assert.That(() => { _ = channel.WaitToReadAsync().AsTask(); }, Throws.InvalidOperationException);
            channel.Complete();
            Assert.That(await pending, Is.False);
            Assert.That(channel.TryWrite(1), Is.False);
        });

    [Test]
    public void LoopLocal_Value_IsOfTheLoop()
    {
        LoopLocal<List<int>> local = new(_ => []);
        using EventLoop other = new();
        Loop.Run(() =>
        {
            local.Value.Add(1);
            return Task.CompletedTask;
        });
        other.Run(() =>
        {
            Assert.That(local.Value, Is.Empty);
            return Task.CompletedTask;
        });
        Assert.That(() => local.Value, Throws.InvalidOperationException);
    }

    [Test]
    public void Blocking_QueueFull_Refuses()
    {
        using LoopWorld small = LoopWorld.Create(backend, new EventLoopOptions { BlockingThreads = 1, BlockingQueueLength = 1 });
        small.Loop.Run(async () =>
        {
            using ManualResetEventSlim gate = new();
            Task running = small.Loop.Blocking.RunAsync(gate.Wait);
            Task waiting = small.Loop.Blocking.RunAsync(() => { });
            Exception? refused = null;
            List<Task> more = [];
            while (refused is null)
            {
                try
                {
                    more.Add(small.Loop.Blocking.RunAsync(() => { }));
                }
                catch (InvalidOperationException e)
                {
                    refused = e;
                }
            }

            // The one thread may have taken its first item between two of these calls; no more than that fits.
            Assert.That(more, Has.Count.LessThanOrEqualTo(1));
            gate.Set();
            await running;
            await waiting;
            await Task.WhenAll(more);
        });
    }

    [Test]
    public void Spawn_FailingTask_IsReported()
    {
        List<Exception> seen = [];
        Loop.UnhandledException += seen.Add;
        Loop.Run(async () =>
        {
            Loop.Spawn(
                async () =>
                {
                    await Loop.Yield();
                    throw new FormatException();
                },
                "failing");
            Assert.That(Loop.SpawnedTasks.Single().Name, Is.EqualTo("failing"));
            while (seen.Count == 0)
                await Loop.Yield();
            Assert.That(Loop.SpawnedTasks, Is.Empty);
        });
        Assert.That(seen.Single(), Is.TypeOf<FormatException>());
    }

    [Test]
    public void ShutdownAsync_WorkThatFinishes_WaitsForIt()
    {
        bool finished = false;
        bool drained = false;
        Loop.Post(() =>
        {
            Loop.Spawn(async () =>
            {
                await Loop.DelayAsync(TimeSpan.FromMilliseconds(5));
                finished = true;
            });
            Loop.OnShutdown(async late =>
            {
                await Loop.DelayAsync(TimeSpan.FromMilliseconds(3), late);
                drained = true;
            });
            _ = Loop.ShutdownAsync(TimeSpan.FromSeconds(30));
        });
        Loop.Run();
        Assert.That((finished, drained, Loop.Stopping.IsCancellationRequested), Is.EqualTo((true, true, true)));
    }

    [Test]
    public void ShutdownAsync_WorkThatDoesNotFinish_EndsAtTheDeadline()
    {
        Task<bool>? inTime = null;
        Loop.Post(() =>
        {
            Loop.Spawn(async () => await Loop.DelayAsync(TimeSpan.FromHours(10)));
            inTime = Loop.ShutdownAsync(TimeSpan.FromMilliseconds(20));
        });
        Loop.Run();
        Assert.That(inTime!.Wait(TimeSpan.FromSeconds(10)) && inTime.Result, Is.False);
    }

    [TestCase(MissedTicks.Burst, new[] { 100, 350, 350, 400, 500 })]
    [TestCase(MissedTicks.Delay, new[] { 100, 350, 450, 550, 650 })]
    [TestCase(MissedTicks.Skip, new[] { 100, 350, 400, 500, 600 })]
    public void Interval_MissedTicks_FollowsThePolicy(MissedTicks policy, int[] expected)
    {
        if (Loop.Backend != BackendKind.Simulated)
            Assert.Pass("Exact times need a simulated clock.");
        List<int> ticks = [];
        Loop.Run(async () =>
        {
            TimeSpan began = Loop.Now;
            Interval interval = new(Loop, TimeSpan.FromMilliseconds(100), policy);
            for (int i = 0; i < 5; i++)
            {
                await interval.WaitAsync();
                ticks.Add((int)Math.Round((Loop.Now - began).TotalMilliseconds));
                if (i == 0)
                    await Loop.DelayAsync(TimeSpan.FromMilliseconds(250));
            }
        });
        Assert.That(ticks, Is.EqualTo(expected).Within(1));
    }

    [Test]
    public void SlowCallback_OverTheThreshold_IsReported()
    {
        using LoopWorld slow = LoopWorld.Create(backend, new EventLoopOptions { SlowCallbackThreshold = TimeSpan.FromMilliseconds(5) });
        if (slow.Loop.Backend == BackendKind.Simulated)
            Assert.Pass("Code takes no time in a simulated world.");
        List<SlowCallbackReport> reports = [];
        slow.Loop.SlowCallback += reports.Add;
        slow.Loop.Run(async () =>
        {
            await slow.Loop.Yield();
            SpinWait.SpinUntil(() => false, 20);
            await slow.Loop.Yield();
        });
        Assert.That(reports, Has.Some.Matches<SlowCallbackReport>(r => r.Phase == LoopPhase.Posted && r.Duration >= TimeSpan.FromMilliseconds(5)));
    }

    [Test]
    public async Task Start_OwnThread_RunsUntilStopped()
    {
        if (Loop.Backend == BackendKind.Simulated)
            Assert.Pass("A simulated world runs on the thread of its test.");
        Task ended = Loop.Start();
        int thread = await Loop.InvokeAsync(() => Environment.CurrentManagedThreadId);
        Assert.That(thread, Is.Not.EqualTo(Environment.CurrentManagedThreadId));
        Assert.That(() => Loop.Start(), Throws.InvalidOperationException);
        await Assert.ThatAsync(async () => await Loop.InvokeAsync((Func<int>)(() => throw new FormatException())), Throws.TypeOf<FormatException>());
        Loop.Stop();
        await ended.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
