using System.Numerics;

namespace Gabbro.Storage.Lsm.Logs;

/// <summary>
/// A length of at most 48 bits with 16 bits of check, in one word that a killed process cannot tear. The check covers the
/// log's number too: a power failure may leave a new log's number beside the words of the log that had the entry before.
/// </summary>
internal static class ProgressWord
{
    public static ulong Encode(long length, ulong log) => ((ulong)length << 16) | Check((ulong)length, log);

    /// <summary>The length, or -1 if the word was never one.</summary>
    public static long Decode(ulong word, ulong log)
    {
        var length = word >> 16;
        return (ushort)word == Check(length, log) ? (long)length : -1;
    }

    // The complement keeps a zeroed word from reading as length 0.
    private static ushort Check(ulong length, ulong log) =>
        (ushort)~BitOperations.Crc32C(BitOperations.Crc32C(0xFFFFFFFF, log), length);
}
