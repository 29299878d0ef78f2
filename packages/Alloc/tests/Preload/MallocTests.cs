namespace Gabbro.Alloc.Tests.Preload;

/// <summary>The malloc library under C programs. Where the library is not built there is nothing to verify.</summary>
[NonParallelizable]
public sealed class MallocTests
{
    [SetUp]
    public void RequireLibrary()
    {
        if (PreloadLibrary.Path is null) Assert.Pass("libgabbro-malloc.so is built on x64 Linux with a C compiler only.");
    }

    [Test]
    public void MallocFamily_EveryFunction_ConformsToTheStandards([Values("", "count", "checked", "noscavenger")] string modes)
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
    public void Behaviour_OverTime_Holds(string test)
    {
        (int exit, string output) = PreloadLibrary.Run("behave", $"{test} {TestEffort.Factor}", seconds: 100 * TestEffort.Factor);
        TestContext.Out.WriteLine(output);
        Assert.That(exit, Is.Zero, output);
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
        (int exit, string output) = PreloadLibrary.Run("misuse", kind, "checked");
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
        if (!IsInstalled(program)) Assert.Pass($"{program} is not installed here.");
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
