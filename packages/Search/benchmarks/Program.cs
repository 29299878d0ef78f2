using BenchmarkDotNet.Running;
using Gabbro.Search.Benchmarks;
using Gabbro.Search.Benchmarks.Plots;
using Gabbro.Search.Benchmarks.Ratios;

return args switch
{
    ["ratios", .. string[] rest] => RatioRunner.Run(rest),
    ["searchbench", .. string[] rest] => SearchBench.Run(rest),
    ["flame", .. string[] rest] => FlameGraph.Run(rest),
    ["frequencies", .. string[] rest] => FrequencyTable.Run(rest),
    _ => Switch(args),
};

static int Switch(string[] arguments)
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(arguments);
    return 0;
}
