using System.Runtime.CompilerServices;
using Gabbro.Storage.Lsm.Format;

namespace Gabbro.Storage.Lsm.Tables;

/// <summary>
/// Builds a data block: entries in order, each sharing a prefix with the one before, and every 16 entries a restart with
/// a whole key, whose offsets end the block for binary search.
/// </summary>
/// <remarks>
/// An entry: shared, unshared, value length (varints), tag (kind in the lower 4 bits, count of sequence bytes in the
/// upper 4), sequence bytes (little endian), unshared key bytes, value. The end: restart offsets (4 each), their count (4).
/// </remarks>
internal sealed unsafe class BlockBuilder
{
    public const int RestartInterval = 16;
    private readonly ByteBuffer _bytes = new(8192);
    private readonly List<uint> _restarts = [];
    private byte[] _lastKey = new byte[64];
    private int _lastKeyLength;
    private int _sinceRestart;

    public int Count { get; private set; }

    public ReadOnlySpan<byte> LastKey => _lastKey.AsSpan(0, _lastKeyLength);

    /// <summary>Bytes the block would have now.</summary>
    public int Size => _bytes.Length + (4 * _restarts.Count) + 4;

    public void Clear()
    {
        _bytes.Clear();
        _restarts.Clear();
        _sinceRestart = 0;
        _lastKeyLength = 0;
        Count = 0;
    }

    public void Add(byte* key, int keyLength, ulong trailer, byte* value, int valueLength)
    {
        var shared = 0;
        if (Count == 0 || _sinceRestart == RestartInterval)
        {
            _restarts.Add((uint)_bytes.Length);
            _sinceRestart = 0;
        }
        else
        {
            shared = new ReadOnlySpan<byte>(key, keyLength).CommonPrefixLength(LastKey);
        }

        var unshared = keyLength - shared;
        var sequence = Trailer.Sequence(trailer);
        var sequenceBytes = sequence == 0 ? 0 : 8 - (int)(ulong.LeadingZeroCount(sequence) / 8);
        var bound = (3 * Varint.MaxLength32) + 1 + 8 + unshared + valueLength;
        var start = _bytes.Length;
        fixed (byte* target = _bytes.Extend(bound))
        {
            var p = Varint.Write(target, (uint)shared);
            p = Varint.Write(p, (uint)unshared);
            p = Varint.Write(p, (uint)valueLength);
            *p++ = (byte)((byte)Trailer.Kind(trailer) | (sequenceBytes << 4));
            Unsafe.WriteUnaligned(p, sequence);
            p += sequenceBytes;
            Unsafe.CopyBlockUnaligned(p, key + shared, (uint)unshared);
            p += unshared;
            Unsafe.CopyBlockUnaligned(p, value, (uint)valueLength);
            p += valueLength;
            _bytes.Truncate(start + (int)(p - target));
        }

        if (_lastKey.Length < keyLength)
            Array.Resize(ref _lastKey, 2 * keyLength);
        new ReadOnlySpan<byte>(key + shared, unshared).CopyTo(_lastKey.AsSpan(shared));
        _lastKeyLength = keyLength;
        _sinceRestart++;
        Count++;
    }

    /// <summary>Completes the block; valid until <see cref="Clear"/>.</summary>
    public ByteBuffer Finish()
    {
        foreach (var restart in _restarts)
            _bytes.AppendUInt32(restart);
        _bytes.AppendUInt32((uint)_restarts.Count);
        return _bytes;
    }
}
