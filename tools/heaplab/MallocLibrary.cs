using System.Diagnostics;

namespace Gabbro.Tools.HeapLab;

/// <summary>Finding malloc libraries and running programs under them.</summary>
internal static class MallocLibrary
{
    private static readonly string[] s_folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/lib"];

    /// <summary>Gabbro's, beside the tool, or the one given.</summary>
    internal static string Gabbro(string? given)
    {
        string path = given ?? Path.Combine(AppContext.BaseDirectory, "libgabbro-malloc.so");
        return File.Exists(path)
            ? Path.GetFullPath(path)
            : throw new ToolException($"{path} does not exist; build packages/Alloc/preload on x64 Linux, or name the library with --library.");
    }

    /// <summary>The peers that are installed, glibc always among them, by name; glibc needs no library.</summary>
    internal static List<(string Name, string? Path)> Peers()
    {
        List<(string, string?)> peers = [("glibc", null)];
        (string Name, string[] Files)[] known =
        [
            ("jemalloc", ["libjemalloc.so.2"]), ("mimalloc", ["libmimalloc.so.3", "libmimalloc.so.2"]),
            ("tcmalloc", ["libtcmalloc_minimal.so.4"]),
        ];
        foreach ((string name, string[] files) in known)
        {
            string? found = files.SelectMany(file => s_folders.Select(folder => Path.Combine(folder, file))).FirstOrDefault(File.Exists);
            if (found is not null) peers.Add((name, found));
        }
        return peers;
    }

    /// <summary>Where the system would find a program; null when it is not installed.</summary>
    internal static string? Find(string program)
    {
        string[] folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/sbin", "/sbin"];
        return folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
    }

    /// <summary>
    /// Runs a program to its end. With <paramref name="capture"/> its standard output is returned, and with
    /// <paramref name="errors"/> its standard error behind it.
    /// </summary>
    internal static (int ExitCode, string Output) Run(string file, IEnumerable<string> arguments, string? library, IReadOnlyDictionary<string, string> environment, bool capture, bool errors = false)
    {
        ProcessStartInfo start = new(file, arguments) { RedirectStandardOutput = capture, RedirectStandardError = errors };
        if (library is not null) start.Environment["LD_PRELOAD"] = library;
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        try
        {
            using Process process = Process.Start(start) ?? throw new ToolException($"{file} did not start.");
            Task<string>? error = errors ? process.StandardError.ReadToEndAsync() : null;
            string output = capture ? process.StandardOutput.ReadToEnd() : "";
            if (error is not null) output += error.Result;
            process.WaitForExit();
            return (process.ExitCode, output);
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new ToolException($"{file}: {error.Message}");
        }
    }
}
