namespace Gabbro.Reactor.Tasks;

/// <summary>A call that waits for a thread of a <see cref="BlockingPool"/>.</summary>
internal interface IBlockingWork
{
    /// <summary>Runs it on the calling thread.</summary>
    void Execute();

    /// <summary>Ends it without running it.</summary>
    void Cancel();
}
