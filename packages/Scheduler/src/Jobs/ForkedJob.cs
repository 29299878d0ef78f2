using System.Runtime.ExceptionServices;

using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Jobs;

/// <summary>
/// The offered half of a Join. It belongs to one slot of its owner's split deque and is used again for every fork at
/// that depth, so a fork stores the body's fields and no reference.
/// </summary>
/// <remarks>
/// State goes Pending -> Done, or Pending -> OwnerParked -> Done when an isolated owner blocks. Only the thief writes Done,
/// by an exchange, and it may not touch the job afterwards: the owner may already be reusing it. The owner sets Pending
/// again when it has read the result; a job that was not stolen never leaves Pending.
/// </remarks>
internal abstract class ForkedJob(Worker owner) : Job
{
    public const int Pending = 0;
    public const int OwnerParked = 1;
    public const int Done = 2;

    public readonly Worker Owner = owner;

    public int State;

    /// <summary>Index of the thief plus one, once it is known.</summary>
    public int ThiefPlusOne;

    /// <summary>Forked inside an isolated region, so the thief waits isolated as well. Written when shared.</summary>
    public bool Isolated;

    public ExceptionDispatchInfo? Failure;

    public bool IsDone => Volatile.Read(ref State) == Done;

    /// <summary>The owner puts another type of job into the slot and keeps this one for later.</summary>
    public abstract void Recycle();

    protected void Complete()
    {
        var owner = Owner;
        if (Interlocked.Exchange(ref State, Done) == OwnerParked)
            HardwareAtomics.WakeOne(ref State);
        else
            owner.Pool.Gate.WakeWorker(owner.Index);
    }
}
