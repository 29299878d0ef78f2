using Gabbro.Platform.Memory;
using Gabbro.Search.Tests.Support;

namespace Gabbro.Search.Tests.Substring;

/// <summary>
/// Haystacks beyond the lengths that fit in 31 and 32 bits. The memory is reserved and only read, but for a few pages: to
/// the system all of it is one page of zeros, so the tests need little more than page tables.
/// </summary>
internal sealed unsafe class HugeHaystackTests
{
    private static readonly long Length = (2L << 30) + (64 << 20) + 3;

    public static IEnumerable<TestCaseData> Cases =>
        Tiers.Supported.Select(tier => new TestCaseData(tier, CaseMode.Ordinal))
            .Append(new TestCaseData(SearchTier.Auto, CaseMode.AsciiIgnoreCase)).Append(new TestCaseData(SearchTier.Auto, CaseMode.UnicodeIgnoreCase));

    private static readonly nuint Page = VirtualMemory.PageSize, Reserved = ((nuint)Length + Page - 1) / Page * Page;

    private byte* _haystack;

    [OneTimeSetUp]
    public void Reserve()
    {
        _haystack = (byte*)VirtualMemory.Reserve(Reserved);
        // Large pages of zeros where the system has them: a thousand faults instead of half a million. It need not comply.
        VirtualMemory.Advise(_haystack, Reserved, MemoryAdvice.HugePages);
        // Writable are only the pages that are written: the rest needs no promise of memory.
        VirtualMemory.Commit(_haystack, Reserved, MemoryProtection.Read);
        VirtualMemory.Protect(_haystack, Page, MemoryProtection.ReadWrite);
        nuint last = ((nuint)Length - 8) / Page * Page;
        VirtualMemory.Protect(_haystack + last, Reserved - last, MemoryProtection.ReadWrite);
    }

    [OneTimeTearDown]
    public void Release() => VirtualMemory.Release(_haystack, Reserved);

    [TestCaseSource(nameof(Cases))]
    public void Search_BeyondTwoGibibytes_FindsFirstLastAndCounts(SearchTier tier, CaseMode mode)
    {
        Finder finder = Finder.Create("a needle", new FinderOptions { Tier = tier, Case = mode });
        long last = Length - 8;
        new Span<byte>(_haystack, 64).Clear();
        "a needle"u8.CopyTo(new Span<byte>(_haystack + last, 8));
        Assert.That((long)finder.IndexOf(_haystack, (nint)Length), Is.EqualTo(last));
        "a needle"u8.CopyTo(new Span<byte>(_haystack + 5, 8));
        Assert.That((long)finder.LastIndexOf(_haystack, (nint)Length - 1), Is.EqualTo(5));
        Assert.That((long)finder.Count(_haystack, (nint)Length), Is.EqualTo(2));
    }
}
