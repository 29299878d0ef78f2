using System.Threading;

namespace Gabbro.Alloc.Core;

/// <summary>
/// A lock in one word that is free when zero, so that state that is all zero bytes is valid. 0 free, 1 held, 2 held and
/// somebody may be waiting. After Drepper, "Futexes are tricky" (2011), the second mutex.
/// </summary>
internal static unsafe class FutexLock
{
    // Sections are a few hundred instructions: a short spin usually outlasts them and saves two system calls.
    private const int Spins = 100;

    internal static void Acquire(int* word)
    {
        if (Interlocked.CompareExchange(ref *word, 1, 0) != 0) AcquireSlow(word);
    }

    internal static void Release(int* word)
    {
        if (Interlocked.Exchange(ref *word, 0) == 2) Os.Wake(word);
    }

    private static void AcquireSlow(int* word)
    {
        for (int i = 0; i < Spins; i++)
        {
            if (Volatile.Read(ref *word) == 0 && Interlocked.CompareExchange(ref *word, 1, 0) == 0) return;
        }
        while (Interlocked.Exchange(ref *word, 2) != 0) Os.Wait(word, 2);
    }
}
