using System.Collections.Concurrent;

namespace Gabbro.Alloc.Core;

/// <summary>
/// Calls <see cref="Purging.Tick"/> for a heap from a timer while the heap keeps more free memory than it may: memory
/// goes back although the program has gone quiet. One exists only as long as there is something to give back.
/// </summary>
internal sealed unsafe class HeapScavenger : IDisposable
{
    private static readonly ConcurrentDictionary<nint, HeapScavenger> s_running = new();

    private readonly HeapCore* _heap;
    private readonly Lock _ticking = new();
    private readonly Timer _timer;
    private bool _stopped;

    private HeapScavenger(HeapCore* heap)
    {
        _heap = heap;
        _timer = new Timer(static state => ((HeapScavenger)state!).Tick(), this, Timeout.Infinite, Timeout.Infinite);
    }

    internal static bool Start(HeapCore* heap)
    {
        if (Interlocked.CompareExchange(ref heap->Scavenged, 1, 0) != 0) return true;
        HeapScavenger scavenger = new(heap);
        s_running[(nint)heap] = scavenger;
        scavenger._timer.Change(Purging.TickMilliseconds, Purging.TickMilliseconds);
        return true;
    }

    /// <summary>Ends the scavenger of a heap that is about to be released; returns when it is not running any more.</summary>
    internal static void Stop(HeapCore* heap)
    {
        if (!s_running.TryRemove((nint)heap, out HeapScavenger? scavenger)) return;
        lock (scavenger._ticking) scavenger.Dispose();
    }

    private void Tick()
    {
        // A tick that takes longer than the period must not pile up behind itself.
        if (!_ticking.TryEnter()) return;
        try
        {
            if (_stopped || Purging.Tick(_heap)) return;
            Interlocked.Exchange(ref _heap->Scavenged, 0);
            // A free between the look and the exchange counted on this scavenger.
            if (_heap->DirtySlices > Purging.QuietSlices && Interlocked.CompareExchange(ref _heap->Scavenged, 1, 0) == 0) return;
            // Last, because Stop waits only for scavengers it finds: the heap is not touched after this. Another one may
            // have been started for the heap meanwhile; that entry stays.
            s_running.TryRemove(new KeyValuePair<nint, HeapScavenger>((nint)_heap, this));
            Dispose();
        }
        finally
        {
            _ticking.Exit();
        }
    }

    public void Dispose()
    {
        _stopped = true;
        _timer.Dispose();
    }
}
