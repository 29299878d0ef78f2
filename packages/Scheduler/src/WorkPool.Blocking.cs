namespace Gabbro.Scheduler;

/// <summary>Stand-ins for workers that block on something the pool cannot see.</summary>
public sealed partial class WorkPool
{
    /// <summary>Guards the four fields below; taken only around blocking calls.</summary>
    private readonly Lock _benchLock = new();

    private readonly Stack<Worker> _bench = new();
    private int _blocked;
    private int _standIns;

    internal bool HasSurplusStandIn => Volatile.Read(ref _standIns) > Volatile.Read(ref _blocked);

    /// <summary>
    /// Tells the pool that the calling worker is about to block (on a lock, a file, another thread). Another thread stands
    /// in for it until the section is disposed, so the pool keeps as many running workers as it was made with.
    /// </summary>
    /// <returns>The section; dispose it when the blocking call has returned.</returns>
    /// <remarks>
    /// Does nothing on a thread that is not a worker of this pool. At most
    /// <see cref="WorkPoolOptions.MaxBlockedThreads"/> stand-ins exist; they are started when first needed and kept. About
    /// 100 ns plus, when a stand-in must be woken, one futex call.
    /// </remarks>
    public BlockingSection EnterBlocking()
    {
        if (!IsWorkerThread)
            return default;
        lock (_benchLock)
        {
            _blocked++;
            if (_standIns < _blocked)
                AddStandInUnsynchronized();
        }

        return new BlockingSection(this);
    }

    internal void LeaveBlocking()
    {
        lock (_benchLock)
            _blocked--;
    }

    /// <summary>A stand-in that is not needed any more lays itself aside. False: it is needed.</summary>
    internal bool TryBench(Worker worker)
    {
        lock (_benchLock)
        {
            if (_standIns <= _blocked || IsDrained)
                return false;
            _standIns--;
            worker.PrepareBench();
            _bench.Push(worker);
            return true;
        }
    }

    private void AddStandInUnsynchronized()
    {
        if (_bench.TryPop(out var benched))
        {
            _standIns++;
            benched.LeaveBench();
        }
        else if (_started < Workers.Length)
        {
            _standIns++;
            var worker = CreateWorker(_started);
            Workers[_started] = worker;
            Volatile.Write(ref _started, _started + 1);
            worker.Start();
        }
    }

    private void ClearBench()
    {
        lock (_benchLock)
        {
            while (_bench.TryPop(out var benched))
                benched.LeaveBench();
        }
    }
}
