namespace Gabbro.Storage.Tests.Lsm.Linearizability;

/// <summary>One call on one key, with the moments of its beginning and end.</summary>
/// <param name="Invoked">Before the call.</param>
/// <param name="Returned">After it.</param>
/// <param name="IsWrite">Whether it set the value (null: deleted the key).</param>
/// <param name="Value">What it wrote or read.</param>
internal sealed record Operation(long Invoked, long Returned, bool IsWrite, string? Value);
