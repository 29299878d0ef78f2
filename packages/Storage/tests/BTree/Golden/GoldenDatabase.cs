using System.Text;
using Gabbro.Storage.BTree;

namespace Gabbro.Storage.Tests.BTree.Golden;

/// <summary>A database with something of everything that the format knows, and what must be read from it.</summary>
internal static class GoldenDatabase
{
    /// <summary>Writes a closed database and one as a kill leaves it into a directory.</summary>
    public static void Write(string directory)
    {
        Directory.CreateDirectory(directory);
        foreach (var file in Directory.GetFiles(directory, "*.db*"))
            File.Delete(file);
        using (var db = Open(Path.Combine(directory, "closed.db")))
        {
            FillFirst(db);
            db.Checkpoint();
            FillSecond(db);
        }

        File.Delete(Path.Combine(directory, "closed.db-lock"));
        var work = Path.Combine(directory, "work.db");
        using (var db = Open(work))
        {
            FillFirst(db);
            db.Checkpoint();
            FillSecond(db);
            foreach (var suffix in new[] { "", "-wal" })
                File.Copy(work + suffix, Path.Combine(directory, "killed.db" + suffix));
        }

        foreach (var file in Directory.GetFiles(directory, "work.db*"))
            File.Delete(file);
    }

    /// <summary>What is in both, as <see cref="FormatReader"/> gives it.</summary>
    public static SortedDictionary<string, SortedDictionary<string, string>> Expected()
    {
        var main = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < 120; i++)
        {
            if (i is < 30 or >= 60)
                main[Key(i)] = Value(i);
        }

        main[Key(7)] = "replaced";
        main.Remove(Key(100));
        var users = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["alice"] = "30", ["bob"] = "25", ["zero\0key"] = "a\0b" };
        var index = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["30\0\u0001alice"] = "",
            ["25\0\u0001bob"] = "",
            ["a\0\u00FFb\0\u0001zero\0key"] = "",
        };
        return new SortedDictionary<string, SortedDictionary<string, string>>(StringComparer.Ordinal)
        {
            [""] = main,
            ["users"] = users,
            ["\0users\0by-age"] = index,
        };
    }

    /// <summary>Everything the engine finds in a database, in the same form.</summary>
    public static SortedDictionary<string, SortedDictionary<string, string>> ReadAll(BTreeDatabase db)
    {
        var trees = new SortedDictionary<string, SortedDictionary<string, string>>(StringComparer.Ordinal);
        using var read = db.BeginRead();
        trees[""] = Records(read.OpenCursor());
        foreach (var name in read.ListTrees())
        {
            Assert.That(read.TryOpenTree(name, out var tree));
            trees[name] = Records(read.OpenCursor(tree));
        }

        var entries = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var index = read.OpenIndex("by-age", "users");
        for (var valid = index.SeekFirst(); valid; valid = index.Next())
            entries[FormatReader.Text(index.IndexKey).Replace("\0", "\0\u00FF", StringComparison.Ordinal) + "\0\u0001" + FormatReader.Text(index.PrimaryKey)] = "";
        trees["\0users\0by-age"] = entries;
        return trees;
    }

    private static SortedDictionary<string, string> Records(BTreeCursor cursor)
    {
        var records = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var valid = cursor.SeekFirst(); valid; valid = cursor.Next())
            records[FormatReader.Text(cursor.Key)] = FormatReader.Text(cursor.Value);
        return records;
    }

    private static BTreeDatabase Open(string path) =>
        BTreeDatabase.Open(path, new BTreeOptions { PageSize = 512, LogCapacity = 64 << 10, BackgroundCheckpoints = false });

    private static string Key(int i) => $"key{i:d4}";

    private static string Value(int i) => new((char)('a' + (i % 26)), i % 20 == 0 ? 1500 : i % 50);

    private static byte[] B(string text) => Encoding.Latin1.GetBytes(text);

    private static void FillFirst(BTreeDatabase db)
    {
        for (var i = 0; i < 90; i++)
            db.Put(B(Key(i)), B(Value(i)));
        using (var write = db.BeginWrite())
        {
            write.Put(write.OpenTree("users"), "alice"u8, "29"u8);
            write.Put(write.OpenTree("dropped"), "k"u8, "v"u8);
            write.Commit();
        }

        db.DefineIndex("by-age", static (_, value, keys) => keys.Add(value), "users");
    }

    private static void FillSecond(BTreeDatabase db)
    {
        for (var i = 90; i < 120; i++)
            db.Put(B(Key(i)), B(Value(i)));
        db.Put(B(Key(7)), "replaced"u8);
        db.Delete(B(Key(100)));
        using var write = db.BeginWrite();
        write.DeleteRange(B(Key(30)), B(Key(60)));
        var users = write.OpenTree("users");
        write.Put(users, "alice"u8, "30"u8);
        write.Put(users, "bob"u8, "25"u8);
        write.Put(users, "zero\0key"u8, "a\0b"u8);
        write.DropTree("dropped");
        write.Commit();
    }
}
