using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Linux;

namespace Gabbro.Platform.Memory;

/// <content>Accesses that survive truncation of the file.</content>
public sealed unsafe partial class FileMapping
{
    private int _guard = -1;

    /// <summary>
    /// How many pages were asked for in vain since the mapping is guarded, because the file had become shorter. When it is
    /// not 0 the mapping shows zeros in those places from then on, even if the file grows again: map it anew.
    /// </summary>
    public long FaultCount => _guard < 0 ? 0 : MappingGuard.Count(_guard);

    /// <summary>
    /// The word behind <see cref="FaultCount"/>, for a loop that looks after every access; null while the mapping is not
    /// guarded. Valid until the mapping is disposed; read it with <see cref="Volatile"/>, never write it.
    /// </summary>
    public long* FaultCounter => _guard < 0 ? null : MappingGuard.Counter(_guard);

    /// <summary>
    /// Makes an access to a page that the file no longer has show zeros and count in <see cref="FaultCount"/>, where it
    /// would end the process. Writes to such a page are lost. Costs nothing until a fault happens.
    /// </summary>
    /// <returns>
    /// Success, also when it is guarded already; <see cref="ErrorKind.NotSupported"/> on macOS, and on Windows, where a
    /// mapped file cannot be truncated; <see cref="ErrorKind.ResourceLimit"/> when 128 mappings of the process are
    /// guarded; or why the system does not let a handler be put in place. Then use <see cref="TryRead"/>.
    /// </returns>
    /// <exception cref="ObjectDisposedException">The mapping is disposed.</exception>
    public NativeError TryGuard()
    {
        ObjectDisposedException.ThrowIf(_base is null, this);
        if (_guard >= 0)
            return default;
        if (!Host.IsLinux)
            return NativeError.Of(ErrorKind.NotSupported);
        return MappingGuard.Add(_base, _length + _slack, out _guard);
    }

    private void Unguard()
    {
        if (_guard < 0)
            return;
        MappingGuard.Remove(_guard);
        _guard = -1;
    }
}
