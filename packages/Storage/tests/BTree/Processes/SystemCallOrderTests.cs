using System.Text.RegularExpressions;

namespace Gabbro.Storage.Tests.BTree.Processes;

/// <summary>Runs a process under strace: locks and syncs come in the order that durability rests on.</summary>
[NonParallelizable]
public sealed partial class SystemCallOrderTests : BTreeTestBase
{
    [Test]
    public void OpenPutClose_UnderStrace_LocksAndSyncsInOrder()
    {
        var trace = Path + ".trace";
        string[] strace = ["strace", "-f", "-y", "-s", "4096", "-e", "trace=fcntl,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat", "-o", trace];
        if (!OperatingSystem.IsLinux() || !CanTrace(strace))
        {
            Assert.Pass("strace cannot run here; CallOrderTests asserts the same order of the calls the engine makes.");
            return;
        }

        var (output, errors, code) = Child.Run($"put|{Path}", strace);
        Assert.That(code, Is.Zero, output + errors);
        var calls = Interesting(File.ReadAllLines(trace));
        TestContext.Out.WriteLine(string.Join('\n', calls));
        CallOrderTests.AssertOrder(calls, CallOrderTests.OpenPutClose);
        CallOrderTests.AssertUnlocked(calls);
    }

    private static bool CanTrace(string[] strace)
    {
        try
        {
            return Child.Run("none", [.. strace[..^2], "-o", "/dev/null", "true"]).Code == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private List<string> Interesting(string[] lines)
    {
        var directory = System.IO.Path.GetDirectoryName(Path)!;
        var calls = new List<string>();
        foreach (var line in lines)
        {
            var call = CallPattern().Match(line);
            if (!call.Success || line.Contains("resumed>", StringComparison.Ordinal))
                continue;
            var name = call.Groups["name"].Value;
            if (name.StartsWith("rename", StringComparison.Ordinal) && line.Contains("test.db-new", StringComparison.Ordinal))
                calls.Add("rename new file");
            else if (name.StartsWith("unlink", StringComparison.Ordinal) && line.Contains("test.db-wal", StringComparison.Ordinal))
                calls.Add("remove log");
            var file = call.Groups["file"].Value;
            var kind = file == directory ? "directory"
                : file == Path ? "database"
                : file == Path + "-new" ? "new file"
                : file == Path + "-wal" ? "log"
                : file == Path + "-lock" ? "lock file"
                : null;
            if (kind == null)
                continue;
            if (name is "fsync" or "fdatasync")
                calls.Add($"sync {kind}");
            else if (kind == "lock file" && LockPattern().Match(line) is { Success: true } held)
                calls.Add(Describe(held.Groups["type"].Value, long.Parse(held.Groups["start"].Value) - (1L << 62)));
        }

        return calls;
    }

    private static string Describe(string type, long offset)
    {
        var what = offset switch { 0 => "opening", 1 => "membership", _ => "process" };
        return type switch
        {
            "F_WRLCK" => $"lock {what} exclusive",
            "F_RDLCK" => $"lock {what} shared",
            _ => $"unlock {what}",
        };
    }

    [GeneratedRegex(@"(?<name>\w+)\((\d+<(?<file>[^>]*)>)?")]
    private static partial Regex CallPattern();

    [GeneratedRegex(@"F_OFD_SETLKW?, \{l_type=(?<type>F_\w+), l_whence=SEEK_SET, l_start=(?<start>\d+)")]
    private static partial Regex LockPattern();
}
