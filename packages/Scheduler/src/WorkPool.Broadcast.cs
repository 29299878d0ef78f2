using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler;

/// <summary>Jobs for every worker.</summary>
public sealed partial class WorkPool
{
    /// <summary>Runs a delegate once on each of the <see cref="ThreadCount"/> workers and waits for all.</summary>
    /// <param name="body">Given the worker's number, 0 to <see cref="ThreadCount"/> - 1.</param>
    /// <param name="cancellationToken">Cancelled: workers that have not begun do not begin.</param>
    /// <remarks>A worker runs it between jobs or while it waits for one; a worker in a long job keeps the caller waiting.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled and nothing else failed.</exception>
    public void Broadcast(Action<int> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        Scope(
            scope =>
            {
                var self = Worker.Current!;
                for (var i = 0; i < ThreadCount; i++)
                {
                    if (i != self.Index)
                        scope.SpawnOn(Workers[i]!, new BroadcastMail(scope, body));
                }

                if (self.Index < ThreadCount)
                    body(self.Index);
            },
            cancellationToken);
    }

    /// <summary>Runs a delegate once on each of the <see cref="ThreadCount"/> workers and collects what they return.</summary>
    /// <typeparam name="TResult">What each returns.</typeparam>
    /// <param name="body">Given the worker's number, 0 to <see cref="ThreadCount"/> - 1.</param>
    /// <param name="cancellationToken">Cancelled: workers that have not begun do not begin.</param>
    /// <returns>The results by worker number.</returns>
    /// <remarks>As the overload without results.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled and nothing else failed.</exception>
    public TResult[] Broadcast<TResult>(Func<int, TResult> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        var results = new TResult[ThreadCount];
        Broadcast(worker => { results[worker] = body(worker); }, cancellationToken);
        return results;
    }
}
