using System.Numerics;

namespace Gabbro.Platform.Files;

/// <summary>What direct I/O on a file must be aligned to.</summary>
public readonly record struct DirectAlignment
{
    /// <summary>An alignment.</summary>
    /// <param name="memory">Bytes, a power of two.</param>
    /// <param name="offset">Bytes, a power of two.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is not a power of two.</exception>
    public DirectAlignment(int memory, int offset)
    {
        if (!BitOperations.IsPow2(memory))
            throw new ArgumentOutOfRangeException(nameof(memory), memory, "Must be a power of two.");
        if (!BitOperations.IsPow2(offset))
            throw new ArgumentOutOfRangeException(nameof(offset), offset, "Must be a power of two.");
        Memory = memory;
        Offset = offset;
    }

    /// <summary>Buffers start at multiples of this many bytes.</summary>
    public int Memory { get; }

    /// <summary>Offsets and lengths are multiples of this many bytes.</summary>
    public int Offset { get; }

    /// <summary>The greatest multiple of <see cref="Offset"/> not above a position.</summary>
    /// <param name="position">The position, not negative.</param>
    public long RoundDown(long position) => position & -(long)Offset;

    /// <summary>The least multiple of <see cref="Offset"/> not below a position.</summary>
    /// <param name="position">The position, not negative.</param>
    /// <exception cref="OverflowException">It would pass the greatest offset.</exception>
    public long RoundUp(long position) => checked(position + (Offset - 1)) & -(long)Offset;

    /// <summary>Whether a transfer of a buffer at an offset is aligned.</summary>
    /// <param name="buffer">The buffer, which must not move.</param>
    /// <param name="offset">The offset in the file.</param>
    public unsafe bool IsAligned(ReadOnlySpan<byte> buffer, long offset)
    {
        fixed (byte* pointer = buffer)
        {
            return ((nuint)pointer & (nuint)(Memory - 1)) == 0
                && (((ulong)offset | (uint)buffer.Length) & (uint)(Offset - 1)) == 0;
        }
    }
}
