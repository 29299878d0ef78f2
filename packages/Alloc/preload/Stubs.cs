using System.Runtime;
using System.Runtime.CompilerServices;
using Gabbro.Alloc.Core;

namespace Gabbro.Alloc.Preload;

/// <summary>The functions of stubs.S.</summary>
internal static unsafe class Stubs
{
    [RuntimeImport("*", "gabbro_thread_heap_get")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern ThreadHeap* ThreadHeapGet();

    [RuntimeImport("*", "gabbro_thread_heap_set")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void ThreadHeapSet(ThreadHeap* heap);

    [RuntimeImport("*", "gabbro_empty_heap_address")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern ThreadHeap* EmptyHeap();

    [RuntimeImport("*", "gabbro_thread_exit_address")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void* ThreadExitAddress();

    [RuntimeImport("*", "gabbro_fork_prepare_address")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void* ForkPrepareAddress();

    [RuntimeImport("*", "gabbro_fork_parent_address")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void* ForkParentAddress();

    [RuntimeImport("*", "gabbro_fork_child_address")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void* ForkChildAddress();

    [RuntimeImport("*", "gabbro_scavenger_address")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void* ScavengerAddress();

    [RuntimeImport("*", "gabbro_fault_address")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void* FaultAddress();

    /// <summary>Calls the program's new-handler; false when it has none and bad_alloc must be thrown.</summary>
    [RuntimeImport("*", "gabbro_call_new_handler")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern int CallNewHandler();

    [RuntimeImport("*", "gabbro_throw_bad_alloc")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    internal static extern void ThrowBadAlloc();
}
