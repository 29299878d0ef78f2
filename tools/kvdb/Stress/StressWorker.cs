using System.Globalization;
using System.Text;
using Gabbro.Storage.BTree;

namespace Gabbro.Tools.Kvdb.Stress;

/// <summary>
/// A process of a stress test. A writer moves money between accounts, counts its commits in a record of its own, and says
/// each count once the commit has returned; a reader sums all accounts of a snapshot, which must not change.
/// </summary>
internal static class StressWorker
{
    public const int Accounts = 100;
    public const int Opening = 1000;

    /// <summary>Words: file, role (w or r), number, operations (0: until killed), seed, sync (0 or 1).</summary>
    public static int Run(string[] words)
    {
        var number = int.Parse(words[2], CultureInfo.InvariantCulture);
        var operations = int.Parse(words[3], CultureInfo.InvariantCulture);
        var random = new Random(int.Parse(words[4], CultureInfo.InvariantCulture));
        var durability = words[5] == "1" ? CommitDurability.Full : CommitDurability.Relaxed;
        using var database = BTreeDatabase.Open(
            words[0], new BTreeOptions { CreateIfMissing = false, Durability = durability, ReadOnly = words[1] == "r" });
        using var output = new StreamWriter(Console.OpenStandardOutput(), Encoding.ASCII) { AutoFlush = true };
        output.WriteLine("ready");
        for (var i = 1; operations == 0 || i <= operations; i++)
        {
            if (words[1] == "w")
                output.WriteLine(Write(database, number, random, i));
            else if (Read(database, random) is { } fault)
                return Fail(output, fault);
            else if (operations > 0 || i % 16 == 0)
                output.WriteLine("r");
        }

        return 0;
    }

    public static byte[] AccountKey(int account) => Encoding.ASCII.GetBytes($"account:{account:d4}");

    public static byte[] CounterKey(int writer) => Encoding.ASCII.GetBytes($"writer:{writer:d4}");

    public static byte[] JournalKey(int writer, long count) => Encoding.ASCII.GetBytes($"journal:{writer:d4}:{count % 2000:d6}");

    public static byte[] Number(long number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    public static long Number(ReadOnlySpan<byte> text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static string Write(BTreeDatabase database, int writer, Random random, int step)
    {
        using var transaction = database.BeginWrite();
        var count = transaction.TryGet(CounterKey(writer), out var text) ? Number(text) + 1 : 1;
        var from = AccountKey(random.Next(Accounts));
        var to = AccountKey(random.Next(Accounts));
        var amount = random.Next(10);
        transaction.TryGet(from, out text);
        transaction.Put(from, Number(Number(text) - amount));
        transaction.TryGet(to, out text);
        transaction.Put(to, Number(Number(text) + amount));
        // Journal records of all sizes, overflow values among them, keep splits, merges and free pages coming.
        transaction.Put(JournalKey(writer, count), new byte[random.Next(20) == 0 ? random.Next(20_000) : random.Next(200)]);
        if (step % 3 == 0)
            transaction.Delete(JournalKey(writer, count - 1000));
        transaction.Put(CounterKey(writer), Number(count));
        transaction.Commit();
        return $"w {count}";
    }

    private static string? Read(BTreeDatabase database, Random random)
    {
        using var transaction = database.BeginRead();
        if (random.Next(4) != 0)
            return transaction.Contains(AccountKey(random.Next(Accounts))) ? null : "an account is missing";
        long sum = 0;
        var found = 0;
        var cursor = transaction.OpenCursor();
        for (var valid = cursor.Seek("account:"u8); valid && cursor.IsAtPrefix("account:"u8); valid = cursor.Next())
        {
            sum += Number(cursor.Value);
            found++;
        }

        return found == Accounts && sum == Accounts * Opening
            ? null
            : $"{found} accounts hold {sum}, not {Accounts * Opening}";
    }

    private static int Fail(StreamWriter output, string fault)
    {
        output.WriteLine($"fault {fault}");
        return 3;
    }
}
