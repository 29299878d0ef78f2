namespace Gabbro.Tools.Tour;

/// <summary>How a step ended; the error is null when it checked out.</summary>
internal sealed record StepResult(ITourStep Step, StepReport Report, TimeSpan Elapsed, string? Error);
