using Gabbro.Storage.BTree;

namespace Gabbro.Storage.Benchmarks.BTree;

internal sealed class GabbroStore : IStore
{
    private readonly BTreeDatabase _database;
    private readonly bool _owns;

    public GabbroStore(string directory, bool sync)
    {
        _database = BTreeDatabase.Open(
            Path.Combine(directory, "gabbro.db"),
            new BTreeOptions { Durability = sync ? CommitDurability.Full : CommitDurability.Relaxed });
        _owns = true;
    }

    private GabbroStore(BTreeDatabase database) => _database = database;

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => _database.Put(key, value);

    public bool Get(ReadOnlySpan<byte> key, Span<byte> value) => _database.TryGet(key, value, out _);

    public long Scan(out int count)
    {
        using var read = _database.BeginRead();
        var cursor = read.OpenCursor();
        long sum = 0;
        count = 0;
        for (var valid = cursor.SeekFirst(); valid; valid = cursor.Next())
        {
            sum += cursor.Key[^1] + cursor.Value[5];
            count++;
        }

        return sum;
    }

    public IStore Share() => new GabbroStore(_database);

    public void Dispose()
    {
        if (_owns)
            _database.Dispose();
    }
}
