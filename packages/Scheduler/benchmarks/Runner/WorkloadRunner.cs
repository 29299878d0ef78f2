using System.Diagnostics;
using System.Globalization;

namespace Gabbro.Scheduler.Benchmarks.Runner;

/// <summary>
/// The command line that programs in other languages share: <c>workload threads size reps warm</c> prints
/// <c>name threads seconds</c> for the best of the repetitions and <c>check name value</c> on stderr.
/// </summary>
internal static class WorkloadRunner
{
    private const int Unsupported = 3;

    public static bool TryRun(string[] args, out int exitCode)
    {
        exitCode = 0;
        if (args.Length == 0 || args[0].StartsWith('-'))
            return false;
        if (args.Length != 5
            || !int.TryParse(args[1], CultureInfo.InvariantCulture, out var threads)
            || !long.TryParse(args[2], CultureInfo.InvariantCulture, out var size)
            || !int.TryParse(args[3], CultureInfo.InvariantCulture, out var reps)
            || !int.TryParse(args[4], CultureInfo.InvariantCulture, out var warm)
            || threads < 1 || size < 0 || reps < 1 || warm < 0)
        {
            Console.Error.WriteLine("usage: <workload> <threads> <size> <reps> <warm>   (size 0: the default)");
            Console.Error.WriteLine($"workloads: {string.Join(' ', WorkloadCatalogue.All.Select(w => w.Name))}");
            exitCode = 2;
            return true;
        }

        var workload = WorkloadCatalogue.Find(args[0]);
        if (workload is null)
        {
            exitCode = Unsupported;
            return true;
        }

        workload.Prepare(threads, size == 0 ? workload.DefaultSize : size);
        var best = double.MaxValue;
        long check = 0;
        for (var i = 0; i < warm; i++)
        {
            Once(workload, out _);

            // The tiering thread compiles while nobody measures.
            Thread.Sleep(120);
        }

        for (var i = 0; i < reps; i++)
            best = Math.Min(best, Once(workload, out check));
        workload.CleanUp();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{workload.Name} {threads} {best:F9}"));
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"check {workload.Name} {check}"));
        return true;
    }

    private static double Once(Workload workload, out long check)
    {
        workload.BeforeRun();
        var started = Stopwatch.GetTimestamp();
        check = workload.Run();
        return workload.MeasuredSeconds ?? Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
