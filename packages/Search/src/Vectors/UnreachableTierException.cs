namespace Gabbro.Search.Vectors;

/// <summary>An operation was asked of a register that does not have it; kernels check the capability first.</summary>
internal sealed class UnreachableTierException : Exception
{
    public UnreachableTierException() : base("The register of this tier has no such operation.") { }
}
