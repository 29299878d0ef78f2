using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler.Algorithms;

/// <summary>The loop's indices are participants, of which each takes chunks from a sequence until it is at its end.</summary>
internal readonly struct SequenceFold<T>(SequenceSource<T> source, LoopState state, Action<T, LoopState> body)
    : IRangeFold<Nothing>
{
    public Nothing Identity => default;

    public Nothing Fold(Nothing before, long from, long to, LoopControl control)
    {
        var size = 1;
        var chunk = new T[SequenceSource<T>.MaxChunk];
        while (control.ShouldRun(0))
        {
            var count = source.Take(chunk.AsSpan(0, size));
            if (count == 0)
                return default;
            for (var i = 0; i < count && control.Limit > 0; i++)
                body(chunk[i], state);
            size = Math.Min(chunk.Length, size * 2);
        }

        return default;
    }

    public Nothing Combine(Nothing left, Nothing right) => default;
}
