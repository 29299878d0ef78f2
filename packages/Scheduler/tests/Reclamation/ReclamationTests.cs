using Gabbro.Scheduler.Reclamation;
using Gabbro.Scheduler.Tests.Model;

namespace Gabbro.Scheduler.Tests.Reclamation;

/// <summary>Nothing is reclaimed while somebody may hold it, and everything is in the end.</summary>
internal sealed class ReclamationTests
{
    [Test]
    public void Epoch_PinnedReader_KeepsWhatItMayReach()
    {
        var domain = new EpochDomain();
        using var reader = domain.Join();
        using var writer = domain.Join();
        var reclaimed = 0;
        var guard = reader.Pin();
        writer.Retire(new object(), _ => reclaimed++);
        for (var i = 0; i < 10; i++)
            writer.Collect();
        Assert.That(reclaimed, Is.Zero);
        guard.Dispose();
        for (var i = 0; i < 3; i++)
            writer.Collect();
        Assert.That(reclaimed, Is.EqualTo(1));
    }

    [Test]
    public void Epoch_DisposePinned_Throws()
    {
        var participant = new EpochDomain().Join();
        var guard = participant.Pin();
        Assert.Throws<InvalidOperationException>(participant.Dispose);
        guard.Dispose();
        participant.Dispose();
        participant.Dispose();
        Assert.Throws<ObjectDisposedException>(() => participant.Pin());
    }

    [Test]
    public void Hazard_ProtectedThing_IsKeptOthersAreNot()
    {
        var domain = new HazardDomain();
        using var reader = domain.Acquire();
        using var writer = domain.Acquire();
        object? cell = new();
        var held = reader.Protect(ref cell);
        var reclaimed = new List<object>();
        writer.Retire(held!, reclaimed.Add);
        writer.Retire(new object(), reclaimed.Add);
        Assert.That(writer.Collect(), Is.EqualTo(1));
        Assert.That(reclaimed, Does.Not.Contain(held));
        reader.Clear();
        Assert.That(writer.Collect(), Is.EqualTo(1));
    }

    [Test]
    public void Epoch_UnderTheModel_NoReaderSeesAReclaimedThing() =>
        Explorer.Check(EpochScenario<ModelAtomics>, new ModelBounds(3, 1, 15_000));

    [Test]
    public void Epoch_WithoutHeavyFence_ReaderSeesAReclaimedThing() => Assert.That(
        Explorer.FindsFailure(EpochScenario<ModelAtomicsWithoutHeavyFence>, new ModelBounds(3, 1, 100_000)), Is.True);

    [Test]
    public void Hazard_UnderTheModel_NoReaderSeesAReclaimedThing() =>
        Explorer.Check(HazardScenario<ModelAtomics>, new ModelBounds(3, 1, 15_000));

    [Test]
    public void Hazard_WithoutHeavyFence_ReaderSeesAReclaimedThing() => Assert.That(
        Explorer.FindsFailure(HazardScenario<ModelAtomicsWithoutHeavyFence>, new ModelBounds(3, 1, 100_000)), Is.True);

    private static Scenario EpochScenario<TAtomics>()
        where TAtomics : struct, Atomics.IAtomics
    {
        var core = new EpochCore<TAtomics>();
        var reader = new EpochRecord<TAtomics>();
        core.Register(reader);
        var shared = new Shared { Cell = new Thing() };
        return new Scenario(
            [
                () =>
                {
                    core.Pin(reader);
                    if (TAtomics.Load(ref shared.Cell) is Thing thing)
                    {
                        TAtomics.Load(ref shared.Unrelated);
                        ModelExpect.That(!thing.Reclaimed, "Reclaimed while held.");
                    }

                    EpochCore<TAtomics>.Unpin(reader);
                },
                () =>
                {
                    var thing = (Thing)TAtomics.Exchange(ref shared.Cell, null)!;
                    var retired = core.Epoch;
                    for (var i = 0; i < 4; i++)
                    {
                        if (core.TryAdvance() >= retired + 2)
                            thing.Reclaimed = true;
                    }
                },
            ],
            () => { });
    }

    private static Scenario HazardScenario<TAtomics>()
        where TAtomics : struct, Atomics.IAtomics
    {
        var core = new HazardCore<TAtomics>();
        var pointer = new HazardRecord<TAtomics>();
        core.Register(pointer);
        var shared = new Shared { Cell = new Thing() };
        return new Scenario(
            [
                () =>
                {
                    if (HazardCore<TAtomics>.Protect(pointer, ref shared.Cell) is Thing thing)
                    {
                        TAtomics.Load(ref shared.Unrelated);
                        ModelExpect.That(!thing.Reclaimed, "Reclaimed while held.");
                    }

                    HazardCore<TAtomics>.Clear(pointer);
                },
                () =>
                {
                    var thing = (Thing)TAtomics.Exchange(ref shared.Cell, null)!;
                    var shown = new HashSet<object>();
                    core.CollectShown(shown);
                    thing.Reclaimed = !shown.Contains(thing);
                },
            ],
            () => { });
    }

    private sealed class Shared
    {
        public object? Cell;

        /// <summary>Reading it is a step at which others may run; unlike a pause it leaves the store buffer alone.</summary>
        public int Unrelated;
    }

    private sealed class Thing
    {
        public bool Reclaimed;
    }
}
