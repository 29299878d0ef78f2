using System.Runtime.InteropServices;
using Gabbro.Storage.BTree.Pages;
using Gabbro.Storage.FileSystem;

namespace Gabbro.Storage.BTree;

/// <summary>One incarnation of the database file, open and mapped.</summary>
internal sealed unsafe class DatabaseFile : IDisposable
{
    // Growth in steps of an eighth, at least 64 KiB and at most 64 MiB: few calls, and little space ahead of the data.
    private const long MinimumGrowth = 64 * 1024;
    private const long MaximumGrowth = 64 * 1024 * 1024;

    private readonly IStorageFile _file;
    private readonly IStorageMapping _mapping;
    private long _allocated;

    private DatabaseFile(IStorageFile file, IStorageMapping mapping, in MetaRecord meta, bool writable)
    {
        _file = file;
        _mapping = mapping;
        _allocated = file.Length;
        Generation = meta.Generation;
        IsWritable = writable;
        Pages = new PageSpace(
            file.Path, mapping.Address, mapping.Length, () => _file.Length, new PageGeometry((int)meta.PageSize), meta.Salt,
            mapping.FaultCounter);
    }

    public ulong Generation { get; }

    public bool IsWritable { get; }

    public PageSpace Pages { get; }

    public string Path => _file.Path;

    public long Length => _file.Length;

    public IStorageFile Handle => _file;

    /// <summary>Opens and maps a file that is a database; its newest intact meta record is given back.</summary>
    /// <exception cref="StorageException">It is no database, too new, or the system refused.</exception>
    /// <exception cref="CorruptionException">Both meta records are damaged.</exception>
    public static DatabaseFile Open(
        IStorageFileSystem system, string path, bool writable, long mapCapacity, out MetaRecord meta)
    {
        var file = system.Open(path, writable ? StorageFileMode.ReadWrite : StorageFileMode.Read);
        try
        {
            meta = ReadNewestMeta(file, out _);
            var capacity = Math.Max(mapCapacity, checked(file.Length * 2));
            return new DatabaseFile(file, file.MapGrowing(capacity, writable), meta, writable);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Makes an empty file of a new database or incarnation with the meta record in both places; not yet durable.</summary>
    public static DatabaseFile Create(IStorageFileSystem system, string path, in MetaRecord meta, long mapCapacity)
    {
        var file = system.Open(path, StorageFileMode.OpenOrCreate);
        try
        {
            file.SetLength(0);
            file.Preallocate(Math.Max(PageGeometry.MetaRegion, (long)meta.PageSize));
            var created = new DatabaseFile(file, file.MapGrowing(mapCapacity, writable: true), meta, writable: true);
            created.WriteMeta(0, meta);
            created.WriteMeta(1, meta);
            return created;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The newest intact meta record and which of the two it is.</summary>
    public MetaRecord ReadNewestMeta(out int slot) => ReadNewestMeta(_file, out slot);

    /// <summary>Stores a meta record in one of the two places; durable after the next <see cref="Sync"/>.</summary>
    public void WriteMeta(int slot, MetaRecord meta)
    {
        meta.Magic = MetaRecord.FileMagic;
        meta.Format = MetaRecord.CurrentFormat;
        meta.Checksum = meta.ComputeChecksum();
        *(MetaRecord*)(_mapping.Address + (slot * MetaRecord.SlotDistance)) = meta;
    }

    /// <summary>Makes sure that pages below a number can be stored without running out of disk.</summary>
    /// <exception cref="StorageException">They cannot, or the address space is used up.</exception>
    public void EnsurePages(ulong count)
    {
        var needed = (long)count << Pages.Shift;
        if (needed <= _allocated)
            return;
        _allocated = _file.Length;
        if (needed <= _allocated)
            return;
        if (needed > _mapping.Length)
        {
            throw new StorageException(
                StorageErrorKind.NoSpace,
                $"grow {Path}: {needed} bytes are more than the {_mapping.Length} this process mapped; reopen it",
                Path);
        }

        var step = Math.Clamp(_allocated / 8, MinimumGrowth, MaximumGrowth);
        var target = Math.Min(Math.Max(needed, _allocated + step), _mapping.Length);
        try
        {
            _file.Preallocate(target);
        }
        catch (StorageException e) when (e.Kind == StorageErrorKind.NoSpace && target > needed)
        {
            // The step does not fit any more; what is needed still may.
            target = needed;
            _file.Preallocate(target);
        }

        _allocated = target;
    }

    /// <summary>Cuts the file behind its last page; only while nobody else has it open.</summary>
    public void Trim(ulong pageCount)
    {
        var length = Math.Max((long)pageCount << Pages.Shift, PageGeometry.MetaRegion);
        if (length < _file.Length)
            _file.SetLength(length);
        _allocated = _file.Length;
    }

    public void Sync() => _file.SyncData();

    public void Dispose()
    {
        Pages.Dispose();
        _mapping.Dispose();
        _file.Dispose();
    }

    internal static MetaRecord ReadNewestMeta(IStorageFile file, out int slot)
    {
        var first = ReadMeta(file, 0, out var firstLength);
        var second = ReadMeta(file, 1, out _);
        if (first.IsIntact || second.IsIntact)
        {
            slot = first.IsIntact && (!second.IsIntact || first.Sequence >= second.Sequence) ? 0 : 1;
            return slot == 0 ? first : second;
        }

        var path = file.Path;
        if (firstLength == 0)
            throw new StorageException(StorageErrorKind.NotSupported, $"open {path}: the file is empty, not a Gabbro database", path);
        if (first.Magic != MetaRecord.FileMagic && second.Magic != MetaRecord.FileMagic)
            throw new StorageException(StorageErrorKind.NotSupported, $"open {path}: the file is not a Gabbro database", path);
        var newer = first.Magic == MetaRecord.FileMagic ? first : second;
        if (newer.Format > MetaRecord.CurrentFormat && newer.Format < 1000)
        {
            throw new StorageException(
                StorageErrorKind.NotSupported,
                $"open {path}: format {newer.Format} is newer than {MetaRecord.CurrentFormat}, the newest this library knows",
                path);
        }

        throw new CorruptionException(path, 0, "both meta records are damaged");
    }

    private static MetaRecord ReadMeta(IStorageFile file, int slot, out int length)
    {
        var meta = default(MetaRecord);
        length = file.Read(slot * MetaRecord.SlotDistance, MemoryMarshal.AsBytes(new Span<MetaRecord>(ref meta)));
        return length == MetaRecord.Size ? meta : (length >= 16 ? meta : default);
    }
}
