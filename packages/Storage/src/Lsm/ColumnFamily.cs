using Gabbro.Storage.Lsm.Engine;

namespace Gabbro.Storage.Lsm;

/// <summary>A named key space of a database, with options of its own. Batches span families atomically.</summary>
public sealed class ColumnFamily
{
    /// <summary>The name of the family that every database has.</summary>
    public const string DefaultName = "default";

    internal ColumnFamily(FamilyCore core) => Core = core;

    /// <summary>The name.</summary>
    public string Name => Core.Name;

    /// <summary>The number the files know it by; the default family has 0.</summary>
    public uint Id => Core.Id;

    internal FamilyCore Core { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
