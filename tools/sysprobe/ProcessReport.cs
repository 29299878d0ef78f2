using System.Text.Json;
using Gabbro.Platform.Processes;
using Gabbro.Platform.Time;
using Spectre.Console;

namespace Gabbro.Tools.SysProbe;

/// <summary>Processes.</summary>
internal static class ProcessReport
{
    internal static int Run(string[] command, bool json)
    {
        long started = MonotonicClock.Nanoseconds;
        using ChildProcess child = ChildProcess.Start(new SpawnOptions(command[0], command.AsSpan(1)));
        ExitStatus status = child.Wait();
        double milliseconds = (MonotonicClock.Nanoseconds - started) / 1e6;
        if (json) Console.Out.WriteLine(JsonSerializer.Serialize(new { process = child.Id, status.Code, signal = status.NativeSignal, milliseconds }, MachineReport.Indented));
        else Console.Error.WriteLine($"sysprobe: process {child.Id}: {status} after {milliseconds:F1} ms");
        return status.Code;
    }

    internal static void Summary()
    {
        SpawnOptions options = OperatingSystem.IsWindows() ? new SpawnOptions("cmd.exe", "/c", "echo hello") : new SpawnOptions("echo", "hello");
        long started = MonotonicClock.Nanoseconds;
        ProcessOutput output = ChildProcess.Run(options);
        AnsiConsole.WriteLine($"process     wrote \"{output.OutputText.Trim()}\", {output.Status}, after {(MonotonicClock.Nanoseconds - started) / 1e6:F1} ms");
    }
}
