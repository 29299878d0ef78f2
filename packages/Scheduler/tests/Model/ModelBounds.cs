namespace Gabbro.Scheduler.Tests.Model;

/// <summary>How far an exploration goes.</summary>
/// <param name="Preemptions">Times a thread that could go on is set aside for another.</param>
/// <param name="Delays">Times a store begins to wait in a buffer.</param>
/// <param name="Executions">Executions after which the enumeration stops.</param>
/// <param name="Steps">Steps after which one execution counts as endless.</param>
internal sealed record ModelBounds(int Preemptions = 2, int Delays = 1, int Executions = 20_000, int Steps = 5_000);
