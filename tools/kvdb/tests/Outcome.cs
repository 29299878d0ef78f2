using System.Diagnostics;

namespace Gabbro.Tools.Kvdb.Tests;

/// <summary>What kvdb did.</summary>
internal sealed record Outcome(int Code, string Output, string Errors)
{
    public static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "kvdb.dll"), .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        RedirectStandardInput = true,
    })!;

    public static Outcome Of(params string[] arguments)
    {
        using var process = Start(arguments);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Outcome(process.ExitCode, output, errors.Result);
    }
}
