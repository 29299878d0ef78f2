using System.Diagnostics;

namespace Gabbro.Tools.Tour;

/// <summary>Runs steps in order, each even when an earlier one failed.</summary>
internal static class TourRunner
{
    public static StepResult Run(ITourStep step, TourContext context, Action<double> progress)
    {
        var report = new StepReport(progress);
        var clock = Stopwatch.StartNew();
        string? error = null;
        try
        {
            step.Run(context, report);
        }
        catch (TourCheckException e)
        {
            error = e.Message;
        }
        catch (Exception e)
        {
            // Whatever went wrong, the other steps still run and the summary says what happened.
            error = $"{e.GetType().Name}: {e.Message}";
        }

        progress(1);
        return new StepResult(step, report, clock.Elapsed, error);
    }
}
