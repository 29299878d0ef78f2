using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler.Algorithms;

/// <summary>The loop's indices are chunk numbers.</summary>
internal readonly struct ChunkFold<T>(Slice<T> source, int chunkSize, ChunkAction<T> body) : IRangeFold<Nothing>
{
    public Nothing Identity => default;

    public Nothing Fold(Nothing before, long from, long to, LoopControl control)
    {
        for (var chunk = from; chunk < to; chunk++)
        {
            var start = (int)(chunk * chunkSize);
            body(source.Span(start, (int)Math.Min(source.Length, (long)start + chunkSize)), start);
        }

        return default;
    }

    public Nothing Combine(Nothing left, Nothing right) => default;
}
