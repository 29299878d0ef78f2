using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gabbro.Storage;
using Gabbro.Storage.BTree;
using Gabbro.Tools.Kvdb.Stress;

namespace Gabbro.Tools.Kvdb.Commands;

/// <summary>create, put, get, delete, scan, stats, check, vacuum and stress: one B+tree database in one file.</summary>
internal static class FileCommands
{
    public static void AddTo(RootCommand root)
    {
        Add(root, "create", "Makes a database file.", [], (path, _) => Create(path));
        Add(root, "put", "Stores a record.", ["key", "value"], (path, words) =>
        {
            using var database = Open(path, readOnly: false);
            database.Put(Encoding.UTF8.GetBytes(words[0]), Encoding.UTF8.GetBytes(words[1]));
            return Say($"Inserted: {words[0]}");
        });
        Add(root, "get", "Prints the value of a key.", ["key"], (path, words) =>
        {
            using var database = Open(path, readOnly: true);
            var value = database.Get(Encoding.UTF8.GetBytes(words[0]));
            return value == null ? Missing(words[0]) : Say(Encoding.UTF8.GetString(value));
        });
        Add(root, "delete", "Removes a record.", ["key"], (path, words) =>
        {
            using var database = Open(path, readOnly: false);
            return database.Delete(Encoding.UTF8.GetBytes(words[0])) ? Say($"Deleted: {words[0]}") : Missing(words[0]);
        });
        AddScan(root);
        AddStats(root);
        Add(root, "check", "Checks every page of a database file.", [], (path, _) => Check(path));
        Add(root, "vacuum", "Rewrites a database file without free space.", [], (path, _) => Vacuum(path));
        AddStress(root);
    }

    /// <summary>Copies a database file while it is in use.</summary>
    public static int BackUp(string path, string target)
    {
        using var database = Open(path, readOnly: true);
        database.BackUp(target);
        return Say($"Backed up: {path} to {target}");
    }

    private static void Add(RootCommand root, string name, string description, string[] words, Func<string, string[], int> run)
    {
        var command = new Command(name, description);
        var file = new Argument<string>("file") { Description = "The database file." };
        command.Add(file);
        var arguments = new Argument<string>[words.Length];
        for (var i = 0; i < words.Length; i++)
            command.Add(arguments[i] = new Argument<string>(words[i]) { Description = $"The {words[i]}, as text." });
        command.SetAction(result => run(result.GetValue(file)!, Array.ConvertAll(arguments, a => result.GetValue(a)!)));
        root.Add(command);
    }

    private static void AddScan(RootCommand root)
    {
        var command = new Command("scan", "Lists the keys with a prefix.");
        var file = new Argument<string>("file") { Description = "The database file." };
        var prefix = new Argument<string?>("prefix") { Description = "The prefix; none for all.", Arity = ArgumentArity.ZeroOrOne };
        var values = new Option<bool>("--values") { Description = "Print \"key = value\"." };
        command.Add(file);
        command.Add(prefix);
        command.Add(values);
        command.SetAction(result =>
        {
            using var database = Open(result.GetValue(file)!, readOnly: true);
            using var read = database.BeginRead();
            using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false));
            var start = Encoding.UTF8.GetBytes(result.GetValue(prefix) ?? "");
            var cursor = read.OpenCursor();
            for (var valid = cursor.Seek(start); valid && cursor.IsAtPrefix(start); valid = cursor.Next())
            {
                var key = Encoding.UTF8.GetString(cursor.Key);
                output.Write(result.GetValue(values) ? $"{key} = {Encoding.UTF8.GetString(cursor.Value)}\n" : $"{key}\n");
            }

            return 0;
        });
        root.Add(command);
    }

    private static void AddStats(RootCommand root)
    {
        var command = new Command("stats", "Shows what a database file holds and how full it is.");
        var file = new Argument<string>("file") { Description = "The database file." };
        var json = new Option<bool>("--json") { Description = "Everything, as JSON." };
        command.Add(file);
        command.Add(json);
        command.SetAction(result =>
        {
            var path = result.GetValue(file)!;
            using var database = Open(path, readOnly: true);
            var s = database.GetStatistics();
            if (result.GetValue(json))
                return Say(JsonSerializer.Serialize(s));
            Say($"Database: {path}");
            Say($"File size: {Size(s.FileBytes)}");
            Say($"Records: {s.Records.ToString("n0", CultureInfo.InvariantCulture)}");
            Say($"B-tree depth: {s.Depth}");
            Say($"Fill factor: {s.FillFactor * 100:f0}%");
            return Say($"Free space: {Size(s.FreeBytes)}");
        });
        root.Add(command);
    }

    private static void AddStress(RootCommand root)
    {
        var command = new Command("stress", "Reads and writes a database file from many processes at once and checks what they see.");
        var file = new Argument<string>("file") { Description = "The database file; made if it is not there." };
        var writers = new Option<int>("--writers") { Description = "Writing processes.", DefaultValueFactory = _ => 4 };
        var readers = new Option<int>("--readers") { Description = "Reading processes.", DefaultValueFactory = _ => 8 };
        var operations = new Option<int>("--ops") { Description = "Operations in all: two writes to three reads.", DefaultValueFactory = _ => 10_000 };
        var seconds = new Option<int>("--kill-for") { Description = "Instead of counting operations, run so many seconds and kill processes at random all the while." };
        var seed = new Option<int>("--seed") { Description = "Of the random choices." };
        var sync = new Option<bool>("--sync") { Description = "Commits survive power failure." };
        foreach (var option in new Option[] { writers, readers, operations, seconds, seed, sync })
            command.Add(option);
        command.Add(file);
        command.SetAction(result => new StressTest(
            result.GetValue(file)!, result.GetValue(writers), result.GetValue(readers), result.GetValue(operations),
            result.GetValue(seconds), result.GetValue(seed), result.GetValue(sync)).Run());
        root.Add(command);

        var worker = new Command("stress-worker", "One process of a stress test.") { Hidden = true };
        var words = new Argument<string[]>("words") { Arity = ArgumentArity.OneOrMore };
        worker.Add(words);
        worker.SetAction(result => StressWorker.Run(result.GetValue(words)!));
        root.Add(worker);
    }

    private static int Create(string path)
    {
        if (File.Exists(path))
            throw new StorageException(StorageErrorKind.AlreadyExists, $"create {path}: there is a file already", path);
        using (BTreeDatabase.Open(path))
            return Say($"Database created: {path}");
    }

    private static int Check(string path)
    {
        using var database = Open(path, readOnly: false);
        var report = database.Check();
        foreach (var fault in report.Faults)
            Console.Error.WriteLine(fault);
        Say($"{report.PagesChecked} pages, {report.RecordsChecked} records, {report.LostPages} lost pages: {(report.IsSound ? "ok" : $"{report.Faults.Count} faults")}");
        return report.IsSound ? 0 : 1;
    }

    private static int Vacuum(string path)
    {
        using var database = Open(path, readOnly: false);
        var before = new FileInfo(path).Length;
        database.Vacuum();
        return Say($"Vacuumed: {path} from {Size(before)} to {Size(new FileInfo(path).Length)}");
    }

    private static BTreeDatabase Open(string path, bool readOnly) =>
        BTreeDatabase.Open(path, new BTreeOptions { CreateIfMissing = false, ReadOnly = readOnly });

    private static int Missing(string key)
    {
        Say($"Key not found: {key}");
        return 1;
    }

    private static int Say(string line)
    {
        Console.Out.WriteLine(line);
        return 0;
    }

    private static string Size(long bytes) => bytes < 1 << 20
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:f1} KB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:f1} MB");
}
