namespace Gabbro.Platform.Polling;

/// <summary>How an entry of a <see cref="SubmissionRing"/> is run (<c>IOSQE_*</c>).</summary>
[Flags]
public enum SubmissionFlags : byte
{
    /// <summary>On its own.</summary>
    None = 0,

    /// <summary>The descriptor is an index into the registered files.</summary>
    FixedFile = 1,

    /// <summary>Start only after everything submitted before has completed.</summary>
    Drain = 2,

    /// <summary>The next entry starts when this one has succeeded.</summary>
    Link = 4,

    /// <summary>The next entry starts when this one has completed, whatever the outcome.</summary>
    HardLink = 8,

    /// <summary>Go to a kernel worker at once instead of trying without blocking first.</summary>
    Async = 16,

    /// <summary>Take a buffer from the group named in the entry.</summary>
    BufferSelect = 32,

    /// <summary>No completion when it succeeds.</summary>
    SkipSuccess = 64,
}
