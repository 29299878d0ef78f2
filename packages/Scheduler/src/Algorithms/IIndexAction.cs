namespace Gabbro.Scheduler.Algorithms;

/// <summary>The body of a loop over indices, for the allocation-free tier: implement it on a struct.</summary>
/// <remarks>The struct is copied to every worker; what the copies must share goes through references it holds.</remarks>
public interface IIndexAction
{
    /// <summary>Does the work of one index.</summary>
    /// <param name="index">The index.</param>
    void Invoke(int index);
}
