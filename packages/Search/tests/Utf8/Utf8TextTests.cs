using System.Buffers;
using System.Text;
using Gabbro.Search.Tests.Support;
using Gabbro.Search.Utf8;

namespace Gabbro.Search.Tests.Utf8;

[TestFixtureSource(typeof(Tiers), nameof(Tiers.Supported))]
internal sealed unsafe class Utf8TextTests(SearchTier tier)
{
    private static readonly string[] Samples =
    [
        "plain ascii", "ñandú", "Съешь ещё этих мягких французских булок", "夏洛克·福尔摩斯", "😀😃🏳️‍🌈", "aé漢😀", "\u0000\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff",
        char.ConvertFromUtf32(0x10000) + char.ConvertFromUtf32(0x10FFFF),
    ];

    private static readonly byte[][] Bad =
    [
        [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xC2, 0xC2], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xE1, 0x80],
        [0xE1, 0x41, 0x80], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xEF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
        [0xF1, 0x80, 0x80], [0xF1, 0x80, 0x41, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xC3, 0xA9, 0xA9],
        [0xE6, 0xBC, 0xA2, 0x80], [0xF0, 0x9F, 0x98, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
    ];

    public static IEnumerable<TestCaseData> BadSequences() =>
        Bad.Select(bytes => new TestCaseData(bytes).SetArgDisplayNames(Convert.ToHexString(bytes)));

    [TestCaseSource(nameof(Samples))]
    public void IndexOfInvalid_ValidTextAtEveryOffset_IsNone(string sample)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(sample);
        for (int before = 0; before < 140; before++)
        {
            byte[] text = [.. Enumerable.Repeat((byte)'.', before), .. bytes, .. bytes, .. Enumerable.Repeat((byte)'-', 140 - before)];
            Assert.That(Utf8Text.IndexOfInvalid(text, tier), Is.EqualTo(-1));
            Assert.That(Utf8Text.CountCharacters(text, tier), Is.EqualTo(140 + 2 * sample.EnumerateRunes().Count()));
        }
    }

    [TestCaseSource(nameof(BadSequences))]
    public void IndexOfInvalid_BadSequenceAtEveryOffset_IsWhereItBegins(byte[] bad)
    {
        byte[] filler = Encoding.UTF8.GetBytes("é漢😀z");
        for (int before = 0; before < 300; before++)
        {
            byte[] head = [.. Enumerable.Repeat(filler, 40).SelectMany(b => b)];
            while (before < head.Length && (head[before] & 0xC0) == 0x80) before++;
            byte[] text = [.. head[..before], .. bad, .. Enumerable.Repeat((byte)'-', before % 150)];
            Assert.That(Utf8Text.IndexOfInvalid(text, tier), Is.EqualTo(Reference(text)), $"after {before} bytes");
        }
    }

    [TestCaseSource(nameof(Samples))]
    public void IndexOfInvalid_TextCutAnywhere_IsTheCutCharacter(string sample)
    {
        byte[] bytes = [.. Enumerable.Repeat(Encoding.UTF8.GetBytes(sample), 12).SelectMany(b => b)];
        for (int cut = 0; cut <= bytes.Length; cut++)
            Assert.That(Utf8Text.IndexOfInvalid(bytes.AsSpan(0, cut), tier), Is.EqualTo(Reference(bytes.AsSpan(0, cut))));
    }

    [Test]
    public void IndexOfInvalid_EveryTwoBytePair_EqualsReference()
    {
        byte[] text = new byte[200];
        for (int pair = 0; pair < 65536; pair++)
        {
            Array.Fill(text, (byte)'a');
            text[130] = (byte)(pair >> 8);
            text[131] = (byte)pair;
            int expected = Reference(text);
            if (Utf8Text.IndexOfInvalid(text, tier) != expected) Assert.Fail($"{pair:x4}");
        }
    }

    [Test]
    public void IndexOfInvalid_RandomDamage_EqualsReference()
    {
        Random random = Effort.Random();
        byte[] source = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(string.Concat(Samples), 4)));
        for (int round = 0; round < 4000 * Effort.Scale; round++)
        {
            byte[] text = source.AsSpan(0, random.Next(source.Length)).ToArray();
            for (int damage = random.Next(3); damage > 0 && text.Length > 0; damage--) text[random.Next(text.Length)] = (byte)random.Next(256);
            Assert.That(Utf8Text.IndexOfInvalid(text, tier), Is.EqualTo(Reference(text)));
        }
    }

    [Test]
    public void IndexOfInvalid_AgainstUnreadablePages_StaysInside()
    {
        using GuardedMemory memory = new(1);
        for (int length = 0; length < 700; length++)
        {
            new Span<byte>(memory.Start, memory.Length).Fill((byte)'x');
            Assert.That(Utf8Text.IndexOfInvalid(new ReadOnlySpan<byte>(memory.End(length), length), tier), Is.EqualTo(-1));
            Assert.That(Utf8Text.IndexOfInvalid(new ReadOnlySpan<byte>(memory.Start, length), tier), Is.EqualTo(-1));
        }
    }

    [Test]
    public void Boundaries_InEveryPlace_AreWhereCharactersBegin()
    {
        byte[] text = Encoding.UTF8.GetBytes("aé漢😀");
        int[] starts = [0, 1, 3, 6, 10];
        for (int i = 0; i <= text.Length; i++)
        {
            Assert.That(Utf8Text.IsBoundary(text, i), Is.EqualTo(starts.Contains(i)));
            Assert.That(Utf8Text.FloorBoundary(text, i), Is.EqualTo(starts.Last(start => start <= i)));
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => Utf8Text.IsBoundary(text, 11));
        Assert.Throws<ArgumentOutOfRangeException>(() => Utf8Text.IsBoundary(text, -1));
    }

    private static int Reference(ReadOnlySpan<byte> text)
    {
        int i = 0;
        while (i < text.Length)
        {
            if (Rune.DecodeFromUtf8(text[i..], out _, out int size) != OperationStatus.Done) return i;
            i += size;
        }
        return -1;
    }
}
