using Gabbro.Scheduler.Deques;
using Gabbro.Scheduler.Sleeping;
using Gabbro.Scheduler.Tests.Model;

namespace Gabbro.Scheduler.Tests.Sleeping;

/// <summary>No schedule and no store buffer loses a wake-up: a lost one is a deadlock of the model.</summary>
internal sealed class SleepGateModelTests
{
    /// <summary>How a poster makes its work known.</summary>
    public enum Publication
    {
        Interlocked,
        StoreAndLightFence,
    }

    [TestCase(Publication.Interlocked, 1, 1)]
    [TestCase(Publication.Interlocked, 2, 1)]
    [TestCase(Publication.Interlocked, 1, 2)]
    [TestCase(Publication.StoreAndLightFence, 1, 1)]
    [TestCase(Publication.StoreAndLightFence, 2, 1)]
    public void Search_PostersAndWorkers_EveryItemIsTaken(Publication publication, int workers, int posters) =>
        Explorer.Check(() => Posting<ModelAtomics>(publication, workers, posters), new ModelBounds(2, 1, 8_000));

    /// <summary>The sleeper's heavy fence is what makes the poster's light one enough; without it the model must object.</summary>
    [Test]
    public void Search_SleeperWithoutHeavyFence_LosesAWakeUp() => Assert.That(
        Explorer.FindsFailure(
            () => Posting<ModelAtomicsWithoutHeavyFence>(Publication.StoreAndLightFence, 1, 1), new ModelBounds(2, 1, 50_000)),
        Is.True);

    [Test]
    public void Search_OwnerWithPrivateForks_SharesWhenTheThiefSleeps()
    {
        Explorer.Check(
            () =>
            {
                var gate = new SleepGate<ModelAtomics>(2);
                var deque = new DequeBox();
                var taken = 0;
                return new Scenario(
                    [
                        () =>
                        {
                            // An owner that pushes four forks and never takes one back: as long as it keeps pushing,
                            // a sleeping thief must get work.
                            for (var slot = 0; slot < 4; slot++)
                            {
                                deque.Value.Head = slot + 1;
                                if (slot < Read(ref deque.Value.ShareBelow))
                                {
                                    deque.Value.Share(all: false);
                                    gate.Notify();
                                    if (gate.Sleeping > 0)
                                        deque.Value.RequestShare();
                                }
                            }
                        },
                        () =>
                        {
                            if (gate.Search<StealSource, object>(1, new StealSource(deque), 1, rounds: 1) is not null)
                                taken++;
                        },
                    ],
                    () => ModelExpect.Equal(taken, 1));
            },
            new ModelBounds(2, 1, 8_000));
    }

    private static int Read(ref int cell) => ModelAtomics.Load(ref cell);

    private static Scenario Posting<TAtomics>(Publication publication, int workers, int posters)
        where TAtomics : struct, Atomics.IAtomics
    {
        var gate = new SleepGate<TAtomics>(workers);
        var box = new Mailbox(Math.Max(workers, posters));
        var threads = new List<Action>();
        var items = Math.Max(workers, posters);
        var taken = 0;
        for (var w = 0; w < workers; w++)
        {
            var number = w;
            var share = w == 0 ? items - (workers - 1) : 1;
            threads.Add(() =>
            {
                for (var i = 0; i < share; i++)
                {
                    if (gate.Search<MailSource, object>(number, new MailSource(box), 1, rounds: 1) is not null)
                        taken++;
                }
            });
        }

        for (var p = 0; p < posters; p++)
        {
            var number = p;
            var share = p == 0 ? items - (posters - 1) : 1;
            threads.Add(() =>
            {
                for (var i = 0; i < share; i++)
                {
                    ref var slot = ref box.Slots[number + i];
                    switch (publication)
                    {
                        case Publication.Interlocked:
                            ModelAtomics.Exchange(ref slot, 1);
                            gate.Notify();
                            break;
                        default:
                            ModelAtomics.Store(ref slot, 1);
                            gate.NotifyAfterStore();
                            break;
                    }
                }
            });
        }

        return new Scenario([.. threads], () => ModelExpect.Equal(taken, items));
    }

    private sealed class Mailbox(int slots)
    {
        public readonly int[] Slots = new int[slots];

        public bool AnyPosted
        {
            get
            {
                for (var i = 0; i < Slots.Length; i++)
                {
                    if (ModelAtomics.Load(ref Slots[i]) == 1)
                        return true;
                }

                return false;
            }
        }
    }

    private sealed class DequeBox
    {
        public SplitDeque<ModelAtomics> Value = SplitDeque<ModelAtomics>.Create();
    }

    private readonly struct MailSource(Mailbox box) : IWorkSource<object>
    {
        public bool IsOver => false;

        public bool IsWorkVisible => box.AnyPosted;

        public object? TryTake()
        {
            for (var i = 0; i < box.Slots.Length; i++)
            {
                if (ModelAtomics.Load(ref box.Slots[i]) == 1 && ModelAtomics.CompareExchange(ref box.Slots[i], 2, 1) == 1)
                    return box;
            }

            return null;
        }

        public void BeforeSleep()
        {
        }
    }

    private readonly struct StealSource(DequeBox deque) : IWorkSource<object>
    {
        public bool IsOver => false;

        public bool IsWorkVisible => deque.Value.SharedCount > 0;

        public object? TryTake()
        {
            StealResult result;
            do
                result = deque.Value.TrySteal(out _);
            while (result == StealResult.Lost);
            return result == StealResult.Taken ? deque : null;
        }

        public void BeforeSleep()
        {
        }
    }
}
