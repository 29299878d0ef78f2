using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using Gabbro.Storage.BTree;

namespace Gabbro.Storage.Tests.BTree.Processes;

/// <summary>
/// What this test program does when a test has started it as a process of its own: the environment says so, and then no
/// test runs.
/// </summary>
internal static class ChildRole
{
    public const string Variable = "GABBRO_TEST_CHILD";
    public const int Accounts = 50;
    public const long Opening = 1000;

    // Before anything else of the program, its entry point included.
    [ModuleInitializer]
    internal static void RunIfChild()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } words)
            return;
        try
        {
            Run(words.Split('|'));
            Environment.Exit(0);
        }
        catch (Exception e)
        {
            Console.Error.WriteLine(e);
            Environment.Exit(3);
        }
    }

    public static byte[] Account(int number) => [(byte)'a', (byte)number];

    public static byte[] Counter(int writer) => [(byte)'c', (byte)writer];

    public static byte[] Amount(long amount)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, amount);
        return bytes;
    }

    // Words: role, database, and what the role needs.
    private static void Run(string[] words)
    {
        switch (words[0])
        {
            case "put":
                using (var db = BTreeDatabase.Open(words[1], new BTreeOptions { BackgroundCheckpoints = false }))
                    db.Put("key"u8, "value"u8);
                break;
            case "golden":
                Golden.GoldenDatabase.Write(words[1]);
                break;
            case "keys":
                PutKeys(words[1], words[2], int.Parse(words[3], CultureInfo.InvariantCulture));
                break;
            case "get":
                GetKeys(words[1], int.Parse(words[2], CultureInfo.InvariantCulture));
                break;
            case "truncated":
                TruncatedUnderFoot.Run(words[1], words[2], words[3]);
                break;
            case "hold":
                HoldSnapshots(words[1], int.Parse(words[2], CultureInfo.InvariantCulture));
                break;
            case "refused":
                RefusedDirectory.Run(words[1], words[2]);
                break;
            default:
                Transfer(words[0] == "writer", words[1], words[2], int.Parse(words[3], CultureInfo.InvariantCulture));
                break;
        }
    }

    private static void PutKeys(string path, string prefix, int count)
    {
        using var db = BTreeDatabase.Open(path, new BTreeOptions { CreateIfMissing = false, Durability = CommitDurability.Relaxed });
        for (var i = 0; i < count; i++)
            db.Put(System.Text.Encoding.UTF8.GetBytes($"{prefix}-key{i}"), System.Text.Encoding.UTF8.GetBytes($"{prefix}-value{i}"));
    }

    private static void GetKeys(string path, int count)
    {
        var random = new Random(Environment.ProcessId);
        using var db = BTreeDatabase.Open(path, new BTreeOptions { ReadOnly = true });
        for (var i = 0; i < count; i++)
        {
            var n = random.Next(count);
            if (db.Get(System.Text.Encoding.UTF8.GetBytes($"0-key{n}")) is not { } value
                || !value.AsSpan().SequenceEqual(System.Text.Encoding.UTF8.GetBytes($"0-value{n}")))
            {
                throw new InvalidOperationException($"key {n}");
            }
        }
    }

    // Sits on snapshots until it is killed; says when it does.
    private static void HoldSnapshots(string path, int count)
    {
        using var db = BTreeDatabase.Open(path, new BTreeOptions { CreateIfMissing = false });
        for (var i = 0; i < count; i++)
            db.BeginRead();
        Console.Out.WriteLine("ready");
        Console.Out.Flush();
        Thread.Sleep(Timeout.Infinite);
    }

    private static void Transfer(bool isWriter, string path, string acknowledgements, int number)
    {
        var random = new Random(Environment.ProcessId);
        using var acknowledged = new FileStream(acknowledgements, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        using var db = BTreeDatabase.Open(path, new BTreeOptions { CreateIfMissing = false, Durability = CommitDurability.Relaxed, LogCapacity = 1 << 20 });
        while (true)
        {
            if (isWriter)
                Transfer(db, random, number, acknowledged);
            else
                Sum(db, acknowledged);
        }
    }

    private static void Transfer(BTreeDatabase db, Random random, int writer, FileStream acknowledged)
    {
        using var write = db.BeginWrite();
        var from = Account(random.Next(Accounts));
        var to = Account(random.Next(Accounts));
        write.Put(from, Amount(Read(write, from) - 1));
        write.Put(to, Amount(Read(write, to) + 1));
        var count = Read(write, Counter(writer)) + 1;
        write.Put(Counter(writer), Amount(count));
        write.Put([(byte)'j', (byte)random.Next(256)], new byte[random.Next(9000)]);
        write.Commit();
        acknowledged.Write(Amount(count));
    }

    private static long Read(WriteTransaction write, byte[] key) =>
        write.TryGet(key, out var value) ? BinaryPrimitives.ReadInt64LittleEndian(value) : throw new InvalidOperationException("a record is gone");

    private static void Sum(BTreeDatabase db, FileStream acknowledged)
    {
        using var read = db.BeginRead();
        long sum = 0;
        var cursor = read.OpenCursor();
        for (var valid = cursor.Seek("a"u8); valid && cursor.IsAtPrefix("a"u8); valid = cursor.Next())
            sum += BinaryPrimitives.ReadInt64LittleEndian(cursor.Value);
        if (sum != Accounts * Opening)
            File.WriteAllText(acknowledged.Name + ".fault", sum.ToString(CultureInfo.InvariantCulture));
    }
}
