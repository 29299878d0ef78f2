namespace Gabbro.Storage.Lsm.Versions;

/// <summary>What a file of a database's directory is.</summary>
internal enum FileKind
{
    Other,
    Log,
    Table,
    Manifest,
    Temporary,
}
