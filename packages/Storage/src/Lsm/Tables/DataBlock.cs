using System.Runtime.CompilerServices;
using Gabbro.Storage.Lsm.Format;

namespace Gabbro.Storage.Lsm.Tables;

/// <summary>Searches a data block in memory. Blocks have passed their checksum; bounds are kept all the same.</summary>
internal static unsafe class DataBlock
{
    /// <summary>Decodes the lengths and the trailer of an entry.</summary>
    /// <returns>Where its key bytes start, or null if it does not fit.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* DecodeEntry(byte* p, byte* end, out uint shared, out uint unshared, out uint valueLength, out ulong trailer)
    {
        // The block is padded, so the loads stay inside the frame. Three lengths below 128 are the common case.
        var head = Unsafe.ReadUnaligned<uint>(p);
        if ((head & 0x00808080) == 0)
        {
            shared = head & 0x7F;
            unshared = (head >> 8) & 0x7F;
            valueLength = (head >> 16) & 0x7F;
            p += 3;
        }
        else
        {
            p = Varint.Read(p, end, out shared);
            if (p == null)
                return Fail(out shared, out unshared, out valueLength, out trailer);
            p = Varint.Read(p, end, out unshared);
            if (p == null)
                return Fail(out shared, out unshared, out valueLength, out trailer);
            p = Varint.Read(p, end, out valueLength);
            if (p == null)
                return Fail(out shared, out unshared, out valueLength, out trailer);
        }

        if (p >= end)
            return Fail(out shared, out unshared, out valueLength, out trailer);
        var tag = *p++;
        var bytes = tag >> 4;
        // No shift by 64 for bytes = 0: two shifts by half.
        var mask = (1UL << (4 * bytes) << (4 * bytes)) - 1;
        trailer = ((Unsafe.ReadUnaligned<ulong>(p) & mask) << 8) | ((uint)tag & 0xF);
        p += bytes;
        return (ulong)unshared + valueLength <= (ulong)(end - p) ? p : null;
    }

    /// <summary>The entries' end and the restarts of a block; false if its sizes do not agree.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryLayout(byte* block, int length, out byte* end, out uint* restarts, out int restartCount)
    {
        restartCount = length >= 8 ? (int)Unsafe.ReadUnaligned<uint>(block + length - 4) : 0;
        if (restartCount <= 0 || restartCount > (length - 4) / 4)
        {
            end = null;
            restarts = null;
            return false;
        }

        restarts = (uint*)(block + length - 4 - (4 * restartCount));
        end = (byte*)restarts;
        return true;
    }

    /// <summary>The last restart whose entry is before (key, trailer), or 0; -1 for a malformed block.</summary>
    public static int FindRestart(byte* block, byte* end, uint* restarts, int count, byte* key, int length, ulong trailer)
    {
        var low = 0;
        var high = count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            var p = block + restarts[middle];
            if (p >= end)
                return -1;
            p = DecodeEntry(p, end, out var shared, out var unshared, out _, out var found);
            if (p == null || shared != 0)
                return -1;
            if (KeyOrder.Compare(p, (int)unshared, found, key, length, trailer) < 0)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }

    /// <summary>The first entry of exactly this user key at or after <paramref name="trailer"/>.</summary>
    public static BlockSearch Find(
        byte* block, int blockLength, byte* key, int length, ulong trailer, out ulong found, out byte* value, out int valueLength)
    {
        found = 0;
        value = null;
        valueLength = 0;
        if (!TryLayout(block, blockLength, out var end, out var restarts, out var count))
            return BlockSearch.Malformed;
        var restart = FindRestart(block, end, restarts, count, key, length, trailer);
        if (restart < 0)
            return BlockSearch.Malformed;
        var p = block + restarts[restart];
        // How many leading bytes of the target the previous entry matched. An entry that shares more than that with its
        // predecessor is smaller for the same reason the predecessor was; one that shares less is greater than the target.
        var matched = 0;
        while (p < end)
        {
            p = DecodeEntry(p, end, out var shared, out var unshared, out var size, out var entry);
            if (p == null)
                return BlockSearch.Malformed;
            var keyLength = (int)(shared + unshared);
            // A restart stores its key whole, whatever it shares.
            if (shared == 0)
                matched = 0;
            if (shared < matched)
                return BlockSearch.Passed;
            if (shared == matched)
            {
                var limit = Math.Min((int)unshared, length - matched);
                var i = CommonPrefix(p, key + matched, limit);
                var greater = i < limit ? p[i] > key[matched + i] : keyLength > length;
                matched += i;
                if (greater)
                    return BlockSearch.Passed;
                if (matched == length && keyLength == length && entry <= trailer)
                {
                    found = entry;
                    value = p + unshared;
                    valueLength = (int)size;
                    return BlockSearch.Found;
                }
            }

            p += unshared + size;
        }

        return BlockSearch.AtEnd;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int CommonPrefix(byte* a, byte* b, int limit)
    {
        var i = 0;
        while (i < limit && a[i] == b[i])
            i++;
        return i;
    }

    private static byte* Fail(out uint shared, out uint unshared, out uint valueLength, out ulong trailer)
    {
        shared = unshared = valueLength = 0;
        trailer = 0;
        return null;
    }
}
