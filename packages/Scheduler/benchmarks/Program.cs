using BenchmarkDotNet.Running;

using Gabbro.Scheduler.Benchmarks.Runner;

return args switch
{
    ["compare", .. var rest] => Comparison.Run(rest),
    ["beside", .. var rest] => Beside.Run(rest),
    ["plot", .. var rest] => Plot.Run(rest),
    [var verb, ..] when !verb.StartsWith('-') => WorkloadRunner.Run(args),
    _ => BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args).Any() ? 0 : 1,
};
