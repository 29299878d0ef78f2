using System.Runtime.Intrinsics;

namespace Gabbro.Search.Vectors;

/// <summary>A register with byte shuffles: every tier but the scalar one.</summary>
internal unsafe interface IShuffleVector<TSelf> : IVector<TSelf> where TSelf : unmanaged, IShuffleVector<TSelf>
{
    /// <summary>The 16 bytes of <paramref name="table"/> in every 16-byte lane.</summary>
    static abstract TSelf Broadcast(Vector128<byte> table);

    /// <summary>Looks up the low four bits of each index in its lane of the table; zero where the index has its top bit set.
    /// Bits 4 to 6 of the index are disregarded.</summary>
    static abstract TSelf Shuffle(TSelf table, TSelf index);

    static abstract TSelf And(TSelf a, TSelf b);

    /// <summary>Each byte shifted right by four.</summary>
    static abstract TSelf HighNibbles(TSelf value);

    static abstract TSelf SubtractSaturated(TSelf a, TSelf b);

    /// <summary>Whether any bit is set.</summary>
    static abstract bool IsNonZero(TSelf value);

    /// <summary>The sum of each pair of bytes, modulo 256.</summary>
    static abstract TSelf Add(TSelf a, TSelf b);

    /// <summary><c>a &amp; ~b</c>.</summary>
    static abstract TSelf AndNot(TSelf a, TSelf b);

    /// <summary>A register that is not zero where <paramref name="value"/> is a byte of UTF-8 whose follower is restricted or whose
    /// character has four bytes, or that is never valid: C0, C1, E0, ED and F0 to FF.</summary>
    static abstract TSelf RareLeads(TSelf value);

    /// <summary>One bit per byte: its top bit.</summary>
    static abstract ulong TopBits(TSelf value);

    /// <summary>One bit per byte, set where the byte is not zero.</summary>
    static abstract ulong NonZeroMask(TSelf value);
}
