namespace Gabbro.Storage.Lsm.Logs;

/// <summary>The words of one log in the shared mapping: number, its complement, written twice, synced twice.</summary>
internal readonly unsafe struct ProgressEntry(ulong* words, ulong log)
{
    // A crash between the two stores leaves the first one ahead; a reader takes the greater sound word.
    public void SetWritten(long length)
    {
        if (words == null)
            return;
        var word = ProgressWord.Encode(length, log);
        Volatile.Write(ref words[2], word);
        Volatile.Write(ref words[3], word);
    }

    public void SetSynced(long length)
    {
        if (words == null)
            return;
        var word = ProgressWord.Encode(length, log);
        Volatile.Write(ref words[4], word);
        Volatile.Write(ref words[5], word);
    }
}
