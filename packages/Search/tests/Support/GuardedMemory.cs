using System.Runtime.InteropServices;

namespace Gabbro.Search.Tests.Support;

/// <summary>
/// A few pages between two that cannot be read: a read one byte outside what a search was given ends the process.
/// Where there is no mprotect, an ordinary allocation with nothing to watch over it.
/// </summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private readonly byte* _region;
    private readonly nuint _size;

    internal GuardedMemory(int pages)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        Length = pages * Environment.SystemPageSize;
        _size = (nuint)Length + 2 * page;
        if (OperatingSystem.IsLinux())
        {
            _region = (byte*)Map(null, _size, 0, 0x22, -1, 0);
            if ((nint)_region == -1 || Protect(_region + page, (nuint)Length, 3) != 0) throw new InvalidOperationException("The guarded pages cannot be had.");
        }
        else
        {
            _region = (byte*)NativeMemory.AlignedAlloc(_size, page);
        }
        Start = _region + page;
    }

    /// <summary>The first readable byte.</summary>
    internal byte* Start { get; }

    internal int Length { get; }

    /// <summary>The last <paramref name="length"/> readable bytes.</summary>
    internal byte* End(int length) => Start + Length - length;

    public void Dispose()
    {
        if (OperatingSystem.IsLinux()) _ = Unmap(_region, _size);
        else NativeMemory.AlignedFree(_region);
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);
}
