namespace Gabbro.Scheduler.Tests.Model;

/// <summary>A call of a history: what was asked, what came back, and when, in logical time.</summary>
internal sealed record Call(string Name, int Argument, int? Result, int Start, int End);
