using System.Buffers;

namespace Gabbro.Storage.Lsm;

/// <summary>Combines operands written by <see cref="LsmDatabase.Merge(ReadOnlySpan{byte}, ReadOnlySpan{byte}, WriteOptions)"/> into a value.</summary>
/// <remarks>
/// Called from readers and from background threads at once; must be deterministic and must not throw. Operands are
/// stored until something needs the value, so the operator must stay the same for the life of the database.
/// </remarks>
public interface IMergeOperator
{
    /// <summary>A name that goes into error messages.</summary>
    string Name { get; }

    /// <summary>Writes what <paramref name="operands"/>, oldest first, make of <paramref name="existing"/>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="existing">The value before, if <paramref name="hasExisting"/>.</param>
    /// <param name="hasExisting">Whether there is a value before.</param>
    /// <param name="operands">The operands, oldest first; at least one.</param>
    /// <param name="result">Where the value goes.</param>
    void Merge(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> existing,
        bool hasExisting,
        IReadOnlyList<ReadOnlyMemory<byte>> operands,
        IBufferWriter<byte> result);
}
