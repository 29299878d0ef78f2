using BenchmarkDotNet.Attributes;
using Gabbro.Search.Benchmarks.Ratios;

namespace Gabbro.Search.Benchmarks;

/// <summary>A rare and a common needle in 256 KiB of English, beside the base library: same text, same answer.</summary>
[MemoryDiagnoser]
public class FinderBenchmarks
{
    private readonly byte[] _text = Corpora.English(256 << 10);
    private readonly byte[] _rare = "Sherlock Holmes"u8.ToArray(), _common = "the"u8.ToArray();
    private Finder _rareFinder = null!, _commonFinder = null!;

    /// <summary>Builds the finders.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _rareFinder = Finder.Create(_rare);
        _commonFinder = Finder.Create(_common);
    }

    /// <summary>The base library, rare needle.</summary>
    [Benchmark(Baseline = true)]
    public int IndexOf() => _text.AsSpan().IndexOf(_rare);

    /// <summary>A finder, rare needle.</summary>
    [Benchmark]
    public int FinderIndexOf() => _rareFinder.IndexOf(_text);

    /// <summary>A finder from the end, rare needle.</summary>
    [Benchmark]
    public int FinderLastIndexOf() => _rareFinder.LastIndexOf(_text);

    /// <summary>The base library, common needle.</summary>
    [Benchmark]
    public int Count() => _text.AsSpan().Count(_common);

    /// <summary>A finder, common needle.</summary>
    [Benchmark]
    public int FinderCount() => _commonFinder.Count(_text);
}
