namespace Gabbro.Platform.Files;

/// <summary>What a <see cref="ParallelTreeWalk"/> shows entries to. Each worker has one of its own.</summary>
public interface ITreeVisitor
{
    /// <summary>Called for every entry a worker comes upon, and for error entries.</summary>
    /// <param name="entry">The entry, valid during the call.</param>
    void Visit(scoped in TreeEntry entry);
}
