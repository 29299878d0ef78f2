namespace Gabbro.Scheduler.Algorithms;

/// <summary>A function of two arguments as a struct: the JIT compiles each algorithm for it and inlines the call.</summary>
/// <typeparam name="T1">The first thing that goes in.</typeparam>
/// <typeparam name="T2">The second thing that goes in.</typeparam>
/// <typeparam name="TResult">What comes out.</typeparam>
/// <remarks>The struct is copied to every worker; what the copies must share goes through references it holds.</remarks>
public interface IValueFunc<T1, T2, TResult>
{
    /// <summary>Computes the function. Called from any worker, at the same time.</summary>
    /// <param name="first">The first argument.</param>
    /// <param name="second">The second argument.</param>
    /// <returns>The result.</returns>
    TResult Invoke(T1 first, T2 second);
}
