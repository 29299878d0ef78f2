using System.Diagnostics;
using System.Globalization;
using Gabbro.Reactor.Time;

namespace Gabbro.Reactor.Benchmarks;

/// <summary>
/// The same comparison as <see cref="TimerBenchmarks"/> with starting and cancelling apart, interleaved in one process:
/// <c>timers</c> on the command line.
/// </summary>
internal static class TimerComparison
{
    private const int Pending = 1_000_000;
    private const int Batch = 20_000;
    private const int Rounds = 15;

    public static void Run()
    {
        Random random = new(1);
        TimerWheel wheel = new();
        List<object> keep = [];
        for (int i = 0; i < Pending; i++)
        {
            Quiet timer = new();
            wheel.Start(timer, random.Next(1, 3_600_000));
            keep.Add(timer);
            keep.Add(new Timer(static _ => { }, null, random.Next(600_000, 3_600_000), Timeout.Infinite));
        }

        Quiet[] mine = [.. Enumerable.Range(0, Batch).Select(_ => new Quiet())];
        Timer[] theirs = [.. Enumerable.Range(0, Batch).Select(_ => new Timer(static _ => { }, null, Timeout.Infinite, Timeout.Infinite))];
        int[] due = [.. Enumerable.Range(0, Batch).Select(_ => random.Next(600_000, 3_600_000))];
        double[] best = [double.MaxValue, double.MaxValue, double.MaxValue, double.MaxValue];
        for (int round = 0; round < Rounds; round++)
        {
            Measure(0, () =>
            {
                for (int i = 0; i < Batch; i++)
                    wheel.Start(mine[i], due[i]);
            });
            Measure(1, () =>
            {
                for (int i = 0; i < Batch; i++)
                    wheel.Cancel(mine[i]);
            });
            Measure(2, () =>
            {
                for (int i = 0; i < Batch; i++)
                    theirs[i].Change(due[i], Timeout.Infinite);
            });
            Measure(3, () =>
            {
                for (int i = 0; i < Batch; i++)
                    theirs[i].Change(Timeout.Infinite, Timeout.Infinite);
            });
        }

        GC.KeepAlive(keep);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"a million pending: start {best[0]:0.0} ns (Timer {best[2]:0.0} ns, ratio {best[0] / best[2]:0.00}), cancel {best[1]:0.0} ns (Timer {best[3]:0.0} ns, ratio {best[1] / best[3]:0.00})"));

        void Measure(int index, Action action)
        {
            long began = Stopwatch.GetTimestamp();
            action();
            best[index] = Math.Min(best[index], Stopwatch.GetElapsedTime(began).TotalNanoseconds / Batch);
        }
    }

    private sealed class Quiet : WheelTimer
    {
        protected internal override void OnExpired()
        {
        }
    }
}
