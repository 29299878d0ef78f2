namespace Gabbro.Alloc;

/// <summary>Neighbouring blocks in the same state.</summary>
/// <param name="Address">Where the first begins.</param>
/// <param name="Bytes">Their bytes together.</param>
/// <param name="State">Their state.</param>
/// <param name="Blocks">How many they are; 0 for bytes that are no blocks.</param>
public readonly record struct HeapMapRun(ulong Address, long Bytes, HeapMapState State, int Blocks);
