namespace Gabbro.Platform.Abi;

/// <summary>
/// The structures and constants the package uses on one target. All targets can be asked for on any host, so that one
/// machine can check them all against the C headers.
/// </summary>
public sealed class AbiTable
{
    private static readonly AbiTable?[] s_tables = new AbiTable?[(int)AbiTarget.WindowsArm64 + 1];

    private AbiTable(AbiTarget target)
    {
        Target = target;
        AbiCatalog catalog = new(target);
        AbiEntries.Describe(catalog);
        Structs = catalog.Structs;
        Constants = catalog.Constants;
        Types = catalog.Types;
    }

    /// <summary>The target.</summary>
    public AbiTarget Target { get; }

    /// <summary>The structures.</summary>
    public IReadOnlyList<AbiStruct> Structs { get; }

    /// <summary>The constants.</summary>
    public IReadOnlyList<AbiConstant> Constants { get; }

    internal IReadOnlySet<Type> Types { get; }

    /// <summary>The table of a target, built when first asked for.</summary>
    /// <param name="target">The target.</param>
    /// <exception cref="ArgumentOutOfRangeException">The target is undefined.</exception>
    public static AbiTable For(AbiTarget target)
    {
        if (target > AbiTarget.WindowsArm64)
            throw new ArgumentOutOfRangeException(nameof(target), target, "Undefined target.");
        return s_tables[(int)target] ??= new AbiTable(target);
    }
}
