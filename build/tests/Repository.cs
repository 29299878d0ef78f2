using System.Reflection;

namespace Gabbro.House.Tests;

/// <summary>The checked-out repository these tests were built from.</summary>
internal static class Repository
{
    public static readonly string Root = Metadata("RepositoryRoot");

    /// <summary>The configuration these tests and the tools beside them were built in, in lower case.</summary>
    public static readonly string Configuration = Metadata("Configuration");

    public static readonly string[] Packages = ["Platform", "Alloc", "Scheduler", "Reactor", "Search", "Storage"];

    /// <summary>Files under a folder of the repository, build output and restored npm packages left out.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Where(path => !Relative(path).Split('/').Any(part => part is "artifacts" or "node_modules" or "bin" or "obj" or ".git"));

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string Metadata(string key) => typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
