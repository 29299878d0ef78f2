using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gabbro.Storage.BTree;
using Gabbro.Storage.Lsm;

namespace Gabbro.Tools.Tour.Steps;

/// <summary>
/// Kills a process in the middle of writing, again and again on the same files, and demands every write it acknowledged
/// from both engines.
/// </summary>
internal sealed class CrashStep : ITourStep
{
    /// <summary>The hidden first argument that makes this program the writer.</summary>
    public const string WriterVerb = "crash-writer";

    public string Name => "crash";

    public string Title => "Kill a writer, lose nothing it acknowledged";

    /// <summary>Writes numbered keys into both engines and acknowledges each on standard output, until killed.</summary>
    public static int RunWriter(string folder)
    {
        using var log = LsmDatabase.Open(LogFolder(folder));
        using var tree = BTreeDatabase.Open(TreeFile(folder), new BTreeOptions { Durability = CommitDurability.Relaxed });
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        var round = Environment.ProcessId;
        for (long i = 0; ; i++)
        {
            var key = Encoding.ASCII.GetBytes(Key(round, i));
            var value = Encoding.ASCII.GetBytes(Value(round, i));
            log.Put(key, value);
            tree.Put(key, value);
            output.WriteLine(i.ToString(CultureInfo.InvariantCulture));
        }
    }

    public void Run(TourContext context, StepReport report)
    {
        var rounds = context.Quick ? 3 : 10;
        var acknowledged = new List<(int Round, long Count)>();
        var random = new Random(Environment.TickCount);
        for (var i = 0; i < rounds; i++)
        {
            acknowledged.Add(KillOneWriter(context.Folder, random.Next(200, context.Quick ? 1000 : 5000)));
            report.Progress((i + 0.5) / rounds);
        }

        using var log = LsmDatabase.Open(LogFolder(context.Folder));
        using var tree = BTreeDatabase.Open(TreeFile(context.Folder));
        long total = 0;
        foreach (var (round, count) in acknowledged)
        {
            for (long i = 0; i < count; i++)
            {
                var key = Encoding.ASCII.GetBytes(Key(round, i));
                var expected = Value(round, i);
                StepReport.Check(Text(log.Get(key)) == expected, $"the LSM engine lost acknowledged write {Key(round, i)}");
                StepReport.Check(Text(tree.Get(key)) == expected, $"the B+tree engine lost acknowledged write {Key(round, i)}");
            }

            total += count;
        }

        StepReport.Check(total > 0, "no writer got to acknowledge anything");
        report.Fact("killed", $"{rounds} writers with SIGKILL in the middle of writing");
        report.Fact("acknowledged", $"{total:N0} writes, all present in both engines");
    }

    private static (int Round, long Count) KillOneWriter(string folder, long after)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        // Under "dotnet tour.dll" the process is the host and the program its first argument.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
            start.ArgumentList.Add(typeof(CrashStep).Assembly.Location);
        start.ArgumentList.Add(WriterVerb);
        start.ArgumentList.Add(folder);
        using var writer = Process.Start(start)!;
        long last = -1;
        while (last < after && writer.StandardOutput.ReadLine() is { } line)
            last = long.Parse(line, CultureInfo.InvariantCulture);
        writer.Kill();
        // What was acknowledged between the decision and the death counts as well; only a whole line is an answer.
        var rest = writer.StandardOutput.ReadToEnd();
        foreach (var line in rest[..(rest.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            last = long.Parse(line, CultureInfo.InvariantCulture);
        writer.WaitForExit();
        StepReport.Check(last >= after, $"the writer stopped by itself after {last + 1} writes with exit code {writer.ExitCode}");
        return (writer.Id, last + 1);
    }

    private static string LogFolder(string folder) => Path.Combine(folder, "crash.lsm");

    private static string TreeFile(string folder) => Path.Combine(folder, "crash.db");

    private static string Key(int round, long i) => $"{round:D8}/{i:D10}";

    private static string Value(int round, long i) => $"value {i} of writer {round}";

    private static string? Text(byte[]? value) => value is null ? null : Encoding.ASCII.GetString(value);
}
