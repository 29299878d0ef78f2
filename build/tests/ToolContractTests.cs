using System.Diagnostics;

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
