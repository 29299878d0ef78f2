using System.Text.Json;
using Spectre.Console;

namespace Gabbro.Tools.Tour;

/// <summary>Shows a tour: bars and a table on a terminal, plain lines when redirected, one JSON document for machines.</summary>
internal static class TourOutput
{
    private static readonly JsonSerializerOptions JsonLayout = new() { WriteIndented = true };

    /// <summary>Runs the steps behind progress bars and prints a table.</summary>
    public static List<StepResult> OnTerminal(IReadOnlyList<ITourStep> steps, TourContext context)
    {
        var results = new List<StepResult>();
        AnsiConsole.Progress().Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .Start(live =>
            {
                var bars = steps.Select(step => live.AddTask(Markup.Escape(step.Title), autoStart: false)).ToList();
                for (var i = 0; i < steps.Count; i++)
                {
                    var bar = bars[i];
                    bar.StartTask();
                    results.Add(TourRunner.Run(steps[i], context, done => bar.Value = done * 100));
                    bar.StopTask();
                }
            });

        var table = new Table().Border(TableBorder.Rounded).AddColumns("step", "outcome", "seconds", "what it showed");
        foreach (var result in results)
        {
            table.AddRow(
                new Text(result.Step.Name),
                new Markup(result.Error is null ? "[green]ok[/]" : "[red]failed[/]"),
                new Text(result.Elapsed.TotalSeconds.ToString("0.00")),
                new Text(result.Error ?? string.Join('\n', result.Report.Facts.Select(f => $"{f.Name}: {f.Value}"))));
        }

        AnsiConsole.Write(table);
        foreach (var line in results.SelectMany(r => r.Report.Picture))
            Console.WriteLine(line);
        return results;
    }

    /// <summary>Runs the steps printing a line for each fact.</summary>
    public static List<StepResult> AsLines(IReadOnlyList<ITourStep> steps, TourContext context)
    {
        var results = new List<StepResult>();
        foreach (var step in steps)
        {
            var result = TourRunner.Run(step, context, _ => { });
            results.Add(result);
            Console.WriteLine($"{step.Name}: {step.Title}");
            foreach (var (name, value) in result.Report.Facts)
                Console.WriteLine($"  {name}: {value}");
            foreach (var line in result.Report.Picture)
                Console.WriteLine("  " + line);
            Console.WriteLine($"  {(result.Error is null ? "ok" : "FAILED: " + result.Error)} ({result.Elapsed.TotalSeconds:0.00} s)");
        }

        return results;
    }

    /// <summary>Runs the steps in silence and prints one JSON document.</summary>
    public static List<StepResult> AsJson(IReadOnlyList<ITourStep> steps, TourContext context)
    {
        var results = steps.Select(step => TourRunner.Run(step, context, _ => { })).ToList();
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            ok = results.TrueForAll(r => r.Error is null),
            steps = results.Select(r => new
            {
                name = r.Step.Name,
                title = r.Step.Title,
                ok = r.Error is null,
                error = r.Error,
                seconds = Math.Round(r.Elapsed.TotalSeconds, 3),
                facts = r.Report.Facts.ToDictionary(f => f.Name, f => f.Value),
            }),
        }, JsonLayout));
        return results;
    }
}
