using Gabbro.Scheduler.Synchronization;
using Gabbro.Scheduler.Tests.Model;

namespace Gabbro.Scheduler.Tests.Synchronization;

/// <summary>Every primitive under every schedule within bounds: exclusion, and no lost wake-up (a deadlock of the model).</summary>
internal sealed class SynchronizationModelTests
{
    private static readonly ModelBounds s_bounds = new(2, 1, 6_000);

    [TestCase(2, false)]
    [TestCase(3, false)]
    [TestCase(2, true)]
    [TestCase(3, true)]
    public void Mutex_Contended_ExcludesAndWakes(int threads, bool timeouts) => Explorer.Check(
        () =>
        {
            var box = new Box();
            void Body()
            {
                for (var i = 0; i < 2; i++)
                {
                    if (!Lock(ref box.A, timeouts))
                        continue;
                    box.Enter();
                    ModelAtomics.Pause(0);
                    box.Leave();
                    MutexProtocol<ModelAtomics>.Unlock(ref box.A);
                }
            }

            return new Scenario(
                [.. Enumerable.Repeat(Body, threads)],
                () => ModelExpect.Equal(ModelAtomics.Load(ref box.A) & MutexProtocol<ModelAtomics>.Locked, 0));
        },
        s_bounds);

    [TestCase(false)]
    [TestCase(true)]
    public void ReaderWriter_ReadersAndWriters_ExcludeAndWake(bool timeouts) => Explorer.Check(
        () =>
        {
            var box = new Box();
            var limit = timeouts ? new Deadline(TimeSpan.FromHours(1)) : Deadline.Never;
            void Reader()
            {
                for (var i = 0; i < 2; i++)
                {
                    if (!ReaderWriterProtocol<ModelAtomics>.EnterRead(ref box.State, limit, CancellationToken.None))
                        continue;
                    ModelExpect.That(box.Inside == 0, "A reader beside a writer.");
                    box.Readers++;
                    ModelAtomics.Pause(0);
                    box.Readers--;
                    ReaderWriterProtocol<ModelAtomics>.ExitRead(ref box.State);
                }
            }

            void Writer()
            {
                for (var i = 0; i < 2; i++)
                {
                    if (!ReaderWriterProtocol<ModelAtomics>.EnterWrite(ref box.State, limit, CancellationToken.None))
                        continue;
                    ModelExpect.That(box.Readers == 0, "A writer beside a reader.");
                    box.Enter();
                    ModelAtomics.Pause(0);
                    box.Leave();
                    ReaderWriterProtocol<ModelAtomics>.ExitWrite(ref box.State);
                }
            }

            return new Scenario([Reader, Writer, Reader], () => { });
        },
        s_bounds);

    [Test]
    public void Condition_ProducerAndConsumers_NobodySleepsOn() => Explorer.Check(
        () =>
        {
            var box = new Box();
            var items = 0;
            void Consumer()
            {
                Lock(ref box.A, false);
                while (items == 0)
                    ConditionProtocol<ModelAtomics>.Wait(ref box.B, ref box.A, Timeout.InfiniteTimeSpan);
                items--;
                MutexProtocol<ModelAtomics>.Unlock(ref box.A);
            }

            return new Scenario(
                [
                    Consumer, Consumer,
                    () =>
                    {
                        for (var i = 0; i < 2; i++)
                        {
                            Lock(ref box.A, false);
                            items++;
                            MutexProtocol<ModelAtomics>.Unlock(ref box.A);
                            ConditionProtocol<ModelAtomics>.NotifyOne(ref box.B);
                        }
                    },
                ],
                () => ModelExpect.Equal(items, 0));
        },
        s_bounds);

    [TestCase(false)]
    [TestCase(true)]
    public void Semaphore_ReleasersAndAcquirers_NoPermitIsLost(bool timeouts) => Explorer.Check(
        () =>
        {
            var box = new Box();
            var taken = 0;
            void Acquirer()
            {
                if (SemaphoreProtocol<ModelAtomics>.TryAcquire(ref box.A)
                    || SemaphoreProtocol<ModelAtomics>.AcquireSlow(
                        ref box.A,
                        ref box.B,
                        timeouts ? new Deadline(TimeSpan.FromHours(1)) : Deadline.Never,
                        CancellationToken.None))
                {
                    taken++;
                }
            }

            return new Scenario(
                [
                    Acquirer, Acquirer,
                    () =>
                    {
                        SemaphoreProtocol<ModelAtomics>.Release(ref box.A, ref box.B, 1);
                        SemaphoreProtocol<ModelAtomics>.Release(ref box.A, ref box.B, 1);
                    },
                ],
                () => ModelExpect.Equal(taken + ModelAtomics.Load(ref box.A), 2));
        },
        s_bounds);

    [Test]
    public void Once_ManyCallers_OneRuns() => Explorer.Check(
        () =>
        {
            var box = new Box();
            var runs = 0;
            var failed = false;
            void Caller()
            {
                if (OnceProtocol<ModelAtomics>.Begin(ref box.A))
                {
                    // The first to come fails, the next runs its own.
                    var fails = !failed;
                    failed = true;
                    if (!fails)
                        runs++;
                    OnceProtocol<ModelAtomics>.Finish(ref box.A, !fails);
                }
            }

            return new Scenario([Caller, Caller, Caller], () => ModelExpect.Equal(runs, 1));
        },
        s_bounds);

    [TestCase(false)]
    [TestCase(true)]
    public void Parker_ParkAndUnpark_TokenIsNotLost(bool timeouts) => Explorer.Check(
        () =>
        {
            var box = new Box();
            var data = 0;
            return new Scenario(
                [
                    () =>
                    {
                        var limit = timeouts ? new Deadline(TimeSpan.FromHours(1)) : Deadline.Never;
                        while (!ParkerProtocol<ModelAtomics>.Park(ref box.A, limit, CancellationToken.None))
                            ModelAtomics.Pause(0);
                        ModelExpect.Equal(data, 1);
                    },
                    () =>
                    {
                        data = 1;
                        ParkerProtocol<ModelAtomics>.Unpark(ref box.A);
                    },
                ],
                () => { });
        },
        s_bounds);

    [Test]
    public void Latch_WaitersAndCounters_AllPass() => Explorer.Check(
        () =>
        {
            var box = new Box { B = 2 };
            void Waiter() =>
                ModelExpect.That(
                    LatchProtocol<ModelAtomics>.Wait(ref box.A, Deadline.Never, CancellationToken.None), "Not open.");
            void Counter() => LatchProtocol<ModelAtomics>.CountDown(ref box.B, ref box.A, 1);
            return new Scenario([Waiter, Counter, Counter], () => { });
        },
        s_bounds);

    [Test]
    public void Barrier_TwoPhases_NobodyRunsAhead() => Explorer.Check(
        () =>
        {
            var box = new Box();
            var reached = new int[2];
            var last = 0;
            void Party()
            {
                for (var phase = 0; phase < 2; phase++)
                {
                    reached[phase]++;
                    if (BarrierProtocol<ModelAtomics>.SignalAndWait(ref box.A, ref box.B, 2))
                        last++;
                    ModelExpect.Equal(reached[phase], 2);
                }
            }

            return new Scenario([Party, Party], () => ModelExpect.Equal(last, 2));
        },
        s_bounds);

    [Test]
    public void EventCount_NotifierWithPlainStore_NobodySleepsOn() => Explorer.Check(
        () => Eventful<ModelAtomics>(), s_bounds);

    [Test]
    public void EventCount_NotifierWithoutFence_LosesAWakeUp() => Assert.That(
        Explorer.FindsFailure(() => Eventful<ModelAtomicsWithoutFence>(), s_bounds), Is.True);

    private static Scenario Eventful<TAtomics>()
        where TAtomics : struct, Atomics.IAtomics
    {
        var box = new Box();
        return new Scenario(
            [
                () =>
                {
                    while (TAtomics.Load(ref box.Condition) == 0)
                    {
                        var key = EventCountProtocol<TAtomics>.Prepare(ref box.A, ref box.B);
                        if (TAtomics.Load(ref box.Condition) != 0)
                            EventCountProtocol<TAtomics>.Cancel(ref box.B);
                        else
                            EventCountProtocol<TAtomics>.Commit(ref box.A, ref box.B, key, Deadline.Never, CancellationToken.None);
                    }
                },
                () =>
                {
                    TAtomics.Store(ref box.Condition, 1);
                    EventCountProtocol<TAtomics>.Notify(ref box.A, ref box.B, all: true);
                },
            ],
            () => { });
    }

    private static bool Lock(ref int word, bool timeouts) => MutexProtocol<ModelAtomics>.TryLock(ref word)
        || MutexProtocol<ModelAtomics>.LockSlow(
            ref word, timeouts ? new Deadline(TimeSpan.FromHours(1)) : Deadline.Never, CancellationToken.None);

    private sealed class Box
    {
        public int A;
        public int B;
        public int Condition;
        public ReaderWriterState State;
        public int Inside;
        public int Readers;

        public void Enter() => ModelExpect.Equal(++Inside, 1);

        public void Leave() => Inside--;
    }
}
