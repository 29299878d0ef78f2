using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gabbro.Tools.PublicApi;

/// <summary>How one symbol is written in a listing.</summary>
internal static class ApiText
{
    /// <summary>
    /// Attributes that change what a caller may do or is told: everything else is an implementation matter. The nullable
    /// and ref-safety attributes of the compiler itself are shown as syntax instead.
    /// </summary>
    private static readonly HashSet<string> ShownAttributes =
    [
        "System.ObsoleteAttribute", "System.FlagsAttribute", "System.AttributeUsageAttribute", "System.ParamArrayAttribute",
        "System.Runtime.CompilerServices.AsyncMethodBuilderAttribute", "System.Runtime.CompilerServices.CollectionBuilderAttribute",
        "System.Runtime.CompilerServices.InlineArrayAttribute", "System.Runtime.CompilerServices.InterpolatedStringHandlerAttribute",
        "System.Runtime.CompilerServices.InterpolatedStringHandlerArgumentAttribute",
        "System.Runtime.CompilerServices.OverloadResolutionPriorityAttribute", "System.Runtime.CompilerServices.CallerArgumentExpressionAttribute",
        "System.Runtime.CompilerServices.CallerFilePathAttribute", "System.Runtime.CompilerServices.CallerLineNumberAttribute",
        "System.Runtime.CompilerServices.CallerMemberNameAttribute", "System.Runtime.Versioning.SupportedOSPlatformAttribute",
        "System.Runtime.Versioning.UnsupportedOSPlatformAttribute", "System.Runtime.Versioning.SupportedOSPlatformGuardAttribute",
        "System.Runtime.Versioning.UnsupportedOSPlatformGuardAttribute", "System.ComponentModel.EditorBrowsableAttribute",
    ];

    private static readonly SymbolDisplayFormat TypeFormat = new(
        globalNamespaceStyle: SymbolDisplayGlobalNamespaceStyle.Omitted,
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeVariance,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes
            | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier
            | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    private static readonly SymbolDisplayFormat MemberFormat = new(
        globalNamespaceStyle: TypeFormat.GlobalNamespaceStyle,
        typeQualificationStyle: TypeFormat.TypeQualificationStyle,
        genericsOptions: TypeFormat.GenericsOptions | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        memberOptions: SymbolDisplayMemberOptions.IncludeAccessibility | SymbolDisplayMemberOptions.IncludeModifiers
            | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeRef
            | SymbolDisplayMemberOptions.IncludeConstantValue | SymbolDisplayMemberOptions.IncludeExplicitInterface,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName
            | SymbolDisplayParameterOptions.IncludeDefaultValue | SymbolDisplayParameterOptions.IncludeModifiers
            | SymbolDisplayParameterOptions.IncludeExtensionThis,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        kindOptions: SymbolDisplayKindOptions.IncludeMemberKeyword,
        miscellaneousOptions: TypeFormat.MiscellaneousOptions);

    /// <summary>The name a listing is ordered by.</summary>
    public static string QualifiedName(INamedTypeSymbol type) => type.ToDisplayString(TypeFormat);

    /// <summary>The line of a type: attributes, modifiers, kind, name, bases, constraints.</summary>
    public static string Heading(INamedTypeSymbol type)
    {
        var text = Prefix(type.GetAttributes()) + SyntaxFacts.GetText(type.DeclaredAccessibility) + " ";
        if (type.TypeKind == TypeKind.Delegate)
            return $"{text}delegate {Signature(type.DelegateInvokeMethod!, QualifiedName(type))}{Constraints(type)}";

        text += Modifiers(type) + Kind(type) + " " + QualifiedName(type);
        var bases = Bases(type).ToList();
        if (bases.Count > 0)
            text += " : " + string.Join(", ", bases);
        return text + Constraints(type);
    }

    /// <summary>The line of a member, with the attributes of its parameters and result.</summary>
    public static string Member(ISymbol member)
    {
        var text = Prefix(member.GetAttributes());
        // Roslyn leaves modifiers of interface members out; whether one has a body decides who must implement it.
        if (member.ContainingType.TypeKind == TypeKind.Interface && !member.IsStatic)
            text += member.IsAbstract ? "abstract " : "virtual ";
        text += member.ToDisplayString(MemberFormat);
        if (member is IMethodSymbol method)
            text += MethodNotes(method);
        else if (member is IPropertySymbol property)
            text += PropertyNotes(property);
        return text;
    }

    /// <summary>An enum member with its value in the enum's own type.</summary>
    public static string EnumMember(IFieldSymbol field) => $"{Prefix(field.GetAttributes())}{field.Name} = {field.ConstantValue}";

    /// <summary>The shown attributes among those given, as source text.</summary>
    public static IEnumerable<string> Attributes(IEnumerable<AttributeData> attributes) => attributes
        .Where(a => a.AttributeClass is { } type && IsShown(type))
        .Select(a => AttributeText(a))
        .Order(StringComparer.Ordinal);

    private static bool IsShown(INamedTypeSymbol type)
    {
        var name = type.ToDisplayString(TypeFormat);
        return ShownAttributes.Contains(name)
            || (name.StartsWith("System.Diagnostics.CodeAnalysis.", StringComparison.Ordinal)
                && type.Name is not ("SuppressMessageAttribute" or "UnconditionalSuppressMessageAttribute" or "ExcludeFromCodeCoverageAttribute" or "SetsRequiredMembersAttribute"))
            || type.Name == "SetsRequiredMembersAttribute";
    }

    private static string AttributeText(AttributeData attribute)
    {
        var name = attribute.AttributeClass!.Name;
        name = name.EndsWith("Attribute", StringComparison.Ordinal) ? name[..^"Attribute".Length] : name;
        var arguments = attribute.ConstructorArguments.Select(c => c.ToCSharpString())
            .Concat(attribute.NamedArguments.OrderBy(n => n.Key, StringComparer.Ordinal).Select(n => $"{n.Key} = {n.Value.ToCSharpString()}"))
            .ToList();
        return arguments.Count == 0 ? name : $"{name}({string.Join(", ", arguments)})";
    }

    private static string Prefix(IEnumerable<AttributeData> attributes) => string.Concat(Attributes(attributes).Select(a => $"[{a}] "));

    private static string Modifiers(INamedTypeSymbol type)
    {
        var text = "";
        if (type.TypeKind == TypeKind.Class)
            text += type.IsStatic ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "";
        if (type.IsReadOnly)
            text += "readonly ";
        if (type.IsRefLikeType)
            text += "ref ";
        return text;
    }

    private static string Kind(INamedTypeSymbol type) => type.TypeKind switch
    {
        TypeKind.Enum => "enum",
        TypeKind.Interface => "interface",
        // Whether a struct holds references decides whether it satisfies "unmanaged".
        TypeKind.Struct => (type.IsRecord ? "record struct" : "struct") + (type.IsUnmanagedType ? "/*unmanaged*/" : ""),
        _ => type.IsRecord ? "record class" : "class",
    };

    private static IEnumerable<string> Bases(INamedTypeSymbol type)
    {
        if (type.EnumUnderlyingType is { } underlying)
            yield return underlying.ToDisplayString(TypeFormat);
        else if (type.BaseType is { SpecialType: not (SpecialType.System_Object or SpecialType.System_ValueType) } parent)
            yield return parent.ToDisplayString(TypeFormat);
        if (type.TypeKind == TypeKind.Enum)
            yield break;
        foreach (var name in type.AllInterfaces.Where(i => i.DeclaredAccessibility == Accessibility.Public).Select(i => i.ToDisplayString(TypeFormat)).Order(StringComparer.Ordinal))
            yield return name;
    }

    private static string Constraints(INamedTypeSymbol type)
    {
        var format = new SymbolDisplayFormat(genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
            typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
            miscellaneousOptions: TypeFormat.MiscellaneousOptions);
        var text = type.ToDisplayString(format);
        var where = text.IndexOf(" where ", StringComparison.Ordinal);
        return where < 0 ? "" : text[where..];
    }

    private static string Signature(IMethodSymbol invoke, string name)
    {
        var result = (invoke.ReturnsByRefReadonly ? "ref readonly " : invoke.ReturnsByRef ? "ref " : "") + invoke.ReturnType.ToDisplayString(TypeFormat);
        var parameters = string.Join(", ", invoke.Parameters.Select(p => p.ToDisplayString(MemberFormat)));
        return $"{result} {name}({parameters}){MethodNotes(invoke)}";
    }

    /// <summary>Attributes of result and parameters, and init-only, stand behind the signature: inside it they would hide it.</summary>
    private static string MethodNotes(IMethodSymbol method)
    {
        var notes = Attributes(method.GetReturnTypeAttributes()).Select(a => $"[return: {a}]")
            .Concat(method.Parameters.SelectMany(p => Attributes(p.GetAttributes()).Select(a => $"[{p.Name}: {a}]")));
        return Suffix(notes);
    }

    private static string PropertyNotes(IPropertySymbol property)
    {
        var notes = new[] { property.GetMethod, property.SetMethod }.Where(a => a is not null)
            .SelectMany(a => Attributes(a!.GetAttributes()).Select(x => $"[{(a.MethodKind == MethodKind.PropertyGet ? "get" : "set")}: {x}]")
                .Concat(Attributes(a.GetReturnTypeAttributes()).Select(x => $"[return: {x}]")));
        return Suffix(notes);
    }

    private static string Suffix(IEnumerable<string> notes)
    {
        var text = string.Join(" ", notes);
        return text.Length == 0 ? "" : " " + text;
    }
}
