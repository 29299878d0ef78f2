using System.Diagnostics;

namespace Gabbro.Alloc.Tests.Preload;

/// <summary>Compiles the C programs beside these tests and runs them under the malloc library.</summary>
internal static class PreloadLibrary
{
    private static readonly Lock s_lock = new();
    private static readonly HashSet<string> s_compiled = [];

    /// <summary>The library, or null where it is not built: on other systems, and without a C compiler.</summary>
    public static string? Path { get; } = FindLibrary();

    /// <summary>Whether the build makes the library here: the same question as in its project.</summary>
    public static bool CanBeBuilt =>
        OperatingSystem.IsLinux() && System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.X64 && File.Exists("/usr/bin/gcc");

    /// <summary>The programs run to completion and everything they printed, both streams together, and their exit code.</summary>
    public static (int ExitCode, string Output) Run(string program, string arguments, string modes = "", int seconds = 300)
    {
        string executable = Compile(program);
        return RunAny(executable, arguments, modes, Path!, seconds);
    }

    public static (int ExitCode, string Output) RunAny(string file, string arguments, string modes, string? library, int seconds = 300)
    {
        ProcessStartInfo start = new(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        if (library is not null) start.Environment["LD_PRELOAD"] = library;
        if (modes.Length != 0) start.Environment["GABBRO_MALLOC"] = modes;
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(seconds)))
        {
            process.Kill(entireProcessTree: true);
            return (-1, $"still running after {seconds} seconds");
        }
        return (process.ExitCode, output.Result + errors.Result);
    }

    private static string Compile(string program)
    {
        string folder = TestContext.CurrentContext.TestDirectory;
        string executable = System.IO.Path.Combine(folder, program);
        lock (s_lock)
        {
            if (!s_compiled.Add(program)) return executable;
            // Warnings are about the misuse that the programs commit on purpose.
            string source = System.IO.Path.Combine(folder, "Native", program + ".c");
            (int exit, string output) = RunAny("gcc", $"-O1 -w -g -rdynamic -pthread -o {executable} {source}", "", null);
            if (exit != 0) throw new InvalidOperationException(output);
        }
        return executable;
    }

    private static string? FindLibrary()
    {
        DirectoryInfo output = new(AppContext.BaseDirectory);
        string configuration = output.Name;
        string library = System.IO.Path.Combine(output.Parent!.Parent!.FullName, "Gabbro.Alloc.Preload", configuration, "libgabbro-malloc.so");
        return File.Exists(library) ? library : null;
    }
}
