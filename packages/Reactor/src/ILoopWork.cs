namespace Gabbro.Reactor;

/// <summary>An object that can be queued itself, without a delegate.</summary>
internal interface ILoopWork
{
    /// <summary>Runs on the loop's thread.</summary>
    void Run();
}
