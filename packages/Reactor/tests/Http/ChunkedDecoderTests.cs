using System.Text;
using Gabbro.Reactor.Http;

namespace Gabbro.Reactor.Tests.Http;

public sealed class ChunkedDecoderTests
{
    private static readonly (string Input, string Body)[] Valid =
    [
        ("0\r\n\r\n", ""),
        ("5\r\nhello\r\n0\r\n\r\n", "hello"),
        ("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world"),
        ("00000005\r\nhello\r\n000\r\n\r\n", "hello"),
        ("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", "01234567890123456789"),
        ("1;a\r\nx\r\n0;b=c;d=\"e;\\\"f\"\r\n\r\n", "x"),
        ("1\r\n\r\r\n0\r\n\r\n", "\r"),
        ("0\r\nX-Trailer: value\r\nY:\r\n\r\n", ""),
    ];

    private static readonly (string Input, RejectionReason Reason)[] Invalid =
    [
        ("\r\n", RejectionReason.InvalidChunkSize),
        ("g\r\n", RejectionReason.InvalidChunkSize),
        ("0x5\r\nhello\r\n", RejectionReason.InvalidChunkSize),
        ("-5\r\n", RejectionReason.InvalidChunkSize),
        ("+5\r\n", RejectionReason.InvalidChunkSize),
        (" 5\r\n", RejectionReason.InvalidChunkSize),
        ("5 \r\n", RejectionReason.InvalidChunkSize),
        ("5\nhello\r\n", RejectionReason.BareLineBreak),
        ("5\rhello\r\n", RejectionReason.BareLineBreak),
        ("FFFFFFFFFFFFFFFFF\r\n", RejectionReason.InvalidChunkSize),
        ("8000000000000000\r\n", RejectionReason.InvalidChunkSize),
        ("10000000000000005\r\nhello\r\n", RejectionReason.InvalidChunkSize),
        ("5\r\nhelloX\n0\r\n\r\n", RejectionReason.InvalidChunkEnd),
        ("5\r\nhello\n0\r\n\r\n", RejectionReason.InvalidChunkEnd),
        ("5\r\nhello\r\r0\r\n\r\n", RejectionReason.InvalidChunkEnd),
        ("5;\r\nhello\r\n", RejectionReason.BareLineBreak),
        ("5;a\nhello\r\n", RejectionReason.BareLineBreak),
        ("5;a=\nhello\r\n", RejectionReason.BareLineBreak),
        ("5;a=\"b\nc\"\r\n", RejectionReason.BareLineBreak),
        ("5;a=\"b\r\nhello\r\n", RejectionReason.BareLineBreak),
        ("5;a b\r\n", RejectionReason.InvalidChunkExtension),
        ("5; a\r\n", RejectionReason.InvalidChunkExtension),
        ("5;a=\"b\"c\r\n", RejectionReason.InvalidChunkExtension),
        ("5;a=\0\r\n", RejectionReason.InvalidChunkExtension),
        ("5;" + new string('a', 300) + "\r\n", RejectionReason.ChunkOverheadTooLarge),
        (new string('0', 300) + "5\r\n", RejectionReason.ChunkOverheadTooLarge),
        ("0\r\n X: a\r\n\r\n", RejectionReason.InvalidTrailer),
        ("0\r\nX : a\r\n\r\n", RejectionReason.InvalidTrailer),
        ("0\r\nX: a\n\r\n", RejectionReason.InvalidTrailer),
        ("0\r\nX: a\0\r\n\r\n", RejectionReason.InvalidTrailer),
        ("0\r\n\n", RejectionReason.InvalidTrailer),
        ("0\r\n\rX", RejectionReason.BareLineBreak),
        ("0\r\nX: " + new string('a', 9000) + "\r\n\r\n", RejectionReason.InvalidTrailer),
        ("0\r\n" + string.Concat(Enumerable.Repeat("a:\r\n", 100)) + "\r\n", RejectionReason.InvalidTrailer),
    ];

    private static IEnumerable<TestCaseData> ValidCases => Valid.Select((item, i) => new TestCaseData(item.Input, item.Body).SetArgDisplayNames($"{i:00}"));

    private static IEnumerable<TestCaseData> InvalidCases => Invalid.Select((item, i) => new TestCaseData(item.Input, item.Reason).SetArgDisplayNames($"{i:00} {item.Reason}"));

    [TestCaseSource(nameof(ValidCases))]
    public void Read_ValidBody_GivesItsBytesHoweverItIsSplit(string input, string body)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(input + "GET");
        for (int piece = 1; piece <= bytes.Length; piece++)
        {
            (ChunkStatus status, string decoded, int consumed, _) = Decode(bytes, _ => piece);
            Assert.That((status, decoded, consumed), Is.EqualTo((ChunkStatus.End, body, bytes.Length - 3)), $"pieces of {piece}");
        }
    }

    [TestCaseSource(nameof(InvalidCases))]
    public void Read_BrokenRule_RejectsWithItsReasonHoweverItIsSplit(string input, RejectionReason reason)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(input);
        foreach (int piece in (int[])[1, 2, 3, 7, bytes.Length])
        {
            (ChunkStatus status, _, _, RejectionReason rejection) = Decode(bytes, _ => piece);
            Assert.That((status, rejection), Is.EqualTo((ChunkStatus.Rejected, reason)), $"pieces of {piece}");
        }
    }

    [Test]
    public void Read_ExtensionsInManyChunks_AreLimitedInSum()
    {
        byte[] bytes = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat("1;" + new string('e', 200) + "\r\nx\r\n", 1000)));
        Assert.That(Decode(bytes, _ => bytes.Length).Rejection, Is.EqualTo(RejectionReason.ChunkOverheadTooLarge));
    }

    [Test]
    public void Read_RandomMutations_NeverThrowsAndAgreesWithItselfInPieces()
    {
        Random random = new((int)TestEffort.Seed());
        byte[][] corpus = [.. Valid.Select(v => v.Input).Concat(Invalid.Select(v => v.Input)).Select(Encoding.Latin1.GetBytes)];
        byte[] interesting = "\r\n0129aAfF;=\"\\: \t\0g"u8.ToArray();
        for (int i = 0; i < 30_000 * TestEffort.Factor; i++)
        {
            byte[] bytes = [.. corpus[random.Next(corpus.Length)]];
            for (int changes = random.Next(3); changes > 0 && bytes.Length > 0; changes--)
                bytes[random.Next(bytes.Length)] = interesting[random.Next(interesting.Length)];
            var whole = Decode(bytes, _ => bytes.Length);
            var parts = Decode(bytes, _ => 1 + random.Next(5));
            Assert.That(parts, Is.EqualTo(whole), () => Encoding.Latin1.GetString(bytes));
        }
    }

    private static (ChunkStatus Status, string Body, int Consumed, RejectionReason Rejection) Decode(byte[] bytes, Func<int, int> pieceAt)
    {
        ChunkedDecoder decoder = default;
        StringBuilder body = new();
        int position = 0;
        int available = 0;
        ChunkStatus status = ChunkStatus.NeedMore;
        while (true)
        {
            status = decoder.Read(bytes.AsSpan(position, available - position), out int consumed, out ReadOnlySpan<byte> data);
            position += consumed;
            body.Append(Encoding.Latin1.GetString(data));
            if (status is ChunkStatus.End or ChunkStatus.Rejected)
                break;
            if (status == ChunkStatus.NeedMore)
            {
                if (available == bytes.Length)
                    break;
                available = Math.Min(bytes.Length, available + pieceAt(available));
            }
        }

        return (status, body.ToString(), position, decoder.Rejection);
    }
}
