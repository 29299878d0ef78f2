using BenchmarkDotNet.Running;
using Gabbro.Reactor.Benchmarks;

if (args is ["timers"])
    TimerComparison.Run();
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
