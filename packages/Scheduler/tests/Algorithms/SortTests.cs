using Gabbro.Scheduler.Algorithms;

namespace Gabbro.Scheduler.Tests.Algorithms;

/// <summary>Sorts against the runtime's own, over many shapes of input, and under comparers that lie or throw.</summary>
[TestFixture(1)]
[TestFixture(2)]
[TestFixture(5)]
internal sealed class SortTests(int threads)
{
    private static readonly int[] s_sizes = [0, 1, 2, 24, 25, 300, 4096, 4097, 33_000, 150_000];

    private WorkPool _pool = null!;
    private Random _random = null!;

    [OneTimeSetUp]
    public void Start() => _pool = new WorkPool(threads);

    [OneTimeTearDown]
    public void Stop() => _pool.Dispose();

    [SetUp]
    public void Seed() => _random = new Random(TestEffort.Seed());

    [TestCaseSource(nameof(s_sizes))]
    public void Sort_PrimitivesOfAllShapes_MatchTheRuntime(int size)
    {
        foreach (var keys in Shapes(size))
        {
            Check(keys);
            Check(Array.ConvertAll(keys, k => (long)k));
            Check(Array.ConvertAll(keys, k => (uint)(k >> 16)));
            Check(Array.ConvertAll(keys, k => (int)(k >> 16)));
            Check(Array.ConvertAll(keys, k => BitConverter.UInt64BitsToDouble(k)));
            Check(Array.ConvertAll(keys, k => BitConverter.UInt32BitsToSingle((uint)(k >> 16))));
            Check(Array.ConvertAll(keys, k => (short)(k >> 20)));
        }
    }

    [TestCaseSource(nameof(s_sizes))]
    public void Sort_ByComparisonAndStrings_MatchTheRuntime(int size)
    {
        foreach (var keys in Shapes(Math.Min(size, 40_000)))
        {
            var sorted = (ulong[])keys.Clone();
            _pool.Sort(sorted.AsSpan(), (a, b) => b.CompareTo(a));
            Assert.That(sorted, Is.EqualTo(keys.OrderDescending()));
        }

        var strings = Enumerable.Range(0, Math.Min(size, 20_000)).Select(_ => $"{_random.Next()}").ToArray();
        var expected = (string[])strings.Clone();
        Array.Sort(expected, StringComparer.Ordinal);
        _pool.Sort(strings.AsSpan(), StringComparer.Ordinal);
        Assert.That(strings, Is.EqualTo(expected));
    }

    [TestCaseSource(nameof(s_sizes))]
    public void StableSortAndSortBy_EqualKeys_KeepTheOrder(int size)
    {
        var items = Enumerable.Range(0, size).Select(i => (Key: _random.Next(Math.Max(1, size / 20)), Index: i)).ToArray();
        var expected = items.OrderBy(i => i.Key).ToArray();
        var stable = ((int Key, int Index)[])items.Clone();
        _pool.StableSort(stable.AsSpan(), (a, b) => a.Key.CompareTo(b.Key));
        Assert.That(stable, Is.EqualTo(expected));
        _pool.SortBy(items.AsSpan(), i => i.Key);
        Assert.That(items, Is.EqualTo(expected));
    }

    [Test]
    public void Sort_LyingComparers_LeaveAPermutation()
    {
        var source = Enumerable.Range(0, 30_000).Select(i => $"{i}").ToArray();
        Comparison<string>[] liars =
        [
            (_, _) => -1,
            (_, _) => 1,
            (_, _) => 0,
            (a, b) => Random.Shared.Next(3) - 1,
            (a, b) => a.GetHashCode() ^ b.GetHashCode(),
        ];
        foreach (var liar in liars)
        {
            foreach (var stable in new[] { false, true })
            {
                var items = (string[])source.Clone();
                if (stable)
                    _pool.StableSort(items.AsSpan(), liar);
                else
                    _pool.Sort(items.AsSpan(), liar);
                Array.Sort(items, StringComparer.Ordinal);
                Assert.That(items, Is.EqualTo(source.Order(StringComparer.Ordinal)));
            }
        }
    }

    [Test]
    public void Sort_ComparerThrowsAtSomeComparison_LosesNothing()
    {
        var source = Enumerable.Range(0, 10_000).Select(i => _random.Next()).ToArray();
        for (var round = 0; round < 20 * TestEffort.Scale; round++)
        {
            foreach (var stable in new[] { false, true })
            {
                var left = _random.Next(200_000);
                int Compare(int a, int b) =>
                    Interlocked.Decrement(ref left) == 0 ? throw new InvalidOperationException() : a.CompareTo(b);
                var items = (int[])source.Clone();
                try
                {
                    if (stable)
                        _pool.StableSort(items.AsSpan(), Compare);
                    else
                        _pool.Sort(items.AsSpan(), Compare);
                }
                catch (AggregateException thrown)
                {
                    Assert.That(thrown.InnerExceptions, Is.All.InstanceOf<InvalidOperationException>());
                    if (stable)
                        Assert.That(items, Is.EqualTo(source), "a stable sort that fails changes nothing");
                }

                Assert.That(items.Order(), Is.EqualTo(source.Order()));
            }
        }
    }

    private void Check<T>(T[] items)
    {
        var expected = (T[])items.Clone();
        Array.Sort(expected);
        _pool.Sort(items.AsSpan());
        Assert.That(items.AsSpan().SequenceEqual(expected), Is.True, typeof(T).Name);
    }

    private IEnumerable<ulong[]> Shapes(int size)
    {
        ulong Next() => (ulong)_random.NextInt64(long.MinValue, long.MaxValue);
        yield return [.. Enumerable.Range(0, size).Select(_ => Next())];
        yield return [.. Enumerable.Range(0, size).Select(_ => Next() & 0xFFF)];
        yield return [.. Enumerable.Range(0, size).Select(i => (ulong)i)];
        yield return [.. Enumerable.Range(0, size).Select(i => (ulong)(size - i) << 40)];
        yield return [.. Enumerable.Repeat(42UL, size)];

        // Nearly everything in one bucket.
        yield return [.. Enumerable.Range(0, size).Select(i => i == 0 ? ulong.MaxValue : (Next() >> 40))];
    }
}
