using System.Runtime;
using Gabbro.Alloc.Core;

namespace Gabbro.Alloc.Preload;

/// <summary>mallinfo, mallinfo2, malloc_stats and malloc_info, in glibc's forms.</summary>
internal static unsafe class Introspection
{
    private const int StandardError = 2;

    // A summary is 3 KiB, too much for the smallest stacks; one is enough, under a lock.
    private static HeapSummary s_summary;
    private static int s_lock;

    private struct Mallinfo2
    {
        internal nuint Arena;
        internal nuint FreeChunks;
        internal nuint FastChunks;
        internal nuint MappedBlocks;
        internal nuint MappedBytes;
        internal nuint PeakBytes;
        internal nuint FastBytes;
        internal nuint UsedBytes;
        internal nuint FreeBytes;
        internal nuint TopBytes;
    }

    private struct Mallinfo
    {
        internal fixed int Values[10];
    }

    /// <summary>struct mallinfo2 is returned through memory the caller provides; its address is returned as well.</summary>
    [RuntimeExport("mallinfo2")]
    internal static void* MallinfoLarge(void* result)
    {
        Fill((Mallinfo2*)result);
        return result;
    }

    /// <summary>As mallinfo2, with values that do not fit wrapping as glibc's do.</summary>
    [RuntimeExport("mallinfo")]
    internal static void* MallinfoSmall(void* result)
    {
        Mallinfo2 large;
        Fill(&large);
        for (int i = 0; i < 10; i++) ((Mallinfo*)result)->Values[i] = (int)((nuint*)&large)[i];
        return result;
    }

    [RuntimeExport("malloc_stats")]
    internal static void MallocStats() => Report.Statistics(StandardError);

    [RuntimeExport("malloc_info")]
    internal static int MallocInfo(int options, void* stream)
    {
        if (options != 0) return Slow.InvalidArgument;
        Text text;
        Text.ToStream(&text, stream);
        fixed (int* word = &s_lock)
        fixed (HeapSummary* summary = &s_summary)
        {
            FutexLock.Acquire(word);
            HeapWalk.Summarise(Modes.Diagnosed ? Diagnosis.Heap : Threads.Heap, summary);
            Text.Add(&text, "<malloc version=\"1\">\n<heap nr=\"0\">\n<sizes>\n"u8);
            for (int c = 0; c < SizeClass.Count; c++)
            {
                if (summary->ClassPages[c] == 0) continue;
                Text.Add(&text, "<size to=\""u8);
                Text.AddNumber(&text, SizeClass.SizeOf(c), 0);
                Text.Add(&text, "\" used=\""u8);
                Text.AddNumber(&text, summary->ClassLive[c], 0);
                Text.Add(&text, "\" free=\""u8);
                Text.AddNumber(&text, summary->ClassCapacity[c] - summary->ClassLive[c], 0);
                Text.Add(&text, "\"/>\n"u8);
            }
            Text.Add(&text, "</sizes>\n<total type=\"large\" count=\""u8);
            Text.AddNumber(&text, summary->LargeBlocks, 0);
            Text.Add(&text, "\" size=\""u8);
            Text.AddNumber(&text, summary->LargeLive, 0);
            Text.Add(&text, "\"/>\n<system type=\"current\" size=\""u8);
            Text.AddNumber(&text, summary->Mapped, 0);
            Text.Add(&text, "\"/>\n<system type=\"max\" size=\""u8);
            Text.AddNumber(&text, summary->PeakMapped, 0);
            Text.Add(&text, "\"/>\n</heap>\n</malloc>\n"u8);
            FutexLock.Release(word);
        }
        Text.Flush(&text);
        return 0;
    }

    private static void Fill(Mallinfo2* info)
    {
        fixed (int* word = &s_lock)
        fixed (HeapSummary* summary = &s_summary)
        {
            FutexLock.Acquire(word);
            HeapWalk.Summarise(Modes.Diagnosed ? Diagnosis.Heap : Threads.Heap, summary);
            info->Arena = summary->Mapped - summary->HugeLive;
            info->FreeChunks = summary->Spans;
            info->FastChunks = 0;
            info->MappedBlocks = 0;
            info->MappedBytes = summary->HugeLive;
            info->PeakBytes = summary->PeakMapped;
            info->FastBytes = summary->Cached;
            info->UsedBytes = summary->Live - summary->HugeLive;
            info->FreeBytes = info->Arena - info->UsedBytes;
            info->TopBytes = summary->SpanDirty;
            FutexLock.Release(word);
        }
    }

    /// <summary>Runs a report with the one summary there is.</summary>
    internal static void WithSummary(delegate*<HeapSummary*, Text*, void> report, Text* text)
    {
        fixed (int* word = &s_lock)
        fixed (HeapSummary* summary = &s_summary)
        {
            FutexLock.Acquire(word);
            HeapWalk.Summarise(Modes.Diagnosed ? Diagnosis.Heap : Threads.Heap, summary);
            report(summary, text);
            FutexLock.Release(word);
        }
    }
}
