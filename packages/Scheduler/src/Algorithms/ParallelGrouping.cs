using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gabbro.Scheduler.Algorithms;

/// <summary>Groups elements by a key.</summary>
public static unsafe class ParallelGrouping
{
    /// <summary>Groups the elements by a key, each group in the order of the source.</summary>
    /// <typeparam name="T">Type of the elements.</typeparam>
    /// <typeparam name="TKey">Type of the keys.</typeparam>
    /// <param name="pool">Where.</param>
    /// <param name="source">The elements.</param>
    /// <param name="keySelector">Called once for each element, in no particular order.</param>
    /// <param name="comparer">Compares keys; null for the default.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The groups.</returns>
    /// <remarks>
    /// Blocks are distributed by hash into partitions side by side, then each partition is grouped by one worker, so no two
    /// workers touch one group. Time linear in the elements; allocates the keys and the groups.
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="pool"/> or <paramref name="keySelector"/> is null.</exception>
    /// <exception cref="AggregateException">Calls threw; among them <see cref="ArgumentNullException"/> for a null key.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed and the caller is none of its workers.</exception>
    public static IReadOnlyDictionary<TKey, List<T>> GroupBy<T, TKey>(
        this WorkPool pool,
        ReadOnlySpan<T> source,
        Func<T, TKey> keySelector,
        IEqualityComparer<TKey>? comparer = null,
        CancellationToken cancellationToken = default)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(keySelector);
        comparer ??= EqualityComparer<TKey>.Default;
        const int blockLength = 1 << 14;
        var partitions = 4 * pool.ThreadCount;
        var blocks = (source.Length + blockLength - 1) / blockLength;
        var parts = new List<(TKey Key, T Item)>?[blocks, partitions];
        var groups = new Dictionary<TKey, List<T>>[partitions];
        fixed (byte* start = &Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(source)))
        {
            var slice = new Slice<T>(start, source.Length);
            pool.For(
                0,
                blocks,
                block =>
                {
                    var from = block * blockLength;
                    foreach (var item in slice.Span(from, Math.Min(slice.Length, from + blockLength)))
                    {
                        var key = keySelector(item);
                        ArgumentNullException.ThrowIfNull(key);
                        var partition = (int)((uint)(comparer.GetHashCode(key) * -1640531527) % (uint)partitions);
                        (parts[block, partition] ??= []).Add((key, item));
                    }
                },
                cancellationToken);
        }

        pool.For(
            0,
            partitions,
            partition =>
            {
                var mine = new Dictionary<TKey, List<T>>(comparer);
                for (var block = 0; block < blocks; block++)
                {
                    if (parts[block, partition] is not { } part)
                        continue;
                    foreach (var (key, item) in part)
                    {
                        ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(mine, key, out _);
                        (group ??= []).Add(item);
                    }
                }

                groups[partition] = mine;
            },
            cancellationToken);
        var all = new Dictionary<TKey, List<T>>(groups.Sum(g => g.Count), comparer);
        foreach (var group in groups.SelectMany(g => g))
            all.Add(group.Key, group.Value);
        return all;
    }
}
