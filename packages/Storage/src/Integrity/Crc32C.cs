using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gabbro.Storage.Integrity;

/// <summary>CRC-32C (Castagnoli, reflected polynomial 0x82F63B78), the checksum of iSCSI, ext4 and most log formats.</summary>
/// <remarks>Uses the processor's instruction where there is one. Allocates nothing; safe from any thread.</remarks>
internal static class Crc32C
{
    private const uint MaskDelta = 0xA282EAD8;

    /// <summary>The checksum of <paramref name="data"/>; of "123456789" it is 0xE3069283.</summary>
    public static uint Compute(ReadOnlySpan<byte> data) => ~Append(uint.MaxValue, data);

    /// <summary>The checksum of <paramref name="first"/> followed by <paramref name="second"/>.</summary>
    public static uint Compute(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        ~Append(Append(uint.MaxValue, first), second);

    /// <summary>
    /// Rotates and offsets a checksum that is stored inside data which is itself checksummed: the CRC of a string that
    /// embeds its own CRC is a constant, which would make some damage invisible.
    /// </summary>
    public static uint Mask(uint crc) => BitOperations.RotateRight(crc, 15) + MaskDelta;

    /// <summary>Undoes <see cref="Mask"/>.</summary>
    public static uint Unmask(uint masked) => BitOperations.RotateLeft(masked - MaskDelta, 15);

    private static uint Append(uint state, ReadOnlySpan<byte> data)
    {
        ref var current = ref MemoryMarshal.GetReference(data);
        var remaining = data.Length;
        while (remaining >= sizeof(ulong))
        {
            state = BitOperations.Crc32C(state, Unsafe.ReadUnaligned<ulong>(ref current));
            current = ref Unsafe.Add(ref current, sizeof(ulong));
            remaining -= sizeof(ulong);
        }

        while (remaining-- > 0)
        {
            state = BitOperations.Crc32C(state, current);
            current = ref Unsafe.Add(ref current, 1);
        }

        return state;
    }
}
