using System.Diagnostics;
using System.Globalization;

namespace Gabbro.Platform.Benchmarks;

/// <summary>
/// Measures contenders in turn, round after round, so that a change of the machine's speed meets them all; reports the
/// median of each and its ratio to the first, the reference.
/// </summary>
internal static class Interleaved
{
    internal static void Run(string title, string unit, int rounds, params (string Name, Func<long> Work)[] contenders)
    {
        double[][] times = new double[contenders.Length][];
        for (int i = 0; i < contenders.Length; i++)
        {
            times[i] = new double[rounds];
            // Warm: caches, and tiers of the JIT.
            contenders[i].Work();
            contenders[i].Work();
            contenders[i].Work();
        }
        Thread.Sleep(300);
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < contenders.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                long operations = contenders[i].Work();
                times[i][round] = Stopwatch.GetElapsedTime(start).TotalNanoseconds / operations;
            }
        }
        double reference = Median(times[0]);
        Console.WriteLine($"| {title} | ns a {unit} | ratio | allocated a {unit} |");
        Console.WriteLine("| --- | ---: | ---: | ---: |");
        for (int i = 0; i < contenders.Length; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            long operations = contenders[i].Work();
            double allocated = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / operations;
            double median = Median(times[i]);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {contenders[i].Name} | {median:F1} | {median / reference:F2} | {allocated:F1} B |"));
        }
        Console.WriteLine();
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values];
        Array.Sort(sorted);
        return sorted[sorted.Length / 2];
    }
}
