using Gabbro.Reactor.Http;

namespace Gabbro.Reactor.Tests.Http;

public sealed class HttpScannerTests
{
    private delegate int Scan(ReadOnlySpan<byte> bytes);

    [Test]
    public void IndexOfNonToken_EveryByteAtEveryOffset_AgreesWithTheGrammar() =>
        Compare(HttpScanner.IndexOfNonToken, 'a', b => char.IsAsciiLetterOrDigit((char)b) || "!#$%&'*+-.^_`|~".Contains((char)b));

    [Test]
    public void IndexOfNonTarget_EveryByteAtEveryOffset_AgreesWithTheGrammar() =>
        Compare(HttpScanner.IndexOfNonTarget, '/', b => b is > 0x20 and < 0x7f && !"#\"<>".Contains((char)b));

    [Test]
    public void IndexOfControl_EveryByteAtEveryOffset_AgreesWithTheGrammar() =>
        Compare(HttpScanner.IndexOfControl, 'v', b => b == '\t' || (b >= 0x20 && b != 0x7f));

    private static void Compare(Scan scan, char filler, Func<int, bool> belongs)
    {
        byte[] bytes = new byte[150];
        for (int value = 0; value < 256; value++)
        {
            for (int at = 0; at < 100; at += at < 70 ? 1 : 7)
            {
                foreach (int length in (int[])[at + 1, 150])
                {
                    Array.Fill(bytes, (byte)filler);
                    bytes[at] = (byte)value;
                    int expected = belongs(value) ? length : at;
                    Assert.That(scan(bytes.AsSpan(0, length)), Is.EqualTo(expected), $"byte {value:x2} at {at} of {length}");
                }
            }
        }
    }
}
