namespace Gabbro.Tools.Tour;

/// <summary>A step did its work and the outcome was wrong.</summary>
internal sealed class TourCheckException(string message) : Exception(message);
