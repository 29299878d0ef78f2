using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Tests.Model;

/// <summary>The model itself: it must find the classic mistakes and pass the classic remedies.</summary>
internal sealed class ModelTests
{
    [Test]
    public void StoreBuffer_DekkerWithoutFence_IsCaught() =>
        Assert.That(Explorer.FindsFailure(() => Dekker(fence: false), new ModelBounds()), Is.True);

    [Test]
    public void StoreBuffer_DekkerWithoutFenceAndWithoutDelays_IsMissed() =>
        Assert.That(Explorer.FindsFailure(() => Dekker(fence: false), new ModelBounds(Delays: 0)), Is.False);

    [Test]
    public void StoreBuffer_DekkerWithFence_Passes() => Explorer.Check(() => Dekker(fence: true), new ModelBounds(3, 2));

    [Test]
    public void Schedule_LostUpdate_IsCaught()
    {
        Assert.That(
            Explorer.FindsFailure(
                () =>
                {
                    var cell = new Cells();
                    void Increment() => ModelAtomics.Store(ref cell.A, ModelAtomics.Load(ref cell.A) + 1);
                    return new Scenario([Increment, Increment], () => Expect(ModelAtomics.Load(ref cell.A) == 2));
                },
                new ModelBounds(1, 0)),
            Is.True);
    }

    [Test]
    public void Schedule_LostWakeUp_IsCaughtAsDeadlock()
    {
        Assert.That(
            Explorer.FindsFailure(
                () =>
                {
                    var cell = new Cells();
                    return new Scenario(
                        [
                            () =>
                            {
                                // Sleeps on a word that the other side does not change: the check and the sleep are two steps.
                                if (ModelAtomics.Load(ref cell.A) == 0)
                                    ModelAtomics.Wait(ref cell.B, 0, Timeout.InfiniteTimeSpan);
                            },
                            () =>
                            {
                                ModelAtomics.Exchange(ref cell.A, 1);
                                ModelAtomics.WakeOne(ref cell.B);
                            },
                        ],
                        () => { });
                },
                new ModelBounds(1, 0)),
            Is.True);
    }

    [Test]
    public void Linearizability_StaleRead_IsRejected()
    {
        static string? Register(string state, Call call) => call.Name == "write"
            ? $"{call.Argument}"
            : $"{call.Result}" == state ? state : null;
        Call[] good = [new("write", 1, null, 0, 3), new("read", 0, 0, 1, 2), new("read", 0, 1, 4, 5)];
        Call[] bad = [new("write", 1, null, 0, 1), new("read", 0, 0, 2, 3)];
        Assert.Multiple(() =>
        {
            Assert.That(Linearizability.Holds(good, "0", Register), Is.True);
            Assert.That(Linearizability.Holds(bad, "0", Register), Is.False);
        });
    }

    private static Scenario Dekker(bool fence)
    {
        var cell = new Cells();
        int sawB = 0, sawA = 0;
        return new Scenario(
            [
                () =>
                {
                    ModelAtomics.Store(ref cell.A, 1);
                    if (fence)
                        ModelAtomics.Fence();
                    sawB = ModelAtomics.Load(ref cell.B);
                },
                () =>
                {
                    ModelAtomics.Store(ref cell.B, 1);
                    if (fence)
                        ModelAtomics.Fence();
                    sawA = ModelAtomics.Load(ref cell.A);
                },
            ],
            () => Expect(sawA == 1 || sawB == 1));
    }

    private static void Expect(bool condition)
    {
        if (!condition)
            throw new ModelFailureException("The expectation does not hold.");
    }

    private sealed class Cells
    {
        public int A;
        public int B;
    }
}
