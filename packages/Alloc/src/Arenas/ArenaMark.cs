namespace Gabbro.Alloc;

/// <summary>
/// A position in an <see cref="Arena"/>, taken by <see cref="Arena.Mark"/> and given back to
/// <see cref="Arena.Reset(ArenaMark)"/>. Marks nest: resetting to an older mark invalidates every younger one.
/// </summary>
public readonly unsafe struct ArenaMark : IEquatable<ArenaMark>
{
    internal readonly Arena? Owner;
    internal readonly ArenaChunk* Chunk;
    internal readonly byte* Position;
    internal readonly nuint Allocated;
    internal readonly uint Generation;
    internal readonly uint Trims;

    internal ArenaMark(Arena owner, ArenaChunk* chunk, byte* position, nuint allocated, uint generation, uint trims)
    {
        Owner = owner;
        Chunk = chunk;
        Position = position;
        Allocated = allocated;
        Generation = generation;
        Trims = trims;
    }

    /// <summary>Whether both marks name the same position of the same arena.</summary>
    /// <param name="other">The mark to compare with.</param>
    /// <returns>True when equal.</returns>
    public bool Equals(ArenaMark other) => ReferenceEquals(Owner, other.Owner) && Position == other.Position
        && Chunk == other.Chunk && Generation == other.Generation;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ArenaMark other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine((nuint)Position, Generation);

    /// <summary>Whether both marks name the same position of the same arena.</summary>
    /// <param name="left">One mark.</param>
    /// <param name="right">The other mark.</param>
    /// <returns>True when equal.</returns>
    public static bool operator ==(ArenaMark left, ArenaMark right) => left.Equals(right);

    /// <summary>Whether the marks differ.</summary>
    /// <param name="left">One mark.</param>
    /// <param name="right">The other mark.</param>
    /// <returns>True when different.</returns>
    public static bool operator !=(ArenaMark left, ArenaMark right) => !left.Equals(right);
}
