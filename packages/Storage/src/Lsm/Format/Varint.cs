using System.Runtime.CompilerServices;

namespace Gabbro.Storage.Lsm.Format;

/// <summary>Little-endian base-128 numbers: seven bits a byte, the high bit says that more follow.</summary>
internal static unsafe class Varint
{
    public const int MaxLength32 = 5;
    public const int MaxLength64 = 10;

    public static int Length(ulong value)
    {
        var length = 1;
        while (value >= 0x80)
        {
            value >>= 7;
            length++;
        }

        return length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Write(byte* target, ulong value)
    {
        while (value >= 0x80)
        {
            *target++ = (byte)(value | 0x80);
            value >>= 7;
        }

        *target++ = (byte)value;
        return target;
    }

    /// <summary>Reads a number below 2^32.</summary>
    /// <returns>What follows it, or null if the bytes end first or the number is too large.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Read(byte* source, byte* end, out uint value)
    {
        if (source < end && *source < 0x80)
        {
            value = *source;
            return source + 1;
        }

        return ReadSlow(source, end, out value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Read(byte* source, byte* end, out ulong value)
    {
        if (source < end && *source < 0x80)
        {
            value = *source;
            return source + 1;
        }

        return ReadSlow(source, end, out value);
    }

    private static byte* ReadSlow(byte* source, byte* end, out uint value)
    {
        var next = ReadSlow(source, end, out ulong wide);
        value = (uint)wide;
        return wide > uint.MaxValue ? null : next;
    }

    private static byte* ReadSlow(byte* source, byte* end, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64 && source < end; shift += 7)
        {
            var part = *source++;
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return source;
        }

        return null;
    }
}
