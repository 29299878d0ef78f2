using System.Runtime.CompilerServices;
using Gabbro.Platform.Threading;

namespace Gabbro.Storage.BTree.Shared;

/// <summary>Waiting for a word of shared memory to change, across processes.</summary>
internal static unsafe class SharedWait
{
    /// <summary>Sleeps while the word has a value, at most for so long; may return early.</summary>
    public static void Wait(ref int word, int value, int milliseconds) =>
        Futex.Wait((int*)Unsafe.AsPointer(ref word), value, TimeSpan.FromMilliseconds(milliseconds), shared: true);

    public static void WakeOne(ref int word) => Futex.WakeOne((int*)Unsafe.AsPointer(ref word), shared: true);

    public static void WakeAll(ref int word) => Futex.WakeAll((int*)Unsafe.AsPointer(ref word), shared: true);
}
