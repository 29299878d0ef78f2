using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Synchronization;

/// <summary>Runs one action once, whoever comes first; four bytes.</summary>
/// <remarks>
/// A mutable struct: keep it in a field (not readonly) and never copy it. Afterwards a call is one load. Blocking while
/// another thread runs the action; an action that calls its own <see cref="Once"/> waits for itself for ever.
/// </remarks>
public struct Once
{
    private int _word;

    /// <summary>Whether the action has been run to its end.</summary>
    public readonly bool IsDone => Volatile.Read(in _word) == OnceProtocol<HardwareAtomics>.Done;

    /// <summary>Runs the action unless one has been run to its end; waits if another thread is running one.</summary>
    /// <param name="action">If it throws, the exception surfaces here and the next caller runs its own action.</param>
    /// <exception cref="ArgumentNullException"><paramref name="action"/> is null.</exception>
    public void Run(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        if (IsDone || !OnceProtocol<HardwareAtomics>.Begin(ref _word))
            return;
        var done = false;
        try
        {
            action();
            done = true;
        }
        finally
        {
            OnceProtocol<HardwareAtomics>.Finish(ref _word, done);
        }
    }
}
