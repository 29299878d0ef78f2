using System.IO.Hashing;

namespace Gabbro.Storage.Integrity;

/// <summary>
/// XXH3-64 seeded with where the bytes belong, so that intact bytes in the wrong file or at the wrong offset fail as
/// surely as damaged ones.
/// </summary>
internal static class BlockChecksum
{
    /// <summary>The seed for a place: the odd multiplier spreads file numbers over the word that offsets occupy.</summary>
    public static long Seed(ulong file, ulong offset) => unchecked((long)((file * 0x9E3779B97F4A7C15UL) ^ offset));

    /// <summary>The 64-bit checksum of <paramref name="data"/> stored in <paramref name="file"/> at <paramref name="offset"/>.</summary>
    public static ulong Compute(ReadOnlySpan<byte> data, ulong file, ulong offset) =>
        XxHash3.HashToUInt64(data, Seed(file, offset));

    /// <summary>The low 32 bits of <see cref="Compute"/>, for small records.</summary>
    public static uint Compute32(ReadOnlySpan<byte> data, ulong file, ulong offset) =>
        unchecked((uint)Compute(data, file, offset));
}
