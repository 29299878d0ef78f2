using BenchmarkDotNet.Running;

using Gabbro.Scheduler.Benchmarks.Runner;

return WorkloadRunner.TryRun(args, out var exitCode)
    ? exitCode
    : BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args).Any() ? 0 : 1;
