using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Gabbro.Scheduler.Jobs;

/// <summary>A <see cref="ForkedJob"/> for one type of body.</summary>
internal sealed class ForkedJob<TJob, TResult>(Worker owner) : ForkedJob(owner)
    where TJob : struct, IForkJob<TResult>
{
    public TJob Body;
    public TResult Result = default!;

    /// <summary>Next spare job of the owner's thread; see <see cref="ForkedJobCache{TJob, TResult}"/>.</summary>
    public ForkedJob<TJob, TResult>? Next;

    public override void Execute(Worker worker)
    {
        var isolated = Isolated;
        if (isolated)
            worker.IsolationDepth++;
        try
        {
            Result = Body.Run(new ForkContext(worker));
        }
        catch (Exception exception)
        {
            Failure = ExceptionDispatchInfo.Capture(exception);
        }

        if (isolated)
            worker.IsolationDepth--;
        if (RuntimeHelpers.IsReferenceOrContainsReferences<TJob>())
            Body = default;
        Complete();
    }

    public override void Recycle() => ForkedJobCache<TJob, TResult>.Return(this);

    /// <summary>The owner takes what a thief left and makes the job ready for its next use.</summary>
    public TResult Collect()
    {
        var result = Result;
        var failure = Failure;
        if (RuntimeHelpers.IsReferenceOrContainsReferences<TResult>())
            Result = default!;
        Failure = null;
        ThiefPlusOne = 0;
        Volatile.Write(ref State, Pending);
        failure?.Throw();
        return result;
    }
}
