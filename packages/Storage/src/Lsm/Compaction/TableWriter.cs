using Gabbro.Storage.FileSystem;
using Gabbro.Storage.Lsm.Engine;
using Gabbro.Storage.Lsm.Format;
using Gabbro.Storage.Lsm.Memtables;
using Gabbro.Storage.Lsm.Tables;
using Gabbro.Storage.Lsm.Versions;

namespace Gabbro.Storage.Lsm.Compaction;

/// <summary>Writes a stream of entries and range tombstones into one or more tables, each within a size and whole keys.</summary>
internal sealed unsafe class TableWriter(DatabaseCore core, FamilyCore family, bool bottom, long targetSize) : IDisposable
{
    private readonly List<ulong> _numbers = [];
    private readonly List<TableMetadata> _tables = [];
    private TableBuilder? _builder;
    private byte[]? _boundary;

    public IReadOnlyList<TableMetadata> Tables => _tables;

    public long BytesWritten => _tables.Sum(t => t.Size);

    /// <summary>Writes everything. On failure the files so far are deleted.</summary>
    /// <param name="entries">The entries; started.</param>
    /// <param name="tombstones">Range tombstones that must live on, sorted by begin.</param>
    /// <param name="low">Where the tombstones are to be cut off below, or null.</param>
    /// <param name="high">Where entries end and tombstones are cut off above, or null.</param>
    /// <param name="cancelled">Asked now and then whether to give up.</param>
    public void Write(EntryStream entries, IReadOnlyList<RangeTombstone> tombstones, byte[]? low, byte[]? high, Func<bool> cancelled)
    {
        _boundary = low;
        try
        {
            byte[]? last = null;
            var count = 0;
            for (; entries.Valid; entries.Next())
            {
                if (high is not null && KeyOrder.Compare(entries.KeySpan, high) >= 0)
                    break;
                if ((++count & 0xFFF) == 0 && cancelled())
                    throw new OperationCanceledException("the database is closing");
                if (_builder is not null && _builder.Size >= targetSize)
                {
                    last ??= entries.KeySpan.ToArray();
                    if (!entries.KeySpan.SequenceEqual(last))
                    {
                        FinishTable(tombstones, entries.KeySpan.ToArray());
                        last = null;
                    }
                }

                _builder ??= NewBuilder();
                _builder.Add(entries.Key, entries.KeyLength, entries.Trailer, entries.Value, entries.ValueLength);
            }

            FinishTable(tombstones, high);
            if (core.Options.Paranoid)
                VerifyTables();
        }
        catch
        {
            Abandon();
            throw;
        }
    }

    /// <summary>Deletes what was written.</summary>
    public void Abandon()
    {
        _builder?.Dispose();
        _builder = null;
        foreach (var number in _numbers)
            core.Tables.Delete(number);
        _numbers.Clear();
    }

    public void Dispose() => _builder?.Dispose();

    private TableBuilder NewBuilder()
    {
        var number = core.NewFileNumber();
        var path = FileNames.Table(core.Directory, number);
        // A file of this number is the rest of a crash before anything named it.
        if (core.System.FileExists(path))
            core.System.Delete(path);
        var file = core.System.Open(path, StorageFileMode.CreateNew);
        _numbers.Add(number);
        return new TableBuilder(file, number, core.BuilderOptions(family.Options, bottom));
    }

    // Ends the table before the key `end`; tombstones are cut there, and go on in the next table.
    private void FinishTable(IReadOnlyList<RangeTombstone> tombstones, byte[]? end)
    {
        foreach (var tombstone in tombstones)
        {
            if (Clip(tombstone, _boundary, end) is { } part)
                (_builder ??= NewBuilder()).Add(part);
        }

        _boundary = end;
        if (_builder is null)
            return;
        _tables.Add(_builder.Finish());
        _builder.Dispose();
        _builder = null;
    }

    private static RangeTombstone? Clip(RangeTombstone tombstone, byte[]? low, byte[]? high)
    {
        var begin = low is not null && KeyOrder.Compare(tombstone.Begin, low) < 0 ? low : tombstone.Begin;
        var end = high is not null && KeyOrder.Compare(tombstone.End, high) > 0 ? high : tombstone.End;
        return KeyOrder.Compare(begin, end) < 0 ? tombstone with { Begin = begin, End = end } : null;
    }

    private void VerifyTables()
    {
        foreach (var table in _tables)
        {
            using var reader = core.Tables.Open(table);
            reader.Verify();
        }
    }
}
