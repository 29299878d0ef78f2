using System.Runtime.CompilerServices;

namespace Gabbro.Alloc.Core;

/// <summary>
/// From any address to the <see cref="Page"/> of its 16 KiB slice: two loads. One map serves every heap of the process,
/// so a pointer of another heap, or of no heap, is recognised.
/// </summary>
/// <remarks>
/// 47 bits of address: a root of 2^17 pointers (1 MiB, one touched page a 512 GiB) to leaves of 2^16 (512 KiB for each
/// GiB of address space in use, of which only what is written becomes resident). Leaves are never freed.
/// </remarks>
internal static unsafe class PageMap
{
    private const int LeafShift = 30;
    private const nuint LeafEntries = 1u << (LeafShift - Region.SliceShift);
    private const nuint RootEntries = 1u << (47 - LeafShift);

    private static Page*** s_root;
    // Changed through its address.
#pragma warning disable IDE0044
    private static int s_lock;
#pragma warning restore IDE0044
    private static nuint s_bytes;

    /// <summary>What addresses of no heap map to: null, or a page of no class, see <see cref="CoverAll"/>.</summary>
    private static Page* s_nowhere;
    private static Page** s_everywhere;

    /// <summary>Bytes the map itself has taken; shared by all heaps of the process.</summary>
    internal static nuint Bytes => s_bytes;

    internal static int* Lock
    {
        get
        {
            fixed (int* word = &s_lock) return word;
        }
    }

    /// <summary>The page at an address inside memory of some heap. Any other address may fault.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Page* Of(void* address) =>
        s_root[(nuint)address >> LeafShift][((nuint)address >> Region.SliceShift) & (LeafEntries - 1)];

    /// <summary>
    /// Gives address 0 a page of its own, of no class, so that freeing null takes the slow path like a large block and
    /// the fast path need not ask. For an embedder whose callers free null.
    /// </summary>
    internal static bool CoverNull(Page* page)
    {
        if (!Cover(null, Region.SliceBytes)) return false;
        page->Class = SizeClass.None;
        Set(null, page);
        return true;
    }

    /// <summary>
    /// Gives every address of no heap a page of no class, so that freeing any pointer whatever reaches the slow path
    /// instead of faulting. Costs 1.5 MiB; for a process under diagnosis.
    /// </summary>
    internal static void CoverAll(Page* page)
    {
        FutexLock.Acquire(Lock);
        Page** leaf = (Page**)Take(LeafEntries * (nuint)sizeof(void*));
        if (leaf != null && s_root != null)
        {
            page->Class = SizeClass.None;
            page->Kind = PageKind.Nowhere;
            s_nowhere = page;
            for (nuint i = 0; i < LeafEntries; i++) leaf[i] = page;
            for (nuint i = 0; i < RootEntries; i++)
            {
                if (s_root[i] == null) s_root[i] = leaf;
                else FillGaps(s_root[i]);
            }
            s_everywhere = leaf;
        }
        FutexLock.Release(Lock);
    }

    private static void FillGaps(Page** leaf)
    {
        for (nuint i = 0; i < LeafEntries; i++)
        {
            if (leaf[i] == null) leaf[i] = s_nowhere;
        }
    }

    /// <summary>The page at any address, or null when no heap owns it.</summary>
    internal static Page* Find(void* address)
    {
        nuint root = (nuint)address >> LeafShift;
        if (root >= RootEntries || s_root == null) return null;
        Page** leaf = s_root[root];
        return leaf == null ? null : leaf[((nuint)address >> Region.SliceShift) & (LeafEntries - 1)];
    }

    /// <summary>As <see cref="Find"/>, once some heap has taken memory: one look less.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Page* FindInUse(void* address)
    {
        nuint root = (nuint)address >> LeafShift;
        if (root >= RootEntries) return null;
        Page** leaf = s_root[root];
        return leaf == null ? null : leaf[((nuint)address >> Region.SliceShift) & (LeafEntries - 1)];
    }

    internal static void Set(void* address, Page* page) =>
        s_root[(nuint)address >> LeafShift][((nuint)address >> Region.SliceShift) & (LeafEntries - 1)] = page == null ? s_nowhere : page;

    internal static void SetRange(byte* start, uint slices, Page* page)
    {
        for (uint i = 0; i < slices; i++) Set(start + i * Region.SliceBytes, page);
    }

    /// <summary>Makes the map ready for a stretch of addresses. False when the system has no memory.</summary>
    internal static bool Cover(byte* start, nuint bytes)
    {
        FutexLock.Acquire(Lock);
        bool done = CoverUnsynchronized(start, bytes);
        FutexLock.Release(Lock);
        return done;
    }

    private static bool CoverUnsynchronized(byte* start, nuint bytes)
    {
        if (s_root == null)
        {
            void* root = Take(RootEntries * (nuint)sizeof(void*));
            if (root == null) return false;
            s_root = (Page***)root;
        }
        nuint last = ((nuint)start + bytes - 1) >> LeafShift;
        for (nuint i = (nuint)start >> LeafShift; i <= last; i++)
        {
            if (s_root[i] != null && s_root[i] != s_everywhere) continue;
            void* leaf = Take(LeafEntries * (nuint)sizeof(void*));
            if (leaf == null) return false;
            if (s_nowhere != null) FillGaps((Page**)leaf);
            // Readers of other threads get addresses inside only after this, by whatever passed the address to them.
            s_root[i] = (Page**)leaf;
        }
        return true;
    }

    private static void* Take(nuint bytes)
    {
        void* memory = Os.Reserve(bytes, Region.SliceBytes);
        if (memory == null) return null;
        if (!Os.Commit(memory, bytes))
        {
            Os.Release(memory, bytes);
            return null;
        }
        s_bytes += bytes;
        return memory;
    }
}
