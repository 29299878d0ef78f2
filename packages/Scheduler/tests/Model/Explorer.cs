using Gabbro.Scheduler.Tests.Model;

namespace Gabbro.Scheduler.Tests.Model;

/// <summary>Runs a scenario under every schedule within bounds, or under many random ones.</summary>
internal static class Explorer
{
    /// <summary>Enumerates, then draws random schedules without bound on preemptions. Throws at the first failure.</summary>
    public static void Check(Func<Scenario> create, ModelBounds? bounds = null, int randomRuns = 500)
    {
        bounds ??= new ModelBounds();
        bounds = bounds with { Executions = bounds.Executions * TestEffort.Scale };
        Enumerate(create, bounds);
        Draw(create, bounds with { Preemptions = int.MaxValue, Delays = int.MaxValue }, randomRuns * TestEffort.Scale);
    }

    /// <summary>True when some schedule within the bounds fails: for code broken on purpose.</summary>
    public static bool FindsFailure(Func<Scenario> create, ModelBounds bounds)
    {
        try
        {
            Enumerate(create, bounds);
            return false;
        }
        catch (ModelFailureException failure)
        {
            TestContext.Out.WriteLine(failure.Message);
            return true;
        }
    }

    private static void Enumerate(Func<Scenario> create, ModelBounds bounds)
    {
        using var team = new ModelTeam();
        var chooser = new EnumeratingChooser();
        var executions = 0;
        do
        {
            RunOnce(create, chooser, bounds, team);
            if (++executions == bounds.Executions)
            {
                TestContext.Out.WriteLine($"{executions} executions, stopped at the bound");
                return;
            }
        }
        while (chooser.MoveNext());
        TestContext.Out.WriteLine($"{executions} executions, all within {bounds.Preemptions} preemptions, {bounds.Delays} delays");
    }

    private static void Draw(Func<Scenario> create, ModelBounds bounds, int runs)
    {
        using var team = new ModelTeam();
        var seed = TestEffort.Seed();
        for (var i = 0; i < runs; i++)
            RunOnce(create, new RandomChooser(seed + i, i % 2 == 0 ? 0.1 : 0.4), bounds, team);
    }

    private static void RunOnce(Func<Scenario> create, IChooser chooser, ModelBounds bounds, ModelTeam team)
    {
        var run = new ModelRun(chooser, bounds);
        run.EnterDirect();
        var scenario = create();
        run.Execute(team, scenario.Threads);
        var failure = run.Failure;
        if (failure is null)
        {
            run.EnterDirect();
            try
            {
                scenario.Verify();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        }

        if (failure is not null)
            throw new ModelFailureException($"Failed under choices [{chooser}]: {failure.Message}", failure);
    }
}
