using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Gabbro.House.Tests;

/// <summary>What docs/architecture.md promises about the sources, held by reading them.</summary>
public sealed partial class HouseRuleTests
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Platform"] = [],
        ["Alloc"] = ["Platform"],
        ["Scheduler"] = ["Platform"],
        ["Reactor"] = ["Platform"],
        ["Search"] = ["Platform"],
        ["Storage"] = ["Alloc", "Platform", "Scheduler"],
    };

    [TestCaseSource(typeof(Repository), nameof(Repository.Packages))]
    public void Package_References_FollowTheArrows(string package)
    {
        var project = XDocument.Load(Path.Combine(Repository.Root, $"packages/{package}/src/Gabbro.{package}.csproj"));
        var gabbro = project.Descendants("ProjectReference").Select(r => r.Attribute("Include")!.Value.Split('/')[2]).Order().ToArray();
        var foreign = project.Descendants("PackageReference").Select(r => r.Attribute("Include")!.Value).Except(["System.IO.Hashing"]);

        Assert.That(gabbro, Is.EqualTo(Arrows[package]));
        Assert.That(foreign, Is.Empty);
    }

    [Test]
    public void ForeignFunctions_LiveOnlyInPlatform()
    {
        var offenders = Repository.Packages.Where(p => p != "Platform")
            .SelectMany(p => Repository.Files($"packages/{p}/src", "*.cs"))
            .Where(path => ForeignFunction().IsMatch(File.ReadAllText(path)));
        Assert.That(offenders.Select(Repository.Relative), Is.Empty);
    }

    [Test]
    public void Sources_HaveNoUnfinishedWorkRegionsOrConditions()
    {
        var offenders = Repository.Packages.SelectMany(p => Repository.Files($"packages/{p}/src", "*.cs")).Concat(Repository.Files("tools", "*.cs"))
            .SelectMany(path => File.ReadLines(path).Select((line, i) => (path, line, number: i + 1)))
            .Where(l => Unfinished().IsMatch(l.line))
            .Select(l => $"{Repository.Relative(l.path)}:{l.number}: {l.line.Trim()}");
        Assert.That(offenders, Is.Empty);
    }

    [Test]
    public void Sources_AreOneConceptLong()
    {
        const int longest = 600;
        var offenders = new[] { "packages", "tools", "build" }.SelectMany(folder => Repository.Files(folder, "*.cs"))
            .Select(path => (Path: Repository.Relative(path), Lines: File.ReadLines(path).Count()))
            .Where(f => f.Lines > longest);
        Assert.That(offenders, Is.Empty);
    }

    [Test]
    public void Tests_AreNotSwitchedOff()
    {
        var offenders = Repository.Files("packages", "*.cs").Concat(Repository.Files("tools", "*.cs"))
            .SelectMany(path => File.ReadLines(path).Select((line, i) => (path, line, number: i + 1)))
            .Where(l => SwitchedOff().IsMatch(l.line))
            .Select(l => $"{Repository.Relative(l.path)}:{l.number}: {l.line.Trim()}");
        Assert.That(offenders, Is.Empty);
    }

    [Test]
    public void BuildLogic_StaysSmall()
    {
        var lines = Directory.EnumerateFiles(Path.Combine(Repository.Root, "build")).Where(f => f.EndsWith(".props", StringComparison.Ordinal) || f.EndsWith(".targets", StringComparison.Ordinal))
            .Concat(Directory.EnumerateFiles(Repository.Root, "Directory.*"))
            .Sum(path => File.ReadLines(path).Count(line => !string.IsNullOrWhiteSpace(line)));
        Assert.That(lines, Is.LessThanOrEqualTo(230));
    }

    [Test]
    public void Readme_OfRepository_FitsOnAFewScreens() =>
        Assert.That(File.ReadLines(Path.Combine(Repository.Root, "README.md")).Count(), Is.LessThan(200));

    [Test]
    public void Documents_LinkOnlyToWhatExists()
    {
        var broken =
            from path in Repository.Files(".", "*.md")
            from Match link in Link().Matches(File.ReadAllText(path))
            let target = link.Groups[1].Value.Split('#')[0]
            where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal)
            where !Path.Exists(Path.Combine(Path.GetDirectoryName(path)!, target))
            select $"{Repository.Relative(path)} -> {target}";
        Assert.That(broken, Is.Empty);
    }

    [GeneratedRegex(@"\[(LibraryImport|DllImport)\b")]
    private static partial Regex ForeignFunction();

    [GeneratedRegex(@"\bTODO\b|\bFIXME\b|NotImplementedException|^\s*#(region|if)\b")]
    private static partial Regex Unfinished();

    // A test that needs a compiler or program which is not here may say that nothing was checked; .ci/run installs them all.
    [GeneratedRegex(@"\[(Ignore|Explicit)\b|Assert\.(Ignore\(|Inconclusive\((?!\$?""NOT CHECKED: ))")]
    private static partial Regex SwitchedOff();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
