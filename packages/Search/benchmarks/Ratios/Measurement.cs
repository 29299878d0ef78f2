using System.Diagnostics;

namespace Gabbro.Search.Benchmarks.Ratios;

/// <summary>
/// Times the contenders of a row in turns, so that whatever disturbs the machine disturbs all of them, and keeps the best
/// turn of each: interference only ever adds time.
/// </summary>
internal static class Measurement
{
    internal static RowResult Measure(Row row, int turns)
    {
        int[] repetitions = new int[row.Contenders.Length];
        double[] best = new double[row.Contenders.Length];
        Array.Fill(best, double.MaxValue);
        long? expected = null;
        for (int i = 0; i < row.Contenders.Length; i++)
        {
            Contender contender = row.Contenders[i];
            long answer = contender.Run();
            expected ??= answer;
            if (answer != expected)
                throw new InvalidOperationException($"{row.Group}/{row.Name}: {contender.Name} says {answer}, not {expected}.");
            // Warm up through the tiers of the compiler, then fix a repetition count of about two milliseconds.
            long start = Stopwatch.GetTimestamp();
            int warm = 0;
            while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < 60 || warm < 60 && Stopwatch.GetElapsedTime(start).TotalMilliseconds < 200)
            {
                contender.Run();
                warm++;
            }
            repetitions[i] = int.Max(1, (int)(warm * 2.0 / Stopwatch.GetElapsedTime(start).TotalMilliseconds));
        }
        for (int turn = 0; turn < turns; turn++)
        {
            for (int i = 0; i < row.Contenders.Length; i++)
            {
                Func<long> run = row.Contenders[i].Run;
                long start = Stopwatch.GetTimestamp();
                for (int k = 0; k < repetitions[i]; k++) run();
                best[i] = double.Min(best[i], Stopwatch.GetElapsedTime(start).TotalSeconds / repetitions[i]);
            }
        }
        return new RowResult(row, best);
    }
}
