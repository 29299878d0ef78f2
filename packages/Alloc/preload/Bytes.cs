using Gabbro.Alloc.Preload;

namespace Gabbro.Alloc.Core;

/// <summary>Filling and copying, by libc's routines, which know the processor.</summary>
internal static unsafe class Bytes
{
    internal static void Clear(void* start, nuint length) => Libc.Memset(start, 0, length);

    internal static void Fill(void* start, nuint length, byte value) => Libc.Memset(start, value, length);

    internal static void Copy(void* to, void* from, nuint length) => Libc.Memcpy(to, from, length);
}
