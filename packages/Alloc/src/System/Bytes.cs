using System.Runtime.InteropServices;

namespace Gabbro.Alloc.Core;

/// <summary>Filling and copying, by the runtime's vectorised routines.</summary>
internal static unsafe class Bytes
{
    internal static void Clear(void* start, nuint length) => NativeMemory.Clear(start, length);

    internal static void Fill(void* start, nuint length, byte value) => NativeMemory.Fill(start, length, value);

    internal static void Copy(void* to, void* from, nuint length) => NativeMemory.Copy(from, to, length);
}
