using System.Diagnostics;

namespace Gabbro.Tools.FastSearch.Tests;

/// <summary>What a program did.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Errors)
{
    internal static Outcome FastSearch(string directory, string[] arguments, byte[]? input = null) =>
        Run("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "fastsearch.dll"), .. arguments], directory, input);

    internal static Outcome Run(string program, string[] arguments, string directory, byte[]? input = null)
    {
        // Without input the program must see a standard input that is no pipe, or it would search that.
        if (input is null && !OperatingSystem.IsWindows())
            (program, arguments) = ("/bin/sh", ["-c", "exec \"$0\" \"$@\" < /dev/null", program, .. arguments]);
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = System.Text.Encoding.Latin1,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task feeding = Task.Run(() =>
        {
            try
            {
                if (input is not null) process.StandardInput.BaseStream.Write(input);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // The program may stop before it has read everything.
            }
        });
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        feeding.Wait();
        return new Outcome(process.ExitCode, output, errors.Result);
    }
}
