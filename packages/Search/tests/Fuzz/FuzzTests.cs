using System.Diagnostics;
using Gabbro.Search.Tests.Support;

namespace Gabbro.Search.Tests.Fuzz;

/// <summary>
/// Feeds <see cref="FuzzTarget"/>: with mutations of a corpus for as long as GABBRO_FUZZ_SECONDS says (else a fixed
/// number of them), with the files of GABBRO_FUZZ_CORPUS, and with what was once found.
/// </summary>
internal sealed class FuzzTests
{
    private static readonly byte[][] Seeds =
    [
        [0, 0, 3, .. "abaabababaabaabab"u8], [1, 1, 5, .. "NeEdLe needle NEEDLE nEeDlE and hay hay hay hay hay"u8],
        [2, 2, 12, .. "heshehishersxushers and his hers are she's"u8], [3, 3, 4, .. "nananananananananana"u8],
        [0, 4, 0, .. "ascii \u00e9\u0436\u4e2d\U0001f600 \u00df\u0130 and more plain text behind it, to fill a register or two"u8],
        [1, 5, 6, .. "aeiou\nthe quick brown fox jumps over\nthe lazy dog\n"u8],
    ];

    [Test]
    public void Target_MutatedInputs_FindsNoMistake()
    {
        Random random = Effort.Random();
        List<byte[]> corpus = [.. Seeds];
        if (Environment.GetEnvironmentVariable("GABBRO_FUZZ_CORPUS") is { Length: > 0 } directory)
        {
            foreach (string file in Directory.EnumerateFiles(directory)) corpus.Add(File.ReadAllBytes(file));
            foreach (byte[] input in corpus) Feed(input);
        }
        long started = Stopwatch.GetTimestamp();
        bool timed = double.TryParse(Environment.GetEnvironmentVariable("GABBRO_FUZZ_SECONDS"), System.Globalization.CultureInfo.InvariantCulture, out double seconds);
        int runs = 0;
        for (; timed ? Stopwatch.GetElapsedTime(started).TotalSeconds < seconds : runs < 3000 * Effort.Scale; runs++)
        {
            byte[] input = corpus[random.Next(corpus.Count)];
            for (int times = random.Next(1, 8); times > 0; times--) input = Mutate(input, corpus, random);
            Feed(input);
            // Without coverage to go by, some offspring replace their parents, so that mutations add up.
            if (random.Next(20) == 0) corpus[random.Next(Seeds.Length, corpus.Count + 1) is int at && at < corpus.Count ? at : Grow(corpus)] = input;
        }
        TestContext.Out.WriteLine($"{runs} inputs");
    }

    private static int Grow(List<byte[]> corpus)
    {
        if (corpus.Count < 400) corpus.Add([]);
        return corpus.Count - 1;
    }

    private static byte[] Mutate(byte[] input, List<byte[]> corpus, Random random)
    {
        if (input.Length < 4) return corpus[random.Next(Seeds.Length)];
        int at = random.Next(input.Length), count = random.Next(1, int.Min(64, input.Length - at) + 1);
        switch (random.Next(8))
        {
            case 0: return [.. input[..at], (byte)random.Next(256), .. input[(at + 1)..]];
            case 1: return [.. input[..at], (byte)(input[at] ^ 1 << random.Next(8)), .. input[(at + 1)..]];
            case 2: return [.. input[..at], .. input[(at + count)..]];
            case 3 when input.Length < 3000: return [.. input[..at], .. input.AsSpan(at, count), .. input[at..]]; // doubled
            case 4 when input.Length < 3000: return [.. input, .. input.AsSpan(3, int.Min(input[2], input.Length - 3))]; // the needle once more
            case 5 when input.Length < 3000: return [.. input, .. corpus[random.Next(corpus.Count)]];
            case 6: return [input[0], (byte)random.Next(6), (byte)random.Next(100), .. input[3..]];
            default: return [(byte)random.Next(4), .. input[1..]];
        }
    }

    private static void Feed(byte[] input)
    {
        try
        {
            FuzzTarget.Run(input);
        }
        catch (Exception exception)
        {
            Assert.Fail($"{exception.Message} Input: {Convert.ToHexString(input)}");
        }
    }
}
