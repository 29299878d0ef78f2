using Gabbro.Scheduler.Atomics;
using Gabbro.Scheduler.Deques;
using Gabbro.Scheduler.Tests.Model;

namespace Gabbro.Scheduler.Tests.Deques;

/// <summary>The Chase-Lev deque under every schedule within bounds, its fence broken once to see that this is noticed.</summary>
internal sealed class ChaseLevModelTests
{
    [TestCase(1)]
    [TestCase(2)]
    public void PushPopSteal_EveryItemComesOutOnce(int thieves) =>
        Explorer.Check(() => Items<ModelAtomics>(thieves, 3), new ModelBounds(2, 1, 15_000));

    [Test]
    public void PushPopSteal_WithGrowth_EveryItemComesOutOnce() =>
        Explorer.Check(() => Items<ModelAtomics>(1, 5), new ModelBounds(2, 1, 15_000));

    [Test]
    public void PushPopSteal_IsLinearizable() => Explorer.Check(
        () =>
        {
            var box = new Box<ModelAtomics>();
            var history = new History();
            return new Scenario(
                [
                    () =>
                    {
                        for (var i = 1; i <= 3; i++)
                        {
                            var item = i;
                            history.Record("push", item, () =>
                            {
                                box.Deque.Push(item);
                                return null;
                            });
                        }

                        for (var i = 0; i < 3; i++)
                            history.Record("pop", 0, () => box.Deque.TryPop(out var item) ? item : null);
                    },
                    () =>
                    {
                        for (var i = 0; i < 2; i++)
                            Steal(box, history);
                    },
                    () => Steal(box, history),
                ],
                () => history.AssertLinearizable(string.Empty, Deque));
        },
        new ModelBounds(2, 1, 15_000));

    [Test]
    public void Pop_WithoutFence_TakesAnItemTwice() => Assert.That(
        Explorer.FindsFailure(() => Items<ModelAtomicsWithoutFence>(1, 2), new ModelBounds(3, 2, 50_000)), Is.True);

    private static void Steal(Box<ModelAtomics> box, History history) => history.Record("steal", 0, () =>
    {
        while (true)
        {
            switch (box.Deque.TrySteal(out var item))
            {
                case StealResult.Taken:
                    return item;
                case StealResult.Empty:
                    return null;
            }
        }
    });

    private static string? Deque(string state, Call call) => call.Name switch
    {
        "push" => state + call.Argument,
        "pop" when call.Result is null => state.Length == 0 ? state : null,
        "pop" => state.Length > 0 && state[^1] - '0' == call.Result ? state[..^1] : null,
        _ when call.Result is null => state.Length == 0 ? state : null,
        _ => state.Length > 0 && state[0] - '0' == call.Result ? state[1..] : null,
    };

    private static Scenario Items<TAtomics>(int thieves, int items)
        where TAtomics : struct, IAtomics
    {
        var box = new Box<TAtomics>();
        var seen = new int[items];
        var bodies = new List<Action>
        {
            () =>
            {
                for (var i = 0; i < items; i++)
                    box.Deque.Push(i);
                while (box.Deque.TryPop(out var item))
                    seen[item]++;
            },
        };
        for (var i = 0; i < thieves; i++)
        {
            bodies.Add(() =>
            {
                for (var attempt = 0; attempt < 2; attempt++)
                {
                    if (box.Deque.TrySteal(out var item) == StealResult.Taken)
                        seen[item]++;
                }
            });
        }

        return new Scenario([.. bodies], () => ModelExpect.EachOnce(seen));
    }

    private sealed class Box<TAtomics>
        where TAtomics : struct, IAtomics
    {
        public ChaseLevCore<int, TAtomics> Deque = new(2);
    }
}
