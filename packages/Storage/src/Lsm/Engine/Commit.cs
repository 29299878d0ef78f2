using Gabbro.Storage.Lsm.Logs;

namespace Gabbro.Storage.Lsm.Engine;

/// <summary>Where a committed batch lies, and what makes it visible once it is durable.</summary>
/// <param name="Log">The log.</param>
/// <param name="End">The position behind it.</param>
/// <param name="Sequence">Its last sequence number; 0 if nothing is to be made visible.</param>
internal readonly record struct Commit(LogWriter Log, long End, ulong Sequence);
