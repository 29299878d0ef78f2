namespace Gabbro.Scheduler.Algorithms;

internal readonly struct KeyComparer<TKey, T, TComparer>(TComparer comparer) : IComparer<(TKey Key, T Item)>
    where TComparer : IComparer<TKey>
{
    public int Compare((TKey Key, T Item) x, (TKey Key, T Item) y) => comparer.Compare(x.Key, y.Key);
}
