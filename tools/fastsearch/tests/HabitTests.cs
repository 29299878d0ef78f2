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
        if (OperatingSystem.IsWindows()) return;
        string closed = Path.Combine(_fixture.Root, "closed");
        Directory.CreateDirectory(closed);
        File.SetUnixFileMode(closed, UnixFileMode.None);
        Outcome outcome = RunBoundByPermissions(["foo"], out bool bound);
        File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.Delete(closed);
        Assert.That(outcome.Output, Does.Contain("foo bar"));
        if (!bound) return; // Nothing here can take the rights away: then the directory is simply empty.
        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
        Assert.That(outcome.Errors, Does.Contain("closed"));
    }

    [Test]
    public void File_Unreadable_IsOneLineAndTheRestIsSearched()
    {
        if (OperatingSystem.IsWindows()) return;
        string closed = Path.Combine(_fixture.Root, "closed.txt");
        File.WriteAllText(closed, "foo closed\n");
        File.SetUnixFileMode(closed, UnixFileMode.None);
        Outcome outcome = RunBoundByPermissions(["foo", "closed.txt", "a.txt"], out bool bound);
        File.Delete(closed);
        Assert.That(outcome.Output, Does.Contain("foo bar"));
        if (!bound) return;
        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
    }

    // A link to itself cannot be followed by anyone, whatever their rights.
    [Test]
    public void Link_ToItself_IsOneLineAndTheRestIsSearched()
    {
        if (OperatingSystem.IsWindows()) return;
        string link = Path.Combine(_fixture.Root, "sub", "loop");
        File.CreateSymbolicLink(link, link);
        Outcome outcome = Run(["-L", "foo", "sub"]);
        File.Delete(link);
        Assert.That(outcome.ExitCode, Is.EqualTo(2));
        Assert.That(outcome.Errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1));
        Assert.That(outcome.Output, Does.Contain("sub/b.cs:foo"));
    }

    [TestCase("--mmap"), TestCase("--no-mmap")]
    public void File_ShrinkingMeanwhile_EndsTheSearchAndNotTheProgram(string mapping)
    {
        string path = Path.Combine(_fixture.Root, "shrinking.bin");
        byte[] line = Encoding.UTF8.GetBytes(new string('x', 98) + "\n");
        byte[] block = [.. Enumerable.Repeat(line, 10_000).SelectMany(l => l)];
        for (int round = 0; round < 4; round++)
        {
            using (FileStream file = File.Create(path))
                for (int i = 0; i < 40; i++) file.Write(block);
            using CancellationTokenSource ended = new();
            Task cutting = Task.Run(() =>
            {
                using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
                for (long length = file.Length; length > 0 && !ended.IsCancellationRequested; length -= 1_000_003) file.SetLength(length);
                file.SetLength(0);
            });
            Outcome outcome = Run(["-c", mapping, "absent", "shrinking.bin"]);
            ended.Cancel();
            cutting.Wait();
            Assert.That(outcome.ExitCode, Is.EqualTo(1), outcome.Errors);
            Assert.That(outcome.Errors, Is.Empty);
        }
        File.Delete(path);
    }

    [TestCase("-c the"), TestCase("-n zebra"), TestCase("-b zebra"), TestCase("-o -n zebra"), TestCase("zebra -v -c"), TestCase("--count-matches e"), TestCase("-H -c zebra"), TestCase("-w -n zebra")]
    public void File_Large_IsTheSameMappedInPiecesAndRead(string line)
    {
        string path = Path.Combine(_fixture.Root, "twenty.log");
        Random random = new(7);
        using (StreamWriter writer = new(path))
        {
            for (long size = 0; size < 20 << 20;)
            {
                string text = random.Next(5000) == 0 ? "a zebra among the horses" : random.Next(40_000) == 0 ? new string('y', 700_000) : new string('h', random.Next(160));
                writer.Write(text + "\n");
                size += text.Length + 1;
            }
            writer.Write("the zebra at the end has no line break");
        }
        string[] arguments = [.. line.Split(' '), "twenty.log"];
        Outcome mapped = Run(["--mmap", "-j3", .. arguments]), read = Run(["--no-mmap", .. arguments]);
        // A zero byte late in the file turns both into the same search of a binary file.
        using (FileStream file = new(path, FileMode.Open)) { file.Position = 19 << 20; file.WriteByte(0); }
        Outcome mappedBinary = Run(["--mmap", .. arguments]), readBinary = Run(["--no-mmap", .. arguments]);
        File.Delete(path);
        Assert.That(mapped.Output, Is.EqualTo(read.Output));
        Assert.That(mapped.Output, Is.Not.Empty);
        Assert.That(mapped.ExitCode, Is.EqualTo(read.ExitCode));
        Assert.That(mappedBinary.Output, Is.EqualTo(readBinary.Output));
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

    // Permissions bind no process that may override them, as one of root may. setpriv takes that right away.
    private Outcome RunBoundByPermissions(string[] arguments, out bool bound)
    {
        bound = !OperatingSystem.IsWindows();
        if (OperatingSystem.IsWindows() || Environment.UserName != "root") return Run(arguments);
        string[] without = ["--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"];
        try
        {
            string probe = Path.Combine(_fixture.Root, "probe.txt");
            File.WriteAllText(probe, "");
            File.SetUnixFileMode(probe, UnixFileMode.None);
            bound = Outcome.Run("setpriv", [.. without, "cat", probe], _fixture.Root).ExitCode == 1;
            File.Delete(probe);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            bound = false; // There is no such program here.
        }
        return bound
            ? Outcome.Run("setpriv", [.. without, "dotnet", "exec", Path.Combine(AppContext.BaseDirectory, "fastsearch.dll"), .. arguments], _fixture.Root)
            : Run(arguments);
    }

    private Outcome Run(string[] arguments) => Outcome.FastSearch(_fixture.Root, arguments);
}
