namespace Gabbro.Tools.Kvdb.Serving;

/// <summary>A request or command that says nothing that can be done.</summary>
internal sealed class UsageException(string message) : Exception(message);
