using BenchmarkDotNet.Running;
using Gabbro.Storage.Benchmarks.BTree;
using Gabbro.Storage.Benchmarks.Lsm;

// "btree [records] [rounds] [synced commits] [chart.svg]" and "lsm FILE ..." compare with C libraries; "lsm-report FILE PREFIX"
// makes the table and the chart; anything else goes to BenchmarkDotNet.
switch (args)
{
    case ["btree", ..]:
        return BTreeComparison.Run(args.AsSpan(1));
    case [WritingProcesses.Verb, ..]:
        return WritingProcesses.Run(args.AsSpan(1));
    case ["lsm", ..]:
        return LsmComparison.Run(args.AsSpan(1));
    case ["lsm-report", ..]:
        return ComparisonReport.Run(args.AsSpan(1));
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}
