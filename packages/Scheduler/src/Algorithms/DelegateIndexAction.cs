namespace Gabbro.Scheduler.Algorithms;

internal readonly struct DelegateIndexAction(Action<int> body) : IIndexAction
{
    public void Invoke(int index) => body(index);
}
