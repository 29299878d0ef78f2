using System.Diagnostics;

namespace Gabbro.Storage.Tests.BTree.Processes;

/// <summary>Starts this test program again in a role of <see cref="ChildRole"/>.</summary>
internal static class Child
{
    /// <summary>Starts it; with a prefix, under another program such as strace.</summary>
    public static Process Start(string role, params string[] prefix)
    {
        var command = new List<string>(prefix) { Environment.ProcessPath! };
        if (System.IO.Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
            command.Add(typeof(Child).Assembly.Location);
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in command.Skip(1))
            start.ArgumentList.Add(word);
        start.Environment[ChildRole.Variable] = role;
        return Process.Start(start)!;
    }

    /// <summary>Runs it to its end.</summary>
    /// <returns>What it printed, and its exit code: above 128 when a signal ended it.</returns>
    public static (string Output, string Errors, int Code) Run(string role, params string[] prefix)
    {
        using var child = Start(role, prefix);
        var errors = child.StandardError.ReadToEndAsync();
        var output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return (output.Trim(), errors.Result.Trim(), child.ExitCode);
    }

    public static void Kill(Process child)
    {
        child.Kill();
        child.WaitForExit();
        child.Dispose();
    }
}
