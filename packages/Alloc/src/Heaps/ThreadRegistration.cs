using System.Runtime.InteropServices;
using Gabbro.Alloc.Core;

namespace Gabbro.Alloc;

/// <summary>
/// The heaps a thread has used. The runtime gives no notice of a thread's end, so its parts are taken back in two ways:
/// when other threads come, those that are no longer alive are swept; and when nobody comes, this object becomes garbage
/// and its finalizer does it.
/// </summary>
internal sealed unsafe class ThreadRegistration
{
    private readonly Dictionary<ulong, nint> _heaps = [];
    private readonly ThreadCacheEntries.Entry* _entries = ThreadCacheEntries.Make();

    internal ThreadRegistration() => LiveHeaps.AddThread(Thread.CurrentThread, _heaps);

    ~ThreadRegistration()
    {
        LiveHeaps.Detach(_heaps);
        NativeMemory.Free(_entries);
    }

    internal ThreadHeap* Find(ulong id) => _heaps.TryGetValue(id, out nint heap) ? (ThreadHeap*)heap : null;

    internal void Add(ulong id, ThreadHeap* heap)
    {
        LiveHeaps.Forget(_heaps);
        _heaps.Add(id, (nint)heap);
    }
}
