using System.Numerics;

namespace Gabbro.Storage.Lsm.Logs;

/// <summary>A length of at most 48 bits with 16 bits of check, in one word that a crash cannot tear.</summary>
internal static class ProgressWord
{
    public static ulong Encode(long length) => ((ulong)length << 16) | Check((ulong)length);

    /// <summary>The length, or -1 if the word was never one.</summary>
    public static long Decode(ulong word)
    {
        var length = word >> 16;
        return (ushort)word == Check(length) ? (long)length : -1;
    }

    // The complement keeps a zeroed word from reading as length 0.
    private static ushort Check(ulong length) => (ushort)~BitOperations.Crc32C(0xFFFFFFFF, length);
}
