using System.Text;

namespace Gabbro.Tools.FastSearch.Tests;

/// <summary>What is fastsearch's own: messages, bad input, standard input, order under parallel search.</summary>
internal sealed class HabitTests
{
    private Fixture _fixture = null!;

    [OneTimeSetUp]
    public void MakeFixture() => _fixture = new Fixture();

    [OneTimeTearDown]
    public void RemoveFixture() => _fixture.Dispose();

    [TestCase("--nonsense", "no option --nonsense")]
    [TestCase("-Y foo", "no option -Y")]
    [TestCase("", "pattern is missing")]
    [TestCase("-A", "needs a value")]
    [TestCase("-A x foo", "needs a number")]
    [TestCase("--tier mmx foo", "no tier 'mmx'")]
    [TestCase("-t nosuch foo", "no file type 'nosuch'")]
    [TestCase("--sort size foo", "by path or none")]
    [TestCase("-E klingon foo", "no encoding 'klingon'")]
    [TestCase("--max-filesize big foo", "no file size")]
    public void Usage_Wrong_IsOneClearLineAndExitCodeTwo(string line, string said)
    {
        Outcome outcome = Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Output, Is.Empty);
        Assert.That(outcome.Errors.Split('\n')[0], Does.Contain(said));
        Assert.That(outcome.Errors, Does.Contain("usage:").And.Not.Contain("   at "));
    }

    [Test]
    public void Pattern_WithLineBreak_IsRefused()
    {
        Outcome outcome = Run(["foo\nbar"]);
        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Errors, Does.Contain("line break"));
    }

    [Test]
    public void StandardInput_Searched_NamesNothing()
    {
        Assert.That(Outcome.FastSearch(_fixture.Root, ["-n", "b"], Encoding.UTF8.GetBytes("a\nb\nab\n")).Output, Is.EqualTo("2:b\n3:ab\n"));
        Assert.That(Outcome.FastSearch(_fixture.Root, ["-c", "b", "-"], Encoding.UTF8.GetBytes("a\nb\nab\n")).Output, Is.EqualTo("2\n"));
    }

    [Test]
    public void Version_Asked_NamesTierAndFeatures()
    {
        Outcome outcome = Run(["--version"]);
        Assert.That(outcome.ExitCode, Is.Zero);
        Assert.That(outcome.Output, Does.Match("^fastsearch .+\nprocessor: .+; using (Scalar|Vector128|Avx2|Avx512)\n$"));
    }

    [Test]
    public void Help_Asked_ListsOptions()
    {
        Outcome outcome = Run(["--help"]);
        Assert.That(outcome.ExitCode, Is.Zero);
        Assert.That(outcome.Output, Does.Contain("--files-without-match"));
    }

    [TestCase("scalar"), TestCase("auto")]
    public void Tier_Forced_FindsTheSame(string tier)
    {
        Assert.That(Run(["--tier", tier, "--sort", "path", "-n", "foo"]).Output, Is.EqualTo(Run(["--sort", "path", "-n", "foo"]).Output));
    }

    [Test]
    public void Sort_ManyThreads_KeepsOrder()
    {
        Outcome one = Run(["-j1", "--sort", "path", "-n", "foo"]), many = Run(["-j8", "--sort", "path", "-n", "foo"]), loose = Run(["-j8", "-n", "foo"]);
        Assert.That(many.Output, Is.EqualTo(one.Output));
        Assert.That(loose.Output.Split('\n').Order(StringComparer.Ordinal), Is.EqualTo(one.Output.Split('\n').Order(StringComparer.Ordinal)));
    }

    [Test]
    public void Stats_Asked_AreTotals()
    {
        Outcome outcome = Run(["--stats", "foo", "a.txt", "sub/b.cs"]);
        Assert.That(outcome.Output, Does.Contain("\n6 matches\n5 matched lines\n2 files contained matches\n2 files searched\n"));
    }

    [Test]
    public void Directory_Unreadable_IsOneLineAndTheRestIsSearched()
    {
        if (OperatingSystem.IsWindows() || Environment.UserName == "root")
        {
            // Permissions do not bind this user: a file that vanished is the unreadable thing instead.
            Outcome vanished = Run(["foo", "gone", "a.txt"]);
            Assert.That(vanished.ExitCode, Is.EqualTo(2));
            Assert.That(vanished.Output, Does.Contain("foo bar"));
            return;
        }
        string closed = Path.Combine(_fixture.Root, "closed");
        Directory.CreateDirectory(closed);
        File.SetUnixFileMode(closed, UnixFileMode.None);
        Outcome outcome = Run(["foo"]);
        File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
        Assert.That(outcome.Output, Does.Contain("foo bar"));
    }

    [Test]
    public void Pipe_ClosedEarly_EndsWithoutTrace()
    {
        if (OperatingSystem.IsWindows()) return;
        string tool = Path.Combine(AppContext.BaseDirectory, "fastsearch.dll");
        Outcome outcome = Outcome.Run("sh", ["-c", $"dotnet exec '{tool}' row large.txt | head -n 1"], _fixture.Root);
        Assert.That(outcome.Output, Is.EqualTo("row 0 of a file larger than any buffer foo\n"));
        Assert.That(outcome.Errors, Is.Empty);
    }

    private Outcome Run(string[] arguments) => Outcome.FastSearch(_fixture.Root, arguments);
}
