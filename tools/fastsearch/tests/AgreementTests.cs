using System.ComponentModel;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gabbro.Tools.FastSearch.Tests;

/// <summary>
/// The same output, order and exit code as <c>rg -F --sort path</c>. Where ripgrep is installed both run; elsewhere what
/// ripgrep 13 answered is in Recorded.json, which FASTSEARCH_RECORD=FILE writes anew.
/// </summary>
internal sealed partial class AgreementTests
{
    private static readonly string[] Lines =
    [
        "foo", "-n foo", "-c foo", "--count-matches foo", "-l foo", "--files-without-match foo", "--files-without-match zzz a.txt", "-i hello", "-S hello",
        "-S Hello", "-s hello", "-i -s hello", "-w foo", "-x foo", "-v foo .", "-vn foo ctx.txt", "-vc foo", "-o foo", "-b foo", "-ob foo", "-C2 foo", "-A1 foo",
        "-B1 -n foo", "-A2 -B1 foo ctx.txt", "-C20 foo large.txt", "-m1 foo", "-0l foo", "-0 foo a.txt -H", "-0c foo", "--hidden foo", "--no-ignore foo", "-a foo", "-g *.cs foo", "-g !*.cs foo",
        "-g sub/** foo", "-g *.{cs,log} foo", "-g [a-c].* foo", "-t cs foo", "-T cs foo", "-t cs -t txt foo", "--vimgrep foo", "--column foo", "--files", "--files --hidden -g !.git", "--files --no-ignore", "--files sub ru.txt",
        "--max-depth 1 foo", "--max-depth 2 foo", "--max-filesize 20 foo", "--max-filesize 1K foo", "-I foo", "-H foo a.txt", "-N foo", "-i привет", "-iw привет", "-i ПРИВЕТ ru.txt", "-e foo -e bar", "-i -e FOO -e bar",
        "-w -e foo -e foobar", "-x -e foo -e bar", "-o -e foo -e foobar", "-o -e foobar -e foo", "-q foo", "-q zzz", "zzz", "--heading -n foo", "--heading -C1 foo", "-m1 -A1 foo", "-m2 -C1 foo ctx.txt", "foo a.txt", "-n foo a.txt ctx.txt", "foo bin.dat",
        "-c foo bin.dat", "-v foo bin.dat", "-l foo bin.dat", "-a foo bin.dat", "foo nosuch.txt", "foo a.txt nosuch.txt", "-q foo a.txt nosuch.txt", "-f patterns.lst", "-i -f patterns.lst", "-f patterns.lst -e deep", "--color always foo", "--color always -n foo",
        "--color always --heading -n foo", "--color always -C1 -n foo", "--color always -o foo", "--color always -c foo", "--color always -l foo", "--color always --column -b foo", "-p foo a.txt", "--encoding utf-16le u u16.txt", "-E latin1 foo", "-E none foo u16.txt", "-L foo",
        "-v -C1 foo ctx.txt", "-x -v foo words.txt", "-ow foo", "-v -l foo", "--vimgrep -C1 foo ctx.txt", "-m 0 foo", "-c -m2 foo", "-cv foo", "-uu foo", "-uuu foo", "-n foo long.txt", "-c foo long.txt", "-vn foo long.txt -m 1", "-n -A1 foo large.txt",
        "-nb foo large.txt", "foo ./a.txt", "foo ./", "foo sub", "foo sub/ a.txt", "-w foo words.txt", "-w foo_bar words.txt", "foo -- a.txt", "-e -x words.txt", "-nC1 -e hello -e end a.txt", "-o é", "bar\\ ü", "-c -", "--files-with-matches foo", "-U foo a.txt --no-heading",
    ];

    private static readonly Dictionary<string, Recorded> Expected = Load();
    private static readonly SortedDictionary<string, Recorded> Recording = new(StringComparer.Ordinal);
    private static readonly bool HasRipgrep = FindRipgrep();
    private Fixture _fixture = null!;

    public static IEnumerable<string> Cases => Lines.Where(line => !line.Contains("-U", StringComparison.Ordinal));

    [OneTimeSetUp]
    public void MakeFixture() => _fixture = new Fixture();

    [OneTimeTearDown]
    public void RemoveFixture()
    {
        _fixture.Dispose();
        if (Environment.GetEnvironmentVariable("FASTSEARCH_RECORD") is { Length: > 0 } path)
            File.WriteAllText(path, JsonSerializer.Serialize(Recording, Indented));
    }

    [TestCaseSource(nameof(Cases))]
    public void Output_OfFlags_IsThatOfRipgrep(string line)
    {
        string[] arguments = [.. line.Replace("\\ ", "\u0001", StringComparison.Ordinal).Split(' ').Select(a => a.Replace('\u0001', ' '))];
        Outcome mine = Outcome.FastSearch(_fixture.Root, ["--sort", "path", .. arguments]);
        Recorded? expected = Expected.GetValueOrDefault(line);
        if (HasRipgrep)
        {
            Outcome theirs = Outcome.Run("rg", ["--no-config", "-F", "--sort", "path", .. arguments], _fixture.Root);
            expected = new Recorded(theirs.ExitCode, theirs.Output);
            lock (Recording) Recording[line] = expected with { Output = Brief(expected.Output) };
        }
        Assert.That(expected, Is.Not.Null, "neither ripgrep nor a record of this case is there");
        Assert.That(HasRipgrep ? mine.Output : Brief(mine.Output), Is.EqualTo(expected!.Output));
        Assert.That(mine.ExitCode, Is.EqualTo(expected.ExitCode), mine.Errors);
    }

    [TestCase("--json foo a.txt ctx.txt")]
    [TestCase("--json -C1 foo ctx.txt")]
    [TestCase("--json foo bad.txt")]
    [TestCase("--json -i привет")]
    [TestCase("--json zzz")]
    [TestCase("--json -v foo a.txt")]
    public void Json_OfFlags_IsThatOfRipgrepButForTimes(string line)
    {
        Outcome mine = Outcome.FastSearch(_fixture.Root, ["--sort", "path", .. line.Split(' ')]);
        Recorded? expected = Expected.GetValueOrDefault(line);
        if (HasRipgrep)
        {
            Outcome theirs = Outcome.Run("rg", ["--no-config", "-F", "--sort", "path", .. line.Split(' ')], _fixture.Root);
            expected = new Recorded(theirs.ExitCode, Normal(theirs.Output));
            lock (Recording) Recording[line] = expected with { Output = Brief(expected.Output) };
        }
        Assert.That(expected, Is.Not.Null);
        Assert.That(HasRipgrep ? Normal(mine.Output) : Brief(Normal(mine.Output)), Is.EqualTo(expected!.Output));
        Assert.That(mine.ExitCode, Is.EqualTo(expected.ExitCode), mine.Errors);
    }

    // Long outputs are recorded by their hash.
    private static string Brief(string output) => output.Length <= 2000 ? output
        : "sha256:" + Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.Latin1.GetBytes(output)));

    // Every number that is a time or counts printed bytes (which include times) becomes 0.
    private static string Normal(string json) => Times().Replace(json, "$1 0");

    [GeneratedRegex("(\"(?:human|nanos|secs|bytes_printed)\":)(\"[^\"]*\"|[0-9]+)")]
    private static partial Regex Times();

    private static bool FindRipgrep()
    {
        try
        {
            return Outcome.Run("rg", ["--version"], Path.GetTempPath()).ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // Nothing of that name can be started.
        }
    }

    private static Dictionary<string, Recorded> Load()
    {
        using Stream stream = typeof(AgreementTests).Assembly.GetManifestResourceStream("Recorded.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, Recorded>>(stream) ?? [];
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>What ripgrep answered.</summary>
    internal sealed record Recorded(int ExitCode, string Output);
}
