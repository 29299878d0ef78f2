namespace Gabbro.Scheduler.Algorithms;

/// <summary>A function of one argument as a struct: the JIT compiles each algorithm for it and inlines the call.</summary>
/// <typeparam name="T">What goes in.</typeparam>
/// <typeparam name="TResult">What comes out.</typeparam>
/// <remarks>The struct is copied to every worker; what the copies must share goes through references it holds.</remarks>
public interface IValueFunc<T, TResult>
{
    /// <summary>Computes the function. Called from any worker, at the same time.</summary>
    /// <param name="argument">The argument.</param>
    /// <returns>The result.</returns>
    TResult Invoke(T argument);
}
