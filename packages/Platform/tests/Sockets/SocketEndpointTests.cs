using System.Net;
using Gabbro.Platform.Sockets;

namespace Gabbro.Platform.Tests.Sockets;

public sealed class SocketEndpointTests
{
    [TestCase("127.0.0.1:80", "127.0.0.1:80")]
    [TestCase("0.0.0.0", "0.0.0.0:0")]
    [TestCase("[::1]:65535", "[::1]:65535")]
    [TestCase("::", "[::]:0")]
    [TestCase("[fe80::1%7]:1", "[fe80::1%7]:1")]
    [TestCase("2001:db8:0:0:1:0:0:1", "[2001:db8::1:0:0:1]:0")]
    [TestCase("[2001:DB8::]", "[2001:db8::]:0")]
    [TestCase("::ffff:1.2.3.4", "[::ffff:1.2.3.4]:0")]
    [TestCase("1:2:3:4:5:6:7:8", "[1:2:3:4:5:6:7:8]:0")]
    [TestCase("1:0:3:4:5:6:7:8", "[1:0:3:4:5:6:7:8]:0")]
    [TestCase("unix:/tmp/a b", "unix:/tmp/a b")]
    public void Parse_Text_GivesCanonicalText(string text, string canonical)
    {
        SocketEndpoint address = SocketEndpoint.Parse(text);
        Assert.That(address.ToString(), Is.EqualTo(canonical));
        Assert.That(SocketEndpoint.Parse(canonical), Is.EqualTo(address));
    }

    [TestCase("")]
    [TestCase("1.2.3")]
    [TestCase("1.2.3.4.5")]
    [TestCase("01.2.3.4")]
    [TestCase("1.2.3.256")]
    [TestCase("1.2.3.4:")]
    [TestCase("1.2.3.4:65536")]
    [TestCase("1.2.3.4:-1")]
    [TestCase("1.2.3.4:000080")]
    [TestCase("[::1")]
    [TestCase("[::1]80")]
    [TestCase(":::")]
    [TestCase("1::2::3")]
    [TestCase("1:2:3:4:5:6:7")]
    [TestCase("1:2:3:4:5:6:7:8:9")]
    [TestCase("1:2:3:4:5:6:7:8::")]
    [TestCase("12345::")]
    [TestCase("::1%")]
    [TestCase("::g")]
    [TestCase("1:2:3:4:5:6:7:1.2.3.4")]
    [TestCase("unix:")]
    [TestCase("localhost:80")]
    public void TryParse_NoAddress_IsFalse(string text) => Assert.That(SocketEndpoint.TryParse(text, out _), Is.False);

    [Test]
    public void Text_RandomAddresses_AgreesWithTheBcl()
    {
        int seed = TestSeed.Next();
        Random random = new(seed);
        byte[] bytes = new byte[16];
        for (int i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            for (int zeros = random.Next(20); zeros > 0; zeros--) bytes[random.Next(16)] = 0;
            if (random.Next(4) == 0) Array.Clear(bytes, 0, random.Next(1, 12));
            int port = random.Next(65536);
            uint scope = random.Next(2) == 0 ? 0 : (uint)random.Next(1, 1000);
            IPEndPoint expected = random.Next(3) == 0
                ? new IPEndPoint(new IPAddress(bytes.AsSpan(0, 4)), port)
                : new IPEndPoint(new IPAddress(bytes, scope), port);
            SocketEndpoint address = SocketEndpoint.From(expected);
            Assert.That(address.ToIPEndPoint(), Is.EqualTo(expected), $"seed {seed}");
            Assert.That(SocketEndpoint.Parse(address.ToString()), Is.EqualTo(address), $"seed {seed}: {address}");
            Assert.That(SocketEndpoint.Parse(expected.ToString()), Is.EqualTo(address), $"seed {seed}: {expected}");
            Assert.That(IPEndPoint.Parse(address.ToString()), Is.EqualTo(expected), $"seed {seed}: {address}");
        }
    }

    [Test]
    public void TryParse_RandomGarbage_AgreesWithTheBclOrIsStricter()
    {
        int seed = TestSeed.Next();
        Random random = new(seed);
        const string Alphabet = "0123456789abf:.%[]";
        for (int i = 0; i < 50_000; i++)
        {
            string text = string.Create(random.Next(1, 20), random, static (span, r) =>
            {
                foreach (ref char c in span) c = Alphabet[r.Next(Alphabet.Length)];
            });
            if (!SocketEndpoint.TryParse(text, out SocketEndpoint address)) continue;
            Assert.That(IPEndPoint.TryParse(text, out IPEndPoint? expected), Is.True, $"seed {seed}: {text}");
            Assert.That(address.ToIPEndPoint(), Is.EqualTo(expected), $"seed {seed}: {text}");
        }
    }

    [Test]
    public void Factories_BadInput_ThrowBeforeAnyEffect()
    {
        Assert.Multiple(() =>
        {
            Assert.Throws<ArgumentException>(() => SocketEndpoint.IPv4([1, 2, 3], 0));
            Assert.Throws<ArgumentException>(() => SocketEndpoint.IPv6(new byte[4], 0));
            Assert.Throws<ArgumentOutOfRangeException>(() => SocketEndpoint.LoopbackIPv4(-1));
            Assert.Throws<ArgumentOutOfRangeException>(() => SocketEndpoint.LoopbackIPv6(65536));
            Assert.Throws<ArgumentException>(() => SocketEndpoint.Unix(""));
            Assert.Throws<ArgumentException>(() => SocketEndpoint.Unix(new byte[108]));
            Assert.Throws<ArgumentException>(() => SocketEndpoint.Unix("a\0b"));
            Assert.Throws<ArgumentException>(() => SocketEndpoint.Unix(new string('a', 108)));
            Assert.Throws<ArgumentException>(() => SocketEndpoint.FromNative(new byte[129]));
            Assert.Throws<FormatException>(() => SocketEndpoint.Parse("nonsense"));
        });
    }

    [Test]
    public void Equals_DistinguishesFamilyAddressPortAndName()
    {
        SocketEndpoint[] all =
        [
            default, SocketEndpoint.LoopbackIPv4(1), SocketEndpoint.LoopbackIPv4(2), SocketEndpoint.AnyIPv4(1),
            SocketEndpoint.LoopbackIPv6(1), SocketEndpoint.Parse("[fe80::1%1]:1"), SocketEndpoint.Parse("[fe80::1%2]:1"),
            SocketEndpoint.Unix("/a"), SocketEndpoint.Unix("/b"),
        ];
        for (int i = 0; i < all.Length; i++)
            for (int j = 0; j < all.Length; j++)
                Assert.That(all[i] == all[j], Is.EqualTo(i == j), $"{all[i]} and {all[j]}");
        Assert.That(all.Select(a => a.GetHashCode()).Distinct().Count(), Is.EqualTo(all.Length));
    }

    [Test]
    public void UnixPath_AnyBytes_RoundTrips()
    {
        byte[] path = [.. Enumerable.Range(1, 100).Select(i => (byte)(i + 150))];
        SocketEndpoint address = SocketEndpoint.Unix(path.AsSpan().Slice(0, 100));
        Assert.That(address.UnixPath.ToArray(), Is.EqualTo(path));
        Assert.That(address.IsUnixAbstract, Is.False);
        Assert.That(address.NativeLength, Is.EqualTo(103));
    }

    [Test]
    public void UnmapIPv4_MappedAddress_IsThePlainOne()
    {
        SocketEndpoint plain = SocketEndpoint.LoopbackIPv4(99);
        Assert.That(plain.MapToIPv6().UnmapIPv4(), Is.EqualTo(plain));
        Assert.That(plain.UnmapIPv4(), Is.EqualTo(plain));
        Assert.That(SocketEndpoint.LoopbackIPv6(1).UnmapIPv4(), Is.EqualTo(SocketEndpoint.LoopbackIPv6(1)));
    }

    [TestCase(false, 2, 10)]
    [TestCase(true, 2, 30)]
    [TestCase(false, 2, 23)]
    public void Layout_OfEachSystem_PutsFamilyWhereItsHeadersDo(bool hasLength, int ipv4, int ipv6)
    {
        SocketEndpointLayout layout = ipv6 == 10 ? SocketEndpointLayout.Linux : ipv6 == 30 ? SocketEndpointLayout.MacOS : SocketEndpointLayout.Windows;
        Span<byte> header = stackalloc byte[2];
        layout.WriteHeader(header, SocketFamily.IPv6, 28);
        Assert.That(header.ToArray(), Is.EqualTo(hasLength ? new[] { (byte)28, (byte)ipv6 } : [(byte)ipv6, (byte)0]));
        Assert.That(layout.ReadFamily(header), Is.EqualTo(SocketFamily.IPv6));
        layout.WriteHeader(header, SocketFamily.IPv4, 16);
        Assert.That(header[hasLength ? 1 : 0], Is.EqualTo(ipv4));
    }

    [Test]
    public void ParseAndFormat_AfterWarmUp_AllocateNothing()
    {
        char[] text = new char[64];
        AllocationProbe.AssertNone(() =>
        {
            if (SocketEndpoint.TryParse("[2001:db8::1%3]:443", out SocketEndpoint address)) address.TryFormat(text, out _);
        });
    }
}
