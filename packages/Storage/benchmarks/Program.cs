using BenchmarkDotNet.Running;
using Gabbro.Storage.Benchmarks.BTree;

// "btree [records] [rounds] [synced commits]" compares with LMDB and SQLite; anything else goes to BenchmarkDotNet.
if (args is ["btree", ..])
    return BTreeComparison.Run(args.AsSpan(1));
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
