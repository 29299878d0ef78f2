namespace Gabbro.Alloc;

/// <summary>Passes a heap's size to the garbage collector in steps, because each call costs more than an allocation.</summary>
internal sealed class MemoryPressure
{
    private const long Step = 1 << 20;

    private readonly Lock _lock = new();
    private long _reported;

    internal void Update(nuint current)
    {
        if (Math.Abs((long)current - Volatile.Read(ref _reported)) < Step && current != 0) return;
        lock (_lock)
        {
            long difference = (long)current - _reported;
            if (difference > 0) GC.AddMemoryPressure(difference);
            else if (difference < 0) GC.RemoveMemoryPressure(-difference);
            Volatile.Write(ref _reported, (long)current);
        }
    }
}
