namespace Gabbro.Storage.Lsm;

/// <summary>What a full check found.</summary>
/// <param name="Tables">Tables read whole.</param>
/// <param name="Entries">Entries in them.</param>
/// <param name="Bytes">Bytes read.</param>
/// <param name="Problems">What is damaged; empty when all is well.</param>
public sealed record VerifyReport(int Tables, long Entries, long Bytes, IReadOnlyList<CorruptionException> Problems)
{
    /// <summary>Whether nothing is damaged.</summary>
    public bool IsSound => Problems.Count == 0;
}
