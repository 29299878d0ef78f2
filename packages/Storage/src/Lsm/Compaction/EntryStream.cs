using System.Runtime.InteropServices;
using Gabbro.Storage.Lsm.Engine;
using Gabbro.Storage.Lsm.Format;
using Gabbro.Storage.Lsm.Iterators;
using Gabbro.Storage.Lsm.Memtables;

namespace Gabbro.Storage.Lsm.Compaction;

/// <summary>
/// The entries of a merge that must be kept: those that some snapshot, or a read from now on, can see. Entries of one
/// key fall into stripes between the sequence numbers that must stay readable; of each stripe only the newest is seen.
/// </summary>
internal sealed unsafe class EntryStream : IDisposable
{
    private readonly InternalIterator _input;
    private readonly FamilyCore _family;
    private readonly ulong[] _stripes;
    private readonly RangeTombstoneSet _ranges;
    private readonly Func<ReadOnlySpan<byte>, bool> _isBottom;
    private readonly ulong _now;
    private readonly Queue<(ulong Trailer, byte[] Value)> _queued = new();
    private byte* _key;
    private int _keyLength;
    private int _keyCapacity;
    private bool _hasKey;
    private ulong _lastStripe;
    private byte[] _owned = [];
    private GCHandle _pin;
    private bool _pendingStep;

    /// <summary>Creates the stream.</summary>
    /// <param name="input">The merge of all inputs; owned.</param>
    /// <param name="family">For the merge operator.</param>
    /// <param name="stripes">Sequence numbers that must stay readable, ascending; the last is the visible one.</param>
    /// <param name="ranges">Range tombstones of the inputs.</param>
    /// <param name="isBottom">Whether nothing below the output can hold a key; asked with ascending keys.</param>
    /// <param name="now">Unix milliseconds for expiry.</param>
    public EntryStream(
        InternalIterator input, FamilyCore family, ulong[] stripes, RangeTombstoneSet ranges,
        Func<ReadOnlySpan<byte>, bool> isBottom, ulong now)
    {
        _input = input;
        _family = family;
        _stripes = stripes;
        _ranges = ranges;
        _isBottom = isBottom;
        _now = now;
        _keyCapacity = 256;
        _key = (byte*)NativeMemory.Alloc((nuint)_keyCapacity);
    }

    public bool Valid { get; private set; }

    public byte* Key => _key;

    public int KeyLength => _keyLength;

    public ReadOnlySpan<byte> KeySpan => new(_key, _keyLength);

    public ulong Trailer { get; private set; }

    public byte* Value { get; private set; }

    public int ValueLength { get; private set; }

    /// <summary>Entries taken from the input.</summary>
    public ulong InputCount { get; private set; }

    /// <summary>Goes to the first entry to keep. The input stands on its first entry.</summary>
    public void Start() => Advance();

    /// <summary>Goes to the next entry to keep.</summary>
    public void Next()
    {
        if (_queued.TryDequeue(out var next))
        {
            SetOwned(next.Trailer, next.Value);
            return;
        }

        Advance();
    }

    public void Dispose()
    {
        if (_key == null)
            return;
        _input.Dispose();
        NativeMemory.Free(_key);
        _key = null;
        if (_pin.IsAllocated)
            _pin.Free();
    }

    // Beyond the visible number every entry is a stripe of its own: a read may yet begin at each of them.
    private ulong StripeOf(ulong sequence)
    {
        if (sequence > _stripes[^1])
            return (ulong)_stripes.Length + (sequence - _stripes[^1]);
        var index = Array.BinarySearch(_stripes, sequence);
        return (ulong)(index >= 0 ? index : ~index);
    }

    private void Advance()
    {
        // The input stands on the entry returned last only while its bytes are in use; _pendingStep says so.
        if (_pendingStep)
        {
            _pendingStep = false;
            Step();
        }

        while (_input.Valid)
        {
            var isNewKey = !_hasKey || _keyLength != _input.KeyLength
                || KeyOrder.Compare(_key, _keyLength, _input.Key, _input.KeyLength) != 0;
            if (isNewKey)
                SetKey(_input.Key, _input.KeyLength);
            var trailer = _input.Trailer;
            var sequence = Format.Trailer.Sequence(trailer);
            var stripe = StripeOf(sequence);
            if (!isNewKey && stripe == _lastStripe)
            {
                Step();
                continue;
            }

            _lastStripe = stripe;
            if (IsRangeDeleted(sequence, stripe))
            {
                // All older entries of the stripe are under the same tombstone, and _lastStripe skips them.
                Step();
                continue;
            }

            if (Emit(trailer, sequence, stripe))
                return;
        }

        Valid = false;
    }

    private void Step()
    {
        InputCount++;
        _input.Next();
    }

    private bool IsRangeDeleted(ulong sequence, ulong stripe)
    {
        if (_ranges.IsEmpty)
            return false;
        var limit = stripe < (ulong)_stripes.Length ? _stripes[stripe] : sequence;
        return _ranges.Covering(KeySpan, limit) > sequence;
    }

    // Whether an entry came out; otherwise the input has moved on.
    private bool Emit(ulong trailer, ulong sequence, ulong stripe)
    {
        var kind = Format.Trailer.Kind(trailer);
        var bottom = stripe == 0 && _isBottom(KeySpan);
        if (kind == EntryKind.PutUntil && Expiry.Read(_input.ValueSpan) <= _now)
            kind = EntryKind.Delete;
        switch (kind)
        {
            case EntryKind.Delete:
                if (bottom)
                {
                    Step();
                    return false;
                }

                Trailer = Format.Trailer.Pack(sequence, EntryKind.Delete);
                Value = _input.Value;
                ValueLength = 0;
                break;
            case EntryKind.Merge:
                return EmitMerge(sequence, stripe, bottom);
            default:
                // Nothing older is left below and every snapshot sees it: the sequence says nothing any more, and costs no byte.
                Trailer = Format.Trailer.Pack(bottom && _ranges.IsEmpty ? 0 : sequence, kind);
                Value = _input.Value;
                ValueLength = _input.ValueLength;
                break;
        }

        Valid = true;
        _pendingStep = true;
        return true;
    }

    // Gathers the operands of one stripe. With a base under them, or nothing below, they become a value; else all are kept.
    private bool EmitMerge(ulong sequence, ulong stripe, bool bottom)
    {
        var entries = new List<(ulong Trailer, byte[] Value)>();
        byte[]? existing = null;
        var hasBase = false;
        for (; _input.Valid && _input.KeySpan.SequenceEqual(KeySpan); Step())
        {
            var trailer = _input.Trailer;
            var own = Format.Trailer.Sequence(trailer);
            if (StripeOf(own) != stripe)
                break;
            if (IsRangeDeleted(own, stripe))
            {
                hasBase = true;
                break;
            }

            var kind = Format.Trailer.Kind(trailer);
            if (kind == EntryKind.Merge)
            {
                entries.Add((trailer, _input.ValueSpan.ToArray()));
                continue;
            }

            hasBase = true;
            if (kind == EntryKind.Put)
                existing = _input.ValueSpan.ToArray();
            else if (kind == EntryKind.PutUntil && Expiry.TryStrip(_input.ValueSpan, _now, out var live))
                existing = live.ToArray();
            break;
        }

        var exhausted = !_input.Valid || !_input.KeySpan.SequenceEqual(KeySpan);
        if (hasBase || (bottom && exhausted))
        {
            var operands = entries.Select(e => (ReadOnlyMemory<byte>)e.Value).Reverse().ToList();
            var value = MergeResolver.Combine(_family, KeySpan, existing, operands);
            SetOwned(Format.Trailer.Pack(bottom && _ranges.IsEmpty ? 0 : sequence, EntryKind.Put), value);
            return true;
        }

        foreach (var entry in entries)
            _queued.Enqueue(entry);
        var first = _queued.Dequeue();
        SetOwned(first.Trailer, first.Value);
        return true;
    }

    private void SetOwned(ulong trailer, byte[] value)
    {
        if (_pin.IsAllocated)
            _pin.Free();
        _owned = value;
        _pin = GCHandle.Alloc(_owned, GCHandleType.Pinned);
        Trailer = trailer;
        Value = (byte*)_pin.AddrOfPinnedObject();
        ValueLength = value.Length;
        Valid = true;
    }

    private void SetKey(byte* key, int length)
    {
        if (length > _keyCapacity)
        {
            _keyCapacity = 2 * length;
            _key = (byte*)NativeMemory.Realloc(_key, (nuint)_keyCapacity);
        }

        NativeMemory.Copy(key, _key, (nuint)length);
        _keyLength = length;
        _hasKey = true;
    }
}
