using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gabbro.Storage.Lsm.Caching;

/// <summary>A block in native memory: this header, then the bytes.</summary>
/// <remarks>
/// <see cref="References"/> counts the cache (1 while resident, until a grace period after eviction) and every pin.
/// Pins are taken inside an epoch, where a resident frame cannot be freed; the last release frees.
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BlockFrame
{
    /// <summary>Bytes of header before the data; one cache line.</summary>
    public const int HeaderSize = 64;

    /// <summary>The word that makes the frame reachable; null once it is evicted.</summary>
    public nint* Slot;
    public BlockFrame* Newer;
    public BlockFrame* Older;
    public ulong Identity;
    public int References;
    public int Length;
    public int Charge;
    public byte Uses;
    public byte Queue;

    public static BlockFrame* Allocate(int length, int padding)
    {
        var size = HeaderSize + length + padding;
        var frame = (BlockFrame*)NativeMemory.AlignedAlloc((nuint)size, HeaderSize);
        *frame = default;
        frame->References = 1;
        frame->Length = length;
        frame->Charge = size;
        NativeMemory.Clear(Data(frame) + length, (nuint)padding);
        return frame;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Data(BlockFrame* frame) => (byte*)frame + HeaderSize;

    /// <summary>Keeps the frame beyond the current epoch. Only inside one, or while already holding a pin.</summary>
    public static void Pin(BlockFrame* frame) => Interlocked.Increment(ref frame->References);

    public static void Release(BlockFrame* frame)
    {
        if (Interlocked.Decrement(ref frame->References) == 0)
            NativeMemory.AlignedFree(frame);
    }
}
