using System.Text;
using Gabbro.Storage.Lsm;

namespace Gabbro.Tools.Kvdb.Crashing;

/// <summary>
/// Writes numbered pairs of keys, each pair in one batch, from several threads, and says each number on standard output
/// once it is answered. Ends only by being killed.
/// </summary>
internal static class CrashWorker
{
    public static int Run(string path, int threads, bool compact)
    {
        var database = LsmDatabase.Open(path, Options());
        using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true };
        output.WriteLine("ready");
        var lines = new Lock();
        var workers = Enumerable.Range(0, threads).Select(t => new Thread(() => Write(database, t, output, lines))).ToList();
        if (compact)
            workers.Add(new Thread(() => CompactForEver(database)));
        foreach (var worker in workers)
            worker.Start();
        foreach (var worker in workers)
            worker.Join();
        return 0;
    }

    /// <summary>Small buffers, so that flushes and compactions are always under way.</summary>
    public static LsmOptions Options() => new()
    {
        DefaultFamily = { WriteBufferSize = 64 << 10, TargetFileSize = 64 << 10, LevelBaseSize = 256 << 10 },
    };

    public static string Key(int thread, long number, char side) => $"t{thread:D2}-{number:D9}-{side}";

    public static string Value(int thread, long number) => $"{thread}:{number}:" + new string((char)('a' + (number % 26)), (int)(number % 200));

    private static void Write(LsmDatabase database, int thread, StreamWriter output, Lock lines)
    {
        // Goes on where the last life of this thread ended.
        var number = CrashTest.CountOf(database, thread);
        var batch = new WriteBatch();
        while (true)
        {
            batch.Clear();
            var value = Encoding.UTF8.GetBytes(Value(thread, number));
            batch.Put(Encoding.UTF8.GetBytes(Key(thread, number, 'a')), value);
            batch.Put(Encoding.UTF8.GetBytes(Key(thread, number, 'b')), value);
            database.Write(batch);
            lock (lines)
                output.WriteLine($"{thread} {number}");
            number++;
        }
    }

    private static void CompactForEver(LsmDatabase database)
    {
        while (true)
            database.CompactRange();
    }
}
