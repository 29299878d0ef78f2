using System.Diagnostics;

namespace Gabbro.Storage.Tests.BTree.Processes;

/// <summary>A database where nothing can be written. A superuser may write anywhere, so the test looks for a way to lose that.</summary>
[NonParallelizable]
public sealed class ReadOnlyDirectoryTests : BTreeTestBase
{
    [Test]
    public void Open_WhereNothingCanBeWritten_ReadsAndRefusesClearly()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Pass("directories have no such mode on Windows");
            return;
        }

        using (var db = Open())
            db.Put(B("key"), B("value"));
        File.Delete(Path + "-lock");
        var directory = System.IO.Path.GetDirectoryName(Path)!;
        var role = $"refused|{Path}|{System.IO.Path.Combine(directory, "missing.db")}";
        File.SetUnixFileMode(Path, UnixFileMode.UserRead);
        File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            foreach (var prefix in Ways(directory))
            {
                if (!Works(prefix, directory))
                    continue;
                var (output, errors, code) = Child.Run(role, prefix);
                Assert.That((output, code), Is.EqualTo(("refused as expected", 0)), errors);
                return;
            }
        }
        finally
        {
            File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Assert.Pass("neither modes nor mounts keep this user from writing");
    }

    // As whoever runs the tests; without the superuser's capabilities; under a read-only mount of the directory.
    private static IEnumerable<string[]> Ways(string directory)
    {
        yield return [];
        yield return ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all"];
        yield return ["unshare", "-m", "sh", "-c", $"mount --bind '{directory}' '{directory}' && mount -o remount,ro,bind '{directory}' && exec \"$@\"", "sh"];
    }

    // A way works when it runs at all and a file cannot be made in the directory.
    private static bool Works(string[] prefix, string directory)
    {
        string[] command = [.. prefix, "sh", "-c", $"true && ! touch '{directory}/probe' 2>/dev/null"];
        var start = new ProcessStartInfo(command[0]) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var word in command.Skip(1))
            start.ArgumentList.Add(word);
        try
        {
            using var process = Process.Start(start)!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode == 0)
                return true;
            File.Delete(System.IO.Path.Combine(directory, "probe"));
            return false;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
