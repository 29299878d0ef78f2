using System.Diagnostics;
using System.Runtime.InteropServices;
using Gabbro.Alloc.Core;

namespace Gabbro.Alloc;

/// <summary>
/// The layer of checks over a heap: a record of every block, patterns around it, and a quarantine behind it. One lock; a
/// checked heap is for finding errors.
/// </summary>
internal sealed unsafe class CheckedHeap(NativeHeap heap, NativeHeapOptions options)
{
    private const byte CanaryByte = 0xC5;
    private const byte FreshByte = 0xCD;
    private const byte FreedByte = 0xDD;
    private const nuint CanaryBytes = 16;

    /// <summary>How many freed blocks are remembered after their memory has been reused, to name a double free.</summary>
    private const int HistoryLength = 65536;

    private readonly Lock _lock = new();
    private readonly Dictionary<nuint, BlockRecord> _live = [];
    private readonly Dictionary<nuint, BlockRecord> _freed = [];
    private readonly Queue<BlockRecord> _quarantine = new();
    private readonly Queue<BlockRecord> _history = new();
    private readonly HeapChecks _checks = options.Checks;
    private readonly TimeProvider _time = options.TimeProvider;
    private nuint _quarantined;
    private long _sequence;

    /// <summary>The block, or null when out of memory.</summary>
    internal void* Alloc(nuint size, nuint alignment, bool zero)
    {
        lock (_lock) return AllocUnsynchronized(size, alignment, zero);
    }

    internal void Free(void* pointer)
    {
        lock (_lock) FreeUnsynchronized((nuint)pointer, null, HeapOperation.Free);
    }

    internal void FreeSized(void* pointer, nuint size)
    {
        lock (_lock) FreeUnsynchronized((nuint)pointer, size, HeapOperation.Free);
    }

    internal nuint SizeOf(void* pointer)
    {
        lock (_lock) return FindUnsynchronized((nuint)pointer, HeapOperation.UsableSize).Size;
    }

    /// <summary>Always moves, so that a pointer kept from before is found out.</summary>
    internal void* Realloc(void* pointer, nuint size, nuint alignment)
    {
        lock (_lock)
        {
            BlockRecord record = FindUnsynchronized((nuint)pointer, HeapOperation.Realloc);
            ThrowIfOverrunUnsynchronized(record, HeapOperation.Realloc);
            void* moved = AllocUnsynchronized(size, alignment, zero: false);
            if (moved == null) throw new OutOfMemoryException($"The heap \"{heap.Name}\" cannot allocate {size} bytes.");
            NativeMemory.Copy(pointer, moved, nuint.Min(size, record.Size));
            FreeUnsynchronized((nuint)pointer, null, HeapOperation.Realloc);
            return moved;
        }
    }

    internal void Verify()
    {
        if (FindCorruption() is { } found) throw found;
    }

    /// <summary>The first damaged canary or quarantined block, or null.</summary>
    internal HeapMisuseException? FindCorruption()
    {
        lock (_lock)
        {
            foreach (BlockRecord record in _live.Values)
            {
                if (IsOverrun(record)) return Corruption(record, HeapMisuse.Overrun, HeapOperation.Verify);
            }
            foreach (BlockRecord record in _quarantine)
            {
                if (IsWrittenAfterFree(record)) return Corruption(record, HeapMisuse.UseAfterFree, HeapOperation.Verify);
            }
            return null;
        }
    }

    internal BlockRecord[] LiveBlocks()
    {
        lock (_lock) return [.. _live.Values.OrderBy(static record => record.Sequence)];
    }

    internal (long Blocks, long Bytes) Live()
    {
        lock (_lock)
        {
            nuint bytes = 0;
            foreach (BlockRecord record in _live.Values) bytes += record.Size;
            return (_live.Count, (long)bytes);
        }
    }

    internal void ReleaseQuarantine()
    {
        lock (_lock)
        {
            while (_quarantine.Count != 0) LeaveQuarantineUnsynchronized(HeapOperation.Verify);
        }
    }

    /// <summary>Makes guard pages accessible again, before the heap's memory is released as a whole.</summary>
    internal void Unprotect()
    {
        lock (_lock)
        {
            foreach (BlockRecord record in _live.Values.Concat(_quarantine))
            {
                if (record.Guard != 0) Os.Protect((void*)record.Raw, record.RawBytes, accessible: true);
            }
        }
    }

    private void* AllocUnsynchronized(nuint size, nuint alignment, bool zero)
    {
        if (size > Allocator.LargestSize / 2) return null;
        if (alignment < 16) alignment = 16;
        bool canaries = _checks.HasFlag(HeapChecks.Canaries);
        bool guarded = _checks.HasFlag(HeapChecks.GuardPages);
        nuint front = canaries ? nuint.Max(CanaryBytes, alignment) : 0;
        nuint rawBytes = front + size + (canaries ? CanaryBytes : 0);
        nuint guard = 0;
        byte* raw;
        byte* user;
        if (guarded)
        {
            // The block ends right before the guard, up to its alignment; the gap is filled with the canary's pattern.
            nuint room = Bits.RoundUp(front + Bits.RoundUp(size, alignment), Os.PageBytes);
            rawBytes = room + Os.PageBytes;
            raw = (byte*)heap.TakeRaw(rawBytes, nuint.Max(alignment, Region.SliceBytes), zero: false);
            if (raw == null) return null;
            guard = (nuint)raw + room;
            user = (byte*)((guard - size) & ~(alignment - 1));
            NativeMemory.Fill(raw, room, CanaryByte);
            if (!Os.Protect((void*)guard, Os.PageBytes, accessible: false))
            {
                heap.FreeRaw(raw);
                return null;
            }
        }
        else
        {
            raw = (byte*)heap.TakeRaw(rawBytes, alignment, zero: false);
            if (raw == null) return null;
            user = raw + front;
            if (canaries)
            {
                NativeMemory.Fill(raw, front, CanaryByte);
                NativeMemory.Fill(user + size, CanaryBytes, CanaryByte);
            }
        }
        NativeMemory.Fill(user, size, zero ? (byte)0 : FreshByte);
        BlockRecord record = new()
        {
            User = (nuint)user,
            Raw = (nuint)raw,
            RawBytes = rawBytes,
            Size = size,
            Guard = guard,
            Sequence = ++_sequence,
            AllocThread = Environment.CurrentManagedThreadId,
            AllocTime = _time.GetUtcNow(),
            AllocStack = Stack(),
        };
        _freed.Remove(record.User);
        _live.Add(record.User, record);
        return user;
    }

    private void FreeUnsynchronized(nuint pointer, nuint? expectedSize, HeapOperation operation)
    {
        BlockRecord record = FindUnsynchronized(pointer, operation);
        ThrowIfOverrunUnsynchronized(record, operation);
        if (expectedSize is { } expected && expected != record.Size)
            throw new HeapMisuseException(HeapMisuse.SizeMismatch, operation, pointer, heap, $"freed as {expected} bytes, but it is {record.Describe()}");
        _live.Remove(pointer);
        record.Freed = true;
        record.FreeThread = Environment.CurrentManagedThreadId;
        record.FreeTime = _time.GetUtcNow();
        record.FreeStack = Stack();
        _freed[pointer] = record;
        _history.Enqueue(record);
        if (_history.Count > HistoryLength)
        {
            BlockRecord oldest = _history.Dequeue();
            if (_freed.TryGetValue(oldest.User, out BlockRecord? known) && ReferenceEquals(known, oldest)) _freed.Remove(oldest.User);
        }
        if (!_checks.HasFlag(HeapChecks.Quarantine))
        {
            ReleaseUnsynchronized(record);
            return;
        }
        NativeMemory.Fill((void*)record.User, record.Size, FreedByte);
        if (record.Guard != 0) Os.Protect((void*)record.Raw, record.Guard - record.Raw, accessible: false);
        _quarantine.Enqueue(record);
        _quarantined += record.RawBytes;
        while (_quarantined > (nuint)options.QuarantineBytes) LeaveQuarantineUnsynchronized(operation);
    }

    private void LeaveQuarantineUnsynchronized(HeapOperation operation)
    {
        BlockRecord record = _quarantine.Dequeue();
        _quarantined -= record.RawBytes;
        bool written = IsWrittenAfterFree(record);
        ReleaseUnsynchronized(record);
        if (written) throw Corruption(record, HeapMisuse.UseAfterFree, operation);
    }

    private void ReleaseUnsynchronized(BlockRecord record)
    {
        if (record.Guard != 0) Os.Protect((void*)record.Raw, record.RawBytes, accessible: true);
        heap.FreeRaw((void*)record.Raw);
    }

    private BlockRecord FindUnsynchronized(nuint pointer, HeapOperation operation)
    {
        if (_live.TryGetValue(pointer, out BlockRecord? record)) return record;
        if (_freed.TryGetValue(pointer, out BlockRecord? freed))
            throw new HeapMisuseException(HeapMisuse.DoubleFree, operation, pointer, heap, freed.Describe());
        foreach (BlockRecord other in _live.Values)
        {
            if (pointer - other.Raw < other.RawBytes)
                throw new HeapMisuseException(HeapMisuse.InvalidPointer, operation, pointer, heap, $"{(nint)(pointer - other.User)} bytes from the start of {other.Describe()}");
        }
        throw HeapMisuseException.Foreign(operation, (void*)pointer, heap, PageMap.Find((void*)pointer));
    }

    private void ThrowIfOverrunUnsynchronized(BlockRecord record, HeapOperation operation)
    {
        if (IsOverrun(record)) throw Corruption(record, HeapMisuse.Overrun, operation);
    }

    private bool IsOverrun(BlockRecord record)
    {
        if (!_checks.HasFlag(HeapChecks.Canaries)) return false;
        nuint end = record.Guard != 0 ? record.Guard : record.Raw + record.RawBytes;
        return Differs(record.Raw, record.User, CanaryByte) || Differs(record.User + record.Size, end, CanaryByte);
    }

    // Behind a guard the freed block is inaccessible and the write itself faulted.
    private static bool IsWrittenAfterFree(BlockRecord record) =>
        record.Guard == 0 && Differs(record.User, record.User + record.Size, FreedByte);

    private static bool Differs(nuint from, nuint to, byte value)
    {
        while (from < to)
        {
            int length = (int)nuint.Min(to - from, int.MaxValue);
            if (new ReadOnlySpan<byte>((void*)from, length).IndexOfAnyExcept(value) >= 0) return true;
            from += (nuint)length;
        }
        return false;
    }

    private HeapMisuseException Corruption(BlockRecord record, HeapMisuse misuse, HeapOperation operation) =>
        new(misuse, operation, record.User, heap, record.Describe());

    private StackTrace? Stack() => _checks.HasFlag(HeapChecks.Stacks) ? new StackTrace(3, fNeedFileInfo: false) : null;
}
