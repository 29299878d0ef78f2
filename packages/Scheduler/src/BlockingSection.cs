namespace Gabbro.Scheduler;

/// <summary>
/// A stretch in which a worker blocks on something outside the pool; see <see cref="WorkPool.EnterBlocking"/>. Dispose it
/// on the same thread, once.
/// </summary>
public readonly struct BlockingSection : IDisposable
{
    private readonly WorkPool? _pool;

    internal BlockingSection(WorkPool? pool) => _pool = pool;

    /// <summary>Ends the stretch: the stand-in goes back to the bench after its current job.</summary>
    public void Dispose() => _pool?.LeaveBlocking();
}
