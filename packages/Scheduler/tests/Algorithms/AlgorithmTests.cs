using Gabbro.Scheduler.Algorithms;

namespace Gabbro.Scheduler.Tests.Algorithms;

/// <summary>Every algorithm against its serial definition, over sizes around every threshold.</summary>
[TestFixture(1)]
[TestFixture(2)]
[TestFixture(5)]
internal sealed class AlgorithmTests(int threads)
{
    private static readonly int[] s_sizes = [0, 1, 2, 3, 63, 64, 65, 1000, 4096, 4097, 20_000, 32_768, 100_003];

    private WorkPool _pool = null!;
    private Random _random = null!;

    [OneTimeSetUp]
    public void Start() => _pool = new WorkPool(threads);

    [OneTimeTearDown]
    public void Stop() => _pool.Dispose();

    [SetUp]
    public void Seed() => _random = new Random(TestEffort.Seed());

    [TestCaseSource(nameof(s_sizes))]
    public void MapZipForEachChunks_AnySize_MatchSerial(int size)
    {
        var source = Numbers(size, 1000);
        var mapped = new long[size];
        _pool.Map(source, mapped, x => (long)x * x);
        var zipped = new long[size];
        _pool.Zip(source, mapped, zipped, (x, y) => y - x);
        var sum = 0L;
        _pool.ForEach(zipped, x => Interlocked.Add(ref sum, x));
        var chunked = new int[size];
        _pool.Chunks(chunked.AsSpan(), 7, (chunk, offset) =>
        {
            for (var i = 0; i < chunk.Length; i++)
                chunk[i] = offset + i;
        });
        Assert.Multiple(() =>
        {
            Assert.That(mapped, Is.EqualTo(source.Select(x => (long)x * x)));
            Assert.That(sum, Is.EqualTo(source.Sum(x => ((long)x * x) - x)));
            Assert.That(chunked, Is.EqualTo(Enumerable.Range(0, size)));
        });
    }

    [TestCaseSource(nameof(s_sizes))]
    public void Reductions_AnySize_MatchSerial(int size)
    {
        var source = Numbers(size, int.MaxValue);
        Assert.Multiple(() =>
        {
            Assert.That(_pool.Sum<int>(source), Is.EqualTo(source.Aggregate(0, (a, b) => unchecked(a + b))));
            Assert.That(_pool.Sum<long>(Array.ConvertAll(source, x => (long)x)), Is.EqualTo(source.Sum(x => (long)x)));
            Assert.That(
                _pool.Fold<int, long>(source, () => 0L, (a, x) => a + x, (a, b) => a + b), Is.EqualTo(source.Sum(x => (long)x)));
            if (size > 0)
            {
                Assert.That(_pool.Min<int>(source), Is.EqualTo(source.Min()));
                Assert.That(_pool.Max<int>(source), Is.EqualTo(source.Max()));
            }
            else
            {
                Assert.Throws<ArgumentException>(() => _pool.Min<int>(source));
            }
        });
    }

    [Test]
    public void Reduce_NotCommutative_KeepsTheOrder()
    {
        var words = Enumerable.Range(0, 2000).Select(i => $"{i},").ToArray();
        Assert.That(_pool.Reduce(words, string.Empty, string.Concat), Is.EqualTo(string.Concat(words)));
    }

    [TestCaseSource(nameof(s_sizes))]
    public void Find_AnySize_MatchesSerial(int size)
    {
        var source = Numbers(size, Math.Max(1, size));
        for (var i = 0; i < 5; i++)
        {
            var wanted = _random.Next(Math.Max(1, size));
            Assert.That(_pool.FindFirst(source, x => x == wanted), Is.EqualTo(Array.IndexOf(source, wanted)));
            var any = _pool.FindAny(source, x => x == wanted);
            Assert.That(any == -1 ? !source.Contains(wanted) : source[any] == wanted, Is.True);
        }
    }

    [TestCaseSource(nameof(s_sizes))]
    public void Scan_AnySize_MatchesSerial(int size)
    {
        var source = Array.ConvertAll(Numbers(size, 1000), x => (long)x);
        var expected = new long[size];
        var running = 0L;
        for (var i = 0; i < size; i++)
            expected[i] = running += source[i];
        for (var round = 0; round < 5; round++)
        {
            var inclusive = new long[size];
            _pool.InclusiveScan(source, inclusive, (a, b) => a + b);
            Assert.That(inclusive, Is.EqualTo(expected));
            var place = (long[])source.Clone();
            var total = _pool.ExclusiveScan(place, place, 0L, (a, b) => a + b);
            Assert.That(total, Is.EqualTo(running));
            Assert.That(place, Is.EqualTo(expected.Select((x, i) => x - source[i])));
        }
    }

    [Test]
    public void Scan_NotCommutative_KeepsTheOrder()
    {
        // Composition of affine maps: associative, not commutative.
        var source = Enumerable.Range(0, 50_000).Select(_ => (A: (uint)_random.Next(), B: (uint)_random.Next())).ToArray();
        var result = new (uint A, uint B)[source.Length];
        _pool.InclusiveScan<(uint A, uint B)>(source, result, (f, g) => (f.A * g.A, (f.B * g.A) + g.B));
        var f = source[0];
        for (var i = 1; i < source.Length; i++)
        {
            f = (f.A * source[i].A, (f.B * source[i].A) + source[i].B);
            Assert.That(result[i], Is.EqualTo(f));
        }
    }

    [Test]
    public void Scan_OperationThrows_SurfacesAndDoesNotHang()
    {
        var source = new int[200_000];
        source[150_000] = 1;
        var thrown = Assert.Throws<AggregateException>(() => _pool.InclusiveScan(
            source, new int[source.Length], (a, b) => b == 1 ? throw new InvalidOperationException() : a + b));
        Assert.That(thrown!.InnerExceptions, Is.All.InstanceOf<InvalidOperationException>());
    }

    [TestCaseSource(nameof(s_sizes))]
    public void FilterAndPartition_AnySize_MatchSerial(int size)
    {
        var source = Numbers(size, 100);
        var kept = source.Where(x => x < 30).ToArray();
        Assert.That(_pool.Filter(source, x => x < 30), Is.EqualTo(kept));
        var place = (int[])source.Clone();
        Assert.That(_pool.Filter(place, place, new Below30()), Is.EqualTo(kept.Length));
        Assert.That(place.Take(kept.Length), Is.EqualTo(kept));
        place = (int[])source.Clone();
        Assert.That(_pool.Partition(place.AsSpan(), x => x < 30), Is.EqualTo(kept.Length));
        Assert.That(place, Is.EqualTo(kept.Concat(source.Where(x => x >= 30))));
    }

    [TestCaseSource(nameof(s_sizes))]
    public void GroupBy_AnySize_MatchesSerial(int size)
    {
        var source = Numbers(size, 50);
        var groups = _pool.GroupBy(source, x => x % 13);
        var expected = source.GroupBy(x => x % 13).ToDictionary(g => g.Key, g => g.ToList());
        Assert.That(groups.Keys, Is.EquivalentTo(expected.Keys));
        foreach (var (key, group) in expected)
            Assert.That(groups[key], Is.EqualTo(group));
    }

    private int[] Numbers(int size, int limit) => Enumerable.Range(0, size).Select(_ => _random.Next(limit)).ToArray();

    private readonly struct Below30 : IValueFunc<int, bool>
    {
        public bool Invoke(int argument) => argument < 30;
    }
}
