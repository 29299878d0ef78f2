using Gabbro.Scheduler.Deques;
using Gabbro.Scheduler.Tests.Model;

namespace Gabbro.Scheduler.Tests.Deques;

/// <summary>Every fork is run exactly once, by its owner or by one thief, whatever the schedule.</summary>
internal sealed class SplitDequeModelTests
{
    [TestCase(1)]
    [TestCase(2)]
    public void PushShareStealReclaim_EachForkRunsOnce(int thieves) => Explorer.Check(
        () =>
        {
            var box = new Box();
            var runs = new int[6];
            var bodies = new List<Action> { () => Owner(box, runs) };
            for (var i = 0; i < thieves; i++)
                bodies.Add(() => Thief(box, runs));
            return new Scenario([.. bodies], () => ModelExpect.EachOnce(runs));
        },
        new ModelBounds(2, 1, 15_000));

    /// <summary>Three nested forks, twice: the second round reuses slots that the first may have had stolen.</summary>
    private static void Owner(Box box, int[] runs)
    {
        for (var round = 0; round < 2; round++)
        {
            for (var slot = 0; slot < 3; slot++)
            {
                // The body of the fork, written before it can be shared.
                box.Bodies[slot] = (3 * round) + slot;
                box.Deque.Head = slot + 1;
                if (slot < ModelAtomics.Load(ref box.Deque.ShareBelow))
                    box.Deque.Share(all: round == 1);
            }

            for (var slot = 2; slot >= 0; slot--)
            {
                box.Deque.Head = slot;
                if (slot >= box.Deque.Split || box.Deque.TryReclaim(slot))
                {
                    runs[box.Bodies[slot]]++;
                }
                else
                {
                    box.Deque.Head = slot + 1;
                    box.Deque.Split = slot + 1;
                    while (ModelAtomics.Load(ref box.Done[slot]) == 0)
                        ModelAtomics.Pause(0);
                    box.Deque.Head = slot;
                    box.Deque.ResetAfterStolen(slot);
                    ModelAtomics.Store(ref box.Done[slot], 0);
                }
            }
        }
    }

    private static void Thief(Box box, int[] runs)
    {
        for (var attempt = 0; attempt < 4; attempt++)
        {
            if (box.Deque.TrySteal(out var slot) != StealResult.Taken)
                continue;
            runs[box.Bodies[slot]]++;
            ModelAtomics.Exchange(ref box.Done[slot], 1);
        }
    }

    private sealed class Box
    {
        public readonly int[] Bodies = new int[3];
        public readonly int[] Done = new int[3];
        public SplitDeque<ModelAtomics> Deque = SplitDeque<ModelAtomics>.Create();
    }
}
