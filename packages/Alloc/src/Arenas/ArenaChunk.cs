using System.Runtime.InteropServices;

namespace Gabbro.Alloc;

/// <summary>
/// The header at the start of every chunk of an arena. Chunks form a singly linked list from the oldest to the newest;
/// the user's bytes begin <see cref="HeaderBytes"/> after the header's address, so they start on a cache line of their
/// own and an aligned request wastes nothing at the front.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ArenaChunk
{
    internal const int HeaderBytes = 64;

    /// <summary>The chunk taken after this one, or null.</summary>
    internal ArenaChunk* Next;

    /// <summary>All bytes of the chunk, header included.</summary>
    internal nuint Bytes;

    internal static byte* Start(ArenaChunk* chunk) => (byte*)chunk + HeaderBytes;

    internal static byte* End(ArenaChunk* chunk) => (byte*)chunk + chunk->Bytes;

    /// <exception cref="OutOfMemoryException">The system has no more memory.</exception>
    internal static ArenaChunk* Allocate(nuint bytes)
    {
        ArenaChunk* chunk = (ArenaChunk*)NativeHeap.Shared.AlignedAlloc(bytes, HeaderBytes);
        chunk->Next = null;
        chunk->Bytes = bytes;
        return chunk;
    }

    internal static void Free(ArenaChunk* chunk) => NativeHeap.Shared.Free(chunk);
}
