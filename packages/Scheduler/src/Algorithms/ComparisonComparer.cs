namespace Gabbro.Scheduler.Algorithms;

internal readonly struct ComparisonComparer<T>(Comparison<T> comparison) : IComparer<T>
{
    public int Compare(T? x, T? y) => comparison(x!, y!);
}
