namespace Gabbro.Alloc.Tests.Preload;

/// <summary>
/// The malloc library under C programs, each in a process of its own, so they run beside each other. Where there is no C
/// compiler for x64 Linux the results are inconclusive, which the summary counts as skipped; where there is one, a library
/// that is not there is a failure.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class MallocTests
{
    [SetUp]
    public void RequireLibrary()
    {
        if (PreloadLibrary.Path is not null) return;
        Assert.That(PreloadLibrary.CanBeBuilt, Is.False, "libgabbro-malloc.so was not built, although gcc is here.");
        Assert.Inconclusive("NOT CHECKED: libgabbro-malloc.so is built on x64 Linux with gcc only.");
    }

    /// <summary>What guards is checked as well, so that alone is for the longer runs.</summary>
    private static string[] ConformModes => TestEffort.Factor > 1
        ? ["", "count", "checked", "guards", "hardened", "noscavenger"]
        : ["", "count", "guards", "hardened"];

    private static string[] FaultModes => TestEffort.Factor > 1 ? ["", "hardened", "count", "noscavenger"] : ["", "hardened"];

    [Test]
    public void MallocFamily_EveryFunction_ConformsToTheStandards([ValueSource(nameof(ConformModes))] string modes)
    {
        (int exit, string output) = PreloadLibrary.Run("conform", modes is "" || TestEffort.Factor > 1 ? "" : "small", modes);
        Assert.That(exit, Is.Zero, output);
    }

    [TestCase("fork")]
    [TestCase("threads")]
    [TestCase("producer")]
    [TestCase("give-back")]
    [TestCase("trim")]
    [TestCase("soak")]
    [TestCase("thread-end")]
    [TestCase("storm")]
    [TestCase("fork", "hardened")]
    [TestCase("threads", "hardened")]
    [TestCase("producer", "hardened")]
    [TestCase("give-back", "hardened")]
    [TestCase("trim", "hardened")]
    [TestCase("soak", "hardened")]
    [TestCase("thread-end", "hardened")]
    [TestCase("storm", "hardened")]
    public void Behaviour_OverTime_Holds(string test, string modes = "")
    {
        // The hardened heap shares the protocols of the ordinary one, which is tried in full.
        double effort = modes == "hardened" ? TestEffort.Factor * 0.3 : TestEffort.Factor;
        string arguments = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{test} {effort}");
        (int exit, string output) = PreloadLibrary.Run("behave", arguments, modes, 300 * TestEffort.Factor);
        TestContext.Out.WriteLine(output);
        Assert.That(exit, Is.Zero, output);
    }

    [Test]
    public void SystemCalls_EachRefusedInTurn_EndInEnomemAndLoseNothing([ValueSource(nameof(FaultModes))] string modes)
    {
        (int exit, string output) = PreloadLibrary.Run("faults", $"{TestEffort.Factor}", modes, 300 * TestEffort.Factor);
        TestContext.Out.WriteLine(output);
        Assert.That(exit, Is.Zero, output);
    }

    [TestCase("double", "double free")]
    [TestCase("double-later", "double free")]
    [TestCase("double-large", "double free")]
    [TestCase("realloc-freed", "double free or use after free in realloc")]
    [TestCase("interior", "invalid pointer in free")]
    [TestCase("interior-large", "invalid pointer in free")]
    [TestCase("global", "invalid pointer in free")]
    [TestCase("stack", "invalid pointer in free")]
    public void HardenedMode_Misuse_IsNamedAndAborts(string kind, string expected)
    {
        (int exit, string output) = PreloadLibrary.Run("misuse", kind, "hardened");
        Assert.That(exit, Is.EqualTo(128 + 6), output);
        Assert.That(output, Does.Contain(expected).And.Contain("main+"));
    }

    [Test]
    public void HardenedMode_LinksForgedByAnOverflow_LeadNowhere()
    {
        Assert.That(PreloadLibrary.Run("misuse", "forged-link").ExitCode, Is.EqualTo(9), "the attack works on the ordinary heap");
        (int exit, string output) = PreloadLibrary.Run("misuse", "forged-link", "hardened");
        Assert.That((exit, output), Is.EqualTo((0, "no forged block\n")));
    }

    [Test]
    public void HardenedMode_WriteThatRunsOn_FaultsAtTheGuard()
    {
        (int exit, string output) = PreloadLibrary.Run("misuse", "run-past", "hardened");
        Assert.That((exit, output), Is.EqualTo((128 + 11, "")));
    }

    [Test]
    public void HardenedMode_Order_IsRandom()
    {
        int plain = Neighbours("");
        Assert.That(plain, Is.GreaterThan(450));
        Assert.That(Neighbours("hardened"), Is.LessThan(150));
    }

    private static int Neighbours(string modes) =>
        int.Parse(PreloadLibrary.Run("misuse", "order", modes).Output.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);

    [TestCase("read-past", "access past the end")]
    [TestCase("read-after-free", "access after free")]
    [TestCase("run-past", "access past the end")]
    public void GuardMode_StrayAccess_IsNamedAndFaults(string kind, string expected)
    {
        (int exit, string output) = PreloadLibrary.Run("misuse", kind, "guards");
        Assert.That(exit, Is.EqualTo(128 + 11), output);
        Assert.That(output, Does.Contain(expected).And.Contain("block #1 of 100 bytes").And.Contain("main+"));
        if (kind == "read-after-free") Assert.That(output, Does.Contain("freed at"));
    }

    [TestCase("double", "double free")]
    [TestCase("overrun", "write past the ends")]
    [TestCase("underrun", "write past the ends")]
    [TestCase("interior", "never returned")]
    [TestCase("global", "never returned")]
    [TestCase("stack", "never returned")]
    [TestCase("after-free", "write after free")]
    public void CheckedMode_Misuse_IsNamedAndAborts(string kind, string expected)
    {
        (int exit, string output) = PreloadLibrary.Run("misuse", kind, kind is "double" or "interior" ? "guards" : "checked");
        Assert.That(exit, Is.EqualTo(128 + 6), output);
        Assert.That(output, Does.Contain(expected).And.Contain("main+"));
        if (kind is "double" or "after-free") Assert.That(output, Does.Contain("freed at"));
    }

    [Test]
    public void CheckedMode_Leak_IsReportedAtExit()
    {
        (int exit, string output) = PreloadLibrary.Run("misuse", "leak", "checked,leaks");
        Assert.That(exit, Is.Zero, output);
        Assert.That(output, Does.Contain("never freed").And.Contain("of 100 bytes"));
        (exit, output) = PreloadLibrary.Run("misuse", "none", "checked,leaks");
        Assert.That(exit, Is.Zero, output);
        Assert.That(output, Does.Contain("0 blocks of 0 bytes left"));
    }

    [Test]
    public void Modes_StatsCountTrace_ReportAtExit()
    {
        (int exit, string output) = PreloadLibrary.RunAny("ls", "/", "stats,count,trace", PreloadLibrary.Path);
        Assert.That(exit, Is.Zero, output);
        Assert.That(output, Does.Contain("malloc(").And.Contain("free(0x").And.Contain("allocations of").And.Contain("mapped"));
    }

    [TestCase("ls", "-lR /usr/include/linux")]
    [TestCase("bash", "-c \"for i in 1 2 3; do x=$x$i; (echo $x | cat); done\"")]
    [TestCase("python3", "-c \"import json; print(len(json.dumps({str(i): list(range(i % 50)) for i in range(20000)})))\"")]
    [TestCase("perl", "-e \"my %h; $h{$_ % 500} .= $_ for 1..100000; print scalar keys %h\"")]
    [TestCase("git", "--version")]
    [TestCase("sqlite3", ":memory: \"with recursive c(x) as (select 1 union all select x+1 from c where x<50000) select count(*), sum(length(hex(x))) from c\"")]
    [TestCase("gcc", "-x c -fsyntax-only /usr/include/stdio.h")]
    [TestCase("node", "-e \"let m=new Map(); for(let i=0;i<50000;i++) m.set('k'+i,{i}); console.log(m.size)\"")]
    [TestCase("java", "-version")]
    [TestCase("dotnet", "--version")]
    public void RealProgram_Preloaded_PrintsWhatItPrintsWithout(string program, string arguments)
    {
        if (!IsInstalled(program)) Assert.Inconclusive($"NOT CHECKED: {program} is not installed here.");
        (int plainExit, string plain) = PreloadLibrary.RunAny(program, arguments, "", null);
        (int exit, string output) = PreloadLibrary.RunAny(program, arguments, "", PreloadLibrary.Path);
        Assert.That((exit, output), Is.EqualTo((plainExit, plain)));
    }

    [Test]
    public void Library_IsSmall()
    {
        Assert.That(new FileInfo(PreloadLibrary.Path!).Length, Is.LessThanOrEqualTo(96 * 1024));
    }

    private static bool IsInstalled(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(System.IO.Path.Combine(folder, program)));
}
