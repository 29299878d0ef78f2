using Gabbro.Scheduler.Atomics;

namespace Gabbro.Scheduler.Synchronization;

/// <summary>
/// Lets readers copy a small value without writing any shared word: they see afterwards whether a writer was at it, and
/// copy again. Four bytes.
/// </summary>
/// <remarks>
/// <code>
/// do { version = sequence.BeginRead(); copy = value; } while (!sequence.EndRead(version));
/// </code>
/// The value must be plain data without references that the reader follows: a copy taken during a write may be torn, and is
/// thrown away. Writers exclude each other; readers never wait for readers and never disturb a writer. A mutable struct:
/// keep it in a field (not readonly) and never copy it. H. Boehm, "Can Seqlocks Get Along With Programming Language Memory
/// Models?" (2012).
/// </remarks>
public struct SequenceLock
{
    private int _sequence;

    /// <summary>Waits until no writer is at work.</summary>
    /// <returns>The version to hand to <see cref="EndRead"/>.</returns>
    public int BeginRead()
    {
        for (var round = 0; ; round++)
        {
            var version = Volatile.Read(ref _sequence);
            if ((version & 1) == 0)
                return version;
            HardwareAtomics.Pause(round);
        }
    }

    /// <summary>Whether what was read since <see cref="BeginRead"/> is whole.</summary>
    /// <param name="version">From <see cref="BeginRead"/>.</param>
    /// <returns>False: a writer came; read again.</returns>
    public bool EndRead(int version)
    {
        // The reads of the value must be done before the sequence is looked at again.
        Volatile.ReadBarrier();
        return _sequence == version;
    }

    /// <summary>Enters as the writer.</summary>
    public void EnterWrite()
    {
        for (var round = 0; ; round++)
        {
            var version = Volatile.Read(ref _sequence);
            if ((version & 1) == 0 && Interlocked.CompareExchange(ref _sequence, version + 1, version) == version)
                return;
            HardwareAtomics.Pause(round);
        }
    }

    /// <summary>Leaves as the writer.</summary>
    /// <exception cref="SynchronizationLockException">No writer is at work.</exception>
    public void ExitWrite()
    {
        if ((_sequence & 1) == 0)
            throw new SynchronizationLockException("No writer holds the lock.");
        Volatile.Write(ref _sequence, _sequence + 1);
    }
}
