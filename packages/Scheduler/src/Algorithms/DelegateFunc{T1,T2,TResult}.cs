namespace Gabbro.Scheduler.Algorithms;

internal readonly struct DelegateFunc<T1, T2, TResult>(Func<T1, T2, TResult> function) : IValueFunc<T1, T2, TResult>
{
    public TResult Invoke(T1 first, T2 second) => function(first, second);
}
