using System.Text;
using Gabbro.Reactor.Http;

namespace Gabbro.Reactor.Tests.Http;

public sealed class RequestHeadTests
{
    private static readonly HeadLimits Limits = new(RequestLine: 256, Total: 1024, Fields: 10);

    /// <summary>Heads that break a rule, and the rule.</summary>
    private static readonly (string Head, RejectionReason Reason)[] Rejected =
    [
        ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", RejectionReason.InvalidTarget),
        ("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", RejectionReason.InvalidVersion),
        (" GET / HTTP/1.1\r\nHost: a\r\n\r\n", RejectionReason.InvalidMethod),
        ("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", RejectionReason.InvalidMethod),
        ("G(T / HTTP/1.1\r\nHost: a\r\n\r\n", RejectionReason.InvalidMethod),
        ("GET\r\n\r\n", RejectionReason.InvalidMethod),
        ("GET /\r\n\r\n", RejectionReason.InvalidVersion),
        ("GET /\n\n", RejectionReason.InvalidVersion),
        ("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", RejectionReason.InvalidVersion),
        ("GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n", RejectionReason.InvalidTarget),
        ("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", RejectionReason.InvalidTarget),
        ("GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n", RejectionReason.InvalidTarget),
        ("GET a HTTP/1.1\r\nHost: a\r\n\r\n", RejectionReason.InvalidTarget),
        ("GET * HTTP/1.1\r\nHost: a\r\n\r\n", RejectionReason.InvalidTarget),
        ("GET http:// HTTP/1.1\r\nHost: a\r\n\r\n", RejectionReason.InvalidTarget),
        ("GET http://u@h/ HTTP/1.1\r\nHost: a\r\n\r\n", RejectionReason.InvalidTarget),
        ("GET ftp://h/ HTTP/1.1\r\nHost: a\r\n\r\n", RejectionReason.InvalidTarget),
        ("CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n", RejectionReason.InvalidTarget),
        ("CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n", RejectionReason.InvalidTarget),
        ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", RejectionReason.UnsupportedVersion),
        ("GET / HTTP/0.9\r\nHost: a\r\n\r\n", RejectionReason.UnsupportedVersion),
        ("GET / http/1.1\r\nHost: a\r\n\r\n", RejectionReason.InvalidVersion),
        ("GET / HTTP/1.1\nHost: a\r\n\r\n", RejectionReason.BareLineBreak),
        ("GET / HTTP/1.11\r\nHost: a\r\n\r\n", RejectionReason.InvalidVersion),
        ("GET / HTTP/1,1\r\nHost: a\r\n\r\n", RejectionReason.InvalidVersion),
        ("GET / HTTP/1.1\rHost: a\r\n\r\n", RejectionReason.BareLineBreak),
        ("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", RejectionReason.BareLineBreak),
        ("\rGET / HTTP/1.1\r\nHost: a\r\n\r\n", RejectionReason.BareLineBreak),
        ("\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", RejectionReason.LeadingEmptyLines),
        ("GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", RejectionReason.BareLineBreak),
        ("GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", RejectionReason.BareLineBreak),
        ("GET / HTTP/1.1\r\nHost: a\r\n\n", RejectionReason.BareLineBreak),
        ("GET / HTTP/1.1\r\nHost: a\r\n\rX", RejectionReason.BareLineBreak),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", RejectionReason.InvalidFieldName),
        ("GET / HTTP/1.1\r\n: a\r\n\r\n", RejectionReason.InvalidFieldName),
        ("GET / HTTP/1.1\r\nHo st: a\r\n\r\n", RejectionReason.InvalidFieldName),
        ("GET / HTTP/1.1\r\nHost\r\n\r\n", RejectionReason.InvalidFieldName),
        ("GET / HTTP/1.1\r\nH\u00f6st: a\r\n\r\n", RejectionReason.InvalidFieldName),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", RejectionReason.InvalidFieldValue),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: a\u007fb\r\n\r\n", RejectionReason.InvalidFieldValue),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: a\u0001b\r\n\r\n", RejectionReason.InvalidFieldValue),
        ("GET / HTTP/1.1\r\n Host: a\r\n\r\n", RejectionReason.ObsoleteFolding),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", RejectionReason.ObsoleteFolding),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n\tb\r\n\r\n", RejectionReason.ObsoleteFolding),
        ("GET / HTTP/1.1\r\n\r\n", RejectionReason.MissingHost),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", RejectionReason.DuplicateHost),
        ("GET / HTTP/1.0\r\nHost: a\r\nhost: b\r\n\r\n", RejectionReason.DuplicateHost),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", RejectionReason.InvalidHost),
        ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", RejectionReason.InvalidHost),
        ("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", RejectionReason.InvalidHost),
        ("GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n", RejectionReason.InvalidHost),
        ("GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", RejectionReason.InvalidHost),
        ("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", RejectionReason.InvalidHost),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\n", RejectionReason.InvalidContentLength),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n", RejectionReason.InvalidContentLength),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n", RejectionReason.InvalidContentLength),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\n", RejectionReason.InvalidContentLength),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5 5\r\n\r\n", RejectionReason.InvalidContentLength),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\n", RejectionReason.InvalidContentLength),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", RejectionReason.InvalidContentLength),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\ncontent-length: 5\r\n\r\n", RejectionReason.InvalidContentLength),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", RejectionReason.BodyTooLarge),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", RejectionReason.LengthAndTransferEncoding),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", RejectionReason.LengthAndTransferEncoding),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \r\n\r\n", RejectionReason.InvalidTransferEncoding),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", RejectionReason.InvalidTransferEncoding),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", RejectionReason.InvalidTransferEncoding),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", RejectionReason.InvalidTransferEncoding),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", RejectionReason.InvalidTransferEncoding),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", RejectionReason.InvalidTransferEncoding),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \"chunked\"\r\n\r\n", RejectionReason.InvalidTransferEncoding),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked;q=1\r\n\r\n", RejectionReason.InvalidTransferEncoding),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", RejectionReason.UnsupportedTransferEncoding),
        ("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", RejectionReason.TransferEncodingInOldVersion),
        ("POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n", RejectionReason.TransferEncodingInOldVersion),
        ("POST / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n", RejectionReason.UnsupportedExpectation),
        ("GET /" + new string('a', 300) + " HTTP/1.1\r\nHost: a\r\n\r\n", RejectionReason.RequestLineTooLong),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: " + new string('a', 1100) + "\r\n\r\n", RejectionReason.HeadTooLong),
        ("GET / HTTP/1.1\r\nHost: a\r\n" + string.Concat(Enumerable.Repeat("A: b\r\n", 10)) + "\r\n", RejectionReason.TooManyFields),
        (new string('A', 40) + " / HTTP/1.1\r\nHost: a\r\n\r\n", RejectionReason.InvalidMethod),
    ];

    private static readonly string[] Accepted =
    [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a?b=c%20d&e=|{} HTTP/1.1\r\nHost: example.com:8080\r\nAccept: */*\r\n\r\n",
        "GET http://h:1/x?y HTTP/1.1\r\nHost: other\r\n\r\n",
        "GET http://h?y HTTP/1.1\r\nHost: other\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost:\r\n\r\n",
        "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n",
        "PURGE /x HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
        "GET / HTTP/1.9\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHOST:a\r\nX:\r\nY: \t v w \t\r\nZ: \u00e9\u00ff\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 007\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\nExpect: 100-Continue\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: , chunked ,\r\n\r\n",
        "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n",
    ];

    private static IEnumerable<TestCaseData> RejectedCases => Rejected.Select((item, i) => new TestCaseData(item.Head, item.Reason).SetArgDisplayNames($"{i:00} {item.Reason}"));

    private static IEnumerable<TestCaseData> AcceptedCases => Accepted.Select((item, i) => new TestCaseData(item).SetArgDisplayNames($"{i:00}"));

    [TestCaseSource(nameof(RejectedCases))]
    public void Parse_BrokenRule_RejectsWithItsReasonHoweverItIsSplit(string text, RejectionReason reason)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        RequestHead whole = new(Limits);
        Assert.That(whole.Parse(bytes), Is.EqualTo(HeadStatus.Rejected));
        Assert.That(whole.Rejection, Is.EqualTo(reason));
        Assert.That(reason.ToStatusCode(), Is.InRange(400, 505));
        for (int split = 0; split < bytes.Length; split++)
        {
            RequestHead parts = new(Limits);
            if (parts.Parse(bytes.AsSpan(0, split)) == HeadStatus.Incomplete)
                parts.Parse(bytes);
            Assert.That(parts.Rejection, Is.EqualTo(reason), $"split at {split}");
        }

        RequestHead bytewise = new(Limits);
        for (int length = 0; length <= bytes.Length && bytewise.Parse(bytes.AsSpan(0, length)) == HeadStatus.Incomplete; length++)
        {
        }

        Assert.That(bytewise.Rejection, Is.EqualTo(reason), "byte by byte");
    }

    [TestCaseSource(nameof(AcceptedCases))]
    public void Parse_ValidHead_CompletesAtItsLastByteHoweverItIsSplit(string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text + "BODY");
        int length = bytes.Length - 4;
        RequestHead whole = new(Limits);
        Assert.That(whole.Parse(bytes), Is.EqualTo(HeadStatus.Complete), whole.Rejection.ToString());
        Assert.That(whole.Length, Is.EqualTo(length));
        for (int split = 0; split < length; split++)
        {
            RequestHead parts = new(Limits);
            Assert.That(parts.Parse(bytes.AsSpan(0, split)), Is.EqualTo(HeadStatus.Incomplete), $"{split} {parts.Rejection}");
            Assert.That(parts.Parse(bytes), Is.EqualTo(HeadStatus.Complete));
            Assert.That(Describe(parts, bytes), Is.EqualTo(Describe(whole, bytes)));
        }
    }

    [Test]
    public void Parse_Request_FindsItsParts()
    {
        byte[] bytes = Encoding.Latin1.GetBytes("GET http://h:1/x/y?q=1 HTTP/1.1\r\nHost: other\r\nX: \t v w \t\r\nConnection: close\r\n\r\n");
        RequestHead head = new();
        head.Parse(bytes);
        Assert.Multiple(() =>
        {
            Assert.That(head.Method, Is.EqualTo(RequestMethod.Get));
            Assert.That(head.Form, Is.EqualTo(TargetForm.Absolute));
            Assert.That(Text(head.Path(bytes)), Is.EqualTo("/x/y"));
            Assert.That(Text(head.Query(bytes)), Is.EqualTo("q=1"));
            Assert.That(Text(head.Authority(bytes)), Is.EqualTo("h:1"));
            Assert.That(head.TryGetField(bytes, "x"u8, out ReadOnlySpan<byte> value) ? Text(value) : null, Is.EqualTo("v w"));
            Assert.That(head.IsKeepAlive, Is.False);
            Assert.That(head.HasBody, Is.False);
        });
    }

    [TestCase("GET / HTTP/1.1\r\nHost: a\r\n\r\n", true)]
    [TestCase("GET / HTTP/1.1\r\nHost: a\r\nConnection: foo, CLOSE\r\n\r\n", false)]
    [TestCase("GET / HTTP/1.0\r\n\r\n", false)]
    [TestCase("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true)]
    [TestCase("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", false)]
    public void IsKeepAlive_VersionAndConnection_FollowsRfc9112(string text, bool expected)
    {
        RequestHead head = new();
        head.Parse(Encoding.Latin1.GetBytes(text));
        Assert.That(head.IsKeepAlive, Is.EqualTo(expected));
    }

    [Test]
    public void Parse_RandomBytesAndMutations_NeverThrowsAndAgreesWithItselfInPieces()
    {
        ulong seed = TestEffort.Seed();
        Random random = new((int)seed);
        byte[][] corpus = [.. Accepted.Concat(Rejected.Select(r => r.Head)).Select(Encoding.Latin1.GetBytes)];
        byte[] interesting = "\r\n\t :,;=\"\\/?#%*\0\u007f\u00801Aa"u8.ToArray();
        RequestHead whole = new(Limits);
        RequestHead parts = new(Limits);
        for (int i = 0; i < 30_000 * TestEffort.Factor; i++)
        {
            List<byte> bytes = [.. corpus[random.Next(corpus.Length)]];
            for (int changes = random.Next(4); changes > 0 && bytes.Count > 0; changes--)
            {
                int at = random.Next(bytes.Count);
                byte value = random.Next(2) == 0 ? interesting[random.Next(interesting.Length)] : (byte)random.Next(256);
                switch (random.Next(4))
                {
                    case 0:
                        bytes[at] = value;
                        break;
                    case 1:
                        bytes.Insert(at, value);
                        break;
                    case 2:
                        bytes.RemoveAt(at);
                        break;
                    default:
                        bytes.InsertRange(at, corpus[random.Next(corpus.Length)].Take(random.Next(20)));
                        break;
                }
            }

            byte[] input = [.. bytes];
            whole.Reset();
            HeadStatus status = whole.Parse(input);
            parts.Reset();
            int fed = 0;
            HeadStatus piecewise = HeadStatus.Incomplete;
            while (piecewise == HeadStatus.Incomplete && fed < input.Length)
            {
                fed = Math.Min(input.Length, fed + 1 + random.Next(20));
                piecewise = parts.Parse(input.AsSpan(0, fed));
            }

            Assert.That((piecewise, parts.Rejection), Is.EqualTo((status, whole.Rejection)), () => Encoding.Latin1.GetString(input).Replace("\r", "\\r").Replace("\n", "\\n"));
            if (status == HeadStatus.Complete)
                Assert.That(Describe(parts, input), Is.EqualTo(Describe(whole, input)));
        }
    }

    [Test]
    public void Parse_ReusedParser_AllocatesNothing()
    {
        byte[] bytes = Encoding.Latin1.GetBytes(Accepted[3]);
        RequestHead head = new();
        head.Parse(bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            head.Reset();
            head.Parse(bytes);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private static string Describe(RequestHead head, byte[] bytes)
    {
        StringBuilder text = new($"{head.Length} {head.Method} {Text(head.MethodName(bytes))} {Text(head.Target(bytes))} {head.Form} {head.MinorVersion} {head.ContentLength} {head.IsChunked} {head.IsKeepAlive} {head.ExpectsContinue} {head.IsUpgrade} {Text(head.Authority(bytes))}");
        for (int i = 0; i < head.FieldCount; i++)
            text.Append($"|{Text(head.Field(i).Name(bytes))}={Text(head.Field(i).Value(bytes))}");
        return text.ToString();
    }
}
