namespace Gabbro.Storage.Lsm.Logs;

/// <summary>What a progress file said when it was read.</summary>
internal sealed class ProgressReading(string path, byte[] bytes, bool sameBoot)
{
    /// <summary>Whether the machine has run on since the words were stored: then every byte written is still there.</summary>
    public bool SameBoot => sameBoot;

    /// <summary>How much of a log must be intact: all that was written, or after a restart all that was synced.</summary>
    public long RequiredLength(ulong log)
    {
        if (ProgressFile.Lookup(bytes, log, path, sameBoot) is not { } progress)
            return 0;
        return sameBoot ? Math.Max(progress.Written, progress.Synced) : progress.Synced;
    }
}
