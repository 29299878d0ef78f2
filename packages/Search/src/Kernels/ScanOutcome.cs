namespace Gabbro.Search.Kernels;

/// <summary>What a part of a scan says to the whole.</summary>
internal enum ScanOutcome
{
    /// <summary>Nothing more here; go on with the next block.</summary>
    Continue,

    /// <summary>The probes or the mode changed: begin again at <see cref="ScanState.Next"/>.</summary>
    Restart,

    /// <summary>The sink has what it wanted.</summary>
    Stop,
}
