using System.Runtime.CompilerServices;

namespace Gabbro.Alloc.Core;

/// <summary>The link from one free block to the next, in the block's first word.</summary>
internal static unsafe class Links
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void* Get(void* block) => *(void**)block;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Set(void* block, void* next) => *(void**)block = next;
}
