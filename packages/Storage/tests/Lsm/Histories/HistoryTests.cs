using Gabbro.Storage.Tests.Simulation;

namespace Gabbro.Storage.Tests.Lsm.Histories;

/// <summary>Random programs against a model, with crashes, power failures and faults at every call.</summary>
public sealed class HistoryTests
{
    [Test]
    public void RandomProgram_WithReopens_AgreesWithModel()
    {
        var seed = TestEffort.Seed();
        for (var i = 0; i < TestEffort.Times(25); i++)
        {
            var history = new History(new SimulatedFileSystem(), seed + i);
            history.Open();
            for (var round = 0; round < 3; round++)
            {
                history.Run(250);
                history.Check();
                history.CloseAndReopen();
            }

            history.Abandon();
        }
    }

    [Test]
    public void Kill_AtRandomMoments_LosesNothing()
    {
        var seed = TestEffort.Seed();
        for (var i = 0; i < TestEffort.Times(40); i++)
        {
            var random = new Random(seed + i);
            var history = new History(new SimulatedFileSystem(), seed + i);
            history.Open();
            for (var round = 0; round < 4; round++)
            {
                history.Run(random.Next(1, 150));
                history.KillAndReopen();
                history.Check();
            }

            history.Abandon();
        }
    }

    [TestCase(PowerFailureMode.DropAll)]
    [TestCase(PowerFailureMode.KeepAll)]
    [TestCase(PowerFailureMode.Random)]
    [TestCase(PowerFailureMode.Hostile)]
    public void PowerFailure_AtRandomMoments_KeepsWhatWasSynced(PowerFailureMode mode)
    {
        var seed = TestEffort.Seed();
        for (var i = 0; i < TestEffort.Times(25); i++)
        {
            var random = new Random(seed + i);
            var history = new History(new SimulatedFileSystem(), seed + i);
            history.Open();
            for (var round = 0; round < 4; round++)
            {
                history.Run(random.Next(1, 150));
                history.PowerFailureAndReopen(random, mode);
                history.Check();
            }

            history.Abandon();
        }
    }

    // The machine stops before its n-th call, for each n of a short history, and boots with each kind of remains.
    [Test]
    public void PowerFailure_AtEveryCallOfAShortHistory_KeepsWhatWasSynced()
    {
        var seed = TestEffort.Seed();
        var steps = 40;
        for (long stopAt = 1; ; stopAt += TestEffort.Factor >= 10 ? 1 : 3)
        {
            var system = new SimulatedFileSystem();
            var limit = stopAt;
            system.Faults = o => o.Index == limit ? Fault.Stop : Fault.None;
            var history = new History(system, seed);
            var stopped = !TryOpen(history);
            if (!stopped)
                history.Run(steps, mayFail: true);
            stopped |= system.IsStopped;
            foreach (var mode in Enum.GetValues<PowerFailureMode>())
            {
                var branch = history.Branch(system.Fork());
                branch.PowerFailureAndReopen(new Random((int)stopAt), mode);
                branch.Check();
                branch.Run(10);
                branch.Check();
                branch.Abandon();
            }

            history.Abandon();
            if (!stopped)
                return;
        }
    }

    [TestCase(StorageErrorKind.NoSpace, false)]
    [TestCase(StorageErrorKind.NoSpace, true)]
    [TestCase(StorageErrorKind.Io, false)]
    [TestCase(StorageErrorKind.Io, true)]
    public void Fault_AtEveryCallInTurn_LosesNothingAcknowledged(StorageErrorKind error, bool shortWrite)
    {
        var seed = TestEffort.Seed();
        for (long failAt = 1; ; failAt += TestEffort.Factor >= 10 ? 1 : 4)
        {
            var system = new SimulatedFileSystem();
            var limit = failAt;
            var reached = false;
            system.Faults = o =>
            {
                if (o.Index != limit)
                    return Fault.None;
                reached = true;
                return shortWrite && o.Kind == FileOperationKind.Write ? Fault.Short((int)(o.Length / 2), error) : Fault.Fail(error);
            };
            var history = new History(system, seed);
            if (TryOpen(history))
            {
                history.Run(60, mayFail: true);
                system.Faults = null;
                if (!history.HasFailed)
                    history.Check();
            }

            system.Faults = null;
            history.KillAndReopen();
            history.Check();
            history.Run(20);
            history.Check();
            history.Abandon();
            if (!reached)
                return;
        }
    }

    private static bool TryOpen(History history)
    {
        try
        {
            history.Open();
            return true;
        }
        catch (StorageException e) when (e is not CorruptionException)
        {
            return false;
        }
    }
}
