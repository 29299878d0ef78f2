namespace Gabbro.Tools.FastSearch.Options;

/// <summary>The command line cannot be understood.</summary>
internal sealed class UsageException(string message) : Exception(message);
