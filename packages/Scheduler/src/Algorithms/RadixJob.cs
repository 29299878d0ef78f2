using Gabbro.Scheduler.Jobs;

namespace Gabbro.Scheduler.Algorithms;

/// <summary>The whole sort on one worker, so that its steps do not each enter the pool from outside.</summary>
internal readonly struct RadixJob<T, TKey>(RadixSorter<T, TKey> sorter) : IForkJob<Nothing>
    where T : unmanaged, IComparable<T>
    where TKey : struct, IRadixKey<T>
{
    public Nothing Run(ForkContext context)
    {
        sorter.Sort();
        return default;
    }
}
