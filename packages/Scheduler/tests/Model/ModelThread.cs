namespace Gabbro.Scheduler.Tests.Model;

/// <summary>A thread of a model run: a real thread that runs only while it holds the baton.</summary>
internal sealed class ModelThread(int number) : IDisposable
{
    public int Number { get; } = number;

    public readonly SemaphoreSlim Baton = new(0);

    /// <summary>Stores not yet visible to others, oldest first: x64 keeps this order.</summary>
    public readonly Queue<(ModelLocation Location, long Value, object? Reference)> Buffer = new();

    /// <summary>What to do when all of the buffer has become visible.</summary>
    public readonly List<Action> WhenDrained = [];

    public bool IsFinished;

    /// <summary>The word the thread sleeps on.</summary>
    public ModelLocation? BlockedOn;

    public bool MayTimeOut;
    public bool TimedOut;

    public bool IsRunnable => !IsFinished && (BlockedOn is null || MayTimeOut);

    public void Reset()
    {
        Buffer.Clear();
        WhenDrained.Clear();
        IsFinished = false;
        BlockedOn = null;
        MayTimeOut = false;
        TimedOut = false;
    }

    public void Dispose() => Baton.Dispose();

    public void FlushOldest()
    {
        var (location, value, reference) = Buffer.Dequeue();
        location.Value = value;
        location.Reference = reference;
        if (Buffer.Count == 0)
        {
            foreach (var action in WhenDrained)
                action();
            WhenDrained.Clear();
        }
    }

    public void FlushAll()
    {
        while (Buffer.Count > 0)
            FlushOldest();
    }
}
