using System.Numerics;
using System.Runtime.InteropServices;

namespace Gabbro.Scheduler.Algorithms;

internal readonly struct SumFold<T>(Slice<T> source) : IRangeFold<T>
    where T : unmanaged, INumber<T>
{
    public T Identity => T.Zero;

    public T Fold(T before, long from, long to, LoopControl control)
    {
        ReadOnlySpan<T> items = source.Span((int)from, (int)to);
        if (Vector<T>.IsSupported && items.Length >= 4 * Vector<T>.Count)
        {
            // Four sums side by side: an addition takes four cycles for floating point, and one may start each half cycle.
            Vector<T> a = default, b = default, c = default, d = default;
            var vectors = MemoryMarshal.Cast<T, Vector<T>>(items);
            var i = 0;
            for (; i + 4 <= vectors.Length; i += 4)
            {
                a += vectors[i];
                b += vectors[i + 1];
                c += vectors[i + 2];
                d += vectors[i + 3];
            }

            for (; i < vectors.Length; i++)
                a += vectors[i];
            before += Vector.Sum(a + b + (c + d));
            items = items[(vectors.Length * Vector<T>.Count)..];
        }

        foreach (var item in items)
            before += item;
        return before;
    }

    public T Combine(T left, T right) => left + right;
}
