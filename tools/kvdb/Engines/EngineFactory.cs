namespace Gabbro.Tools.Kvdb.Engines;

/// <summary>Opens a database by the name of its engine; a new engine is one more line here.</summary>
internal static class EngineFactory
{
    public static readonly string[] Names = ["lsm", "btree"];

    public static IEngine Open(string engine, string path, EngineOptions options) => engine switch
    {
        "lsm" => new LsmEngine(path, options),
        "btree" => new BTreeEngine(path, options),
        _ => throw new ArgumentException($"unknown engine '{engine}'; known are {string.Join(", ", Names)}"),
    };
}
