using Gabbro.Storage.Lsm.Tables;

namespace Gabbro.Storage.Lsm.Versions;

/// <summary>What the edits of a manifest add up to.</summary>
internal sealed class ManifestState
{
    public ulong DatabaseId { get; private set; }

    public ulong NextFile { get; set; } = 1;

    public ulong LastSequence { get; set; }

    public uint NextFamily { get; set; } = 1;

    public SortedSet<ulong> Logs { get; } = [];

    public SortedDictionary<uint, FamilyState> Families { get; } = [];

    public void Apply(VersionEdit edit, string path)
    {
        DatabaseId = edit.DatabaseId ?? DatabaseId;
        NextFile = edit.NextFile ?? NextFile;
        LastSequence = edit.LastSequence ?? LastSequence;
        NextFamily = edit.NextFamily ?? NextFamily;
        Logs.UnionWith(edit.LogsCreated);
        Logs.ExceptWith(edit.LogsDeleted);
        foreach (var (id, name) in edit.FamiliesCreated)
            Families[id] = new FamilyState(name);
        foreach (var (family, level, number) in edit.Removed)
        {
            if (!Family(family).Levels[level].Remove(number))
                throw new CorruptionException(path, -1, $"an edit removes table {number} from level {level}, which does not hold it");
        }

        foreach (var (family, level, table) in edit.Added)
        {
            if (!Family(family).Levels[level].TryAdd(table.Number, table))
                throw new CorruptionException(path, -1, $"an edit adds table {table.Number} to level {level} twice");
        }

        foreach (var (family, log) in edit.FamilyLogs)
            Family(family).Log = log;
        foreach (var id in edit.FamiliesDropped)
            Families.Remove(id);

        FamilyState Family(uint id) => Families.TryGetValue(id, out var state)
            ? state
            : throw new CorruptionException(path, -1, $"an edit names column family {id}, which does not exist");
    }

    /// <summary>One edit that says it all, for the start of a new manifest.</summary>
    public VersionEdit Snapshot()
    {
        var edit = new VersionEdit
        {
            DatabaseId = DatabaseId,
            NextFile = NextFile,
            LastSequence = LastSequence,
            NextFamily = NextFamily,
        };
        edit.LogsCreated.AddRange(Logs);
        foreach (var (id, family) in Families)
        {
            edit.FamiliesCreated.Add((id, family.Name));
            edit.FamilyLogs.Add((id, family.Log));
            for (var level = 0; level < Version.LevelCount; level++)
            {
                foreach (var table in family.Levels[level].Values)
                    edit.Added.Add((id, level, table));
            }
        }

        return edit;
    }

    /// <summary>A column family as the manifest has it.</summary>
    internal sealed class FamilyState(string name)
    {
        public string Name => name;

        public ulong Log { get; set; }

        public SortedDictionary<ulong, TableMetadata>[] Levels { get; } =
            Enumerable.Range(0, Version.LevelCount).Select(_ => new SortedDictionary<ulong, TableMetadata>()).ToArray();
    }
}
