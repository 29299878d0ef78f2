using Gabbro.Storage.Lsm.Format;
using Gabbro.Storage.Lsm.Tables;

namespace Gabbro.Storage.Lsm.Versions;

/// <summary>
/// The tables of a column family at one moment; never changed. Level 0 holds overlapping tables, newest first; each
/// deeper level holds tables in key order that do not overlap.
/// </summary>
internal sealed class Version : IDisposable
{
    public const int LevelCount = 7;
    private int _references = 1;

    public Version(TableFile[][] levels)
    {
        Levels = levels;
        foreach (var level in levels)
        {
            foreach (var file in level)
                file.AddReference();
        }
    }

    public TableFile[][] Levels { get; }

    /// <summary>A version without tables.</summary>
    public static Version CreateEmpty() => new(Enumerable.Range(0, LevelCount).Select(_ => Array.Empty<TableFile>()).ToArray());

    public int DeepestLevel
    {
        get
        {
            for (var level = LevelCount - 1; level > 0; level--)
            {
                if (Levels[level].Length > 0)
                    return level;
            }

            return 0;
        }
    }

    public IEnumerable<TableFile> AllFiles => Levels.SelectMany(l => l);

    public static long TotalSize(IEnumerable<TableFile> files) => files.Sum(f => f.Metadata.Size);

    /// <summary>The first file of a sorted level that does not end before the key, or the level's length.</summary>
    public static int Find(TableFile[] level, ReadOnlySpan<byte> key)
    {
        int low = 0, high = level.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (level[middle].Metadata.EndsBefore(key))
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>The files of a level that may hold keys in [begin, end]; null bounds are open.</summary>
    public List<TableFile> Overlapping(int level, byte[]? begin, byte[]? end)
    {
        var result = new List<TableFile>();
        foreach (var file in Levels[level])
        {
            if (begin is not null && file.Metadata.EndsBefore(begin))
                continue;
            if (end is not null && KeyOrder.Compare(file.Metadata.Smallest, end) > 0)
                continue;
            result.Add(file);
        }

        return result;
    }

    public void AddReference() => Interlocked.Increment(ref _references);

    /// <summary>Gives back one reference.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _references) != 0)
            return;
        foreach (var file in AllFiles)
            file.Dispose();
    }
}
