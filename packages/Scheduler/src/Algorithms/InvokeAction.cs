namespace Gabbro.Scheduler.Algorithms;

internal readonly struct InvokeAction(Action[] actions) : IIndexAction
{
    public void Invoke(int index) => actions[index]();
}
