using System;
using System.Runtime;
using Gabbro.Alloc.Core;

namespace Gabbro.Alloc.Preload;

/// <summary>
/// The calls of a diagnosed process, one at a time under one lock: counted, traced, checked. Blocks come from a heap of
/// their own, so that a pointer tells at once whether it was made here or before diagnosis began.
/// </summary>
internal static unsafe class Diagnosis
{
    private const byte CanaryByte = 0xC5;
    private const byte FreshByte = 0xCD;
    private const byte FreedByte = 0xDD;
    private const nuint CanaryBytes = 16;
    private const nuint LongestFront = 4096;
    private const nuint QuarantineBytes = 32 << 20;
    private const int SegmentationFault = 11;
    private const int SignalInformation = 4;
    private const int OnAlternateStack = 0x0800_0000;
    private const int FaultingAddressOffset = 16;

    private static HeapCore s_heap;
    private static ThreadHeap* s_thread;
    private static int s_lock;
    private static int s_owner;
    private static BlockRecord* s_oldest;
    private static BlockRecord* s_newest;
    private static nuint s_quarantined;
    private static ulong s_allocations;
    private static ulong s_frees;
    private static ulong s_bytes;
    private static ulong s_live;
    private static ulong s_peak;
    private static ulong s_unguarded;
    private static SignalAction s_programsAction;

    internal static HeapCore* Heap
    {
        get
        {
            fixed (HeapCore* heap = &s_heap) return heap;
        }
    }

    internal static void* Alloc(nuint size, nuint alignment, bool zero)
    {
        if (!Enter()) return Threads.AllocLate(size, alignment, zero);
        void* block = AllocUnsynchronized(size, alignment, zero);
        if (Modes.Trace) TraceCall("malloc"u8, size, null, block);
        Leave();
        return block != null ? block : Slow.Fail();
    }

    internal static void Free(void* block)
    {
        Page* page = PageMap.Find(block);
        if (page != null && page->Heap == Threads.Heap && page->Kind != PageKind.Free)
        {
            // Made before diagnosis began, or by the diagnosis's own calls.
            Allocator.FreeForeign(page, block);
            return;
        }
        if (!Enter()) return;
        if (Modes.Trace) TraceCall("free"u8, 0, block, null);
        FreeUnsynchronized(block);
        Leave();
    }

    internal static void* Realloc(void* block, nuint size)
    {
        if (size == 0)
        {
            Free(block);
            return null;
        }
        nuint old = UsableSize(block);
        void* moved = Alloc(size, 1, false);
        if (moved == null) return null;
        Bytes.Copy(moved, block, old < size ? old : size);
        Free(block);
        return moved;
    }

    internal static nuint UsableSize(void* block)
    {
        Page* page = PageMap.Find(block);
        if (page != null && page->Heap == Threads.Heap) return Allocator.UsableSize(page);
        if (!Enter()) return 0;
        BlockRecord* record = RecordTable.Find(block);
        if (record == null || record->Freed != 0) Misuse.Report("invalid pointer in malloc_usable_size or realloc"u8, block, record);
        nuint size = record->Size;
        Leave();
        return size;
    }

    internal static void ReportAtExit()
    {
        if (!Enter()) return;
        if (Modes.Checked) RecordTable.ForEach(&CheckAtExit);
        Text text;
        Text.ToDescriptor(&text, Modes.Output);
        Text.AddPrefix(&text);
        Text.AddNumber(&text, s_allocations, 0);
        Text.Add(&text, " allocations of "u8);
        Text.AddNumber(&text, s_bytes, 0);
        Text.Add(&text, " bytes, "u8);
        Text.AddNumber(&text, s_frees, 0);
        Text.Add(&text, " frees, "u8);
        Text.AddNumber(&text, s_allocations - s_frees, 0);
        Text.Add(&text, " blocks of "u8);
        Text.AddNumber(&text, s_live, 0);
        Text.Add(&text, " bytes left, peak "u8);
        Text.AddNumber(&text, s_peak, 0);
        Text.Add(&text, " bytes"u8);
        if (s_unguarded != 0)
        {
            Text.Add(&text, "; without a guard, for want of mappings, "u8);
            Text.AddNumber(&text, s_unguarded, 0);
        }
        Text.Add(&text, "\n"u8);
        Text.Flush(&text);
        if (Modes.Leaks) RecordTable.ForEach(&ReportLeak);
        Leave();
    }

    /// <summary>From now on a fault at a guard or in a freed block is named before the process ends.</summary>
    internal static void CatchFaults()
    {
        SignalAction action = default;
        action.Handler = Stubs.FaultAddress();
        action.Flags = SignalInformation | OnAlternateStack;
        fixed (SignalAction* old = &s_programsAction) Libc.Sigaction(SegmentationFault, &action, old);
    }

    /// <summary>
    /// The handler of faults. The process is at its end, so the lock, which this thread may hold, is not taken. Returning
    /// repeats the access, now with the action that was there before.
    /// </summary>
    [RuntimeExport("gabbro_fault")]
    internal static void Fault(int signal, byte* information, void* context)
    {
        byte* address = *(byte**)(information + FaultingAddressOffset);
        s_owner = Libc.Gettid();
        BlockRecord* record = RecordTable.Around(address);
        if (record != null && record->Guarded != 0)
        {
            if (record->Freed != 0) Misuse.Describe("access after free"u8, address, record);
            else Misuse.Describe("access past the end of a block"u8, address, record);
            Misuse.ShowStack();
        }
        fixed (SignalAction* old = &s_programsAction) Libc.Sigaction(SegmentationFault, old, null);
    }

    internal static void ForkPrepare() => Enter();

    internal static void ForkParent() => Leave();

    internal static void ForkChild()
    {
        Heap->Lock = 0;
        Heap->Scavenged = 0;
        Leave();
    }

    /// <summary>Takes the lock; false when this thread holds it already: a call made by what diagnosis itself calls.</summary>
    private static bool Enter()
    {
        int self = Libc.Gettid();
        if (s_owner == self) return false;
        fixed (int* word = &s_lock) FutexLock.Acquire(word);
        s_owner = self;
        return true;
    }

    private static void Leave()
    {
        s_owner = 0;
        fixed (int* word = &s_lock) FutexLock.Release(word);
    }

    private static void* AllocUnsynchronized(nuint size, nuint alignment, bool zero)
    {
        if (size > Allocator.LargestSize / 2 || alignment > Allocator.LargestSize / 2) return null;
        if (s_thread == null) s_thread = ThreadHeaps.Attach(Heap, 0);
        BlockRecord* record = s_thread == null ? null : RecordTable.Take();
        if (record == null) return null;
        if (alignment < CanaryBytes) alignment = CanaryBytes;
        nuint front = Modes.Checked ? alignment : 0;
        nuint rawBytes = front + size + (Modes.Checked ? CanaryBytes : 0);
        // The block ends right before its guard, up to its alignment; the gaps are filled with the canary's pattern.
        nuint room = Modes.Guards ? Bits.RoundUp(front + Bits.RoundUp(size, alignment), Os.PageBytes) : 0;
        if (Modes.Guards) rawBytes = room + Os.PageBytes;
        nuint rawAlignment = Modes.Guards && alignment < Os.PageBytes ? Os.PageBytes : alignment;
        byte* raw = (byte*)Allocator.AllocAligned(s_thread, rawBytes, rawAlignment, zero && !Modes.Checked);
        if (raw == null)
        {
            record->User = null;
            RecordTable.Add(record);
            RecordTable.Remove(record);
            return null;
        }
        record->User = raw + front;
        record->End = record->User + size + CanaryBytes;
        if (Modes.Guards)
        {
            record->End = raw + room;
            record->User = (byte*)((nuint)(record->End - size) & ~(alignment - 1));
            record->Guarded = Os.Protect(record->End, Os.PageBytes, accessible: false) ? 1 : 0;
            if (record->Guarded == 0) s_unguarded++;
        }
        record->Raw = raw;
        record->Size = size;
        record->RawBytes = rawBytes;
        record->Sequence = ++s_allocations;
        record->AllocThread = s_owner;
        record->AllocTime = Os.Now();
        if (Modes.Checked)
        {
            record->AllocFrames = Libc.Backtrace((void**)record->AllocStack, BlockRecord.Frames);
            Bytes.Fill(FrontOf(record), (nuint)(record->User - FrontOf(record)), CanaryByte);
            Bytes.Fill(record->User, size, zero ? (byte)0 : FreshByte);
            Bytes.Fill(record->User + size, (nuint)(record->End - record->User) - size, CanaryByte);
        }
        RecordTable.Add(record);
        s_bytes += size;
        s_live += size;
        if (s_live > s_peak) s_peak = s_live;
        return record->User;
    }

    private static void FreeUnsynchronized(void* block)
    {
        BlockRecord* record = RecordTable.Find(block);
        if (record == null) Misuse.Report("free of a pointer that malloc never returned"u8, block, RecordTable.Around((byte*)block));
        if (record->Freed != 0) Misuse.Report("double free"u8, block, record);
        s_frees++;
        s_live -= record->Size;
        if (!Modes.Checked)
        {
            Allocator.Free(s_thread, record->Raw);
            RecordTable.Remove(record);
            return;
        }
        if (IsOverrun(record)) Misuse.Report("write past the ends of a block"u8, block, record);
        record->Freed = 1;
        record->FreeThread = s_owner;
        record->FreeTime = Os.Now();
        record->FreeFrames = Libc.Backtrace((void**)record->FreeStack, BlockRecord.Frames);
        Bytes.Fill(record->User, record->Size, FreedByte);
        if (record->Guarded != 0) Os.Protect(record->Raw, (nuint)(record->End - record->Raw), accessible: false);
        record->NextQueued = null;
        if (s_newest == null) s_oldest = record;
        else s_newest->NextQueued = record;
        s_newest = record;
        s_quarantined += record->RawBytes;
        while (s_quarantined > QuarantineBytes) LeaveQuarantineUnsynchronized();
    }

    private static void LeaveQuarantineUnsynchronized()
    {
        BlockRecord* record = s_oldest;
        s_oldest = record->NextQueued;
        if (s_oldest == null) s_newest = null;
        s_quarantined -= record->RawBytes;
        if (record->Guarded != 0) Os.Protect(record->Raw, record->RawBytes, accessible: true);
        if (IsWrittenAfterFree(record)) Misuse.Report("write after free"u8, record->User, record);
        Allocator.Free(s_thread, record->Raw);
        RecordTable.Remove(record);
    }

    private static void CheckAtExit(BlockRecord* record)
    {
        if (record->Freed == 0 && IsOverrun(record)) Misuse.Report("write past the ends of a block"u8, record->User, record);
        if (record->Freed != 0 && record->Guarded == 0 && IsWrittenAfterFree(record)) Misuse.Report("write after free"u8, record->User, record);
    }

    private static void ReportLeak(BlockRecord* record)
    {
        if (record->Freed == 0) Misuse.Describe("never freed"u8, record->User, record);
    }

    /// <summary>Where the pattern before a block begins: what lies before a block of large alignment is not filled to its start.</summary>
    private static byte* FrontOf(BlockRecord* record) =>
        (nuint)(record->User - record->Raw) > LongestFront ? record->User - LongestFront : record->Raw;

    private static bool IsOverrun(BlockRecord* record) =>
        Differs(FrontOf(record), record->User, CanaryByte) || Differs(record->User + record->Size, record->End, CanaryByte);

    private static bool IsWrittenAfterFree(BlockRecord* record) => Differs(record->User, record->User + record->Size, FreedByte);

    private static bool Differs(byte* from, byte* to, byte value)
    {
        while (from < to)
        {
            if (*from++ != value) return true;
        }
        return false;
    }

    private static void TraceCall(ReadOnlySpan<byte> name, nuint size, void* argument, void* result)
    {
        Text text;
        Text.ToDescriptor(&text, Modes.Output);
        Text.AddPrefix(&text);
        Text.Add(&text, name);
        Text.Add(&text, "("u8);
        if (argument != null) Text.AddAddress(&text, argument);
        else Text.AddNumber(&text, size, 0);
        Text.Add(&text, ")"u8);
        if (argument == null)
        {
            Text.Add(&text, " -> "u8);
            Text.AddAddress(&text, result);
        }
        Text.Add(&text, "\n"u8);
        Text.Flush(&text);
    }
}
