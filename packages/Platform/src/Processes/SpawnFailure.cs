namespace Gabbro.Platform.Processes;

/// <summary>Why a process could not be started: the step, what the system said, and the object.</summary>
/// <param name="Step">The step that failed.</param>
/// <param name="Error">What the system said.</param>
/// <param name="Target">The path or object of the step, if there is one.</param>
public readonly record struct SpawnFailure(SpawnStep Step, NativeError Error, string? Target)
{
    /// <summary>True when there is a failure.</summary>
    public bool IsError => Error.IsError;

    /// <summary>Throws when there is a failure.</summary>
    /// <exception cref="PlatformException">There is a failure; its operation names the step.</exception>
    public void ThrowIfError()
    {
        if (Error.IsError) Error.Throw($"spawn ({Step})", Target);
    }
}
