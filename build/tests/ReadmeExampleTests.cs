using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gabbro.House.Tests;

/// <summary>
/// Compiles and runs every C# block of the READMEs, each in an empty folder of its own. Where the next block is "text",
/// that is what the example must print.
/// </summary>
[NonParallelizable]
public sealed class ReadmeExampleTests
{
    private static readonly string[] Usings = ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Threading", "System.Threading.Tasks"];

    private static readonly Lazy<List<MetadataReference>> References = new(() =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
    ]);

    public static IEnumerable<TestCaseData> Examples()
    {
        foreach (var file in Repository.Packages.Select(name => $"packages/{name}/README.md").Prepend("README.md"))
        {
            var blocks = MarkdownBlock.In(File.ReadAllText(Path.Combine(Repository.Root, file))).ToList();
            for (var i = 0; i < blocks.Count; i++)
            {
                if (blocks[i].Language != "csharp")
                    continue;
                var output = i + 1 < blocks.Count && blocks[i + 1].Language == "text" ? blocks[i + 1].Text : null;
                yield return new TestCaseData(file, blocks[i].Text, output).SetName($"Example_{file.Replace('/', '.')}_line{blocks[i].Line}");
            }
        }
    }

    [TestCaseSource(nameof(Examples))]
    public async Task Example_OfReadme_CompilesAndRuns(string file, string source, string? expected)
    {
        var image = Compile(file, source);
        var folder = Directory.CreateTempSubdirectory("gabbro-readme-");
        var previousFolder = Environment.CurrentDirectory;
        var previousOut = Console.Out;
        using var output = new StringWriter { NewLine = "\n" };
        try
        {
            Environment.CurrentDirectory = folder.FullName;
            Console.SetOut(output);
            var entry = Assembly.Load(image).EntryPoint!;
            // The compiler makes an awaiting wrapper the entry point of an asynchronous program.
            var result = entry.Invoke(null, entry.GetParameters().Length == 0 ? null : [Array.Empty<string>()]);
            if (result is Task task)
                await task;
        }
        finally
        {
            Console.SetOut(previousOut);
            Environment.CurrentDirectory = previousFolder;
            folder.Delete(recursive: true);
        }

        if (expected is not null)
            Assert.That(output.ToString().TrimEnd(), Is.EqualTo(expected.TrimEnd()));
    }

    [TestCase("README.md")]
    [TestCase("packages/Platform/README.md")]
    [TestCase("packages/Alloc/README.md")]
    [TestCase("packages/Scheduler/README.md")]
    [TestCase("packages/Reactor/README.md")]
    [TestCase("packages/Search/README.md")]
    [TestCase("packages/Storage/README.md")]
    public void Readme_OfProject_HasAnExample(string file)
    {
        var blocks = MarkdownBlock.In(File.ReadAllText(Path.Combine(Repository.Root, file)));
        Assert.That(blocks.Count(b => b.Language == "csharp"), Is.GreaterThanOrEqualTo(file == "README.md" ? Repository.Packages.Length : 1));
    }

    private static byte[] Compile(string file, string source)
    {
        var prelude = CSharpSyntaxTree.ParseText(string.Concat(Usings.Select(name => $"global using {name};\n")));
        var compilation = CSharpCompilation.Create("Example" + Guid.NewGuid().ToString("N"), [prelude, CSharpSyntaxTree.ParseText(source, path: file)],
            References.Value, new CSharpCompilationOptions(OutputKind.ConsoleApplication, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.That(result.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning), Is.Empty, source);
        return image.ToArray();
    }
}
