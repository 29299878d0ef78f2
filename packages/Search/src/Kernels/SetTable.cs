using System.Runtime.Intrinsics;

namespace Gabbro.Search.Kernels;

/// <summary>A set of bytes as two tables of 16: indexed by the low nibble, one bit for each high nibble (0-7 and 8-15).</summary>
internal unsafe struct SetTable
{
    private fixed byte _low[16];
    private fixed byte _high[16];

    internal readonly Vector128<byte> Low { get { fixed (byte* low = _low) return Vector128.Load(low); } }

    internal readonly Vector128<byte> High { get { fixed (byte* high = _high) return Vector128.Load(high); } }

    /// <summary>Whether all members are below 0x80.</summary>
    internal readonly bool OnlyAscii => High == Vector128<byte>.Zero;

    internal void Add(byte value)
    {
        if (value < 0x80) _low[value & 15] |= (byte)(1 << (value >> 4));
        else _high[value & 15] |= (byte)(1 << ((value >> 4) & 7));
    }

    internal readonly bool Contains(byte value) =>
        (((value < 0x80 ? _low[value & 15] : _high[value & 15]) >> ((value >> 4) & 7)) & 1) != 0;
}
