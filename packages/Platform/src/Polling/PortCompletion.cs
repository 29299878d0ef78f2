namespace Gabbro.Platform.Polling;

/// <summary>One packet taken from a <see cref="CompletionPort"/>.</summary>
/// <param name="Key">The key of the handle, or of the post.</param>
/// <param name="UserData">The value the operation carried; 0 for a post.</param>
/// <param name="Count">The bytes moved, or the number of the post.</param>
/// <param name="Error">Why the operation failed; success when it did not.</param>
public readonly record struct PortCompletion(nuint Key, nuint UserData, uint Count, NativeError Error)
{
    /// <summary>True when the operation succeeded.</summary>
    public bool IsSuccess => !Error.IsError;
}
