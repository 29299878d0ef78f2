namespace Gabbro.Scheduler.Tests.Model;

/// <summary>
/// One execution under the model: which thread takes the next step, and when a buffered store becomes visible, is decided
/// by the chooser alone, so an execution is determined by the list of its choices.
/// </summary>
internal sealed class ModelRun(IChooser chooser, ModelBounds bounds)
{
    [ThreadStatic]
    private static ModelRun? t_run;

    [ThreadStatic]
    private static ModelThread? t_thread;

    private readonly List<ModelLocation> _locations = [];
    private ModelThread[] _threads = [];
    private SemaphoreSlim? _ended;
    private int _preemptions;
    private int _delays;
    private int _steps;
    private int _pauses;
    private bool _aborted;

    /// <summary>The run the calling thread takes part in, or sets up and verifies.</summary>
    public static ModelRun Current => t_run ?? throw new InvalidOperationException("No model run on this thread.");

    public Exception? Failure { get; private set; }

    /// <summary>Logical time, for histories.</summary>
    public int Now => _steps++;

    /// <summary>Calls back, with the time, once everything the calling thread has stored is visible.</summary>
    public void WhenVisible(Action<int> action)
    {
        if (t_thread is { Buffer.Count: > 0 } thread)
            thread.WhenDrained.Add(() => action(Now));
        else
            action(Now);
    }

    /// <summary>The calling thread sets up or verifies: its operations take effect at once.</summary>
    public void EnterDirect()
    {
        t_run = this;
        t_thread = null;
    }

    public ModelLocation Location(int number) => _locations[number];

    public ModelLocation Add(long value, object? reference)
    {
        var location = new ModelLocation(_locations.Count, value, reference);
        _locations.Add(location);
        return location;
    }

    /// <summary>Runs the bodies to their ends, or to a failure or deadlock.</summary>
    public void Execute(ModelTeam team, Action[] bodies)
    {
        _threads = team.Threads(bodies.Length);
        _ended = team.Ended;
        foreach (var thread in _threads)
            thread.Reset();
        for (var i = 0; i < bodies.Length; i++)
        {
            var body = bodies[i];
            var thread = _threads[i];
            team.Start(i, () => Main(thread, body));
        }

        Schedule(null);
        for (var i = 0; i < bodies.Length; i++)
            _ended.Wait();
        foreach (var thread in _threads)
            thread.FlushAll();
    }

    public long Load(ModelLocation location)
    {
        Point();
        foreach (var entry in Buffered())
        {
            if (entry.Location == location)
                return entry.Value;
        }

        return location.Value;
    }

    public object? LoadReference(ModelLocation location)
    {
        Point();
        foreach (var entry in Buffered())
        {
            if (entry.Location == location)
                return entry.Reference;
        }

        return location.Reference;
    }

    public void Store(ModelLocation location, long value, object? reference)
    {
        Point();
        var thread = t_thread;
        if (thread is not null
            && (thread.Buffer.Count > 0 || (_delays < bounds.Delays && chooser.Choose(2) == 1)))
        {
            if (thread.Buffer.Count == 0)
                _delays++;
            thread.Buffer.Enqueue((location, value, reference));
            return;
        }

        location.Value = value;
        location.Reference = reference;
    }

    public (long Before, long After) Update(ModelLocation location, Func<long, long> change)
    {
        Point();
        t_thread?.FlushAll();
        var before = location.Value;
        location.Value = change(before);
        return (before, location.Value);
    }

    public object? UpdateReference(ModelLocation location, Func<object?, object?> change)
    {
        Point();
        t_thread?.FlushAll();
        var before = location.Reference;
        location.Reference = change(before);
        return before;
    }

    public void Fence(bool everybody)
    {
        Point();
        t_thread?.FlushAll();
        if (!everybody)
            return;
        foreach (var thread in _threads)
            thread.FlushAll();
    }

    public bool Wait(ModelLocation location, int expected, bool mayTimeOut)
    {
        Point();
        var thread = t_thread ?? throw new InvalidOperationException("Only a model thread can block.");

        // The kernel compares under its lock, and a system call drains the store buffer.
        thread.FlushAll();
        if ((int)location.Value != expected)
            return true;
        location.Waiters.Add(thread);
        thread.BlockedOn = location;
        thread.MayTimeOut = mayTimeOut;
        thread.TimedOut = false;
        Schedule(thread);
        if (thread.BlockedOn is not null)
        {
            // Chosen while still blocked: the time was over first.
            location.Waiters.Remove(thread);
            thread.BlockedOn = null;
            return false;
        }

        return true;
    }

    public void Wake(ModelLocation location, int count)
    {
        Point();
        t_thread?.FlushAll();
        for (; count > 0 && location.Waiters.Count > 0; count--)
        {
            location.Waiters[0].BlockedOn = null;
            location.Waiters.RemoveAt(0);
        }
    }

    /// <summary>A spinning thread lets the others go first, or the enumeration would spin for ever.</summary>
    public void Pause()
    {
        if (t_thread is null)
            throw new InvalidOperationException("Nobody else runs that a spin could wait for.");
        if (++_steps > bounds.Steps)
            Fail(new ModelFailureException($"No end after {bounds.Steps} steps: a live lock."));

        // Spinning drains a buffer in the end, or a spin could wait for its own store for ever.
        t_thread.FlushAll();

        // And so does every other buffer: memory is not obliged to be quick, but no store stays hidden for ever.
        if (++_pauses % 8 == 0)
        {
            foreach (var thread in _threads)
                thread.FlushAll();
        }

        Schedule(t_thread, yielding: true);
    }

    private IEnumerable<(ModelLocation Location, long Value, object? Reference)> Buffered() =>
        t_thread is null || t_thread.Buffer.Count == 0 ? [] : t_thread.Buffer.Reverse();

    private void Main(ModelThread thread, Action body)
    {
        t_run = this;
        t_thread = thread;
        try
        {
            thread.Baton.Wait();
            if (!_aborted)
                body();
        }
        catch (ModelAbortedException)
        {
            // The run ended elsewhere.
        }
        catch (Exception exception)
        {
            Failure ??= exception;
            Abort();
        }

        thread.IsFinished = true;
        if (!_aborted)
            Schedule(thread);
        t_run = null;
        t_thread = null;
        _ended!.Release();
    }

    private void Point()
    {
        var thread = t_thread;
        if (thread is null)
            return;
        if (_aborted)
            throw new ModelAbortedException();
        if (++_steps > bounds.Steps)
            Fail(new ModelFailureException($"No end after {bounds.Steps} steps: a live lock."));
        Schedule(thread);
    }

    /// <summary>Decides who goes on. Returns when the caller does (or, finished, has passed the baton).</summary>
    private void Schedule(ModelThread? caller, bool yielding = false)
    {
        while (true)
        {
            var callerRuns = caller is not null && caller.IsRunnable && !yielding;

            // The first option costs nothing and is tried first: going on with the same thread.
            var next = callerRuns ? caller : null;
            var candidates = new List<ModelThread>();
            if (callerRuns && caller!.BlockedOn is null)
                candidates.Add(caller);
            if (candidates.Count == 0 || _preemptions < bounds.Preemptions)
            {
                foreach (var thread in _threads)
                {
                    if (thread.IsRunnable && !candidates.Contains(thread) && !(yielding && thread == caller))
                        candidates.Add(thread);
                }
            }

            if (candidates.Count == 0 && yielding && caller!.IsRunnable)
                candidates.Add(caller);
            var flushes = _threads.Where(t => t.Buffer.Count > 0).ToList();
            if (candidates.Count == 0)
            {
                if (flushes.Count > 0)
                {
                    flushes[chooser.Choose(flushes.Count)].FlushOldest();
                    continue;
                }

                if (_threads.All(t => t.IsFinished))
                    return;
                Failure ??= new ModelFailureException(
                    "Deadlock: " + string.Join(", ", _threads.Where(t => !t.IsFinished).Select(t => $"thread {t.Number}"))
                    + " blocked for good.");
                Abort();
                if (caller is null || caller.IsFinished)
                    return;
                throw new ModelAbortedException();
            }

            var choice = chooser.Choose(candidates.Count + flushes.Count);
            if (choice >= candidates.Count)
            {
                flushes[choice - candidates.Count].FlushOldest();
                continue;
            }

            next = candidates[choice];
            if (next == caller)
                return;
            if (callerRuns && caller!.BlockedOn is null)
                _preemptions++;
            next.Baton.Release();
            if (caller is null || caller.IsFinished)
                return;
            caller.Baton.Wait();
            if (_aborted)
                throw new ModelAbortedException();
            return;
        }
    }

    private void Fail(Exception failure)
    {
        Failure ??= failure;
        Abort();
        throw new ModelAbortedException();
    }

    private void Abort()
    {
        _aborted = true;
        foreach (var thread in _threads)
        {
            if (thread != t_thread && !thread.IsFinished)
                thread.Baton.Release();
        }
    }
}
