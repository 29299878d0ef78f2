using System.Runtime.InteropServices;
using Gabbro.Storage.BTree.Engine;
using Gabbro.Storage.BTree.Pages;
using Gabbro.Storage.BTree.Shared;
using Gabbro.Storage.BTree.Trees;

namespace Gabbro.Storage.BTree;

/// <summary>Looking after a database: statistics, checks, copies, compaction.</summary>
public sealed unsafe partial class BTreeDatabase
{
    /// <summary>Counts what the newest version holds. Reads every page of it: O(n), waits for nobody.</summary>
    /// <exception cref="CorruptionException">A page is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public BTreeStatistics GetStatistics()
    {
        using var read = BeginRead();
        var seat = read.RequireSeat();
        var version = seat.Version;
        var checker = new TreeChecker(seat.Pages, static (_, _) => { });
        checker.Check(version.Main);
        checker.Check(version.Catalog);
        long named = 0;
        var trees = 0;
        var indexes = 0;
        var cursor = new TreeCursor(seat.Pages, version.Catalog);
        for (var valid = cursor.SeekFirst(); valid; valid = cursor.Next())
        {
            var root = MemoryMarshal.Read<CatalogEntry>(cursor.Value).Root;
            checker.Check(root);
            named += (long)root.Records;
            if (cursor.Key[0] != 0)
                trees++;
            else if (!cursor.Key.SequenceEqual(FollowerTree))
                indexes++;
        }

        var shared = _connection.Shared;
        var pageSize = (ulong)PageSize;
        var nodeBytes = (checker.LeafPages + checker.BranchPages) * (ulong)seat.Pages.Geometry.Usable;
        CountReaders(shared, version.Transaction, out var readers, out var age);
        return new BTreeStatistics
        {
            Version = version.Transaction,
            Records = (long)version.Main.Records,
            NamedRecords = named,
            NamedTrees = trees,
            Indexes = indexes,
            Depth = (int)version.Main.Depth,
            PageSize = PageSize,
            FileBytes = seat.File.Length,
            Pages = (long)version.PageCount,
            LeafPages = (long)checker.LeafPages,
            BranchPages = (long)checker.BranchPages,
            OverflowPages = (long)checker.OverflowPages,
            FreePages = (long)version.FreePages,
            FillFactor = nodeBytes == 0 ? 0 : (double)checker.UsedBytes / nodeBytes,
            DataBytes = (long)checker.DataBytes,
            FreeBytes = (long)((version.FreePages * pageSize) + nodeBytes - checker.UsedBytes),
            LogBytes = shared.LogReady == 0 ? 0 : (long)_connection.LogInUse,
            Readers = readers - 1,
            Connections = CountConnections(shared),
            OldestSnapshotAge = age,
            WriterContentions = (long)shared.WriterContentions,
            Deadlocks = (long)shared.Deadlocks,
        };
    }

    /// <summary>
    /// Checks everything: every page's checksum, the order of all keys, the fences, counts and depths, and that each page
    /// is used once or free. Reads the whole file; writers wait meanwhile, readers do not.
    /// </summary>
    /// <exception cref="StorageException">The turn to write did not come in time (not for a read-only database).</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public IntegrityReport Check()
    {
        _connection.ThrowIfDisposed();
        if (!_connection.IsWritable)
            return CheckVersion(isAlone: false);
        if (!_connection.WriterLock.Acquire(Options.LockTimeout, out var ownerDied))
            throw new StorageException(StorageErrorKind.Busy, $"check {Path}: another process is writing", Path);
        try
        {
            if (ownerDied)
                _connection.RepairUnsynchronized();
            return CheckVersion(isAlone: true);
        }
        finally
        {
            _connection.WriterLock.Release();
        }
    }

    /// <summary>Copies the newest version into a new file, compact and ready to be opened, while others read and write.</summary>
    /// <param name="path">The new file; there must be none of that name.</param>
    /// <exception cref="StorageException">There is such a file, or the system refused.</exception>
    /// <exception cref="CorruptionException">A page is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public void BackUp(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var read = BeginRead();
        var seat = read.RequireSeat();
        _connection.CopyTo(seat.Version, seat.Pages, System.IO.Path.GetFullPath(path));
    }

    /// <summary>
    /// Rewrites the file without free space and swaps it in under its name. Writers wait meanwhile; readers go on, also on
    /// older snapshots, for which the system keeps the old file until they end. Needs room for both files.
    /// </summary>
    /// <exception cref="StorageException">The database is read-only, a writer held on for too long, or the disk is full;
    /// then the file is as it was.</exception>
    /// <exception cref="CorruptionException">A page is damaged; the file is as it was.</exception>
    /// <exception cref="ObjectDisposedException">The database is closed.</exception>
    public void Vacuum()
    {
        _connection.ThrowIfDisposed();
        if (!_connection.IsWritable)
            throw new StorageException(StorageErrorKind.ReadOnly, $"vacuum {Path}: it was opened for reading", Path);
        _connection.Vacuum();
    }

    private IntegrityReport CheckVersion(bool isAlone)
    {
        using var read = BeginRead();
        var seat = read.RequireSeat();
        var shared = _connection.Shared;
        var version = seat.Version;
        var pages = seat.Pages;
        if (isAlone && (!shared.TryReadVersion(shared.Applied, out version) || version.Generation != seat.Version.Generation))
            version = seat.Version;
        pages.ForgetProofs();
        var faults = new List<string>();
        var seen = new HashSet<ulong>();
        CorruptionException? damage = null;
        var checker = new TreeChecker(pages, Visit);
        try
        {
            checker.Check(version.Main);
            checker.Check(version.Catalog);
            var cursor = new TreeCursor(pages, version.Catalog);
            for (var valid = cursor.SeekFirst(); valid; valid = cursor.Next())
                checker.Check(MemoryMarshal.Read<CatalogEntry>(cursor.Value).Root);
            if (version.FreeList != 0)
            {
                FreeListPages.Read(pages, version.FreeList);
                Visit(version.FreeList, version.FreeListRun);
            }
        }
        catch (CorruptionException e)
        {
            damage = e;
            faults.Add(e.Message);
        }

        var lost = 0L;
        if (isAlone && damage == null && version.Transaction == shared.Applied)
        {
            for (var page = pages.Geometry.FirstPage; page < version.PageCount; page++)
            {
                var isFree = shared.PageTable[page].Freed != 0;
                if (isFree && seen.Contains(page))
                    faults.Add($"page {page} is in use and listed as free");
                else if (!isFree && !seen.Contains(page))
                    lost++;
            }
        }

        return new IntegrityReport
        {
            Faults = faults,
            Damage = damage,
            PagesChecked = seen.Count,
            RecordsChecked = (long)checker.Records,
            LostPages = lost,
        };

        void Visit(ulong page, uint run)
        {
            for (uint i = 0; i < run; i++)
            {
                if (page + i >= version.PageCount)
                    throw pages.Damaged(page, $"a page below {version.PageCount}");
                if (!seen.Add(page + i))
                    throw pages.Damaged(page + i, "a single use of the page, found two");
            }
        }
    }

    private static void CountReaders(SharedState shared, ulong newest, out int readers, out long age)
    {
        readers = 0;
        var oldest = newest;
        var used = Math.Min(Volatile.Read(ref shared.ReaderSlotsUsed), SharedLayout.ReaderCount);
        for (var i = 0; i < used; i++)
        {
            var snapshot = Volatile.Read(ref *shared.Snapshot(i));
            if (snapshot == 0)
                continue;
            readers++;
            oldest = Math.Min(oldest, snapshot);
        }

        age = (long)(newest - oldest);
    }

    private static int CountConnections(SharedState shared)
    {
        var count = 0;
        for (var slot = 0; slot < SharedLayout.ProcessCount; slot++)
        {
            if (Volatile.Read(ref shared.ProcessId(slot)) != 0)
                count++;
        }

        return count;
    }
}
