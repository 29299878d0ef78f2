using Gabbro.Platform.Files;

namespace Gabbro.Reactor.Files;

/// <summary>How a <see cref="FileWatcher"/> hears of changes.</summary>
internal abstract class FileWatchSource : IDisposable
{
    /// <summary>Starts to watch.</summary>
    public abstract int Add(string path, FileChangeKinds kinds);

    /// <summary>Ends a watch.</summary>
    /// <returns>False when there is no such watch.</returns>
    public abstract bool Remove(int watch);

    /// <summary>Waits for the next change.</summary>
    public abstract ValueTask<FileEvent> ReadAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract void Dispose();
}
