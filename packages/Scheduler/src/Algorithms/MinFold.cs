using System.Numerics;
using System.Runtime.InteropServices;

namespace Gabbro.Scheduler.Algorithms;

internal readonly struct MinFold<T>(Slice<T> source) : IRangeFold<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>Any element does: the extreme of a range contains it.</summary>
    public T Identity => source[0];

    public T Fold(T before, long from, long to, LoopControl control)
    {
        ReadOnlySpan<T> items = source.Span((int)from, (int)to);
        if (Vector<T>.IsSupported && items.Length >= 2 * Vector<T>.Count)
        {
            var vectors = MemoryMarshal.Cast<T, Vector<T>>(items);
            var a = new Vector<T>(before);
            var b = a;
            var i = 0;
            for (; i + 2 <= vectors.Length; i += 2)
            {
                a = Vector.Min(a, vectors[i]);
                b = Vector.Min(b, vectors[i + 1]);
            }

            for (; i < vectors.Length; i++)
                a = Vector.Min(a, vectors[i]);
            a = Vector.Min(a, b);
            for (var lane = 0; lane < Vector<T>.Count; lane++)
                before = T.Min(before, a[lane]);
            items = items[(vectors.Length * Vector<T>.Count)..];
        }

        foreach (var item in items)
            before = T.Min(before, item);
        return before;
    }

    public T Combine(T left, T right) => T.Min(left, right);
}
