namespace Gabbro.Scheduler.Algorithms;

/// <summary>Work on a chunk of a span.</summary>
/// <typeparam name="T">Type of the elements.</typeparam>
/// <param name="chunk">The chunk.</param>
/// <param name="offset">Index of its first element in the whole span.</param>
public delegate void ChunkAction<T>(Span<T> chunk, int offset);
