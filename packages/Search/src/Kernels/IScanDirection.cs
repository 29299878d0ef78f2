namespace Gabbro.Search.Kernels;

/// <summary>Which way a scan goes. A constant to the compiler, so that both directions share their source and nothing else.</summary>
internal interface IScanDirection
{
    /// <summary>Whether places are visited from the first to the last.</summary>
    static abstract bool Up { get; }
}
