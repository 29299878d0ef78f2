using Gabbro.Storage.Lsm.Engine;
using Gabbro.Storage.Lsm.Format;
using Gabbro.Storage.Lsm.Versions;
using Version = Gabbro.Storage.Lsm.Versions.Version;

namespace Gabbro.Storage.Lsm.Compaction;

/// <summary>Chooses what to compact next. The state lock is held.</summary>
internal static class CompactionPicker
{
    // A table of which more than half are tombstones slows scans and holds dead space: it is merged without other need.
    private const ulong ManyTombstones = 4096;

    // A run joins the merge while it is at most this many times as large as all newer ones together (RocksDB's rule).
    private const double UniversalSizeRatio = 1.01;

    // Dead and duplicate data may take up to this share of the live before all runs are merged.
    private const double UniversalSpaceAmplification = 2.0;

    public static CompactionPlan? PickUnsynchronized(FamilyCore family)
    {
        if (family.IsDropped || family.ManualCompactions > 0 || !family.Options.AutomaticCompaction)
            return null;
        return family.Options.CompactionStyle == CompactionStyle.Leveled ? PickLeveled(family) : PickUniversal(family);
    }

    /// <summary>How far a level is over its size; 1 and more is due.</summary>
    public static double Score(Version version, ColumnFamilyOptions options, int level)
    {
        if (level == 0)
            return (double)version.Levels[0].Length / options.Level0CompactionTrigger;
        return Version.TotalSize(version.Levels[level].Where(f => !f.IsCompacting)) / LevelLimit(options, level);
    }

    /// <summary>Everything of a level within bounds merged into the next, for a manual compaction.</summary>
    public static CompactionPlan? PlanRange(FamilyCore family, int level, int outputLevel, byte[]? begin, byte[]? end)
    {
        var files = level == 0 ? ExpandLevel0(family.Version, begin, end) : family.Version.Overlapping(level, begin, end);
        return files.Count == 0 ? null : Build(family, files.Select(f => (level, f)).ToList(), outputLevel);
    }

    private static double LevelLimit(ColumnFamilyOptions options, int level) =>
        options.LevelBaseSize * Math.Pow(options.LevelSizeMultiplier, level - 1);

    private static CompactionPlan? PickLeveled(FamilyCore family)
    {
        var version = family.Version;
        var order = Enumerable.Range(0, Version.LevelCount - 1)
            .Select(l => (Level: l, Score: Score(version, family.Options, l)))
            .Where(s => s.Score >= 1)
            .OrderByDescending(s => s.Score);
        foreach (var (level, _) in order)
        {
            if ((level == 0 ? PickLevel0(family) : PickFromLevel(family, level)) is { } plan)
                return plan;
        }

        return PickTombstones(family);
    }

    private static CompactionPlan? PickLevel0(FamilyCore family)
    {
        var files = family.Version.Levels[0];
        if (files.Length == 0 || files.Any(f => f.IsCompacting))
            return null;
        return Build(family, files.Select(f => (0, f)).ToList(), 1);
    }

    private static CompactionPlan? PickFromLevel(FamilyCore family, int level)
    {
        var files = family.Version.Levels[level];
        var cursor = family.CompactionCursors[level];
        var start = cursor is null ? 0 : Array.FindIndex(files, f => KeyOrder.Compare(f.Metadata.Smallest, cursor) > 0);
        for (var i = 0; i < files.Length; i++)
        {
            var file = files[(Math.Max(start, 0) + i) % files.Length];
            if (file.IsCompacting || Build(family, [(level, file)], level + 1) is not { } plan)
                continue;
            family.CompactionCursors[level] = file.Metadata.Largest;
            return plan;
        }

        return null;
    }

    private static CompactionPlan? PickTombstones(FamilyCore family)
    {
        var version = family.Version;
        for (var level = 0; level < version.DeepestLevel || (level == 0 && version.DeepestLevel == 0); level++)
        {
            foreach (var file in version.Levels[level])
            {
                var metadata = file.Metadata;
                if (file.IsCompacting || metadata.Deletes < ManyTombstones || metadata.Deletes * 2 < metadata.Entries)
                    continue;
                var plan = level == 0 ? PickLevel0(family) : Build(family, [(level, file)], level + 1);
                if (plan is not null)
                    return plan;
            }
        }

        return null;
    }

    private static CompactionPlan? PickUniversal(FamilyCore family)
    {
        var version = family.Version;
        var runs = new List<(int Level, long Size)>();
        foreach (var file in version.Levels[0])
            runs.Add((0, file.Metadata.Size));
        for (var level = 1; level < Version.LevelCount; level++)
        {
            if (version.Levels[level].Length > 0)
                runs.Add((level, Version.TotalSize(version.Levels[level])));
        }

        if (version.Levels[0].Length < family.Options.Level0CompactionTrigger || version.AllFiles.Any(f => f.IsCompacting))
            return null;
        // All of level 0 is always taken, so that the output finds its place below it; older runs join by size.
        var taken = version.Levels[0].Length;
        var sum = runs.Take(taken).Sum(r => r.Size);
        var newer = runs.Take(runs.Count - 1).Sum(r => r.Size);
        if (runs.Count > taken && newer > UniversalSpaceAmplification * runs[^1].Size)
            taken = runs.Count;
        while (taken < runs.Count && (runs[taken].Size <= sum * UniversalSizeRatio || runs[taken].Level == 1))
            sum += runs[taken++].Size;
        var output = taken == runs.Count ? Version.LevelCount - 1 : runs[taken].Level - 1;
        var levels = runs.Take(taken).Select(r => r.Level).ToHashSet();
        var inputs = levels.SelectMany(l => version.Levels[l].Select(f => (l, f))).ToList();
        return Build(family, inputs, output);
    }

    // Tables of level 0 overlap: taking one means taking every older one it overlaps; all overlapping ones are taken.
    private static List<TableFile> ExpandLevel0(Version version, byte[]? begin, byte[]? end)
    {
        var taken = version.Overlapping(0, begin, end);
        while (taken.Count > 0)
        {
            var (low, high) = Bounds(taken);
            var more = version.Overlapping(0, low, high);
            if (more.Count == taken.Count)
                break;
            taken = more;
        }

        return taken;
    }

    // Adds what overlaps in the output level; null if any of that is busy.
    private static CompactionPlan? Build(FamilyCore family, List<(int Level, TableFile File)> inputs, int outputLevel)
    {
        var version = family.Version;
        if (inputs.All(i => i.Level != outputLevel))
        {
            var (low, high) = Bounds(inputs.Select(i => i.File));
            foreach (var file in version.Overlapping(outputLevel, low, high))
                inputs.Add((outputLevel, file));
        }

        if (inputs.Any(i => i.File.IsCompacting))
            return null;
        version.AddReference();
        var plan = new CompactionPlan(family, version, inputs, outputLevel);
        plan.MarkUnsynchronized(compacting: true);
        return plan;
    }

    private static (byte[] Low, byte[] High) Bounds(IEnumerable<TableFile> files)
    {
        byte[]? low = null;
        byte[]? high = null;
        foreach (var file in files)
        {
            if (low is null || KeyOrder.Compare(file.Metadata.Smallest, low) < 0)
                low = file.Metadata.Smallest;
            if (high is null || KeyOrder.Compare(file.Metadata.Largest, high) > 0)
                high = file.Metadata.Largest;
        }

        return (low!, high!);
    }
}
