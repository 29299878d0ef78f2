using System.Buffers;
using Gabbro.Storage.Lsm;

namespace Gabbro.Storage.Tests.Lsm.Histories;

/// <summary>Appends operands to the value: order and count of operands show in the result.</summary>
internal sealed class AppendOperator : IMergeOperator
{
    public string Name => "append";

    public void Merge(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> existing, bool hasExisting,
        IReadOnlyList<ReadOnlyMemory<byte>> operands, IBufferWriter<byte> result)
    {
        if (hasExisting)
            result.Write(existing);
        foreach (var operand in operands)
            result.Write(operand.Span);
    }
}
