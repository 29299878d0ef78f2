using System.Runtime.InteropServices;

namespace Gabbro.Alloc;

/// <summary>
/// A thread's parts of the heaps it used last, by the low bits of the heap's identity. Identities are never used twice, so
/// an entry of a disposed heap can never match.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ThreadCacheEntries
{
    internal const int Count = 8;

    internal fixed ulong Ids[Count];
    internal fixed ulong Heaps[Count];
}
