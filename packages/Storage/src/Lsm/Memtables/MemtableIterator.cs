using System.Runtime.CompilerServices;
using Gabbro.Storage.Lsm.Iterators;

namespace Gabbro.Storage.Lsm.Memtables;

/// <summary>Walks a skip list that may be growing meanwhile; entries never move, so nothing is copied.</summary>
internal sealed unsafe class MemtableIterator(SkipList list) : InternalIterator
{
    private uint _node;

    public override void SeekToFirst() => Load(list.First());

    public override void SeekToLast() => Load(list.Last());

    public override void Seek(byte* key, int length, ulong trailer) => Load(list.FindAtOrAfter(key, length, trailer));

    public override void SeekBefore(byte* key, int length, ulong trailer) => Load(list.FindBefore(key, length, trailer));

    public override void Next() => Load(list.Next(_node));

    public override void Previous() => Load(list.FindBefore(Key, KeyLength, Trailer));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Load(uint node)
    {
        _node = node;
        Valid = node != 0;
        if (!Valid)
            return;
        Key = list.Key(node);
        KeyLength = list.KeyLength(node);
        Trailer = list.TrailerOf(node);
        Value = Key + KeyLength;
        ValueLength = list.ValueLength(node);
    }
}
