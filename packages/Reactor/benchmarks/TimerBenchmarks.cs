using BenchmarkDotNet.Attributes;
using Gabbro.Reactor.Time;

namespace Gabbro.Reactor.Benchmarks;

/// <summary>
/// Starting and cancelling a timer with a million others pending, against System.Threading.Timer doing the same. Both get
/// deadlines spread over a minute and objects made beforehand; neither fires.
/// </summary>
[MemoryDiagnoser]
public class TimerBenchmarks
{
    private const int Pending = 1_000_000;
    private const int Batch = 10_000;

    private readonly TimerWheel _wheel = new();
    private readonly Quiet[] _wheelTimers = new Quiet[Batch];
    private readonly Timer[] _systemTimers = new Timer[Batch];
    private readonly List<object> _pending = [];

    [GlobalSetup]
    public void Fill()
    {
        Random random = new(1);
        for (int i = 0; i < Pending; i++)
        {
            Quiet timer = new();
            _wheel.Start(timer, random.Next(1, 60_000));
            _pending.Add(timer);
            _pending.Add(new Timer(static _ => { }, null, random.Next(60_000, 120_000), Timeout.Infinite));
        }

        for (int i = 0; i < Batch; i++)
        {
            _wheelTimers[i] = new Quiet();
            _systemTimers[i] = new Timer(static _ => { }, null, Timeout.Infinite, Timeout.Infinite);
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Batch)]
    public void SystemTimerStartAndCancel()
    {
        for (int i = 0; i < Batch; i++)
            _systemTimers[i].Change(60_000 + i, Timeout.Infinite);
        for (int i = 0; i < Batch; i++)
            _systemTimers[i].Change(Timeout.Infinite, Timeout.Infinite);
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public void WheelStartAndCancel()
    {
        for (int i = 0; i < Batch; i++)
            _wheel.Start(_wheelTimers[i], 60_000 + i);
        for (int i = 0; i < Batch; i++)
            _wheel.Cancel(_wheelTimers[i]);
    }

    private sealed class Quiet : WheelTimer
    {
        protected internal override void OnExpired()
        {
        }
    }
}
