using Gabbro.Storage.BTree;

namespace Gabbro.Storage.Tests.BTree.Processes;

/// <summary>A process without the right to write where a database is: started by a test under another user or name space.</summary>
internal static class RefusedDirectory
{
    public static void Run(string path, string missing)
    {
        Expect(StorageErrorKind.ReadOnly, () => BTreeDatabase.Open(missing));
        Expect(StorageErrorKind.ReadOnly, () => BTreeDatabase.Open(path));
        using var db = BTreeDatabase.Open(path, new BTreeOptions { ReadOnly = true });
        if (!(db.Get("key"u8) ?? []).AsSpan().SequenceEqual("value"u8))
            throw new InvalidOperationException("the record is not there");
        if (!db.Check().IsSound)
            throw new InvalidOperationException("not sound");
        Expect(StorageErrorKind.ReadOnly, () => db.Put("key"u8, "other"u8));
        Expect(StorageErrorKind.ReadOnly, db.Vacuum);
        Console.Out.WriteLine("refused as expected");
    }

    private static void Expect(StorageErrorKind kind, Action action)
    {
        try
        {
            action();
        }
        catch (StorageException e) when (e.Kind == kind)
        {
            return;
        }

        throw new InvalidOperationException($"expected {kind}");
    }
}
