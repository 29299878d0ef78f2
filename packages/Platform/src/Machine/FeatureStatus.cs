namespace Gabbro.Platform.Machine;

/// <summary>Whether a system has a feature, and if not, what it said.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="IsAvailable">Whether it can be used.</param>
/// <param name="Reason">
/// What the probe answered where it is missing: <see cref="ErrorKind.NotImplemented"/> from an old system,
/// <see cref="ErrorKind.NotPermitted"/> from a filter, <see cref="ErrorKind.NotSupported"/> where no such thing exists.
/// </param>
public readonly record struct FeatureStatus(Feature Feature, bool IsAvailable, NativeError Reason);
