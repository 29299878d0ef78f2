using Gabbro.Platform.Native;
using Gabbro.Platform.Processes;

namespace Gabbro.Platform.Tests.Processes;

/// <summary>Small programs to spawn: a shell script on Unix, a line of cmd.exe on Windows.</summary>
internal static class Shell
{
    internal static SpawnOptions Unix(string script) => new("/bin/sh", "-c", script);

    /// <summary>A program that exits with a code, on any system.</summary>
    internal static SpawnOptions Exit(int code) =>
        Host.IsWindows ? new SpawnOptions("cmd.exe", "/c", $"exit {code}") : Unix($"exit {code}");

    /// <summary>A program that runs until killed, on any system.</summary>
    internal static SpawnOptions Forever() =>
        Host.IsWindows ? new SpawnOptions("cmd.exe") { StandardInput = StandardStream.Pipe, StandardOutput = StandardStream.Null } : new SpawnOptions("sleep", "1000");

    internal static string Output(SpawnOptions options)
    {
        ProcessOutput output = ChildProcess.Run(options);
        Assert.That(output.Status.IsSuccess, Is.True, $"{output.Status}: {output.ErrorText}");
        return output.OutputText;
    }
}
