namespace Gabbro.Storage.Tests.BTree.Protocols;

/// <summary>Every interleaving of the two protocols that everything else stands on; and that the models would notice a mistake.</summary>
public sealed class ProtocolModelTests
{
    [Test]
    public void Snapshots_EveryInterleavingWithADeath_ShowTheirOwnVersion()
    {
        var model = new SnapshotModel(readers: TestEffort.Factor > 1 ? 2 : 1, transactions: 4);
        var explorer = new Explorer(model.Steps, model.FindFault, model.IsEnd);
        Assert.That(explorer.Explore(model.Initial()), Is.Null);
        TestContext.Out.WriteLine($"{explorer.Count} states");
        Assert.That(explorer.Count, Is.GreaterThan(1000));
    }

    [Test]
    public void Snapshots_WithAMistake_AreFoundOut(
        [Values(
            SnapshotModel.Break.ReaderDoesNotLookAgain,
            SnapshotModel.Break.SlotsReadBeforeTheHorizon,
            SnapshotModel.Break.ReleasesNotYetVisibleAreReused,
            SnapshotModel.Break.DeadWriterIsNotUndone,
            SnapshotModel.Break.PinsAreIgnored)] SnapshotModel.Break broken)
    {
        var model = new SnapshotModel(readers: 1, transactions: 4, broken);
        Assert.That(new Explorer(model.Steps, model.FindFault, model.IsEnd).Explore(model.Initial()), Is.Not.Null);
    }

    [Test]
    public void Lock_EveryInterleavingWithADeath_ExcludesAndEnds()
    {
        var model = new MutexModel(processes: TestEffort.Factor > 1 ? 4 : 3);
        var explorer = new Explorer(model.Steps, model.FindFault, model.IsEnd);
        Assert.That(explorer.Explore(model.Initial()), Is.Null);
        TestContext.Out.WriteLine($"{explorer.Count} states");
        Assert.That(explorer.Count, Is.GreaterThan(1000));
    }

    [Test]
    public void Lock_WithAMistake_IsFoundOut(
        [Values(
            MutexModel.Break.ReleaseDoesNotWake,
            MutexModel.Break.SleeperTakesTheWordWithoutTheBit,
            MutexModel.Break.DeathIsNotTold,
            MutexModel.Break.TakenWithoutComparing,
            MutexModel.Break.DeadReservationStays)] MutexModel.Break broken)
    {
        var model = new MutexModel(processes: 3, broken);
        Assert.That(new Explorer(model.Steps, model.FindFault, model.IsEnd).Explore(model.Initial()), Is.Not.Null);
    }
}
