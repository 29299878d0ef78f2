using System.Runtime.CompilerServices;
using Gabbro.Storage.Lsm.Caching;
using Gabbro.Storage.Lsm.Format;
using Gabbro.Storage.Lsm.Memtables;
using Gabbro.Storage.Lsm.Versions;
using Version = Gabbro.Storage.Lsm.Versions.Version;

namespace Gabbro.Storage.Lsm.Engine;

/// <summary>Finds the newest entry of one key that a sequence number sees, source by source from the newest.</summary>
/// <remarks>
/// Sources are asked newest first and hold a key's entries in that order, so the first entry found is the newest, and the
/// range tombstones that can hide it lie in the sources asked so far.
/// </remarks>
internal unsafe ref struct PointLookup
{
    private readonly SuperVersion _view;
    private readonly byte* _key;
    private readonly int _length;
    private readonly ulong _sequence;
    private ulong _tombstone;

    /// <summary>The entry's trailer.</summary>
    public ulong Trailer;

    /// <summary>The stored value; good inside the epoch of the call.</summary>
    public byte* Value;

    /// <summary>Bytes of the value.</summary>
    public int ValueLength;

    /// <summary>The block that holds the value, or null when a memtable does.</summary>
    public BlockFrame* Frame;

    public PointLookup(SuperVersion view, byte* key, int length, ulong sequence)
    {
        _view = view;
        _key = key;
        _length = length;
        _sequence = sequence;
    }

    /// <summary>Whether an entry was found that no tombstone hides. Its kind may still be a delete. Inside an epoch.</summary>
    public bool TryFind(bool fillCache)
    {
        var hash = Memtable.Hash(_key, _length);
        if (FindInMemtable(_view.Active, hash))
            return Settle();
        foreach (var memtable in _view.Immutables)
        {
            if (FindInMemtable(memtable, hash))
                return Settle();
        }

        var levels = _view.Version.Levels;
        foreach (var file in levels[0])
        {
            if (file.Metadata.Covers(new ReadOnlySpan<byte>(_key, _length)) && FindInTable(file, hash, fillCache))
                return Settle();
        }

        for (var level = 1; level < Version.LevelCount; level++)
        {
            var files = levels[level];
            if (files.Length == 0)
                continue;
            var key = new ReadOnlySpan<byte>(_key, _length);
            var index = Version.Find(files, key);
            if (index < files.Length && KeyOrder.Compare(files[index].Metadata.Smallest, key) <= 0
                && FindInTable(files[index], hash, fillCache))
            {
                return Settle();
            }
        }

        return false;
    }

    private readonly bool Settle() => Format.Trailer.Sequence(Trailer) >= _tombstone;

    private bool FindInMemtable(Memtable memtable, ulong hash)
    {
        var ranges = memtable.Ranges;
        if (!ranges.IsEmpty)
            _tombstone = Math.Max(_tombstone, ranges.Covering(new ReadOnlySpan<byte>(_key, _length), _sequence));
        if (!memtable.MayContain(hash))
            return false;
        var list = memtable.List;
        var node = list.FindAtOrAfter(_key, _length, Format.Trailer.Seek(_sequence));
        if (node == 0 || list.KeyLength(node) != _length || KeyOrder.Compare(list.Key(node), _length, _key, _length) != 0)
            return false;
        Trailer = list.TrailerOf(node);
        Value = list.Value(node);
        ValueLength = list.ValueLength(node);
        Frame = null;
        return true;
    }

    private bool FindInTable(TableFile file, ulong hash, bool fillCache)
    {
        var reader = file.Reader;
        if (!reader.RangeTombstones.IsEmpty)
            _tombstone = Math.Max(_tombstone, reader.RangeTombstones.Covering(new ReadOnlySpan<byte>(_key, _length), _sequence));
        return reader.TryFind(
            _key, _length, Format.Trailer.Seek(_sequence), hash, fillCache, out Trailer, out Value, out ValueLength, out Frame);
    }
}
