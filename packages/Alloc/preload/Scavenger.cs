using System.Runtime;
using System.Threading;
using Gabbro.Alloc.Core;

namespace Gabbro.Alloc.Preload;

/// <summary>
/// The thread that gives memory back when the program goes quiet. It exists only while a heap keeps more free memory than
/// <see cref="Purging.QuietSlices"/>: most programs never see it, and a child of a fork starts its own.
/// </summary>
internal static unsafe class Scavenger
{
    private const int SigBlock = 0;
    private const int SigSetmask = 2;
    private const int Detached = 1;
    private const int AttributeWords = 8;
    private const int SignalWords = 16;

    private static int s_forbidden;

    /// <summary>With no thread allowed, memory over the limit is given back at once by whoever frees it.</summary>
    internal static void Forbid() => s_forbidden = 1;

    internal static bool Start(HeapCore* heap)
    {
        if (s_forbidden != 0) return false;
        if (Interlocked.CompareExchange(ref heap->Scavenged, 1, 0) != 0) return true;
        ulong* attributes = stackalloc ulong[AttributeWords];
        ulong* all = stackalloc ulong[SignalWords];
        ulong* old = stackalloc ulong[SignalWords];
        for (int i = 0; i < SignalWords; i++) all[i] = ~0UL;
        int saved = *Libc.ErrnoLocation();
        // The program's signals are for the program's threads.
        Libc.PthreadSigmask(SigBlock, all, old);
        nuint thread;
        Libc.PthreadAttrInit(attributes);
        Libc.PthreadAttrSetdetachstate(attributes, Detached);
        bool started = Libc.PthreadCreate(&thread, attributes, Stubs.ScavengerAddress(), heap) == 0;
        Libc.PthreadAttrDestroy(attributes);
        Libc.PthreadSigmask(SigSetmask, old, null);
        *Libc.ErrnoLocation() = saved;
        if (!started) Interlocked.Exchange(ref heap->Scavenged, 0);
        return started;
    }

    [RuntimeExport("gabbro_scavenger")]
    internal static void* Run(HeapCore* heap)
    {
        Timespec pause;
        pause.Seconds = 0;
        pause.Nanoseconds = Purging.TickMilliseconds * 1_000_000L;
        while (true)
        {
            Libc.Nanosleep(&pause, null);
            if (Purging.Tick(heap)) continue;
            Interlocked.Exchange(ref heap->Scavenged, 0);
            // A free between the look and the exchange counted on this thread.
            if (heap->DirtySlices <= Purging.QuietSlices || Interlocked.CompareExchange(ref heap->Scavenged, 1, 0) != 0) return null;
        }
    }
}
