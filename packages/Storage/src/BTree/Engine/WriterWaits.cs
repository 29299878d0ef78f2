namespace Gabbro.Storage.BTree.Engine;

/// <summary>
/// Which thread of this process waits to write to which database: a circle of threads that wait for one another's write
/// transactions would never end and is refused instead.
/// </summary>
/// <remarks>Only threads that have to wait come here. Circles that pass through other processes end by the lock's timeout.</remarks>
internal static class WriterWaits
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<int, WriteSession> Waiting = [];

    /// <exception cref="StorageException">To wait would close a circle.</exception>
    public static void Enter(WriteSession session, Connection connection)
    {
        var self = Environment.CurrentManagedThreadId;
        lock (Gate)
        {
            var wanted = session;
            for (var steps = 0; wanted != null && steps <= Waiting.Count; steps++)
            {
                var owner = wanted.OwnerThread;
                if (owner == 0)
                    break;
                if (owner == self)
                {
                    Interlocked.Increment(ref connection.Shared.Deadlocks);
                    throw new StorageException(
                        StorageErrorKind.Deadlock,
                        steps == 0
                            ? $"write {connection.Path}: this thread has a write transaction on it already"
                            : $"write {connection.Path}: its writer waits, through {steps} others, for a transaction of this thread",
                        connection.Path);
                }

                Waiting.TryGetValue(owner, out wanted);
            }

            Waiting[self] = session;
        }
    }

    public static void Leave()
    {
        lock (Gate)
            Waiting.Remove(Environment.CurrentManagedThreadId);
    }
}
