using System.Diagnostics;
using System.Globalization;
using Gabbro.Reactor.Time;

namespace Gabbro.Reactor.Benchmarks;

/// <summary>
/// The same comparison as <see cref="TimerBenchmarks"/> with starting and cancelling apart, interleaved in one process:
/// <c>timers</c> on the command line. Starting again is what a connection's timeouts do: the same objects are started and
/// cancelled round after round, which is <c>Change</c> of the peer. Starting first is a timer that the wheel has never filed,
/// against <c>Change</c> of a timer made beforehand, which links it just so.
/// </summary>
internal static class TimerComparison
{
    private const int Pending = 1_000_000;
    private const int Batch = 10_000;
    private const int Rounds = 25;

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
        double[] best = [double.MaxValue, double.MaxValue, double.MaxValue, double.MaxValue, double.MaxValue, double.MaxValue];
        for (int round = 0; round < Rounds; round++)
        {
            Quiet[] fresh = [.. Enumerable.Range(0, Batch).Select(_ => new Quiet())];
            Measure(4, () =>
            {
                for (int i = 0; i < Batch; i++)
                    wheel.Start(fresh[i], due[i]);
            });
            Measure(5, () =>
            {
                for (int i = 0; i < Batch; i++)
                    wheel.Remove(fresh[i]);
            });
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
        Report("start again", best[0], best[2]);
        Report("cancel", best[1], best[3]);
        Report("start first", best[4], best[2]);
        Report("remove", best[5], best[3]);

        static void Report(string what, double wheel, double timer) => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{what,-12} wheel {wheel,5:0.0} ns  Timer.Change {timer,5:0.0} ns  ratio {wheel / timer:0.00}"));

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
