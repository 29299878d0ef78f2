using System.Globalization;

namespace Gabbro.Scheduler.Benchmarks.Runner;

/// <summary>
/// The command line that programs in other languages share: <c>workload threads size reps warm</c> prints
/// <c>name threads seconds</c> for the best of the repetitions and <c>check name value</c> on stderr.
/// </summary>
internal static class WorkloadRunner
{
    private const int Unsupported = 3;

    public static int Run(string[] args)
    {
        if (args.Length != 5
            || !int.TryParse(args[1], CultureInfo.InvariantCulture, out var threads)
            || !long.TryParse(args[2], CultureInfo.InvariantCulture, out var size)
            || !int.TryParse(args[3], CultureInfo.InvariantCulture, out var reps)
            || !int.TryParse(args[4], CultureInfo.InvariantCulture, out var warm)
            || threads < 1 || size < 0 || reps < 1 || warm < 0)
        {
            Console.Error.WriteLine("usage: <workload> <threads> <size> <reps> <warm>   (size 0: the default)");
            Console.Error.WriteLine($"workloads: {string.Join(' ', WorkloadCatalogue.All.Select(w => w.Name))}");
            return 2;
        }

        if (WorkloadCatalogue.Find(args[0]) is not { } workload)
            return Unsupported;
        using var run = workload.Create(threads, size == 0 ? workload.DefaultSize : size);
        for (var i = 0; i < warm; i++)
        {
            run.Once();

            // The tiering thread compiles while nobody measures.
            Thread.Sleep(120);
        }

        var best = double.MaxValue;
        long check = 0;
        for (var i = 0; i < reps; i++)
        {
            var (seconds, value) = run.Once();
            best = Math.Min(best, seconds);
            check = value;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{workload.Name} {threads} {best:F9}"));
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"check {workload.Name} {check}"));
        return 0;
    }
}
