namespace Gabbro.Storage.BTree.Shared;

/// <summary>Waiting for a word of shared memory to change.</summary>
internal static unsafe class SharedWait
{
    /// <summary>Sleeps while the word has a value, at most for so long; may return early.</summary>
    public static void Wait(ref int word, int value, int milliseconds)
    {
        if (Volatile.Read(ref word) == value)
            Thread.Sleep(0);
    }

    /// <summary>Wakes sleepers on a word.</summary>
    public static void Wake(ref int word, int count)
    {
    }
}
