namespace Gabbro.Scheduler.Algorithms;

/// <summary>The body of a loop that wants whole stretches of indices, to vectorise or to keep state across them.</summary>
/// <remarks>The struct is copied to every worker; what the copies must share goes through references it holds.</remarks>
public interface IRangeAction
{
    /// <summary>Does the work of the indices from <paramref name="from"/> up to but without <paramref name="to"/>.</summary>
    /// <param name="from">First index.</param>
    /// <param name="to">One past the last index; greater than <paramref name="from"/>.</param>
    void Invoke(int from, int to);
}
