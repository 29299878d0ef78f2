using System.Runtime.InteropServices;

namespace Gabbro.Search.Benchmarks.Peers;

/// <summary>memmem of the C library.</summary>
internal static unsafe partial class Glibc
{
    internal static nint IndexOf(byte* haystack, nint length, byte* needle, nint needleLength)
    {
        byte* found = (byte*)Memmem(haystack, (nuint)length, needle, (nuint)needleLength);
        return found == null ? -1 : (nint)(found - haystack);
    }

    [LibraryImport("libc", EntryPoint = "memmem")]
    [SuppressGCTransition]
    private static partial void* Memmem(void* haystack, nuint length, void* needle, nuint needleLength);
}
