namespace Gabbro.Scheduler.Tests.Model;

/// <summary>A word of the modelled memory, as all threads see it: without what still sits in store buffers.</summary>
internal sealed class ModelLocation(int number, long value, object? reference)
{
    public int Number { get; } = number;

    public long Value = value;
    public object? Reference = reference;

    /// <summary>Threads blocked on the word, longest first, as the kernel wakes them.</summary>
    public readonly List<ModelThread> Waiters = [];
}
