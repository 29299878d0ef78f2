using System.Runtime;
using System.Runtime.CompilerServices;

#pragma warning disable IDE0060

// What ilc looks up by name in a core library.
namespace System
{
    public static unsafe class SpanHelpers
    {
        [Intrinsic]
        public static void ClearWithoutReferences(ref byte destination, nuint bytes)
        {
            fixed (byte* start = &destination) Gabbro.Alloc.Core.Bytes.Clear(start, bytes);
        }

        [Intrinsic]
        public static void Fill(ref byte destination, byte value, nuint bytes)
        {
            fixed (byte* start = &destination) Gabbro.Alloc.Core.Bytes.Fill(start, bytes, value);
        }

        [Intrinsic]
        public static void Memmove(ref byte destination, ref byte source, nuint bytes)
        {
            fixed (byte* to = &destination)
            fixed (byte* from = &source) Gabbro.Alloc.Core.Bytes.Copy(to, from, bytes);
        }
    }

    public static unsafe class Buffer
    {
        public static void BulkMoveWithWriteBarrier(ref byte destination, ref byte source, nuint bytes) =>
            SpanHelpers.Memmove(ref destination, ref source, bytes);
    }
}

namespace Internal.Runtime.CompilerHelpers
{
    public static class ThrowHelpers
    {
        public static void ThrowInvalidProgramException(int id) => Gabbro.Alloc.Preload.Libc.Abort();
    }

    public static class RuntimeEntries
    {
        [RuntimeExport("RhpFallbackFailFast")]
        public static void FailFast() => Gabbro.Alloc.Preload.Libc.Abort();

        [RuntimeExport("RhpReversePInvoke")]
        public static void ReversePInvoke(nint frame)
        {
        }

        [RuntimeExport("RhpReversePInvokeReturn")]
        public static void ReversePInvokeReturn(nint frame)
        {
        }
    }
}
