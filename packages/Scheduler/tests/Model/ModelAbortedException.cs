namespace Gabbro.Scheduler.Tests.Model;

/// <summary>Unwinds the other threads of a run that has failed.</summary>
internal sealed class ModelAbortedException : Exception;
