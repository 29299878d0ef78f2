namespace Gabbro.Storage.BTree;

/// <summary>Says under which keys an index lists a record.</summary>
/// <param name="key">The record's key.</param>
/// <param name="value">The record's value.</param>
/// <param name="keys">Takes any number of index keys; none keeps the record out of the index.</param>
/// <remarks>
/// Must depend on its arguments alone, now and in every later version of the program: it is also called with the old value,
/// to find the entries to remove. The spans are valid during the call.
/// </remarks>
public delegate void IndexExtractor(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, IndexKeys keys);
