namespace Gabbro.Platform.Machine;

/// <summary>One logical processor and where it sits.</summary>
/// <param name="Id">The number the system schedules it by.</param>
/// <param name="Core">The core, unique in the machine.</param>
/// <param name="Package">The package (socket).</param>
/// <param name="Node">The memory node.</param>
public readonly record struct LogicalProcessor(int Id, int Core, int Package, int Node);
