using System.Text;
using Gabbro.Search.Kernels;
using Gabbro.Search.Units;
using Gabbro.Search.Vectors;

namespace Gabbro.Search.Tests.Kernels;

/// <summary>
/// The work of every substring kernel grows no faster than n + m on the inputs that make other searches quadratic:
/// doubling either never much more than doubles the number of comparisons, and it stays below a few a byte.
/// </summary>
internal sealed unsafe class LinearTimeTests
{
    private static readonly string[] Shapes =
    [
        "a^n in a^m", "a^m b in a^n", "b a^m in a^n", "a^m b a^m in a^n", "a^m in (a^m-1 b)^n", "(ab)^m aa in (ab)^n", "z^m e z^m in z^n",
        "fibonacci", "(a^8 b)^m a^9 in (a^8 b)^n", "a^m in a^n overlapping",
    ];

    private static IEnumerable<int> Widths => Support.Tiers.Supported.Select(tier => tier switch
    {
        SearchTier.Avx512 => 64,
        SearchTier.Avx2 => 32,
        SearchTier.Vector128 => 16,
        _ => 8,
    });

    public static IEnumerable<TestCaseData> Cases() =>
        from shape in Shapes
        from width in Widths
        from backward in (bool[])[false, true]
        select new TestCaseData(shape, width, backward);

    [TestCaseSource(nameof(Cases))]
    public void Work_DoublingHaystackAndNeedle_GrowsLinearly(string shape, int width, bool backward)
    {
        foreach (int m in (int[])[20, 100, 1000, 2000, 4000])
        {
            long previous = 0;
            for (int n = 20_000; n <= 160_000; n *= 2)
            {
                (byte[] haystack, byte[] needle) = Make(shape, n, m);
                long work = Measure(haystack, needle, width, backward, shape.EndsWith("overlapping", StringComparison.Ordinal));
                // Verifying up to 64 units for all places of a register costs up to 64 comparisons a register.
                Assert.That(work, Is.LessThan((n + m) * 12L), $"n = {n}, m = {m}");
                if (previous > 0) Assert.That(work, Is.LessThan(3 * long.Max(previous, n)), $"n doubled to {n}, m = {m}");
                previous = work;
            }
        }
    }

    private static (byte[] Haystack, byte[] Needle) Make(string shape, int n, int m)
    {
        string a = new('a', m);
        (string unit, string needle) = shape switch
        {
            "a^n in a^m" or "a^m in a^n overlapping" => ("a", a),
            "a^m b in a^n" => ("a", a + "b"),
            "b a^m in a^n" => ("a", "b" + a),
            "a^m b a^m in a^n" => ("a", a + "b" + a),
            "a^m in (a^m-1 b)^n" => (a[1..] + "b", a),
            "(ab)^m aa in (ab)^n" => ("ab", string.Concat(Enumerable.Repeat("ab", m / 2)) + "aa"),
            "z^m e z^m in z^n" => ("z", new string('z', m) + "e" + new string('z', m)),
            "fibonacci" => (Fibonacci(24)[..20_000], Fibonacci(20)[..m] + "b"),
            _ => ("aaaaaaaab", string.Concat(Enumerable.Repeat("aaaaaaaab", m / 9 + 1)) + "aaaaaaaaa"),
        };
        byte[] haystack = new byte[n];
        for (int i = 0; i < n; i++) haystack[i] = (byte)unit[i % unit.Length];
        return (haystack, Encoding.ASCII.GetBytes(needle));
    }

    private static long Measure(byte[] haystack, byte[] needle, int width, bool backward, bool overlapping)
    {
        CountingFold.Work = 0;
        fixed (byte* start = haystack, wanted = needle)
        {
            NeedlePlan plan = NeedlePlan.Create<Unit8, CountingFold>(wanted, needle.Length, bothDirections: true);
            ScanState state = new(in plan, backward ? int.Max(0, haystack.Length - needle.Length + 1) : 0, overlapping);
            CountSink sink = default;
            switch (width, backward)
            {
                case (8, false): SubstringScan<Word64, Unit8, CountingFold, Ascending>.Run(start, haystack.Length, in plan, ref state, ref sink); break;
                case (16, false): SubstringScan<Vec128, Unit8, CountingFold, Ascending>.Run(start, haystack.Length, in plan, ref state, ref sink); break;
                case (32, false): SubstringScan<Vec256, Unit8, CountingFold, Ascending>.Run(start, haystack.Length, in plan, ref state, ref sink); break;
                case (64, false): SubstringScan<Vec512, Unit8, CountingFold, Ascending>.Run(start, haystack.Length, in plan, ref state, ref sink); break;
                case (8, true): SubstringScan<Word64, Unit8, CountingFold, Descending>.Run(start, haystack.Length, in plan, ref state, ref sink); break;
                case (16, true): SubstringScan<Vec128, Unit8, CountingFold, Descending>.Run(start, haystack.Length, in plan, ref state, ref sink); break;
                case (32, true): SubstringScan<Vec256, Unit8, CountingFold, Descending>.Run(start, haystack.Length, in plan, ref state, ref sink); break;
                default: SubstringScan<Vec512, Unit8, CountingFold, Descending>.Run(start, haystack.Length, in plan, ref state, ref sink); break;
            }
        }
        return CountingFold.Work;
    }

    private static string Fibonacci(int order)
    {
        string a = "a", b = "ab";
        for (int i = 0; i < order; i++) (a, b) = (b, b + a);
        return a;
    }
}
