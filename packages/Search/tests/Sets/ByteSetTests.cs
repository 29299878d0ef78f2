using Gabbro.Search.Sets;
using Gabbro.Search.Tests.Support;

namespace Gabbro.Search.Tests.Sets;

[TestFixtureSource(typeof(Tiers), nameof(Tiers.Supported))]
internal sealed unsafe class ByteSetTests(SearchTier tier)
{
    [Test]
    public void IndexOf_EveryByteAloneInEveryPlace_IsFound()
    {
        byte[] haystack = new byte[300];
        for (int value = 0; value < 256; value++)
        {
            ByteSet set = ByteSet.Create([(byte)value], tier);
            Array.Fill(haystack, (byte)(value + 1));
            for (int length = 1; length < haystack.Length; length += 1 + length / 9)
            {
                for (int place = 0; place < length; place += 1 + place / 5)
                {
                    haystack[place] = (byte)value;
                    ReadOnlySpan<byte> text = haystack.AsSpan(0, length);
                    if (set.IndexOf(text) != place || set.LastIndexOf(text) != place || set.CountIn(text) != 1)
                        Assert.Fail($"byte {value} at {place} of {length}");
                    haystack[place] = (byte)(value + 1);
                }
            }
        }
    }

    [Test]
    public void Searches_RandomSets_EqualNaive()
    {
        Random random = Effort.Random();
        for (int round = 0; round < 3000 * Effort.Scale; round++)
        {
            byte[] members = new byte[random.Next(random.Next(2) == 0 ? 6 : 300)];
            random.NextBytes(members);
            byte[] text = new byte[random.Next(500)];
            random.NextBytes(text);
            ByteSet set = ByteSet.Create(members, tier);
            Assert.That(set.IndexOf(text), Is.EqualTo(Array.FindIndex(text, members.Contains)));
            Assert.That(set.LastIndexOf(text), Is.EqualTo(Array.FindLastIndex(text, members.Contains)));
            Assert.That(set.CountIn(text), Is.EqualTo(text.Count(members.Contains)));
            Assert.That(set.Complement().CountIn(text), Is.EqualTo(text.Length - set.CountIn(text)));
            Assert.That(set.Count, Is.EqualTo(members.Distinct().Count()));
        }
    }

    [Test]
    public void Searches_AgainstUnreadablePages_StayInside()
    {
        using GuardedMemory memory = new(1);
        new Span<byte>(memory.Start, memory.Length).Fill((byte)'x');
        ByteSet set = ByteSet.Create("abc"u8, tier);
        for (int length = 0; length < 400; length++)
        {
            Assert.That(set.IndexOf(new ReadOnlySpan<byte>(memory.End(length), length)), Is.EqualTo(-1));
            Assert.That(set.LastIndexOf(new ReadOnlySpan<byte>(memory.Start, length)), Is.EqualTo(-1));
            Assert.That(set.CountIn(new ReadOnlySpan<byte>(memory.End(length), length)), Is.Zero);
        }
    }
}
