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

    [TestCaseSource(nameof(Cases))]
    public void Search_BeyondTwoGibibytes_FindsFirstLastAndCounts(SearchTier tier, CaseMode mode)
    {
        Finder finder = Finder.Create("a needle", new FinderOptions { Tier = tier, Case = mode });
        nuint page = VirtualMemory.PageSize, reserved = ((nuint)Length + page - 1) / page * page, lastPage = ((nuint)Length - 8) / page * page;
        byte* haystack = (byte*)VirtualMemory.Reserve(reserved);
        try
        {
            // Writable are only the pages that are written: the rest needs no promise of memory.
            VirtualMemory.Commit(haystack, reserved, MemoryProtection.Read);
            VirtualMemory.Protect(haystack, page, MemoryProtection.ReadWrite);
            VirtualMemory.Protect(haystack + lastPage, reserved - lastPage, MemoryProtection.ReadWrite);
            long last = Length - 8;
            "a needle"u8.CopyTo(new Span<byte>(haystack + last, 8));
            Assert.That((long)finder.IndexOf(haystack, (nint)Length), Is.EqualTo(last));
            "a needle"u8.CopyTo(new Span<byte>(haystack + 5, 8));
            Assert.That((long)finder.LastIndexOf(haystack, (nint)Length - 1), Is.EqualTo(5));
            Assert.That((long)finder.Count(haystack, (nint)Length), Is.EqualTo(2));
        }
        finally
        {
            VirtualMemory.Release(haystack, reserved);
        }
    }
}
