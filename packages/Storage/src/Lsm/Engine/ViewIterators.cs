using Gabbro.Storage.Lsm.Format;
using Gabbro.Storage.Lsm.Iterators;
using Gabbro.Storage.Lsm.Memtables;
using Gabbro.Storage.Lsm.Tables;
using Gabbro.Storage.Lsm.Versions;
using Version = Gabbro.Storage.Lsm.Versions.Version;

namespace Gabbro.Storage.Lsm.Engine;

/// <summary>One sorted walk over everything a super version holds.</summary>
internal static class ViewIterators
{
    public static InternalIterator Create(SuperVersion view, bool fillCache)
    {
        var children = new List<InternalIterator> { new MemtableIterator(view.Active.List) };
        foreach (var memtable in view.Immutables)
            children.Add(new MemtableIterator(memtable.List));
        foreach (var file in view.Version.Levels[0])
            children.Add(new TableIterator(file.Reader, fillCache));
        for (var level = 1; level < Version.LevelCount; level++)
        {
            var files = view.Version.Levels[level];
            if (files.Length == 1)
                children.Add(new TableIterator(files[0].Reader, fillCache));
            else if (files.Length > 1)
                children.Add(new LevelIterator(files, fillCache));
        }

        return Merge(children);
    }

    public static InternalIterator Merge(List<InternalIterator> children) =>
        children.Count == 1 ? children[0] : new MergingIterator(children.ToArray());

    /// <summary>Every range tombstone that an iterator over these bounds may meet.</summary>
    public static RangeTombstoneSet RangeTombstones(SuperVersion view, byte[]? lower, byte[]? upper)
    {
        List<RangeTombstoneSet>? sets = null;
        Collect(view.Active.Ranges, ref sets);
        foreach (var memtable in view.Immutables)
            Collect(memtable.Ranges, ref sets);
        foreach (var file in view.Version.AllFiles)
        {
            var metadata = file.Metadata;
            if (metadata.RangeDeletes == 0
                || (lower is not null && metadata.EndsBefore(lower))
                || (upper is not null && KeyOrder.Compare(metadata.Smallest, upper) >= 0))
            {
                continue;
            }

            Collect(file.Reader.RangeTombstones, ref sets);
        }

        return sets switch
        {
            null => RangeTombstoneSet.Empty,
            [var only] => only,
            _ => new RangeTombstoneSet(sets.SelectMany(s => s.Tombstones()).ToArray()),
        };
    }

    private static void Collect(RangeTombstoneSet set, ref List<RangeTombstoneSet>? sets)
    {
        if (!set.IsEmpty)
            (sets ??= []).Add(set);
    }
}
