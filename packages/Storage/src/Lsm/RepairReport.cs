namespace Gabbro.Storage.Lsm;

/// <summary>What repairing a database saved and lost.</summary>
/// <param name="TablesKept">Tables that are whole and were kept.</param>
/// <param name="TablesRewritten">Tables of which parts were lost; what could be read was written anew.</param>
/// <param name="EntriesSaved">Entries in the tables now.</param>
/// <param name="LogEntriesSaved">Entries brought back from logs.</param>
/// <param name="Losses">Each loss in words: file, offset, what is gone.</param>
public sealed record RepairReport(
    int TablesKept, int TablesRewritten, long EntriesSaved, long LogEntriesSaved, IReadOnlyList<string> Losses);
