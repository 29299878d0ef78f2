namespace Gabbro.Scheduler.Algorithms;

/// <summary>A sequence that several workers take from; its enumerator is used under a lock.</summary>
internal sealed class SequenceSource<T>(IEnumerator<T> enumerator)
{
    /// <summary>Chunks double up to this; a cancelled loop finishes what it has taken.</summary>
    public const int MaxChunk = 256;

    private readonly Lock _lock = new();
    private bool _ended;

    /// <summary>Takes up to a chunk; 0 at the end.</summary>
    public int Take(Span<T> chunk)
    {
        lock (_lock)
        {
            var count = 0;
            while (count < chunk.Length && !_ended)
            {
                // An enumerator that throws must not be asked again.
                _ended = true;
                if (!enumerator.MoveNext())
                    break;
                chunk[count++] = enumerator.Current;
                _ended = false;
            }

            return count;
        }
    }
}
