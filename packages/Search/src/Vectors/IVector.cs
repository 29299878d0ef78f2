namespace Gabbro.Search.Vectors;

/// <summary>
/// A register of one tier, seen as bytes or as 16-bit units. Kernels are written once against this shape and compiled
/// by the JIT once per tier: implementations are structs around one register, so every call below becomes the one or
/// two instructions it names.
/// </summary>
/// <remarks>
/// "Difference" registers are what kernels compute with: a unit is zero where everything compared so far was equal.
/// That form lets a whole group of blocks be tested at once (the minimum is zero if any is) and lets AVX-512 fuse the
/// exclusive-or and the or into one ternary instruction.
/// </remarks>
internal unsafe interface IVector<TSelf> where TSelf : unmanaged, IVector<TSelf>
{
    /// <summary>Bytes in a register.</summary>
    static abstract int Width { get; }

    /// <summary>Whether <see cref="LoadPartial"/> exists, which never touches the bytes it does not load.</summary>
    static abstract bool HasPartialLoad { get; }

    static abstract TSelf Load(byte* source);

    /// <summary>Loads the first <paramref name="count"/> bytes (0..Width), zero elsewhere. Only if HasPartialLoad.</summary>
    static abstract TSelf LoadPartial(byte* source, int count);

    static abstract TSelf Splat8(int value);

    static abstract TSelf Splat16(int value);

    static abstract TSelf Xor(TSelf a, TSelf b);

    static abstract TSelf Or(TSelf a, TSelf b);

    /// <summary><c>difference | (a ^ b)</c>.</summary>
    static abstract TSelf OrXor(TSelf difference, TSelf a, TSelf b);

    /// <summary><c>(a | mask) ^ b</c>.</summary>
    static abstract TSelf XorMasked(TSelf a, TSelf mask, TSelf b);

    /// <summary>A register whose byte is zero where either byte is zero.</summary>
    static abstract TSelf Either8(TSelf a, TSelf b);

    /// <summary>A register whose 16-bit unit is zero where either unit is zero.</summary>
    static abstract TSelf Either16(TSelf a, TSelf b);

    /// <summary>One bit per byte, set where the byte is zero.</summary>
    static abstract ulong ZeroMask8(TSelf difference);

    /// <summary>One bit per 16-bit unit, set where the unit is zero.</summary>
    static abstract ulong ZeroMask16(TSelf difference);

    /// <summary>Whether <see cref="CountZeros8"/> exists and is faster than counting the bits of masks.</summary>
    static abstract bool CountsInLanes { get; }

    /// <summary>Each byte of <paramref name="counts"/>, one more where that of <paramref name="difference"/> is zero. Only if CountsInLanes.</summary>
    static abstract TSelf CountZeros8(TSelf counts, TSelf difference);

    /// <summary>The sum of all bytes. Only if CountsInLanes.</summary>
    static abstract ulong SumBytes(TSelf counts);

    /// <summary>One bit per byte, set where the bytes are equal.</summary>
    static abstract ulong EqualMask8(TSelf a, TSelf b);

    /// <summary>Whether <see cref="Fingerprints"/> exists.</summary>
    static abstract bool HasFingerprints { get; }

    /// <summary>
    /// Two bits of each of four registers' worth of bytes, in one register: byte 4j + k holds bits 1 and 2 of the four
    /// bytes at <c>source + k * Width + 4j</c>, the first lowest. Those bits tell the letters of DNA apart, and are the same in
    /// both cases of an ASCII letter. Only if HasFingerprints.
    /// </summary>
    static abstract TSelf Fingerprints(byte* source);

    /// <summary>Upper-case ASCII bytes made lower-case.</summary>
    static abstract TSelf Lower8(TSelf value);

    /// <summary>Upper-case ASCII 16-bit units made lower-case.</summary>
    static abstract TSelf Lower16(TSelf value);
}
