using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gabbro.Storage.BTree.Log;

/// <summary>The log record of the running transaction, in memory off the GC heap; grows, is reused, can be cut back.</summary>
internal sealed unsafe class LogBuffer : IDisposable
{
    private byte* _bytes;
    private nuint _capacity;

    public LogBuffer()
    {
        _capacity = 4096;
        _bytes = (byte*)NativeMemory.AlignedAlloc(_capacity, 64);
        Reset();
    }

    /// <summary>Bytes so far, with room for the header.</summary>
    public long Length { get; private set; }

    public byte* Bytes => _bytes;

    public bool IsEmpty => Length == LogRecordHeader.Size;

    public void Reset() => Length = LogRecordHeader.Size;

    /// <summary>Forgets everything after a length seen earlier.</summary>
    public void CutBack(long length) => Length = length;

    public void Add(LogOperation operation, uint tree) => Begin(operation, tree, 0);

    public void Add(LogOperation operation, uint tree, ReadOnlySpan<byte> first)
    {
        var at = Begin(operation, tree, first.Length + 5);
        at = WriteBytes(at, first);
        Length = at - _bytes;
    }

    public void Add(LogOperation operation, uint tree, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var at = Begin(operation, tree, first.Length + (long)second.Length + 10);
        at = WriteBytes(at, first);
        at = WriteBytes(at, second);
        Length = at - _bytes;
    }

    /// <summary>Pads to a multiple of 8 (at least one end byte) and completes the header.</summary>
    public LogRecordHeader* Complete(ulong position, ulong transaction, ulong previous, ulong salt)
    {
        Reserve(8);
        do
        {
            _bytes[Length++] = (byte)LogOperation.End;
        }
        while (Length % 8 != 0);
        var header = (LogRecordHeader*)_bytes;
        *header = new LogRecordHeader
        {
            Position = position,
            Transaction = transaction,
            Previous = previous,
            Length = (uint)Length,
            Kind = LogFile.TransactionKind,
        };
        header->Checksum = LogFile.Checksum(header, salt);
        return header;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_bytes);
        _bytes = null;
    }

    private byte* Begin(LogOperation operation, uint tree, long more)
    {
        Reserve(more + 6);
        var at = _bytes + Length;
        *at++ = (byte)operation;
        at = WriteNumber(at, tree);
        Length = at - _bytes;
        return at;
    }

    private void Reserve(long more)
    {
        if ((nuint)(Length + more + 8) <= _capacity)
            return;
        while ((nuint)(Length + more + 8) > _capacity)
            _capacity *= 2;
        _bytes = (byte*)NativeMemory.AlignedRealloc(_bytes, _capacity, 64);
    }

    private static byte* WriteBytes(byte* at, ReadOnlySpan<byte> bytes)
    {
        at = WriteNumber(at, (uint)bytes.Length);
        Unsafe.CopyBlockUnaligned(ref *at, ref MemoryMarshal.GetReference(bytes), (uint)bytes.Length);
        return at + bytes.Length;
    }

    private static byte* WriteNumber(byte* at, uint number)
    {
        while (number >= 0x80)
        {
            *at++ = (byte)(number | 0x80);
            number >>= 7;
        }

        *at++ = (byte)number;
        return at;
    }
}
