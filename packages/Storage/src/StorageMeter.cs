using System.Diagnostics.Metrics;

namespace Gabbro.Storage;

/// <summary>The meter "Gabbro.Storage" that both engines add their instruments to.</summary>
internal static class StorageMeter
{
    public static Meter Instance { get; } = new("Gabbro.Storage");
}
