using System.Reflection;
using Gabbro.Platform;
using Gabbro.Search;
using Gabbro.Tools.FastSearch;
using Gabbro.Tools.FastSearch.Matching;
using Gabbro.Tools.FastSearch.Options;

try
{
    SearchOptions options = OptionParser.Parse(args);
    if (options.Help)
    {
        Console.WriteLine(HelpText.Full);
        return 0;
    }
    if (options.Version)
    {
        string version = typeof(SearchRun).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        Console.WriteLine($"fastsearch {version}\nprocessor: {SearchFeatures.Describe()}");
        return 0;
    }
    if (options.TypeList)
    {
        foreach ((string name, string[] globs) in FileTypes.All) Console.WriteLine($"{name}: {string.Join(", ", globs)}");
        return 0;
    }
    _ = DecodedSource.Parse(options.Encoding);
    using SearchRun run = new(options);
    return run.Run();
}
catch (Exception exception) when (exception is UsageException or ArgumentException)
{
    Console.Error.WriteLine($"fastsearch: {exception.Message}\n{HelpText.Usage}");
    return 2;
}
catch (PlatformException exception)
{
    Console.Error.WriteLine($"fastsearch: {exception.Message}");
    return 2;
}
catch (IOException)
{
    // The reader of standard output went away while help or a list was printed.
    return 0;
}
