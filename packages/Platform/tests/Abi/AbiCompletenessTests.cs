using System.Reflection;
using System.Runtime.InteropServices;
using Gabbro.Platform.Abi;

namespace Gabbro.Platform.Tests.Abi;

/// <summary>What is declared must be in the table, for what is not there is checked by nobody.</summary>
public sealed class AbiCompletenessTests
{
    private const BindingFlags Fields = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Structures that no header of a compiler declares, with the reason.</summary>
    private static readonly Dictionary<string, string> s_inNoHeader = new()
    {
        ["KernelSigaction"] = "the header's struct sigaction is the C library's, not that of rt_sigaction(2)",
        ["AfdPollInfo"] = "not documented by its maker",
        ["Entry"] = "a row of the table of locks, which no system sees",
    };

    [Test]
    public void Structs_Declared_AreAllInTheTable()
    {
        HashSet<Type> known = [.. Tables().SelectMany(table => table.Types)];
        Type[] declared = [.. NativeTypes().Where(IsNativeStructure)];
        Assert.That(declared.Except(known).Select(type => type.Name), Is.EquivalentTo(s_inNoHeader.Keys));
        Assert.That(declared, Has.Length.GreaterThan(40));
    }

    [Test]
    public void Constants_WithNamesOfC_AreAllInTheTable()
    {
        HashSet<(string, int)> known =
            [.. Tables().SelectMany(table => table.Constants).Select(constant => (constant.Name, unchecked((int)constant.Value)))];
        List<string> missing = [];
        int count = 0;
        foreach (Type type in NativeTypes())
        {
            bool isSystemCall = type.FullName!.Contains("Syscall", StringComparison.Ordinal);
            foreach (FieldInfo field in type.GetFields(Fields | BindingFlags.Static))
            {
                if (!field.IsLiteral || field.FieldType == typeof(string) || (!isSystemCall && field.Name.Any(char.IsAsciiLetterLower)))
                    continue;
                count++;
                string name = isSystemCall ? "SYS_" + field.Name : field.Name.Replace("_LINUX", "").Replace("_DARWIN", "");
                if (!known.Contains((name, ToInt32(field.GetRawConstantValue()!)))) missing.Add($"{type.Name}.{field.Name}");
            }
        }
        Assert.That(missing, Is.Empty, string.Join(' ', missing));
        Assert.That(count, Is.GreaterThan(900));
    }

    private static IEnumerable<AbiTable> Tables() => Enum.GetValues<AbiTarget>().Select(AbiTable.For);

    private static IEnumerable<Type> NativeTypes() => typeof(AbiTable).Assembly.GetTypes()
        .Where(type => type.Namespace?.StartsWith("Gabbro.Platform.Native.", StringComparison.Ordinal) == true);

    /// <summary>A value type that says how it lies in memory, apart from those the compiler makes for buffers and closures.</summary>
    private static bool IsNativeStructure(Type type) =>
        type is { IsValueType: true, IsEnum: false, IsByRefLike: false, IsGenericType: false }
        && type.GetCustomAttribute<System.Runtime.CompilerServices.CompilerGeneratedAttribute>() is null
        && !type.Name.Contains('<') && type.GetFields(Fields | BindingFlags.Instance).Length > 0
        && type.StructLayoutAttribute is { Value: not LayoutKind.Auto };

    private static int ToInt32(object value) => value switch
    {
        ulong wide => unchecked((int)wide),
        nuint word => unchecked((int)word),
        uint word => unchecked((int)word),
        _ => unchecked((int)Convert.ToInt64(value, null)),
    };
}
