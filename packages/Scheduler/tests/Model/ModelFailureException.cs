namespace Gabbro.Scheduler.Tests.Model;

internal sealed class ModelFailureException(string message, Exception? inner = null) : Exception(message, inner);
