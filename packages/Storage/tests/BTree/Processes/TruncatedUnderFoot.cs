using System.Text;
using Gabbro.Storage.BTree;

namespace Gabbro.Storage.Tests.BTree.Processes;

/// <summary>
/// What a process does whose database is cut short while it works: everything it may do, in turn, until an error tells it.
/// The test asks only that an error does, not a signal, and that no answer before it was wrong.
/// </summary>
internal static class TruncatedUnderFoot
{
    public const int Records = 3000;

    public static byte[] Key(int number) => Encoding.ASCII.GetBytes($"key{number:d5}");

    public static byte[] Value(int number) => Encoding.ASCII.GetBytes($"value{number}".PadRight(number % 40 == 0 ? 9000 : 60, '.'));

    public static void Run(string path, string file, string length)
    {
        CorruptionException? told = null;
        try
        {
            using var db = BTreeDatabase.Open(path, new BTreeOptions { CreateIfMissing = false, LogCapacity = 1 << 20, Durability = CommitDurability.Relaxed });
            db.Put("last"u8, "1"u8);
            ReadAll(db);
            using (var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
                stream.SetLength(long.Parse(length, System.Globalization.CultureInfo.InvariantCulture));
            told = Work(db);
        }
        catch (CorruptionException e)
        {
            // From closing, when nothing before met the missing part.
            told ??= e;
        }

        Console.Out.WriteLine(told == null ? "nothing noticed" : $"told: {told.Message}");
    }

    private static CorruptionException? Work(BTreeDatabase db)
    {
        try
        {
            for (var round = 0; round < 3; round++)
            {
                ReadAll(db);
                for (var i = 0; i < 500; i++)
                    db.Put(Key(i), Value(i));
                db.Delete("last"u8);
                db.Put("last"u8, "1"u8);
                db.Flush();
                db.Checkpoint();
                if (!db.Check().IsSound)
                    return db.Check().Damage;
            }

            return null;
        }
        catch (CorruptionException e)
        {
            return e;
        }
        catch (StorageException e) when (e.Kind == StorageErrorKind.Poisoned)
        {
            return new CorruptionException(db.Path, 0, e.Message);
        }
    }

    private static void ReadAll(BTreeDatabase db)
    {
        using var read = db.BeginRead();
        for (var i = 0; i < Records; i++)
        {
            if (!read.TryGet(Key(i), out ReadOnlySpan<byte> value) || !value.SequenceEqual(Value(i)))
                throw new InvalidOperationException($"a wrong answer for key {i}");
        }

        var cursor = read.OpenCursor();
        var count = 0;
        for (var valid = cursor.Seek("key"u8); valid && cursor.IsAtPrefix("key"u8); valid = cursor.Next(), count++)
        {
            if (!cursor.Key.SequenceEqual(Key(count)) || !cursor.Value.SequenceEqual(Value(count)))
                throw new InvalidOperationException($"a wrong record at {count}");
        }

        if (count != Records)
            throw new InvalidOperationException($"{count} records");
    }
}
