namespace Gabbro.Scheduler.Jobs;

/// <summary>The result of work that has none.</summary>
internal readonly struct Nothing;
