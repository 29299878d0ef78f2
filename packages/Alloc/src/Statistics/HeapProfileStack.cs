using System.Globalization;

namespace Gabbro.Alloc;

/// <summary>One call stack of a <see cref="HeapProfile"/>.</summary>
/// <param name="Stack">The managed frames, innermost first, a line each.</param>
/// <param name="Samples">Live samples it allocated.</param>
/// <param name="EstimatedBytes">The live bytes they stand for.</param>
public sealed record HeapProfileStack(string Stack, int Samples, long EstimatedBytes)
{
    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"about {EstimatedBytes} bytes ({Samples} samples) at{Environment.NewLine}{Stack}");
}
