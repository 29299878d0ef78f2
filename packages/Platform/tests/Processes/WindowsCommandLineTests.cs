using System.Text;
using Gabbro.Platform.Processes;

namespace Gabbro.Platform.Tests.Processes;

public sealed class WindowsCommandLineTests
{
    [TestCase("a", "a")]
    [TestCase("", "\"\"")]
    [TestCase("a b", "\"a b\"")]
    [TestCase("a\"b", "\"a\\\"b\"")]
    [TestCase("a\\", "a\\")]
    [TestCase("a b\\", "\"a b\\\\\"")]
    [TestCase("a\\\"", "\"a\\\\\\\"\"")]
    [TestCase("a\\\\b c", "\"a\\\\b c\"")]
    public void Quote_Known_IsAsDocumented(string argument, string quoted)
    {
        StringBuilder line = new();
        WindowsCommandLine.Quote(line, argument);
        Assert.That(line.ToString(), Is.EqualTo(quoted));
    }

    [Test]
    public void Build_RandomArguments_AreReadBackByTheRulesOfTheRuntime()
    {
        int seed = TestSeed.Next();
        Random random = new(seed);
        const string Alphabet = "ab \t\"\\\\\"&|%^<>\n";
        for (int i = 0; i < TestEffort.Scale(20_000); i++)
        {
            string[] arguments = [.. Enumerable.Range(0, random.Next(5)).Select(_ => string.Concat(Enumerable.Range(0, random.Next(10)).Select(_ => Alphabet[random.Next(Alphabet.Length)])))];
            string line = WindowsCommandLine.Build(@"C:\some dir\p.exe", arguments);
            Assert.That(Parse(line), Is.EqualTo(new[] { @"C:\some dir\p.exe" }.Concat(arguments)), $"seed {seed}: {line}");
        }
    }

    [TestCase("x.bat")]
    [TestCase("x.CMD")]
    [TestCase("x.bat. .")]
    public void Build_BatchFile_TakesOnlyPlainArguments(string program)
    {
        Assert.That(WindowsCommandLine.Build(program, ["plain-1.2/3"]), Does.EndWith(" plain-1.2/3"));
        foreach (string unsafeText in (string[])["\"&calc.exe", "%PATH%", "a b", "", "a^b", "a\nb", "a!b", "a;b", "ä"])
            Assert.Throws<ArgumentException>(() => WindowsCommandLine.Build(program, [unsafeText]), unsafeText);
    }

    [Test]
    public void Build_TooLongOrQuotedName_Throws()
    {
        Assert.Throws<ArgumentException>(() => WindowsCommandLine.Build("p.exe", [new string('a', 40_000)]));
        Assert.Throws<ArgumentException>(() => WindowsCommandLine.Build("p\".exe", []));
    }

    /// <summary>The documented rules of parse_cmdline in the Microsoft C runtime, written from the receiving side.</summary>
    private static List<string> Parse(string line)
    {
        List<string> words = [];
        int end = line.IndexOf('"', 1);
        words.Add(line[1..end]);
        int at = end + 1;
        while (true)
        {
            while (at < line.Length && line[at] is ' ' or '\t') at++;
            if (at == line.Length) return words;
            StringBuilder word = new();
            bool quoted = false;
            while (at < line.Length && (quoted || line[at] is not (' ' or '\t')))
            {
                int slashes = 0;
                while (at < line.Length && line[at] == '\\')
                {
                    slashes++;
                    at++;
                }

                if (at == line.Length || line[at] != '"')
                {
                    word.Append('\\', slashes);
                    if (at < line.Length && (quoted || line[at] is not (' ' or '\t'))) word.Append(line[at++]);
                    continue;
                }

                word.Append('\\', slashes / 2);
                if (slashes % 2 == 1) word.Append('"');
                else if (quoted && at + 1 < line.Length && line[at + 1] == '"')
                {
                    word.Append('"');
                    at++;
                }
                else
                {
                    quoted = !quoted;
                }

                at++;
            }

            words.Add(word.ToString());
        }
    }
}
