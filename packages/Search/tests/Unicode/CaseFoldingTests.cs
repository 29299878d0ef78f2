using System.Text;
using Gabbro.Search.Unicode;

namespace Gabbro.Search.Tests.Unicode;

internal sealed class CaseFoldingTests
{
    // .NET leaves these alone where CaseFolding.txt folds them.
    private static readonly Dictionary<int, int> Beyond = new() { [0x17F] = 's', [0x1FD3] = 0x390, [0x1FE3] = 0x3B0, [0xFB05] = 0xFB06 };

    [Test]
    public void Fold_EveryCharacter_IsLowerOfUpper()
    {
        for (int c = 0; c <= 0x10FFFF; c++)
        {
            if (c is >= 0xD800 and < 0xE000) continue;
            int expected = Beyond.TryGetValue(c, out int special) ? special
                : c is 0x130 or 0x131 ? c : Rune.ToLowerInvariant(Rune.ToUpperInvariant(new Rune(c))).Value;
            if (CaseFolding.Fold(c) != expected) Assert.Fail($"U+{c:X4} folds to U+{CaseFolding.Fold(c):X4}, not U+{expected:X4}");
        }
    }

    [Test]
    public void Variants_OfEveryFoldedCharacter_AreAllThatFoldToIt()
    {
        Dictionary<int, List<int>> expected = [];
        for (int c = 0; c <= 0x10FFFF; c++)
        {
            int folded = CaseFolding.Fold(c);
            if (folded != c) (expected.TryGetValue(folded, out List<int>? list) ? list : expected[folded] = [folded]).Add(c);
        }
        foreach ((int folded, List<int> variants) in expected)
            Assert.That(CaseFolding.Variants(folded), Is.EquivalentTo(variants));
        Assert.That(CaseFolding.Variants('k'), Is.EquivalentTo((int[])['k', 'K', 0x212A]));
        Assert.That(CaseFolding.Variants('1'), Is.EquivalentTo((int[])['1']));
    }
}
