namespace Gabbro.Storage.BTree.Shared;

/// <summary>
/// Offsets in the lock file, the memory that all connected processes share. It means nothing once the last of them is
/// gone: the first to open builds it anew from the database file and the log.
/// </summary>
internal static class SharedLayout
{
    public const ulong Magic = 0x31304B4C_4F424247; // "GBBOLK01"

    // Identity.
    public const int MagicOffset = 0;
    public const int SaltOffset = 8;
    public const int GenerationOffset = 16;
    public const int PageSizeOffset = 24;
    public const int LogReadyOffset = 28;

    // The writer's line.
    public const int WriterWord = 64;
    public const int NextWriter = 68;
    public const int InProgress = 72;
    public const int LastTransaction = 80;
    public const int WriterContentions = 88;
    public const int Deadlocks = 96;

    // One line each, as readers poll them.
    public const int Applied = 128;
    public const int Visible = 192;

    // Group commit.
    public const int SyncedTo = 256;
    public const int SyncWord = 264;
    public const int SyncSequence = 268;
    public const int SyncWaiters = 272;
    public const int LastGroup = 276;

    // Checkpoints.
    public const int CheckpointWord = 320;
    public const int Poisoned = 324;
    public const int CheckpointPin = 328;
    public const int DurableTransaction = 336;
    public const int DurableLog = 344;
    public const int MetaSequence = 352;
    public const int MetaSlot = 360;

    // Hints for the allocator: lost or stale ones do no harm.
    public const int ReaderSlotsUsed = 384;
    public const int HintCount = 388;
    public const int ScanCursor = 392;
    public const int ScanPause = 400;
    public const int ScanFound = 404;

    public const int Processes = 4096;
    public const int ProcessCount = 256;
    public const int ProcessSize = 64;

    public const int Readers = Processes + (ProcessCount * ProcessSize);
    public const int ReaderCount = 2048;
    public const int ReaderSize = 64;

    public const int Versions = Readers + (ReaderCount * ReaderSize);
    public const int VersionCount = 1024;

    public const int Hints = Versions + (VersionCount * DatabaseVersion.Size);
    public const int HintCapacity = 4096;

    public const int PageTable = Hints + (HintCapacity * sizeof(ulong));

    /// <summary>The page table grows in steps of so many bytes.</summary>
    public const int PageTableStep = 64 * 1024;
}
