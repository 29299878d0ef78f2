using Gabbro.Storage.Lsm.Iterators;
using Gabbro.Storage.Lsm.Tables;

namespace Gabbro.Storage.Lsm.Versions;

/// <summary>Walks tables that follow each other in key order, one open at a time.</summary>
internal sealed unsafe class LevelIterator(TableFile[] files, bool fillCache) : InternalIterator
{
    private int _index;
    private TableIterator? _current;
    private int _currentIndex = -1;

    public override void SeekToFirst()
    {
        if (Open(0))
            _current!.SeekToFirst();
        SkipForward();
    }

    public override void SeekToLast()
    {
        if (Open(files.Length - 1))
            _current!.SeekToLast();
        SkipBackward();
    }

    public override void Seek(byte* key, int length, ulong trailer)
    {
        if (Open(Version.Find(files, new ReadOnlySpan<byte>(key, length))))
            _current!.Seek(key, length, trailer);
        SkipForward();
    }

    public override void SeekBefore(byte* key, int length, ulong trailer)
    {
        var index = Version.Find(files, new ReadOnlySpan<byte>(key, length));
        if (index == files.Length)
        {
            SeekToLast();
            return;
        }

        if (Open(index))
            _current!.SeekBefore(key, length, trailer);
        SkipBackward();
    }

    public override void Next()
    {
        _current!.Next();
        if (_current.Valid)
            Load();
        else
            SkipForward();
    }

    public override void Previous()
    {
        _current!.Previous();
        SkipBackward();
    }

    public override void Dispose()
    {
        base.Dispose();
        _current?.Dispose();
    }

    private bool Open(int index)
    {
        _index = index;
        if (index < 0 || index >= files.Length)
            return false;
        if (_currentIndex == index)
            return true;
        if (_current is null)
            _current = new TableIterator(files[index].Reader, fillCache);
        else
            _current.Reset(files[index].Reader);
        _currentIndex = index;
        return true;
    }

    private void SkipForward()
    {
        while (InRange && !_current!.Valid)
        {
            if (Open(_index + 1))
                _current.SeekToFirst();
        }

        Settle();
    }

    private void SkipBackward()
    {
        while (InRange && !_current!.Valid)
        {
            if (Open(_index - 1))
                _current.SeekToLast();
        }

        Settle();
    }

    private bool InRange => _index >= 0 && _index < files.Length;

    private void Settle()
    {
        if (InRange)
            Load();
        else
            Valid = false;
    }

    private void Load()
    {
        var current = _current!;
        Key = current.Key;
        KeyLength = current.KeyLength;
        Trailer = current.Trailer;
        Value = current.Value;
        ValueLength = current.ValueLength;
        Valid = true;
    }
}
