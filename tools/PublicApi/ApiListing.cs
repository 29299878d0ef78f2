using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gabbro.Tools.PublicApi;

/// <summary>
/// The public surface of an assembly as C#-like text: a line per type with its members indented below, ordered by name,
/// holding everything a caller compiles or links against.
/// </summary>
internal static class ApiListing
{
    /// <summary>Lists a built assembly, resolving what it refers to from the given reference list or the running framework.</summary>
    public static IReadOnlyList<string> Of(FileInfo assembly, FileInfo? references)
    {
        IEnumerable<string> paths = references is null ? FrameworkAssemblies() : File.ReadAllLines(references.FullName).Where(line => line.Length > 0);
        return Of(MetadataReference.CreateFromFile(assembly.FullName), paths.Select(path => MetadataReference.CreateFromFile(path)));
    }

    /// <summary>Lists an assembly given as metadata.</summary>
    public static IReadOnlyList<string> Of(MetadataReference assembly, IEnumerable<MetadataReference> references)
    {
        // Public import leaves out what no caller can see, accessors included.
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, metadataImportOptions: MetadataImportOptions.Public);
        var compilation = CSharpCompilation.Create("listing", references: [assembly, .. references], options: options);
        if (compilation.GetAssemblyOrModuleSymbol(assembly) is not IAssemblySymbol symbol)
            throw new BadImageFormatException($"{assembly.Display}: not a .NET assembly");

        var lines = new List<string>();
        lines.AddRange(ApiText.Attributes(symbol.GetAttributes()).Select(attribute => $"[assembly: {attribute}]"));
        foreach (var type in Types(symbol.GlobalNamespace).OrderBy(ApiText.QualifiedName, StringComparer.Ordinal))
        {
            if (lines.Count > 0)
                lines.Add("");
            lines.Add(ApiText.Heading(type));
            lines.AddRange(Members(type).Select(member => "    " + member));
        }

        return lines;
    }

    private static string[] FrameworkAssemblies() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol container)
    {
        foreach (var type in container.GetTypeMembers().Where(IsVisible))
        {
            yield return type;
            foreach (var nested in Types(type))
                yield return nested;
        }

        if (container is INamespaceSymbol space)
        {
            foreach (var type in space.GetNamespaceMembers().SelectMany(Types))
                yield return type;
        }
    }

    private static IEnumerable<string> Members(INamedTypeSymbol type)
    {
        if (type.TypeKind == TypeKind.Delegate)
            return [];
        // Enum members keep their numeric order: that is how they are read.
        if (type.TypeKind == TypeKind.Enum)
            return type.GetMembers().OfType<IFieldSymbol>().Where(f => f.HasConstantValue).Select(ApiText.EnumMember);
        return type.GetMembers()
            .Where(m => m is not INamedTypeSymbol && IsVisible(m) && !IsAccessor(m))
            .Select(ApiText.Member)
            .Order(StringComparer.Ordinal);
    }

    private static bool IsAccessor(ISymbol member) => member is IMethodSymbol { AssociatedSymbol: not null };

    private static bool IsVisible(ISymbol symbol) => symbol.DeclaredAccessibility switch
    {
        Accessibility.Public => true,
        // Protected members can be reached only where the type can be derived from.
        Accessibility.Protected or Accessibility.ProtectedOrInternal => symbol.ContainingType is null or { IsSealed: false },
        _ => symbol is IMethodSymbol { ExplicitInterfaceImplementations.Length: > 0 },
    };
}
