using Gabbro.Alloc.Core;

namespace Gabbro.Alloc.Preload;

/// <summary>Records by user address: a hash table with chains, in memory straight from the system. Under the lock of Diagnosis.</summary>
internal static unsafe class RecordTable
{
    private const nuint Buckets = 1 << 18;
    private const nuint ChunkBytes = 1 << 20;

    private static BlockRecord** s_buckets;
    private static BlockRecord* s_spare;
    private static byte* s_next;
    private static byte* s_end;

    internal static BlockRecord* Find(void* user)
    {
        if (s_buckets == null) return null;
        BlockRecord* record = *BucketOf(user);
        while (record != null && record->User != user) record = record->Next;
        return record;
    }

    /// <summary>A cleared record, not in the table yet; null when out of memory.</summary>
    internal static BlockRecord* Take()
    {
        if (s_buckets == null) s_buckets = (BlockRecord**)Map(Buckets * (nuint)sizeof(void*));
        if (s_buckets == null) return null;
        BlockRecord* record = s_spare;
        if (record != null)
        {
            s_spare = record->NextQueued;
        }
        else
        {
            if ((nuint)(s_end - s_next) < (nuint)sizeof(BlockRecord))
            {
                s_next = (byte*)Map(ChunkBytes);
                s_end = s_next == null ? null : s_next + ChunkBytes;
                if (s_next == null) return null;
            }
            record = (BlockRecord*)s_next;
            s_next += sizeof(BlockRecord);
        }
        Bytes.Clear(record, (nuint)sizeof(BlockRecord));
        return record;
    }

    internal static void Add(BlockRecord* record)
    {
        BlockRecord** bucket = BucketOf(record->User);
        record->Next = *bucket;
        *bucket = record;
    }

    internal static void Remove(BlockRecord* record)
    {
        BlockRecord** link = BucketOf(record->User);
        while (*link != record) link = &(*link)->Next;
        *link = record->Next;
        record->NextQueued = s_spare;
        s_spare = record;
    }

    /// <summary>The record of the block that an address lies in, by looking at all of them; null when there is none.</summary>
    internal static BlockRecord* Around(byte* address)
    {
        if (s_buckets == null) return null;
        for (nuint i = 0; i < Buckets; i++)
        {
            for (BlockRecord* record = s_buckets[i]; record != null; record = record->Next)
            {
                if (address >= record->Raw && address < record->Raw + record->RawBytes) return record;
            }
        }
        return null;
    }

    /// <summary>Calls back for every record.</summary>
    internal static void ForEach(delegate*<BlockRecord*, void> action)
    {
        if (s_buckets == null) return;
        for (nuint i = 0; i < Buckets; i++)
        {
            for (BlockRecord* record = s_buckets[i]; record != null; record = record->Next) action(record);
        }
    }

    private static BlockRecord** BucketOf(void* user) => &s_buckets[((nuint)user >> 4) * 0x9E3779B1 >> 7 & (Buckets - 1)];

    private static void* Map(nuint bytes)
    {
        void* memory = Os.Reserve(bytes, Region.SliceBytes);
        if (memory == null || Os.Commit(memory, bytes)) return memory;
        Os.Release(memory, bytes);
        return null;
    }
}
