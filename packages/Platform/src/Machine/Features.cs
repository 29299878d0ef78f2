using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform.Machine;

/// <summary>Which optional features the running system has. Probed once, by calls that change nothing.</summary>
/// <remarks>
/// For telling a user or an operator: the rest of the package does not ask here but tries, since a filter may treat one
/// set of arguments differently from another. Immutable; safe to use from several threads.
/// </remarks>
public sealed class Features
{
    private static readonly Lazy<Features> s_current = new(Probe);
    private readonly FeatureStatus[] _all;

    private Features(FeatureStatus[] all) => _all = all;

    /// <summary>The features of the running system.</summary>
    public static Features Current => s_current.Value;

    /// <summary>All features with their status, in the order of <see cref="Feature"/>.</summary>
    public IReadOnlyList<FeatureStatus> All => _all;

    /// <summary>Whether the system has a feature.</summary>
    /// <param name="feature">The feature.</param>
    /// <exception cref="ArgumentOutOfRangeException">The feature is undefined.</exception>
    public bool Has(Feature feature) => Get(feature).IsAvailable;

    /// <summary>Whether the system has a feature, and why not.</summary>
    /// <param name="feature">The feature.</param>
    /// <exception cref="ArgumentOutOfRangeException">The feature is undefined.</exception>
    public FeatureStatus Get(Feature feature)
    {
        if ((int)feature >= _all.Length)
            throw new ArgumentOutOfRangeException(nameof(feature), feature, "Undefined feature.");
        return _all[(int)feature];
    }

    /// <summary>Probes the system anew.</summary>
    internal static Features Probe()
    {
        Feature[] features = Enum.GetValues<Feature>();
        FeatureStatus[] all = new FeatureStatus[features.Length];
        foreach (Feature feature in features)
        {
            NativeError reason = Host.IsWindows ? WindowsFeatures.Probe(feature)
                : Host.IsDarwin ? DarwinFeatures.Probe(feature)
                : LinuxFeatures.Probe(feature);
            all[(int)feature] = new FeatureStatus(feature, !reason.IsError, reason);
        }
        return new Features(all);
    }
}
