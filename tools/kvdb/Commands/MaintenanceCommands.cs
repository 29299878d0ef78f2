using System.CommandLine;
using Gabbro.Storage.Lsm;
using Gabbro.Tools.Kvdb.Inspecting;
using Gabbro.Tools.Kvdb.Shell;

namespace Gabbro.Tools.Kvdb.Commands;

/// <summary>inspect, verify, repair, backup, restore and exec.</summary>
internal static class MaintenanceCommands
{
    public static void AddTo(RootCommand root)
    {
        AddExec(root);
        AddInspect(root);
        AddVerify(root);
        AddRepair(root);
        AddBackup(root);
    }

    private static Argument<string> PathArgument(Command command, string name = "path", string description = "The database's directory.")
    {
        var argument = new Argument<string>(name) { Description = description };
        command.Add(argument);
        return argument;
    }

    private static void AddExec(RootCommand root)
    {
        var command = new Command("exec", "Runs shell commands, each one argument, and exits.");
        var path = PathArgument(command);
        var commands = new Argument<string[]>("commands") { Description = "Such as: \"put a 1\" \"get a\"", Arity = ArgumentArity.OneOrMore };
        command.Add(commands);
        command.SetAction(result => new KvShell(Console.In, Console.Out, interactive: false)
            .RunAll(result.GetValue(path)!, result.GetValue(commands)!));
        root.Add(command);
    }

    private static void AddInspect(RootCommand root)
    {
        var command = new Command("inspect", "Shows logs, memtable, levels and tables of a database.");
        var path = PathArgument(command);
        var json = new Option<bool>("--json") { Description = "As JSON." };
        var svg = new Option<string?>("--svg") { Description = "Write a picture of the level shape to this file." };
        command.Add(json);
        command.Add(svg);
        command.SetAction(result =>
        {
            using var database = LsmDatabase.OpenReadOnly(result.GetValue(path)!);
            var inspection = new Inspection(database);
            if (result.GetValue(svg) is { } file)
                File.WriteAllText(file, inspection.ToSvg());
            Console.Out.WriteLine(result.GetValue(json) ? inspection.ToJson() : inspection.ToText());
            return 0;
        });
        root.Add(command);
    }

    private static void AddVerify(RootCommand root)
    {
        var command = new Command("verify", "Reads and checks every byte of a database.");
        var path = PathArgument(command);
        command.SetAction(result =>
        {
            using var database = LsmDatabase.OpenReadOnly(result.GetValue(path)!);
            var report = database.Verify();
            foreach (var problem in report.Problems)
                Console.Error.WriteLine(problem.Message);
            Console.Out.WriteLine($"{report.Tables} tables, {report.Entries} entries, {report.Bytes} bytes: {(report.IsSound ? "sound" : $"{report.Problems.Count} problems")}");
            return report.IsSound ? 0 : 1;
        });
        root.Add(command);
    }

    private static void AddRepair(RootCommand root)
    {
        var command = new Command("repair", "Saves what can be saved of a damaged database, and says what was lost.");
        var path = PathArgument(command);
        command.SetAction(result =>
        {
            var report = LsmDatabase.Repair(result.GetValue(path)!);
            foreach (var loss in report.Losses)
                Console.Out.WriteLine($"lost: {loss}");
            Console.Out.WriteLine(
                $"kept {report.TablesKept} tables, rewrote {report.TablesRewritten}, {report.EntriesSaved} entries in all, {report.LogEntriesSaved} of them from logs");
            return 0;
        });
        root.Add(command);
    }

    private static void AddBackup(RootCommand root)
    {
        var backup = new Command("backup", "Copies a database in use: a file into a new file, a directory into a backup directory (only new tables are copied).");
        var source = PathArgument(backup);
        var target = PathArgument(backup, "target", "The backup's directory.");
        backup.SetAction(result =>
        {
            // A B+tree database is a file, an LSM database a directory.
            if (File.Exists(result.GetValue(source)!))
                return FileCommands.BackUp(result.GetValue(source)!, result.GetValue(target)!);
            using var database = LsmDatabase.Open(result.GetValue(source)!, new LsmOptions { CreateIfMissing = false });
            Console.Out.WriteLine($"{database.Backup(result.GetValue(target)!)} bytes copied");
            return 0;
        });
        root.Add(backup);

        var restore = new Command("restore", "Copies a backup into a new directory, after checking it.");
        var from = PathArgument(restore, "backup", "The backup's directory.");
        var to = PathArgument(restore);
        restore.SetAction(result =>
        {
            LsmDatabase.Restore(result.GetValue(from)!, result.GetValue(to)!);
            Console.Out.WriteLine("restored");
            return 0;
        });
        root.Add(restore);
    }
}
