using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gabbro.Storage.BTree.Pages;

/// <summary>Pages of one file in memory: finds a page by number and proves it sound the first time it is met.</summary>
/// <remarks>
/// A page once proven is not proven again by this opening of the file: it stays in memory or is read back from where it
/// was proven. Pages this process writes are marked proven as they are made. Safe from any thread.
/// </remarks>
internal sealed unsafe class PageSpace : IDisposable
{
    private const int SystemPage = 4096;

    private readonly Func<long> _fileLength;
    private readonly ulong* _proven;
    private readonly ulong _capacity;
    private readonly long* _faults;
    private ulong _limit;
    private bool _disposed;

    /// <param name="path">Names the file in errors.</param>
    /// <param name="address">Where byte 0 of the file is mapped.</param>
    /// <param name="capacity">Bytes of address space that the file may grow into.</param>
    /// <param name="fileLength">Asks for the file's length now.</param>
    /// <param name="geometry">The page size and what follows from it.</param>
    /// <param name="salt">The file's salt.</param>
    /// <param name="faults">Counts pages that were lost by truncation of the file; null where nothing counts them.</param>
    public PageSpace(
        string path, byte* address, long capacity, Func<long> fileLength, in PageGeometry geometry, ulong salt, long* faults = null)
    {
        Path = path;
        Address = address;
        Geometry = geometry;
        Shift = geometry.Shift;
        Salt = salt;
        _fileLength = fileLength;
        _capacity = (ulong)capacity >> geometry.Shift;
        // One bit a page, and at the end a word that stays zero for mappings without a counter.
        _proven = (ulong*)NativeMemory.AllocZeroed((nuint)((_capacity / 64) + 2), sizeof(ulong));
        _faults = faults != null ? faults : (long*)(_proven + (_capacity / 64) + 1);
        _limit = (ulong)fileLength() >> geometry.Shift;
    }

    public string Path { get; }

    public byte* Address { get; }

    public PageGeometry Geometry { get; }

    public int Shift { get; }

    public ulong Salt { get; }

    /// <summary>Pages the address space has room for.</summary>
    public ulong Capacity => _capacity;

    /// <summary>How many times a page was looked up; counted only while <see cref="CountLookups"/> is set.</summary>
    public long Lookups { get; private set; }

    /// <summary>Whether <see cref="Lookups"/> counts (a test of search cost sets it).</summary>
    public bool CountLookups { get; set; }

    /// <summary>The bytes of a page that needs no proof, for a writer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* Raw(ulong page) => Address + (page << Shift);

    /// <summary>A proven leaf or branch.</summary>
    /// <exception cref="CorruptionException">The page is damaged.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* Node(ulong page)
    {
        if (page >= _limit || (_proven[page >> 6] & (1UL << (int)page)) == 0 || CountLookups)
            Prove(page, isNode: true);
        return Address + (page << Shift);
    }

    /// <summary>A proven run of overflow or free-list pages; the header gives its length.</summary>
    /// <exception cref="CorruptionException">The run is damaged.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* Run(ulong page, PageKind kind)
    {
        if (page >= _limit || (_proven[page >> 6] & (1UL << (int)page)) == 0)
            Prove(page, isNode: false);
        var address = Address + (page << Shift);
        if (((PageHeader*)address)->Kind != kind)
            throw Damaged(page, $"a page of kind {kind}, found {(byte)((PageHeader*)address)->Kind}");
        return address;
    }

    /// <summary>
    /// Looks whether the file was truncated under the mapping. Called after bytes were read from pages already proven and
    /// before anybody acts on them: such pages turn into zeros instead of ending the process.
    /// </summary>
    /// <exception cref="CorruptionException">It was.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ThrowIfLost()
    {
        if (Volatile.Read(ref *_faults) != 0)
            ThrowLost();
    }

    /// <summary>Whether the file was truncated under the mapping.</summary>
    public bool IsLost => Volatile.Read(ref *_faults) != 0;

    /// <summary>Touches all pages of a range, so that <see cref="ThrowIfLost"/> speaks for each of them.</summary>
    public static void Touch(byte* address, long length)
    {
        for (long offset = 0; offset < length; offset += SystemPage)
            Volatile.Read(ref address[offset]);
        if (length > 0)
            Volatile.Read(ref address[length - 1]);
    }

    /// <summary>Declares a page that this process has just written to be sound.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MarkProven(ulong page)
    {
        if (page >= _limit)
            RefreshLimit();
        if ((Volatile.Read(ref _proven[page >> 6]) & (1UL << (int)page)) == 0)
            Interlocked.Or(ref _proven[page >> 6], 1UL << (int)page);
    }

    /// <summary>Asks for proof again at the next look, for an integrity check.</summary>
    public void ForgetProofs() => new Span<ulong>(_proven, (int)((_limit / 64) + 1)).Clear();

    /// <summary>Completes a page or run: after this its bytes must not change.</summary>
    public void Seal(ulong page, uint run)
    {
        var address = Raw(page);
        ((PageHeader*)address)->Checksum = PageChecksum.Compute(address, (long)run << Shift, Salt, page);
        MarkProven(page);
    }

    /// <summary>The error for damage in a page.</summary>
    public CorruptionException Damaged(ulong page, string expectation) =>
        IsLost ? Lost() : new(Path, (long)(page << Shift), $"page {page}: expected {expectation}");

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        NativeMemory.Free(_proven);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ThrowLost() => throw Lost();

    private CorruptionException Lost() =>
        new(Path, _fileLength(), "the file was cut short here while it was open; close the database and restore the file");

    private void RefreshLimit() => _limit = Math.Min((ulong)_fileLength() >> Shift, _capacity);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Prove(ulong page, bool isNode)
    {
        if (CountLookups)
            Lookups++;
        if (page >= _limit)
            RefreshLimit();
        if (page >= _limit || page < Geometry.FirstPage)
            throw Damaged(page, $"a page from {Geometry.FirstPage} to below {_limit}, the pages the file holds");
        if ((Volatile.Read(ref _proven[page >> 6]) & (1UL << (int)page)) != 0)
            return;
        var address = Raw(page);
        var header = (PageHeader*)address;
        uint run = 1;
        if (header->Kind is PageKind.Overflow or PageKind.FreeList)
        {
            run = header->Sequence;
            // The file may have grown since its length was last asked for, even within this run.
            if (page + run > _limit)
                RefreshLimit();
            if (run == 0 || page + run > _limit || ((long)run << Shift) < PageHeader.Size + (long)header->PayloadLength)
                throw Damaged(page, $"a run that fits the file, found {run} pages");
        }

        if (header->Checksum != PageChecksum.Compute(address, (long)run << Shift, Salt, page))
            throw Damaged(page, $"checksum {header->Checksum:x16}, which its bytes do not have");
        if (header->Number != page)
            throw Damaged(page, $"its own number, found {header->Number}");
        if (isNode && NodeValidator.FindFault(address, Geometry) is { } fault)
            throw Damaged(page, fault);
        Interlocked.Or(ref _proven[page >> 6], 1UL << (int)page);
    }
}
