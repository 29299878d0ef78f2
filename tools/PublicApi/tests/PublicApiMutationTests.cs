using Gabbro.Tools.PublicApi;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gabbro.Tools.PublicApi.Tests;

/// <summary>Every kind of change to a public surface that can break or surprise a caller must show in the listing.</summary>
public sealed class PublicApiMutationTests
{
    private const string Source = """
        #nullable enable
        using System;
        namespace Sample;
        public sealed class Sealed { }
        public class Plain { }
        public class Open
        {
            public const int Constant = 5;
            public string Name { get; set; } = "";
            public required int Needed { get; set; }
            public int Read { get; init; }
            public void Take(string text, int count = 3) { }
            public void ByRef(in int value) { }
            public ref readonly int Give(int[] a) => ref a[0];
            public T Make<T>() where T : class, new() => new();
            protected virtual void Extend() { }
            internal void Hidden() { }
            public event EventHandler? Changed;
            public void Raise() => Changed?.Invoke(this, EventArgs.Empty);
            public static bool TryGet([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? text) { text = ""; return true; }
        }
        [Flags] public enum Colors : byte { None = 0, Red = 1 }
        public readonly struct Value { private readonly int _x; public Value(int x) => _x = x; public int X => _x; }
        public ref struct Window { public Span<byte> Bytes; public void Set(scoped Span<byte> span) { } }
        public interface IShape { int Area(); int Sides() => 4; }
        public interface ISource<out T> { T Next(); }
        public delegate int Compare(string left, string right);
        public static class Extensions { public static int Twice(this int x) => x * 2; public static int Sum(params int[] xs) => xs.Length; }
        public abstract class Shape : IDisposable { public abstract void Draw(); public void Dispose() { } }
        """;

    [TestCase("public sealed class Sealed", "public class Sealed", TestName = "Unsealing a class")]
    [TestCase("public class Plain", "public sealed class Plain", TestName = "Sealing a class")]
    [TestCase("public sealed class Sealed { }", "", TestName = "Removing a type")]
    [TestCase("public sealed class Sealed { }", "public sealed class Sealed { } public sealed class Extra { }", TestName = "Adding a type")]
    [TestCase("Constant = 5", "Constant = 6", TestName = "Changing a constant")]
    [TestCase("public string Name { get; set; }", "public string Name { get; private set; }", TestName = "Hiding a setter")]
    [TestCase("public required int Needed", "public int Needed", TestName = "Dropping required")]
    [TestCase("public int Read { get; init; }", "public int Read { get; set; }", TestName = "Turning init into set")]
    [TestCase("string text, int count = 3", "string text, int count = 4", TestName = "Changing a default value")]
    [TestCase("string text, int count = 3", "string text, int number = 3", TestName = "Renaming a parameter")]
    [TestCase("string text, int count = 3", "string? text, int count = 3", TestName = "Loosening a parameter's nullability")]
    [TestCase("public string Name", "public string? Name", TestName = "Loosening a property's nullability")]
    [TestCase("in int value", "ref readonly int value", TestName = "Changing in to ref readonly")]
    [TestCase("in int value", "int value", TestName = "Dropping in")]
    [TestCase("public ref readonly int Give", "public ref int Give", TestName = "Changing a ref readonly return to ref")]
    [TestCase("where T : class, new() => new()", "where T : class => throw new Exception()", TestName = "Loosening a constraint")]
    [TestCase("protected virtual void Extend", "protected void Extend", TestName = "Dropping virtual")]
    [TestCase("protected virtual void Extend", "public virtual void Extend", TestName = "Widening accessibility")]
    [TestCase("public event EventHandler? Changed", "public event EventHandler<EventArgs>? Changed", TestName = "Changing an event's type")]
    [TestCase("Changed?.Invoke(this, EventArgs.Empty)", "Changed?.Invoke(this, EventArgs.Empty);\n[Obsolete(\"gone\")] public void Old() { }\npublic void Unused() => GC.KeepAlive(this)", TestName = "Adding members")]
    [TestCase("public void Raise", "[Obsolete(\"do not\")] public void Raise", TestName = "Marking obsolete")]
    [TestCase("public void Raise", "[System.Diagnostics.CodeAnalysis.Experimental(\"G1\")] public void Raise", TestName = "Marking experimental")]
    [TestCase("[System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out", "out", TestName = "Dropping a nullable flow attribute")]
    [TestCase("[Flags] public enum", "public enum", TestName = "Dropping Flags")]
    [TestCase("Colors : byte", "Colors : int", TestName = "Changing an enum's type")]
    [TestCase("Red = 1", "Red = 2", TestName = "Changing an enum value")]
    [TestCase("public readonly struct Value { private readonly int", "public struct Value { private readonly int", TestName = "Dropping readonly from a struct")]
    [TestCase("private readonly int _x; public Value(int x) => _x = x; public int X => _x;", "private readonly string _x; public Value(int x) => _x = \"\"; public int X => _x.Length;", TestName = "Making a struct managed")]
    [TestCase("scoped Span<byte> span", "Span<byte> span", TestName = "Dropping scoped")]
    [TestCase("int Sides() => 4;", "int Sides();", TestName = "Dropping a default implementation")]
    [TestCase("ISource<out T>", "ISource<T>", TestName = "Dropping variance")]
    [TestCase("delegate int Compare(string left", "delegate int Compare(string first", TestName = "Renaming a delegate's parameter")]
    [TestCase("this int x", "int x", TestName = "Dropping this")]
    [TestCase("params int[] xs", "int[] xs", TestName = "Dropping params")]
    [TestCase("Shape : IDisposable", "Shape", TestName = "Dropping an interface")]
    [TestCase("public abstract void Draw();", "public virtual void Draw() { }", TestName = "Giving an abstract member a body")]
    public void Listing_OfMutatedSource_Differs(string original, string replacement)
    {
        var mutated = Source.Replace(original, replacement);
        Assert.That(mutated, Is.Not.EqualTo(Source), "the mutation changed nothing");
        var differences = ApiDifference.Between(List(Source), List(mutated));

        Assert.That(differences, Is.Not.Empty);
        foreach (var difference in differences)
            Assert.That(difference.ToBuildError("api.txt"), Does.Match(@"^api\.txt(\(\d+\))? ?: error GAPI00[12]: .+$"));
    }

    [TestCase("internal void Hidden() { }", "")]
    [TestCase("_x", "_y")]
    [TestCase("=> x * 2", "=> x + x")]
    public void Listing_OfPrivateChange_IsUnchanged(string original, string replacement)
    {
        Assert.That(ApiDifference.Between(List(Source), List(Source.Replace(original, replacement))), Is.Empty);
    }

    [Test]
    public void BuildError_OfRenamedParameter_NamesTypeAndBothForms()
    {
        var errors = ApiDifference.Between(List(Source), List(Source.Replace("int count = 3", "int number = 3"))).Select(d => d.ToBuildError("a.txt")).ToList();

        Assert.That(errors, Has.Count.EqualTo(2));
        Assert.That(errors[0], Does.Contain("Sample.Open: public void Take(string text, int count = 3)"));
        Assert.That(errors[1], Does.Contain("Sample.Open: public void Take(string text, int number = 3)"));
    }

    [Test]
    public void Markdown_OfAddition_IsDiffUnderItsType()
    {
        var text = string.Join('\n', ApiDifference.ToMarkdown(ApiDifference.Between(["class A", "    void F()"], ["class A", "    void F()", "    void G()"])));

        Assert.That(text, Is.EqualTo("```diff\n  class A\n+     void G()\n```"));
    }

    /// <summary>Shared by all cases: reading the framework's metadata is most of a case's time.</summary>
    private static readonly List<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is "System.Runtime.dll" or "System.Private.CoreLib.dll")
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private static IReadOnlyList<string> List(string source)
    {
        var compilation = CSharpCompilation.Create("Sample", [CSharpSyntaxTree.ParseText(source)], References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.That(result.Success, Is.True, string.Join('\n', result.Diagnostics));
        return ApiListing.Of(MetadataReference.CreateFromImage(image.ToArray()), References);
    }
}
