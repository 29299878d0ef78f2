using Gabbro.Storage.BTree.Pages;
using Gabbro.Storage.BTree.Shared;
using Gabbro.Storage.BTree.Trees;

namespace Gabbro.Storage.BTree.Engine;

/// <summary>Sync on demand, compact copies, vacuum.</summary>
/// <remarks>
/// Vacuum writes the newest version as compactly as it goes into a new file, syncs it, and renames it over the old one.
/// Readers of old snapshots keep the old file, which the system removes when the last of them is gone; every process moves
/// to the new one when it first meets a version of the new generation. Log positions go on, so the log fits both: a crash
/// at any point finds a file under the name that is whole and from whose checkpoint the log continues.
/// </remarks>
internal sealed unsafe partial class Connection
{
    /// <summary>Where the log of the newest visible version ends.</summary>
    public ulong VisibleLogEnd
    {
        get
        {
            DatabaseVersion version;
            while (!Shared.TryReadVersion(Volatile.Read(ref Shared.Visible), out version))
                Thread.SpinWait(1);
            return version.LogEnd;
        }
    }

    /// <summary>Makes everything applied so far durable.</summary>
    public void Flush()
    {
        ThrowIfPoisoned();
        DatabaseVersion version;
        while (!Shared.TryReadVersion(Volatile.Read(ref Shared.Applied), out version))
            Thread.SpinWait(1);
        Sync.WaitFor(version.LogEnd, version.Transaction);
    }

    /// <summary>As <see cref="Flush"/>, without blocking the caller.</summary>
    public ValueTask FlushAsync()
    {
        ThrowIfPoisoned();
        DatabaseVersion version;
        while (!Shared.TryReadVersion(Volatile.Read(ref Shared.Applied), out version))
            Thread.SpinWait(1);
        return AsyncCommits.Wait(version.LogEnd, version.Transaction);
    }

    /// <summary>Writes a snapshot as a database of its own, compact and closed cleanly.</summary>
    public void CopyTo(in DatabaseVersion version, PageSpace pages, string path)
    {
        var meta = NewFileMeta(version, generation: 1, sequence: 1);
        meta.Flags = MetaRecord.CleanFlag;
        meta.Salt = NewSalt();
        meta.Version.LogChain = 0;
        var temporary = path + "-new";
        if (_system.FileExists(path))
            throw new StorageException(StorageErrorKind.AlreadyExists, $"back up to {path}: there is a file already", path);
        try
        {
            using (var file = DatabaseFile.Create(_system, temporary, meta, _options.MapCapacity))
                BuildCopy(version, pages, file, ref meta);
            _system.Rename(temporary, path);
        }
        catch
        {
            if (_system.FileExists(temporary))
                _system.Delete(temporary);
            throw;
        }

        _system.SyncDirectory(global::System.IO.Path.GetDirectoryName(path)!);
    }

    /// <summary>Replaces the file by a compact one.</summary>
    public void Vacuum()
    {
        ThrowIfPoisoned();
        if (!WriterLock.Acquire(_options.LockTimeout, out var writerDied))
            throw new StorageException(StorageErrorKind.Busy, $"vacuum {Path}: {Processes.Describe(WriterLock.CurrentOwner)} is writing", Path);
        try
        {
            if (!CheckpointLock.Acquire(_options.LockTimeout, out var checkpointerDied))
                throw new StorageException(StorageErrorKind.Busy, $"vacuum {Path}: a checkpoint is under way for too long", Path);
            try
            {
                if (writerDied || checkpointerDied)
                    RepairUnsynchronized();
                VacuumUnsynchronized();
            }
            finally
            {
                CheckpointLock.Release();
            }
        }
        finally
        {
            WriterLock.Release();
        }
    }

    private void VacuumUnsynchronized()
    {
        var version = *Shared.Version(Shared.Applied);
        var old = FileOf(version.Generation) ?? throw new CorruptionException(Path, 24, "the file was replaced from outside");
        EnsureLogReadyUnsynchronized(version);
        var transaction = ++Shared.LastTransaction;
        var meta = NewFileMeta(version, version.Generation + 1, Shared.MetaSequence + 1);
        meta.Version.Transaction = transaction;
        var temporary = Path + "-new";
        var file = DatabaseFile.Create(_system, temporary, meta, _options.MapCapacity);
        try
        {
            BuildCopy(version, old.Pages, file, ref meta);
            // Before the name moves: once it has, recovery starts from the new file.
            file.Handle.TryLock(LockBytes.Membership, 1, exclusive: false);
            EnsureTable(meta.Version.PageCount);
        }
        catch
        {
            file.Dispose();
            _system.Delete(temporary);
            throw;
        }

        KillPoint.Here();
        _system.Rename(temporary, Path);
        KillPoint.Here();
        _system.SyncDirectory(global::System.IO.Path.GetDirectoryName(Path)!);
        file.Dispose();
        KillPoint.Here();
        lock (_files)
        {
            var opened = DatabaseFile.Open(_system, Path, writable: true, _options.MapCapacity, out _);
            opened.Handle.TryLock(LockBytes.Membership, 1, exclusive: false);
            SwitchToUnsynchronized(opened);
        }

        AdoptVersion(meta);
        if (SharedState.Raise(ref Shared.SyncedTo, meta.Version.LogEnd))
            Log.SetSynced(meta.Version.LogEnd);
    }

    private MetaRecord NewFileMeta(in DatabaseVersion version, ulong generation, ulong sequence)
    {
        var meta = new MetaRecord
        {
            PageSize = (uint)File.Pages.Geometry.PageSize,
            Salt = File.Pages.Salt,
            Generation = generation,
            Sequence = sequence,
            Version = version,
        };
        meta.Version.Generation = generation;
        meta.Version.FreeList = 0;
        meta.Version.FreeListRun = 0;
        meta.Version.FreePages = 0;
        return meta;
    }

    private static ulong NewSalt() =>
        BitConverter.ToUInt64(global::System.Security.Cryptography.RandomNumberGenerator.GetBytes(8));

    // Copies all trees and makes the new file durable with its final meta record.
    private static void BuildCopy(in DatabaseVersion version, PageSpace source, DatabaseFile target, ref MetaRecord meta)
    {
        var writer = new SequentialPages(target, meta.Version.Transaction);
        meta.Version.Main = CopyTree(source, version.Main, target, writer);
        meta.Version.Catalog = CopyCatalog(source, version.Catalog, target, writer);
        meta.Version.PageCount = writer.PageCount;
        target.Trim(writer.PageCount);
        target.Handle.Sync();
        target.WriteMeta(0, meta);
        target.WriteMeta(1, meta);
        target.Handle.Sync();
    }

    private static TreeRoot CopyTree(PageSpace source, in TreeRoot root, DatabaseFile target, SequentialPages writer)
    {
        using var builder = new TreeBuilder(target.Pages, writer);
        var cursor = new TreeCursor(source, root);
        for (var valid = cursor.SeekFirst(); valid; valid = cursor.Next())
            builder.Add(cursor.Key, cursor.Value);
        return builder.Finish();
    }

    private static TreeRoot CopyCatalog(PageSpace source, in TreeRoot root, DatabaseFile target, SequentialPages writer)
    {
        using var builder = new TreeBuilder(target.Pages, writer);
        var cursor = new TreeCursor(source, root);
        for (var valid = cursor.SeekFirst(); valid; valid = cursor.Next())
        {
            var entry = global::System.Runtime.InteropServices.MemoryMarshal.Read<CatalogEntry>(cursor.Value);
            entry.Root = CopyTree(source, entry.Root, target, writer);
            builder.Add(cursor.Key, global::System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<CatalogEntry>(in entry)));
        }

        return builder.Finish();
    }
}
