namespace Gabbro.Scheduler.Algorithms;

internal readonly struct DelegateFunc<T, TResult>(Func<T, TResult> function) : IValueFunc<T, TResult>
{
    public TResult Invoke(T argument) => function(argument);
}
