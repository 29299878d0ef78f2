namespace Gabbro.Storage.Lsm.Iterators;

/// <summary>
/// A position in one sorted source of entries. The fields describe the entry stood on while <see cref="Valid"/>; the
/// bytes they point to stay good until the next move.
/// </summary>
internal abstract unsafe class InternalIterator : IDisposable
{
    public byte* Key;
    public int KeyLength;
    public ulong Trailer;
    public byte* Value;
    public int ValueLength;
    public bool Valid;

    public ReadOnlySpan<byte> KeySpan => new(Key, KeyLength);

    public ReadOnlySpan<byte> ValueSpan => new(Value, ValueLength);

    /// <summary>Goes to the first entry.</summary>
    public abstract void SeekToFirst();

    /// <summary>Goes to the last entry.</summary>
    public abstract void SeekToLast();

    /// <summary>Goes to the first entry at or after (key, trailer). The key must not lie in this iterator's own buffers.</summary>
    public abstract void Seek(byte* key, int length, ulong trailer);

    /// <summary>Goes to the last entry before (key, trailer). The key must not lie in this iterator's own buffers.</summary>
    public abstract void SeekBefore(byte* key, int length, ulong trailer);

    /// <summary>One entry on; only while <see cref="Valid"/>.</summary>
    public abstract void Next();

    /// <summary>One entry back; only while <see cref="Valid"/>.</summary>
    public abstract void Previous();

    public virtual void Dispose()
    {
    }
}
