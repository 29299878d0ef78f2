using Gabbro.Storage.FileSystem;
using Gabbro.Storage.Lsm.Caching;
using Gabbro.Storage.Lsm.Tables;

namespace Gabbro.Storage.Lsm.Versions;

/// <summary>A table that some version names; opened on first use, closed (and deleted if obsolete) with its last version.</summary>
internal sealed class TableFile(TableMetadata metadata, TableSource source) : IDisposable
{
    private readonly Lock _lock = new();
    private TableReader? _reader;
    private int _references;

    public TableMetadata Metadata => metadata;

    /// <summary>Whether a running compaction reads it; guarded by the core's state lock.</summary>
    public bool IsCompacting { get; set; }

    /// <summary>Whether the file is to be deleted with the last reference.</summary>
    public bool IsObsolete { get; set; }

    public TableReader Reader => Volatile.Read(ref _reader) ?? Open();

    public void AddReference() => Interlocked.Increment(ref _references);

    /// <summary>Gives back one reference.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _references) != 0)
            return;
        _reader?.Dispose();
        if (IsObsolete)
            source.Delete(metadata.Number);
    }

    private TableReader Open()
    {
        lock (_lock)
        {
            if (_reader is { } present)
                return present;
            var reader = source.Open(metadata);
            Volatile.Write(ref _reader, reader);
            return reader;
        }
    }
}
