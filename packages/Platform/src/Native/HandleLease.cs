using System.Runtime.InteropServices;

namespace Gabbro.Platform.Native;

/// <summary>Keeps a <see cref="SystemHandle"/> from being closed while a native call uses its value.</summary>
internal readonly ref struct HandleLease
{
    /// <summary>Null in the default value, which leases nothing.</summary>
    private readonly SafeHandle? _owner;

    internal HandleLease(SafeHandle owner)
    {
        bool added = false;
        owner.DangerousAddRef(ref added);
        _owner = owner;
        Value = owner.DangerousGetHandle();
    }

    internal nint Value { get; }

    internal int Descriptor => (int)Value;

    /// <summary>Ends the lease. Named so that <c>using</c> finds it.</summary>
    public void Dispose() => _owner?.DangerousRelease();
}
