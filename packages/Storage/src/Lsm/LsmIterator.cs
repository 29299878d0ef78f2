using Gabbro.Storage.Lsm.Engine;
using Gabbro.Storage.Lsm.Format;
using Gabbro.Storage.Lsm.Iterators;
using Gabbro.Storage.Lsm.Memtables;
using Gabbro.Storage.Lsm.Versions;

namespace Gabbro.Storage.Lsm;

/// <summary>
/// A position among the live keys of a column family, forward and backward, over the state at its creation whatever is
/// written or compacted meanwhile.
/// </summary>
/// <remarks>
/// Not safe for several threads. <see cref="Key"/> and <see cref="Value"/> are good until the next move. Stepping allocates
/// nothing. An iterator keeps files and memory of its state alive: dispose it. It must not outlive its database: after
/// the database is closed every member throws <see cref="ObjectDisposedException"/>.
/// </remarks>
public sealed unsafe class LsmIterator : IDisposable
{
    // Older versions of one key that are stepped over before seeking behind them instead.
    private const int MaxSteps = 16;

    // Dead keys in a row after which the stretch is worth remembering.
    private const int LongGap = 64;

    private readonly DatabaseCore _core;
    private readonly FamilyCore _family;
    private readonly SuperVersion _view;
    private readonly InternalIterator _input;
    private readonly RangeTombstoneSet _ranges;
    private readonly ulong _sequence;
    private readonly byte[]? _lower;
    private readonly byte[]? _upper;
    private readonly ByteBuffer _key = new(64);
    private readonly ByteBuffer _value = new(64);
    private readonly ulong _now;
    private PendingGap? _pendingGap;
    private bool _valid;
    private bool _backward;
    private bool _valueInBuffer;
    private bool _disposed;
    private int _valueSkip;

    internal LsmIterator(DatabaseCore core, FamilyCore family, ReadOptions options)
    {
        _core = core;
        _family = family;
        _lower = options.LowerBound;
        _upper = options.UpperBound;
        // The view first: whatever is visible when the number is read is in the view or in a memtable younger than it.
        _view = family.Acquire();
        try
        {
            _sequence = options.Snapshot?.Sequence ?? core.Snapshots.Visible;
            _ranges = ViewIterators.RangeTombstones(_view, _lower, _upper);
            _input = ViewIterators.Create(_view, options.FillCache);
            _now = core.NowMilliseconds;
        }
        catch
        {
            _view.Release();
            throw;
        }
    }

    /// <summary>Whether the iterator stands on a key.</summary>
    public bool Valid => _valid;

    /// <summary>The key; only while <see cref="Valid"/>.</summary>
    /// <exception cref="InvalidOperationException">The iterator does not stand on a key.</exception>
    public ReadOnlySpan<byte> Key => _valid ? _key.Span : throw NotValid();

    /// <summary>The value; only while <see cref="Valid"/>.</summary>
    /// <exception cref="InvalidOperationException">The iterator does not stand on a key.</exception>
    public ReadOnlySpan<byte> Value
    {
        get
        {
            if (!_valid)
                throw NotValid();
            return _valueInBuffer ? _value.Span : new ReadOnlySpan<byte>(_input.Value + _valueSkip, _input.ValueLength - _valueSkip);
        }
    }

    /// <summary>Goes to the first key within the bounds.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="CorruptionException">A table on the way is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The iterator or the database is closed.</exception>
    public bool SeekToFirst()
    {
        CheckOpen();
        if (_lower is not null)
            return Seek(_lower);
        _backward = false;
        _input.SeekToFirst();
        return FindForward(skipCurrent: false);
    }

    /// <summary>Goes to the last key within the bounds.</summary>
    /// <inheritdoc cref="SeekToFirst"/>
    public bool SeekToLast()
    {
        CheckOpen();
        _backward = true;
        if (_upper is not null)
        {
            fixed (byte* key = _upper)
                _input.SeekBefore(key, _upper.Length, Trailer.Newest);
        }
        else
        {
            _input.SeekToLast();
        }

        return FindBackward();
    }

    /// <summary>Goes to the first key at or after <paramref name="key"/> within the bounds.</summary>
    /// <inheritdoc cref="SeekToFirst"/>
    public bool Seek(ReadOnlySpan<byte> key)
    {
        CheckOpen();
        if (_lower is not null && KeyOrder.Compare(key, _lower) < 0)
            key = _lower;
        if (_core.Gaps.Find(_family.Id, key, _sequence) is { } end)
            key = end;
        _backward = false;
        fixed (byte* p = key)
            _input.Seek(p, key.Length, Trailer.Seek(_sequence));
        return FindForward(skipCurrent: false);
    }

    /// <summary>Goes to the last key at or before <paramref name="key"/> within the bounds.</summary>
    /// <inheritdoc cref="SeekToFirst"/>
    public bool SeekForPrevious(ReadOnlySpan<byte> key)
    {
        CheckOpen();
        if (_upper is not null && KeyOrder.Compare(key, _upper) >= 0)
            return SeekToLast();
        _backward = true;
        // Before everything that sorts behind the key's last entry.
        fixed (byte* p = key)
            _input.SeekBefore(p, key.Length, 0);
        return FindBackward();
    }

    /// <summary>Goes to the next key.</summary>
    /// <returns>Whether there is one within the bounds.</returns>
    /// <exception cref="InvalidOperationException">The iterator does not stand on a key.</exception>
    /// <exception cref="CorruptionException">A table on the way is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The iterator or the database is closed.</exception>
    public bool Next()
    {
        CheckOpen();
        if (!_valid)
            throw NotValid();
        if (_backward)
        {
            _backward = false;
            fixed (byte* p = _key.Span)
                _input.Seek(p, _key.Length, 0);
            return FindForward(skipCurrent: false);
        }

        _input.Next();
        return FindForward(skipCurrent: true);
    }

    /// <summary>Goes to the previous key.</summary>
    /// <inheritdoc cref="Next"/>
    public bool Previous()
    {
        CheckOpen();
        if (!_valid)
            throw NotValid();
        if (!_backward)
        {
            _backward = true;
            fixed (byte* p = _key.Span)
                _input.SeekBefore(p, _key.Length, Trailer.Newest);
        }

        return FindBackward();
    }

    /// <summary>Lets go of the state.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _valid = false;
        DropPendingGap();
        _input.Dispose();
        _view.Release();
    }

    // From where the input stands to the first live key. With skipCurrent, entries of the key in _key are history.
    private bool FindForward(bool skipCurrent)
    {
        _valid = false;
        var skip = skipCurrent;
        var steps = 0;
        var dead = 0;
        while (_input.Valid)
        {
            if (Trailer.Sequence(_input.Trailer) > _sequence)
            {
                _input.Next();
                continue;
            }

            if (skip && IsCurrentKey())
            {
                if (++steps < MaxSteps)
                {
                    _input.Next();
                }
                else
                {
                    steps = 0;
                    fixed (byte* p = _key.Span)
                        _input.Seek(p, _key.Length, 0);
                }

                continue;
            }

            if (_upper is not null && KeyOrder.Compare(_input.KeySpan, _upper) >= 0)
                break;
            _key.Clear();
            _key.Append(_input.KeySpan);
            steps = 0;
            skip = true;
            switch (Judge())
            {
                case EntryKind.Merge:
                    if (LoadMerged())
                        return Found(dead);
                    break;
                case EntryKind.Put:
                    _valid = true;
                    _valueInBuffer = false;
                    return Found(dead);
            }

            if (++dead == LongGap && !SkipGap())
                continue;
            _input.Next();
        }

        EndGap(dead, _upper);
        return false;
    }

    // Whether the newest visible entry means a value. A delete and all that hides a key read as Delete.
    private EntryKind Judge()
    {
        var kind = Trailer.Kind(_input.Trailer);
        if (!_ranges.IsEmpty && _ranges.Covering(_key.Span, _sequence) > Trailer.Sequence(_input.Trailer))
            return EntryKind.Delete;
        _valueSkip = 0;
        if (kind != EntryKind.PutUntil)
            return kind;
        if (Expiry.Read(_input.ValueSpan) <= _now)
            return EntryKind.Delete;
        _valueSkip = Expiry.Length;
        return EntryKind.Put;
    }

    private bool LoadMerged()
    {
        var value = MergeResolver.Resolve(_family, _view, _key.Span, _sequence, _now);
        if (value is null)
            return false;
        _value.Clear();
        _value.Append(value);
        _valueInBuffer = true;
        return _valid = true;
    }

    // From where the input stands back to the last live key. The entries of a key come oldest first this way: the last
    // visible one met is the newest, and is known as such only when the input has left the key.
    private bool FindBackward()
    {
        _valid = false;
        while (_input.Valid)
        {
            if (_lower is not null && KeyOrder.Compare(_input.KeySpan, _lower) < 0)
                return false;
            _key.Clear();
            _key.Append(_input.KeySpan);
            var newest = EntryKind.Delete;
            var steps = 0;
            while (_input.Valid && IsCurrentKey())
            {
                if (Trailer.Sequence(_input.Trailer) <= _sequence)
                {
                    newest = Judge();
                    if (newest == EntryKind.Put)
                    {
                        _value.Clear();
                        _value.Append(new ReadOnlySpan<byte>(_input.Value + _valueSkip, _input.ValueLength - _valueSkip));
                    }
                }
                else if (++steps > MaxSteps)
                {
                    fixed (byte* p = _key.Span)
                        _input.SeekBefore(p, _key.Length, Trailer.Newest);
                    break;
                }

                _input.Previous();
            }

            if (newest == EntryKind.Put || (newest == EntryKind.Merge && LoadMerged()))
            {
                _valueInBuffer = true;
                return _valid = true;
            }
        }

        return false;
    }

    private bool IsCurrentKey()
    {
        fixed (byte* p = _key.Array)
            return KeyOrder.Compare(_input.Key, _input.KeyLength, p, _key.Length) == 0;
    }

    private bool Found(int dead)
    {
        EndGap(dead, null);
        return true;
    }

    // After many dead keys: jump if the stretch is known; else begin to watch it, unless something was written since this
    // iterator's state, which the watch would not have seen. False if the input was moved and must be looked at afresh.
    private bool SkipGap()
    {
        if (_core.Gaps.Find(_family.Id, _key.Span, _sequence) is { } end)
        {
            fixed (byte* p = end)
                _input.Seek(p, end.Length, Trailer.Seek(_sequence));
            return false;
        }

        if (_pendingGap is not null || _core.IsReadOnly || !_core.CommitLock.TryEnter())
            return true;
        try
        {
            if (_core.LastSequence == _sequence)
                _pendingGap = _core.Gaps.Watch(_family.Id, _key.Span.ToArray(), _sequence);
        }
        finally
        {
            _core.CommitLock.Exit();
        }

        return true;
    }

    private void EndGap(int dead, byte[]? end)
    {
        if (_pendingGap is null)
            return;
        if (dead > LongGap)
            _core.Gaps.Complete(_pendingGap, _valid ? _key.Span.ToArray() : end);
        else
            _core.Gaps.Complete(_pendingGap, null);
        _pendingGap = null;
    }

    private void DropPendingGap()
    {
        if (_pendingGap is null)
            return;
        _core.Gaps.Complete(_pendingGap, null);
        _pendingGap = null;
    }

    private void CheckOpen()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _core.ThrowIfClosed();
    }

    private static InvalidOperationException NotValid() => new("the iterator does not stand on a key");
}
