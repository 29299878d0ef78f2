using System.Buffers.Binary;
using Gabbro.Storage.Lsm.Format;
using Gabbro.Storage.Lsm.Memtables;

namespace Gabbro.Storage.Lsm;

/// <summary>Writes that happen together or not at all, in their order.</summary>
/// <remarks>Not safe for several threads. Cleared and used again, it allocates nothing.</remarks>
public sealed unsafe class WriteBatch
{
    /// <summary>Longest key, in bytes. The empty key is a key like any other.</summary>
    public const int MaxKeyLength = 65535;

    /// <summary>Longest value, in bytes.</summary>
    public const int MaxValueLength = 1 << 29;

    /// <summary>Most bytes in one batch.</summary>
    public const int MaxSize = 1 << 30;

    // Sequence (8), count (4); then entries: kind, family, key, value.
    internal const int Header = 12;
    private const int ExpiryLength = 8;

    private readonly ByteBuffer _bytes = new();
    private readonly List<(int Length, int Count, long Bound)> _savePoints = [];
    private int _count;
    private long _memoryBound;

    /// <summary>Creates an empty batch.</summary>
    public WriteBatch() => Clear();

    /// <summary>Operations in the batch.</summary>
    public int Count => _count;

    /// <summary>Bytes of the batch as the log stores it.</summary>
    public int Size => _bytes.Length;

    /// <summary>Whether any operation names a family other than the default one.</summary>
    internal bool HasOtherFamilies { get; private set; }

    /// <summary>The most memory the entries can take in memtables.</summary>
    internal long MemoryBound => _memoryBound;

    internal ReadOnlySpan<byte> Bytes => _bytes.Span;

    /// <summary>Sets a key's value in the default family.</summary>
    /// <exception cref="ArgumentException">Key, value or batch is too long.</exception>
    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => Add(0, EntryKind.Put, key, value);

    /// <summary>Sets a key's value.</summary>
    /// <inheritdoc cref="Put(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public void Put(ColumnFamily family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        Add(Id(family), EntryKind.Put, key, value);

    /// <summary>Sets a key's value until a moment.</summary>
    /// <inheritdoc cref="Put(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public void Put(ColumnFamily family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, DateTimeOffset expiresAt) =>
        AddUntil(Id(family), key, value, (ulong)Math.Max(0, expiresAt.ToUnixTimeMilliseconds()));

    /// <summary>Removes a key from the default family; nothing happens if it is not there.</summary>
    /// <inheritdoc cref="Put(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public void Delete(ReadOnlySpan<byte> key) => Add(0, EntryKind.Delete, key, default);

    /// <summary>Removes a key; nothing happens if it is not there.</summary>
    /// <inheritdoc cref="Put(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public void Delete(ColumnFamily family, ReadOnlySpan<byte> key) => Add(Id(family), EntryKind.Delete, key, default);

    /// <summary>Removes all keys in [<paramref name="begin"/>, <paramref name="end"/>) from the default family.</summary>
    /// <inheritdoc cref="Put(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public void DeleteRange(ReadOnlySpan<byte> begin, ReadOnlySpan<byte> end) => AddRange(0, begin, end);

    /// <summary>Removes all keys in [<paramref name="begin"/>, <paramref name="end"/>).</summary>
    /// <inheritdoc cref="Put(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public void DeleteRange(ColumnFamily family, ReadOnlySpan<byte> begin, ReadOnlySpan<byte> end) => AddRange(Id(family), begin, end);

    /// <summary>Gives the default family's merge operator an operand.</summary>
    /// <inheritdoc cref="Put(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public void Merge(ReadOnlySpan<byte> key, ReadOnlySpan<byte> operand) => Add(0, EntryKind.Merge, key, operand);

    /// <summary>Gives the family's merge operator an operand.</summary>
    /// <inheritdoc cref="Put(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public void Merge(ColumnFamily family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> operand) =>
        Add(Id(family), EntryKind.Merge, key, operand);

    /// <summary>Remembers where the batch stands now.</summary>
    public void SetSavePoint() => _savePoints.Add((_bytes.Length, _count, _memoryBound));

    /// <summary>Takes back all since the last save point, and the save point.</summary>
    /// <exception cref="InvalidOperationException">There is no save point.</exception>
    public void RollbackToSavePoint()
    {
        var (length, count, bound) = PopSavePointOrThrow();
        _bytes.Truncate(length);
        _count = count;
        _memoryBound = bound;
    }

    /// <summary>Forgets the last save point and keeps what came after it.</summary>
    /// <exception cref="InvalidOperationException">There is no save point.</exception>
    public void PopSavePoint() => PopSavePointOrThrow();

    /// <summary>Empties the batch.</summary>
    public void Clear()
    {
        _bytes.Clear();
        _bytes.Extend(Header).Clear();
        _savePoints.Clear();
        _count = 0;
        _memoryBound = 0;
        HasOtherFamilies = false;
    }

    internal void Add(uint family, EntryKind kind, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        CheckLengths(key.Length, value.Length, kind);
        Begin(family, kind, key);
        if (kind != EntryKind.Delete)
            _bytes.AppendSized(value);
        _count++;
        _memoryBound += SkipList.EntryBound(key.Length, value.Length);
    }

    internal void AddUntil(uint family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ulong expiry)
    {
        CheckLengths(key.Length, value.Length + ExpiryLength, EntryKind.PutUntil);
        Begin(family, EntryKind.PutUntil, key);
        _bytes.AppendVarint((ulong)value.Length + ExpiryLength);
        _bytes.AppendUInt64(expiry);
        _bytes.Append(value);
        _count++;
        _memoryBound += SkipList.EntryBound(key.Length, value.Length + ExpiryLength);
    }

    internal void Append(WriteBatch other)
    {
        if (_bytes.Length + (long)other._bytes.Length > MaxSize)
            throw new ArgumentException($"a batch holds at most {MaxSize} bytes");
        _bytes.Append(other._bytes.Span[Header..]);
        _count += other._count;
        _memoryBound += other._memoryBound;
        HasOtherFamilies |= other.HasOtherFamilies;
    }

    /// <summary>Stamps the batch for the log.</summary>
    internal void Seal(ulong sequence)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.Writable, sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.Writable[8..], (uint)_count);
    }

    private static uint Id(ColumnFamily family)
    {
        ArgumentNullException.ThrowIfNull(family);
        return family.Id;
    }

    private void AddRange(uint family, ReadOnlySpan<byte> begin, ReadOnlySpan<byte> end)
    {
        if (end.Length > MaxKeyLength)
            throw new ArgumentException($"a key has at most {MaxKeyLength} bytes, not {end.Length}", nameof(end));
        if (KeyOrder.Compare(begin, end) > 0)
            throw new ArgumentException("the range ends before it begins", nameof(end));
        if (!begin.SequenceEqual(end))
            Add(family, EntryKind.RangeDelete, begin, end);
    }

    private void Begin(uint family, EntryKind kind, ReadOnlySpan<byte> key)
    {
        _bytes.AppendByte((byte)kind);
        _bytes.AppendVarint(family);
        _bytes.AppendSized(key);
        HasOtherFamilies |= family != 0;
    }

    private void CheckLengths(int key, long value, EntryKind kind)
    {
        if (key > MaxKeyLength)
            throw new ArgumentException($"a key has at most {MaxKeyLength} bytes, not {key}", nameof(key));
        if (value > MaxValueLength)
            throw new ArgumentException($"a value has at most {MaxValueLength} bytes, not {value}", nameof(value));
        if (_bytes.Length + key + value + 32 > MaxSize)
            throw new ArgumentException($"a batch holds at most {MaxSize} bytes; {kind} would exceed that");
    }

    private (int Length, int Count, long Bound) PopSavePointOrThrow()
    {
        if (_savePoints.Count == 0)
            throw new InvalidOperationException("the batch has no save point");
        var last = _savePoints[^1];
        _savePoints.RemoveAt(_savePoints.Count - 1);
        return last;
    }
}
