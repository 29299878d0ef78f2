using Gabbro.Search.Tests.Support;

namespace Gabbro.Search.Tests.Substring;

/// <summary>
/// What every substring search must do, whatever its tier, element and case mode. Cases are strings of characters up to
/// U+00FF, so that one text serves byte and UTF-16 searches alike.
/// </summary>
internal abstract class SubstringContract
{
    /// <summary>Whether two elements are equal under the search's case mode.</summary>
    protected abstract bool Equal(char a, char b);

    /// <summary>All matches by enumeration.</summary>
    protected abstract List<int> All(string haystack, string needle, bool overlapping, bool backward);

    protected abstract int First(string haystack, string needle);

    protected abstract int Last(string haystack, string needle);

    protected abstract int Count(string haystack, string needle, bool overlapping);

    /// <summary>All matches by filling a small buffer again and again.</summary>
    protected abstract List<int> Fill(string haystack, string needle, bool overlapping);

    /// <summary>The first and last match in memory that ends, and then begins, at a page that cannot be read.</summary>
    protected abstract (int First, int Last, int Count) Guarded(GuardedMemory memory, string haystack, string needle, bool atEnd);

    public static IEnumerable<TestCaseData> Seeds()
    {
        (string Needle, string Haystack)[] seeds =
        [
            ("", ""), ("", "a"), ("", "abc"), ("a", ""), ("a", "a"), ("a", "b"), ("a", "aa"), ("a", "ba"), ("a", "bba"),
            ("a", "bbba"), ("a", "bbbab"), ("a", "bbbabb"), ("a", "bbbabbb"), ("a", "bbbbbb"), ("ab", ""), ("ab", "a"),
            ("ab", "b"), ("ab", "ab"), ("ab", "aab"), ("ab", "aaab"), ("ab", "abaab"), ("ab", "baaab"), ("ab", "acb"),
            ("ab", "abba"), ("aa", "aaaa"), ("aa", "aaaaa"), ("abc", "ab"), ("abc", "abc"), ("abc", "abcz"), ("abc", "abczz"),
            ("abc", "zabc"), ("abc", "zzabc"), ("abc", "azbc"), ("abc", "abzc"), ("abczdef", "abczdefzzzzzzzzzzzzzzzzzzzz"),
            ("abczdef", "zzzzzzzzzzzzzzzzzzzzabczdef"), ("xyz", "xxyxyxyyxyz"), ("aba", "abababa"), ("abab", "abababab"),
            ("aaaa", "aaaaaaaaab"), ("aaab", "aaaaaaaaab"), ("baaa", "baaabaaa"), ("\u0000", "\u0001\u0000"),
            ("\u0000\u0000", "\u0000\u0000\u0000"), ("\u00ff\u00fe", "\u00ff\u00ff\u00fe\u00fe"), ("\u00ff", "\u007f\u00ff"),
            ("Ab", "abABaBAb"), ("@[`{", "@[`{ `{@[ @[`{"), ("zZ", "Zzzz[{Z"), ("k", "K\u212a"), ("\u00e9", "e\u00c9\u00e9"),
            ("abaababa", "abaababaabaababaababaabaab"), ("abcabcabd", "abcabcabcabcabdabcabcabd"),
        ];
        foreach ((string needle, string haystack) in seeds)
            yield return new TestCaseData(needle, haystack).SetArgDisplayNames(Show(needle), Show(haystack));
    }

    [TestCaseSource(nameof(Seeds))]
    public void All_SeedUnderEveryPadding_EqualsNaive(string needle, string haystack)
    {
        for (int before = 0; before <= 66; before++)
        {
            for (int after = 0; after <= 66; after += 1 + after / 3)
                Check(new string('.', before) + haystack + new string('-', after), needle);
        }
    }

    [TestCase(1), TestCase(2), TestCase(3), TestCase(4), TestCase(5), TestCase(7), TestCase(8), TestCase(15), TestCase(16),
     TestCase(17), TestCase(31), TestCase(32), TestCase(33), TestCase(63), TestCase(64), TestCase(65), TestCase(100), TestCase(129)]
    public void All_OneMatchAtEveryPlace_IsFoundThereAlone(int length)
    {
        string needle = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + i * 7 % 23)));
        for (int size = length; size < length + 300; size += size < length + 140 ? 1 : 37)
        {
            for (int place = 0; place + length <= size; place += 1 + place / 40)
            {
                string haystack = new string('.', place) + needle + new string('.', size - place - length);
                Assert.That(First(haystack, needle), Is.EqualTo(place));
                Assert.That(Last(haystack, needle), Is.EqualTo(place));
                Assert.That(Count(haystack, needle, overlapping: false), Is.EqualTo(1));
            }
        }
    }

    // Every haystack and needle over two letters up to these lengths.
    [Test]
    public void All_EverySmallBinaryCase_EqualsNaive()
    {
        for (int m = 1; m <= 5; m++)
        {
            for (int needle = 0; needle < 1 << m; needle++)
            {
                for (int n = m; n <= 9; n++)
                    for (int haystack = 0; haystack < 1 << n; haystack++) Check(Binary(haystack, n), Binary(needle, m), brief: true);
            }
        }
    }

    [Test]
    public void All_RandomOverSmallAlphabets_EqualsNaive()
    {
        Random random = Effort.Random();
        for (int round = 0; round < 4000 * Effort.Scale; round++)
        {
            string alphabet = random.Next(4) switch { 0 => "ab", 1 => "aAbB", 2 => "acgt", _ => "abcdefghijklmnopqrstuvwxyz \u00e0\u00ff" };
            string haystack = Text(random, alphabet, random.Next(random.Next(2) == 0 ? 70 : 700));
            int m = random.Next(1, random.Next(3) switch { 0 => 6, 1 => 40, _ => 200 });
            string needle = haystack.Length > m && random.Next(3) > 0
                ? haystack.Substring(random.Next(haystack.Length - m), m) : Text(random, alphabet, m);
            Check(haystack, needle);
        }
    }

    // Long repetitive needles drive the Two-Way steps, their memory and the change of probes.
    [Test]
    public void All_RandomPeriodic_EqualsNaive()
    {
        Random random = Effort.Random();
        for (int round = 0; round < 600 * Effort.Scale; round++)
        {
            string root = Text(random, "ab", random.Next(1, 12));
            string needle = Repeat(root, random.Next(60, 300));
            string haystack = Repeat(root, random.Next(300, 2500));
            char[] text = haystack.ToCharArray();
            for (int flips = random.Next(5); flips > 0; flips--) text[random.Next(text.Length)] = random.Next(2) == 0 ? 'c' : 'a';
            if (random.Next(3) == 0) needle = Flip(needle, random.Next(needle.Length));
            Check(new string(text), needle);
        }
    }

    [Test]
    public void All_NeedleOfRareFillerAndCommonOddity_EqualsNaive()
    {
        // The frequency table must guess wrong here: z is rare in text and is all there is; e decides.
        foreach (int length in (int[])[8, 40, 90, 400])
        {
            string needle = new string('z', length / 2) + "e" + new string('z', length / 2);
            string haystack = new string('z', 3000) + needle + new string('z', 500) + needle + "z";
            Check(haystack, needle);
        }
    }

    [Test]
    public void Search_AgainstUnreadablePages_StaysInside()
    {
        using GuardedMemory memory = new(2);
        for (int m = 1; m <= 70; m += 1 + m / 5)
        {
            string needle = Repeat("needle-", m);
            for (int n = 0; n <= 300; n += n < 140 ? 1 : 13)
            {
                string haystack = new string('n', n / 2) + (n - n / 2 >= m ? needle : "") + new string('e', n - n / 2 - (n - n / 2 >= m ? m : 0));
                (int, int, int) expected = (First(haystack, needle), Last(haystack, needle), Count(haystack, needle, overlapping: false));
                Assert.That(Guarded(memory, haystack, needle, atEnd: true), Is.EqualTo(expected));
                Assert.That(Guarded(memory, haystack, needle, atEnd: false), Is.EqualTo(expected));
            }
        }
    }

    protected void Check(string haystack, string needle, bool brief = false)
    {
        List<int> plain = Naive.All<char>(haystack, needle, Equal, overlapping: false, backward: false);
        AssertSame(plain, All(haystack, needle, overlapping: false, backward: false), haystack, needle, "forward");
        int first = plain.Count > 0 ? plain[0] : -1;
        if (First(haystack, needle) != first) Fail("first", haystack, needle);
        if (Count(haystack, needle, overlapping: false) != plain.Count) Fail("count", haystack, needle);
        List<int> overlapped = Naive.All<char>(haystack, needle, Equal, overlapping: true, backward: false);
        if (Last(haystack, needle) != (overlapped.Count > 0 ? overlapped[^1] : -1)) Fail("last", haystack, needle);
        if (Count(haystack, needle, overlapping: true) != overlapped.Count) Fail("overlapping count", haystack, needle);
        if (brief) return;
        AssertSame(overlapped, All(haystack, needle, overlapping: true, backward: false), haystack, needle, "overlapping");
        AssertSame(plain, Fill(haystack, needle, overlapping: false), haystack, needle, "filled");
        AssertSame(overlapped, Fill(haystack, needle, overlapping: true), haystack, needle, "filled overlapping");
        List<int> reversed = Naive.All<char>(haystack, needle, Equal, overlapping: false, backward: true);
        AssertSame(reversed, All(haystack, needle, overlapping: false, backward: true), haystack, needle, "backward");
        overlapped.Reverse();
        AssertSame(overlapped, All(haystack, needle, overlapping: true, backward: true), haystack, needle, "backward overlapping");
    }

    private static void AssertSame(List<int> expected, List<int> actual, string haystack, string needle, string what)
    {
        if (expected.SequenceEqual(actual)) return;
        Assert.Fail($"{what}: expected [{string.Join(",", expected.Take(20))}] got [{string.Join(",", actual.Take(20))}] for "
            + $"\"{Show(needle)}\" in \"{Show(haystack)}\"");
    }

    private static void Fail(string what, string haystack, string needle) =>
        Assert.Fail($"{what} is wrong for \"{Show(needle)}\" in \"{Show(haystack)}\"");

    private static string Show(string text) =>
        string.Concat(text.Select(c => c is > ' ' and < '\u007f' and not '"' ? c.ToString() : $"<{(int)c:x2}>"));

    private static string Binary(int bits, int length) => string.Create(length, bits, static (span, value) =>
    {
        for (int i = 0; i < span.Length; i++) span[i] = (char)('a' + ((value >> i) & 1));
    });

    private static string Text(Random random, string alphabet, int length) => string.Create(length, (random, alphabet),
        static (span, state) =>
        {
            for (int i = 0; i < span.Length; i++) span[i] = state.alphabet[state.random.Next(state.alphabet.Length)];
        });

    private static string Repeat(string root, int length) =>
        string.Concat(Enumerable.Repeat(root, length / root.Length + 1))[..length];

    private static string Flip(string text, int place) => text[..place] + (text[place] == 'a' ? 'b' : 'a') + text[(place + 1)..];
}
