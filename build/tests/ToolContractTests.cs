using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Gabbro.House.Tests;

/// <summary>What every tool's command line has in common.</summary>
public sealed class ToolContractTests
{
    /// <summary>The assemblies of all tools that are programs, by path.</summary>
    public static IEnumerable<TestCaseData> Tools() =>
        from project in Directory.EnumerateFiles(Path.Combine(Repository.Root, "tools"), "*.csproj", SearchOption.AllDirectories)
        where Path.GetDirectoryName(Path.GetDirectoryName(project)) == Path.Combine(Repository.Root, "tools")
        where !File.ReadAllText(project).Contains("<OutputType>Library</OutputType>", StringComparison.Ordinal)
        let name = Path.GetFileNameWithoutExtension(project)
        orderby name
        select new TestCaseData(Path.Combine(Repository.Root, "artifacts", "bin", name, Repository.Configuration, name.ToLowerInvariant() + ".dll")).SetArgDisplayNames(name);

    [TestCaseSource(nameof(Tools))]
    public void Help_OfTool_ExitsWithZeroAndShowsUsage(string tool)
    {
        var (exitCode, output, error) = Run(tool, "--help");

        Assert.That(exitCode, Is.Zero, error);
        Assert.That(output, Does.Contain("Usage").IgnoreCase);
        Assert.That(output, Does.Not.Contain('\u001b'), "colour codes in redirected output");
    }

    [TestCaseSource(nameof(Tools))]
    public void Version_OfTool_ExitsWithZeroAndPrintsIt(string tool)
    {
        var (exitCode, output, error) = Run(tool, "--version");

        Assert.That(exitCode, Is.Zero, error);
        Assert.That(output, Does.Match(@"\d+\.\d+\.\d+"));
    }

    [TestCaseSource(nameof(Tools))]
    public void WrongOption_OfTool_ExitsWithTwoAndShowsUsage(string tool)
    {
        var (exitCode, output, error) = Run(tool, "--no-such-option-at-all");

        Assert.That(exitCode, Is.EqualTo(2), output + error);
        // A tool with required options names those first.
        Assert.That(error, Does.Contain("--no-such-option-at-all").Or.Contain("is required"));
        Assert.That(output + error, Does.Contain("Usage").IgnoreCase);
        Assert.That(output + error, Does.Not.Contain("   at "), "a stack trace");
    }

    /// <summary>Every command that reads a file, with one that is not there.</summary>
    [TestCase("benchreport", "{0} --out {0} --name n --command c --commit c")]
    [TestCase("heaplab", "map {0}")]
    [TestCase("heaplab", "run {0}")]
    [TestCase("httpd", "{0}")]
    [TestCase("kvdb", "inspect {0}")]
    [TestCase("kvdb", "verify {0}")]
    [TestCase("kvdb", "repair {0}")]
    [TestCase("kvdb", "backup {0} {0}-copy")]
    [TestCase("kvdb", "restore {0} {0}-copy")]
    [TestCase("kvdb", "get {0} key")]
    [TestCase("kvdb", "scan {0} prefix")]
    [TestCase("kvdb", "stats {0}")]
    [TestCase("kvdb", "check {0}")]
    [TestCase("kvdb", "vacuum {0}")]
    [TestCase("mandelbrot", "--size 8x8 --repeat 1 --out {0}/picture.png")]
    [TestCase("publicapi", "check {0} {0}")]
    [TestCase("sysprobe", "cat {0}")]
    [TestCase("sysprobe", "ls {0}")]
    [TestCase("sysprobe", "run {0}")]
    [TestCase("fastsearch", "needle {0}", 2)]
    [TestCase("fastsearch", "-f {0} .", 2)]
    public void MissingFile_OfCommand_OneClearLine(string tool, string arguments, int expectedExitCode = 1)
    {
        // A search tool's 1 has meant "nothing found" since grep; its errors are 2.
        string missing = Path.Combine(Path.GetTempPath(), "gabbro-missing-" + Guid.NewGuid().ToString("N"));

        var (exitCode, output, error) = Run(PathOf(tool), string.Format(CultureInfo.InvariantCulture, arguments, missing).Split(' '));

        Assert.That(exitCode, Is.EqualTo(expectedExitCode), output + error);
        string[] lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.EqualTo(1), error);
        Assert.That(lines[0], Does.Contain(missing));
        Assert.That(error, Does.Not.Contain("Exception").And.Not.Contain('_'), "the runtime's inner names");
        Assert.That(missing, Does.Not.Exist);
    }

    [TestCase("sysprobe", "machine --json")]
    [TestCase("sysprobe", "ls . --json")]
    [TestCase("mandelbrot", "--size 64x64 --repeat 1 --json")]
    [TestCase("tour", "--quick --step walk --json")]
    [TestCase("heaplab", "frag --json")]
    public void Json_OfCommand_IsOneDocumentAndNothingElse(string tool, string arguments)
    {
        var (exitCode, output, error) = Run(PathOf(tool), arguments.Split(' '));

        Assert.That(exitCode, Is.Zero, error);
        Assert.That(output, Does.Not.Contain('\u001b'));
        using var document = JsonDocument.Parse(output);
        Assert.That(document.RootElement.ValueKind, Is.EqualTo(JsonValueKind.Object).Or.EqualTo(JsonValueKind.Array));
    }

    private static string PathOf(string tool) =>
        (string)Tools().Select(test => test.Arguments[0]!).Single(path => Path.GetFileNameWithoutExtension((string)path) == tool);

    private static (int ExitCode, string Output, string Error) Run(string tool, params string[] arguments)
    {
        Assert.That(tool, Does.Exist);
        var start = new ProcessStartInfo("dotnet", [tool, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
