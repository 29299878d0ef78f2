using Gabbro.Storage.Lsm.Engine;
using Gabbro.Storage.Lsm.Versions;
using Version = Gabbro.Storage.Lsm.Versions.Version;

namespace Gabbro.Storage.Lsm.Compaction;

/// <summary>Which tables are to be merged into which level.</summary>
/// <param name="Family">Whose tables.</param>
/// <param name="Base">The version they were chosen from; a reference is held.</param>
/// <param name="Inputs">Tables with their levels; all that overlap them in the output level are among them.</param>
/// <param name="OutputLevel">The level of the merged tables.</param>
internal sealed record CompactionPlan(
    FamilyCore Family, Version Base, IReadOnlyList<(int Level, TableFile File)> Inputs, int OutputLevel)
{
    public long InputBytes => Inputs.Sum(i => i.File.Metadata.Size);

    public int TopLevel => Inputs.Min(i => i.Level);

    /// <summary>Whether the only work is to name the table in another level. Tombstones are worth a rewrite.</summary>
    public bool IsTrivialMove =>
        Inputs.Count == 1 && Inputs[0].Level != OutputLevel && !(Inputs[0].Level == 0 && Base.Levels[0].Length > 1)
        && Inputs[0].File.Metadata is { RangeDeletes: 0 } metadata && metadata.Deletes * 2 <= metadata.Entries;

    /// <summary>Marks the inputs as taken, or as free again. The state lock is held.</summary>
    public void MarkUnsynchronized(bool compacting)
    {
        foreach (var (_, file) in Inputs)
            file.IsCompacting = compacting;
    }
}
