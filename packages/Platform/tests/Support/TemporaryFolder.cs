namespace Gabbro.Platform.Tests;

/// <summary>A folder that vanishes with the test; its path is short enough for a Unix socket.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("gab").FullName;

    internal string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
