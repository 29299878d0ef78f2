using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Gabbro.Platform.Abi;

/// <summary>Collects what <see cref="AbiEntries"/> describes for one target.</summary>
internal sealed class AbiCatalog(AbiTarget target)
{
    private const DynamicallyAccessedMemberTypes Fields =
        DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.NonPublicFields;

    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic;

    internal List<AbiStruct> Structs { get; } = [];

    internal List<AbiConstant> Constants { get; } = [];

    /// <summary>The types of <see cref="Structs"/>, for the test that looks for one that is not among them.</summary>
    internal HashSet<Type> Types { get; } = [];

    internal bool IsLinux => target <= AbiTarget.LinuxMuslArm64;

    internal bool IsMac => target is AbiTarget.MacX64 or AbiTarget.MacArm64;

    internal bool IsWindows => target >= AbiTarget.WindowsX64;

    internal bool IsArm64 =>
        target is AbiTarget.LinuxArm64 or AbiTarget.LinuxMuslArm64 or AbiTarget.MacArm64 or AbiTarget.WindowsArm64;

    /// <summary>Adds a structure. Fields that only fill space, by their names, are left out.</summary>
    /// <param name="name">Its C name.</param>
    /// <param name="header">The header that declares it.</param>
    /// <param name="open">Whether it goes on past the declared fields, so that its size means nothing.</param>
    /// <param name="cName">The C name of a field that has another one here; null to leave the field out.</param>
    internal unsafe void Struct<[DynamicallyAccessedMembers(Fields)] T>(
        string name, string header, bool open = false, Func<string, string?>? cName = null)
        where T : unmanaged
    {
        List<AbiField> fields = [];
        foreach (FieldInfo field in typeof(T).GetFields(Any | BindingFlags.Instance))
        {
            string? named = IsPadding(field.Name) ? null : cName is null ? field.Name : cName(field.Name);
            if (named is not null)
                fields.Add(new AbiField(named, OffsetOf<T>(field.Name), SizeOf(field.FieldType)));
        }
        Types.Add(typeof(T));
        Structs.Add(new AbiStruct(name, header, open ? 0 : sizeof(T), fields));
    }

    /// <summary>Adds every constant of a class whose name looks like C's, that is, holds no lower-case letter, or all of them.</summary>
    internal void ConstantsOf(
        [DynamicallyAccessedMembers(Fields)] Type type, string header, string prefix = "", bool anyName = false)
    {
        foreach (FieldInfo field in type.GetFields(Any | BindingFlags.Static))
        {
            if (!field.IsLiteral || field.FieldType == typeof(string))
                continue;
            string name = field.Name;
            // Where Darwin has a value of its own, the plain name is Linux's.
            if (IsMac && type.GetField(name + "_DARWIN", Any | BindingFlags.Static) is not null)
                continue;
            if (name.EndsWith("_LINUX", StringComparison.Ordinal) || name.EndsWith("_DARWIN", StringComparison.Ordinal))
            {
                bool isDarwin = name.EndsWith("_DARWIN", StringComparison.Ordinal);
                if (isDarwin != IsMac)
                    continue;
                name = name[..name.LastIndexOf('_')];
            }
            // Two classes may both need a constant; both must then have it right, which one entry shows.
            AbiConstant constant = new(prefix + name, header, ToInt64(field.GetRawConstantValue()!));
            if ((anyName || !name.Any(char.IsAsciiLetterLower)) && !Constants.Exists(constant.IsSameAs))
                Constants.Add(constant);
        }
    }

    [SuppressMessage(
        "Interoperability", "CA1421", Justification = "Only blittable structures come here: both layouts are one.")]
    private static int OffsetOf<[DynamicallyAccessedMembers(Fields)] T>(string field) => (int)Marshal.OffsetOf<T>(field);

    private static bool IsPadding(string name) =>
        name.StartsWith("pad", StringComparison.Ordinal) || name.StartsWith("spare", StringComparison.Ordinal)
        || name.StartsWith("unused", StringComparison.Ordinal) || name.StartsWith("reserved", StringComparison.Ordinal)
        || name.StartsWith("Reserved", StringComparison.Ordinal) || name.StartsWith("resv", StringComparison.Ordinal);

    private static long ToInt64(object value) => value switch
    {
        ulong wide => unchecked((long)wide),
        nuint word => unchecked((long)word),
        _ => Convert.ToInt64(value, null),
    };

    private static unsafe int SizeOf(Type type)
    {
        if (type.IsPointer || type == typeof(nint) || type == typeof(nuint))
            return sizeof(nint);
        return Type.GetTypeCode(type) switch
        {
            TypeCode.Byte or TypeCode.SByte => 1,
            TypeCode.Int16 or TypeCode.UInt16 => 2,
            TypeCode.Int32 or TypeCode.UInt32 => 4,
            TypeCode.Int64 or TypeCode.UInt64 => 8,
            _ => 0,
        };
    }
}
