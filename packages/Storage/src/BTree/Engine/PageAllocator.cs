using Gabbro.Storage.BTree.Shared;
using Gabbro.Storage.BTree.Trees;

namespace Gabbro.Storage.BTree.Engine;

/// <summary>Gives the running transaction pages and remembers how to take every step back.</summary>
/// <remarks>
/// A page may be taken again when no state that somebody can still ask for contains it: none between its birth and its
/// release is pinned by a reader or a checkpoint, and its release is visible, so that no new reader can see it either.
/// Pages born and released within the transaction itself are free at once, unless a savepoint might bring them back.
/// What the shared page table says about this transaction becomes true when its version is published; if the process dies
/// before, the next writer undoes every entry that names the transaction.
/// </remarks>
internal sealed unsafe class PageAllocator(Connection connection) : IPageWriter, IDisposable
{
    private const int HintTries = 8;
    private const int ScanBudget = 512;

    // After a sweep that found nothing, so many allocations go by before the next.
    private const int ScanPause = 2048;

    // A sweep paid if it found a page for each so many entries it read: a kilobyte of the table then buys a page.
    private const int PagesAFind = 64;

    // Large values are rarer and dearer than pages, so their search may read more.
    private const int RunScanBudget = 8192;
    private const int RunScanPause = 64;

    private const int ReapAbove = 256;
    private const int ExtensionsBetweenReaps = 64;

    private readonly PageRunList _taken = new();
    private readonly PageRunList _freed = new();
    private readonly PageRunList _reusable = new();
    private readonly ulong[] _pins = new ulong[SharedLayout.ReaderCount + 2];
    private int _pinCount;
    private int _extensions;
    private ulong _runCursor;
    private int _runPause;
    private ulong _horizon;
    private ulong _oldestPin;
    private bool _pinsKnown;
    private SharedState _shared = null!;
    private DatabaseFile _file = null!;

    public ulong Transaction { get; private set; }

    public uint Sequence { get; private set; }

    public ulong PageCount { get; private set; }

    public ulong FreePages { get; private set; }

    /// <summary>Savepoints that may still be rolled back to.</summary>
    public int Savepoints { get; set; }

    /// <summary>Whether any page changed hands.</summary>
    public bool HasChanges => _taken.Count > 0 || _freed.Count > 0;

    public (int Taken, int Freed, ulong FreePages) Mark => (_taken.Count, _freed.Count, FreePages);

    public void Begin(ulong transaction, in DatabaseVersion version, DatabaseFile file)
    {
        _shared = connection.Shared;
        _file = file;
        Transaction = transaction;
        Sequence = 0;
        Savepoints = 0;
        PageCount = version.PageCount;
        FreePages = version.FreePages;
        _pinsKnown = false;
        _taken.CutBack(0);
        _freed.CutBack(0);
        _reusable.CutBack(0);
    }

    /// <summary>Starts a new stretch in which pages made earlier must be copied before they change.</summary>
    public void NextSequence() => Sequence++;

    public ulong Allocate(uint run)
    {
        var page = run == 1 ? AllocateOne() : AllocateRun(run);
        for (uint i = 0; i < run; i++)
            _shared.PageTable[page + i] = new PageEntry { Born = Transaction };
        _taken.Add(page, run);
        KillPoint.Here();
        return page;
    }

    public void Free(ulong page, uint run)
    {
        var isOwn = _shared.PageTable[page].Born == Transaction;
        for (uint i = 0; i < run; i++)
            _shared.PageTable[page + i].Freed = Transaction;
        KillPoint.Here();
        FreePages += run;
        if (isOwn && Savepoints == 0 && run == 1)
            _reusable.Add(page, 1);
        else
            _freed.Add(page, run);
    }

    /// <summary>Undoes everything since a mark.</summary>
    public void RollBackTo((int Taken, int Freed, ulong FreePages) mark)
    {
        for (var i = mark.Freed; i < _freed.Count; i++)
        {
            for (uint p = 0; p < _freed[i].Length; p++)
                _shared.PageTable[_freed[i].Page + p].Freed = 0;
        }

        _freed.CutBack(mark.Freed);
        FreePages = mark.FreePages;
        for (var i = mark.Taken; i < _taken.Count; i++)
        {
            var run = _taken[i];
            for (uint p = 0; p < run.Length; p++)
            {
                _shared.PageTable[run.Page + p].Freed = Transaction;
                _reusable.Add(run.Page + p, 1);
            }

            FreePages += run.Length;
        }

        _taken.CutBack(mark.Taken);
        NextSequence();
    }

    /// <summary>Undoes the whole transaction.</summary>
    public void RollBack()
    {
        for (var i = 0; i < _freed.Count; i++)
        {
            for (uint p = 0; p < _freed[i].Length; p++)
            {
                if (_shared.PageTable[_freed[i].Page + p].Born != Transaction)
                    _shared.PageTable[_freed[i].Page + p].Freed = 0;
            }
        }

        for (var i = 0; i < _taken.Count; i++)
            GiveUp(_taken[i]);
        while (_reusable.TryPop(out var run))
            GiveUp(run);
        _freed.CutBack(0);
        _taken.CutBack(0);
    }

    /// <summary>Completes every page the transaction leaves behind; after this they are read-only for ever.</summary>
    public void SealPages()
    {
        for (var i = 0; i < _taken.Count; i++)
        {
            var run = _taken[i];
            ref var entry = ref _shared.PageTable[run.Page];
            if (entry.Born == Transaction && entry.Freed == 0)
                _file.Pages.Seal(run.Page, run.Length);
        }
    }

    /// <summary>Tells later writers where free pages are likely.</summary>
    public void PublishHints()
    {
        var held = Math.Max(_shared.DurableTransaction, _shared.CheckpointPin);
        for (var i = 0; i < _freed.Count; i++)
        {
            // What the last checkpoint holds stays held until the next one; the sweep finds it then.
            if (_freed[i].Length == 1 && _shared.PageTable[_freed[i].Page].Born > held)
                AddHint(_freed[i].Page);
        }

        while (_reusable.TryPop(out var run))
            AddHint(run.Page);
    }

    public void Dispose()
    {
        _taken.Dispose();
        _freed.Dispose();
        _reusable.Dispose();
    }

    private void GiveUp(PageRun run)
    {
        for (uint p = 0; p < run.Length; p++)
        {
            _shared.PageTable[run.Page + p] = new PageEntry { Freed = 1 };
            AddHint(run.Page + p);
        }
    }

    private void AddHint(ulong page)
    {
        var count = _shared.HintCount;
        if ((uint)count >= SharedLayout.HintCapacity)
            return;
        _shared.Hints[count] = page;
        _shared.HintCount = count + 1;
    }

    private ulong AllocateOne()
    {
        if (_reusable.TryPop(out var own))
        {
            FreePages--;
            return own.Page;
        }

        for (var tries = 0; tries < HintTries; tries++)
        {
            var count = _shared.HintCount;
            if ((uint)(count - 1) >= SharedLayout.HintCapacity)
                break;
            _shared.HintCount = count - 1;
            var page = _shared.Hints[count - 1];
            if (page < PageCount && page >= _file.Pages.Geometry.FirstPage && IsReusable(_shared.PageTable[page]))
            {
                FreePages--;
                return page;
            }
        }

        if (FreePages > 0 && TrySweep(out var found))
            return found;
        // Growing although much is free: perhaps a dead reader's snapshot holds it.
        if (FreePages > ReapAbove && ++_extensions % ExtensionsBetweenReaps == 0 && connection.Processes.Reap() > 0)
        {
            _pinsKnown = false;
            _shared.ScanPause = 0;
            if (TrySweep(out found))
                return found;
        }

        return Extend(1);
    }

    private ulong AllocateRun(uint run) =>
        FreePages >= run && TrySweepRun(run, out var found) ? found : Extend(run);

    // Looks for pages that a checkpoint or a reader has let go of since they were freed: a few hundred entries a call,
    // so that the whole table is swept once in a while and never at once.
    private bool TrySweep(out ulong page)
    {
        page = 0;
        if (_shared.ScanPause > 0)
        {
            _shared.ScanPause--;
            return false;
        }

        var first = _file.Pages.Geometry.FirstPage;
        var cursor = Math.Max(_shared.ScanCursor, first);
        for (var budget = ScanBudget; budget > 0 && cursor < PageCount; budget--, cursor++)
        {
            if (!IsReusable(_shared.PageTable[cursor]))
                continue;
            page = cursor;
            _shared.ScanCursor = cursor + 1;
            _shared.ScanFound++;
            FreePages--;
            return true;
        }

        if (cursor < PageCount)
        {
            _shared.ScanCursor = cursor;
            return false;
        }

        // While readers come and go most freed pages are found only here: a sweep that paid begins again at once.
        _shared.ScanPause = (ulong)_shared.ScanFound * PagesAFind >= PageCount ? 0 : ScanPause;
        _shared.ScanFound = 0;
        _shared.ScanCursor = first;
        return false;
    }

    // Neighbouring free pages for a large value, with a cursor of this process: what the sweep for single pages passes by
    // must not keep it from them, nor the other way about.
    private bool TrySweepRun(uint run, out ulong page)
    {
        page = 0;
        if (_runPause > 0)
        {
            _runPause--;
            return false;
        }

        var first = _file.Pages.Geometry.FirstPage;
        var cursor = Math.Max(_runCursor, first);
        uint length = 0;
        for (var budget = RunScanBudget + (long)run; budget > 0 && cursor < PageCount; budget--, cursor++)
        {
            length = IsReusable(_shared.PageTable[cursor]) ? length + 1 : 0;
            if (length < run)
                continue;
            page = cursor + 1 - run;
            _runCursor = cursor + 1;
            FreePages -= run;
            return true;
        }

        if (cursor >= PageCount)
        {
            _runPause = RunScanPause;
            _runCursor = first;
        }
        else
        {
            _runCursor = cursor - length;
        }

        return false;
    }

    private ulong Extend(uint run)
    {
        var page = PageCount;
        connection.EnsurePages(_file, PageCount + run);
        PageCount += run;
        return page;
    }

    private bool IsReusable(in PageEntry entry)
    {
        if (entry.Freed == 0)
            return false;
        if (!_pinsKnown)
            GatherPins();
        if (entry.Freed > _horizon)
            return false;
        if (entry.Freed <= _oldestPin)
            return true;
        for (var i = 0; i < _pinCount; i++)
        {
            if (_pins[i] >= entry.Born && _pins[i] < entry.Freed)
                return false;
        }

        return true;
    }

    // The horizon is read before the slots: a reader that is not seen here started later and sees at least the horizon.
    private void GatherPins()
    {
        _horizon = Volatile.Read(ref _shared.Visible);
        Thread.MemoryBarrier();
        _pinCount = 0;
        _pins[_pinCount++] = _shared.DurableTransaction;
        if (_shared.CheckpointPin != 0)
            _pins[_pinCount++] = _shared.CheckpointPin;
        _oldestPin = Math.Min(_horizon, _pins[0]);
        var used = Math.Min(Volatile.Read(ref _shared.ReaderSlotsUsed), SharedLayout.ReaderCount);
        for (var i = 0; i < used; i++)
        {
            var snapshot = Volatile.Read(ref *_shared.Snapshot(i));
            if (snapshot == 0)
                continue;
            if (snapshot < _oldestPin)
                _oldestPin = snapshot;
            if (snapshot != _pins[_pinCount - 1])
                _pins[_pinCount++] = snapshot;
        }

        // Announcements in memory that was lost are not seen here.
        connection.ThrowIfLost();
        _pinsKnown = true;
    }
}
