namespace Gabbro.Platform.Containers;

/// <summary>One mount(2) for a container to make.</summary>
/// <param name="Source">The device, directory or name; null for none.</param>
/// <param name="Target">Where, as the child sees it before the root changes.</param>
/// <param name="FileSystem">The type (proc, tmpfs, overlay); null for binds and remounts.</param>
/// <param name="Flags">How.</param>
/// <param name="Data">Options of the file system; null for none.</param>
public sealed record MountRequest(string? Source, string Target, string? FileSystem, MountFlags Flags = MountFlags.None, string? Data = null);
