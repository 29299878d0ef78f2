using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;
using Gabbro.Platform.Time;

namespace Gabbro.Platform.Files;

/// <content>Permissions, owner, times and extended attributes.</content>
public sealed partial class FileHandle
{
    /// <summary>Changes the permission bits (fchmod(2)). On Windows only whether anybody may write.</summary>
    /// <param name="mode">The bits.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bit is undefined.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public void SetPermissions(UnixFileMode mode)
    {
        if (((int)mode & ~0xFFF) != 0)
            throw new ArgumentOutOfRangeException(nameof(mode), mode, "Undefined bits.");
        using HandleLease lease = Lease();
        NativeError error = Host.IsWindows
            ? WindowsFiles.SetPermissions(lease.Value, mode)
            : SysStat.fchmod(lease.Descriptor, (uint)mode) == 0 ? default : NativeError.Last();
        error.ThrowIfError("chmod", Name);
    }

    /// <summary>Changes owner and group (fchown(2)).</summary>
    /// <param name="userId">The owner, or null to leave it.</param>
    /// <param name="groupId">The group, or null to leave it.</param>
    /// <exception cref="PlatformException">The system refused; on Windows <see cref="ErrorKind.NotSupported"/>.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public void SetOwner(uint? userId, uint? groupId)
    {
        using HandleLease lease = Lease();
        NativeError error = Host.IsWindows
            ? NativeError.Of(ErrorKind.NotSupported)
            : Unistd.fchown(lease.Descriptor, userId ?? uint.MaxValue, groupId ?? uint.MaxValue) == 0
                ? default : NativeError.Last();
        error.ThrowIfError("chown", Name);
    }

    /// <summary>Changes access and modification time (futimens(3)), with nanoseconds where the file system keeps them.</summary>
    /// <param name="accessTime">The access time, or null to leave it.</param>
    /// <param name="modificationTime">The modification time, or null to leave it.</param>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public void SetTimes(UnixTimestamp? accessTime, UnixTimestamp? modificationTime)
    {
        using HandleLease lease = Lease();
        NativeError error = Host.IsWindows
            ? WindowsFiles.SetTimes(lease.Value, accessTime, modificationTime)
            : UnixMetadata.SetTimes(lease.Descriptor, accessTime, modificationTime);
        error.ThrowIfError("utimens", Name);
    }

    /// <summary>Reads an extended attribute (fgetxattr(2)).</summary>
    /// <param name="name">Its name, with its namespace on Linux (<c>user.</c>).</param>
    /// <param name="buffer">Where the value goes; an empty buffer asks for the length.</param>
    /// <param name="length">The value's length.</param>
    /// <returns>
    /// Success; <see cref="ErrorKind.NoData"/> when there is none; <see cref="ErrorKind.OutOfRange"/> when the buffer is too
    /// small; <see cref="ErrorKind.NotSupported"/> where there are no attributes (Windows among them).
    /// </returns>
    /// <exception cref="ArgumentException">The name holds a zero character.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public NativeError TryGetAttribute(string name, Span<byte> buffer, out int length)
    {
        using EncodedPath encoded = new(name, stackalloc byte[EncodedPath.StackSize]);
        using HandleLease lease = Lease();
        length = 0;
        return Host.IsWindows
            ? NativeError.Of(ErrorKind.NotSupported)
            : UnixMetadata.GetAttribute(lease.Descriptor, encoded.Bytes, buffer, out length);
    }

    /// <summary>Writes an extended attribute (fsetxattr(2)).</summary>
    /// <param name="name">Its name, with its namespace on Linux (<c>user.</c>).</param>
    /// <param name="value">The value.</param>
    /// <param name="mode">Whether it must be there, or must not.</param>
    /// <returns>Success; <see cref="ErrorKind.AlreadyExists"/>, <see cref="ErrorKind.NoData"/>; or why it failed.</returns>
    /// <exception cref="ArgumentException">The name holds a zero character, or the mode is undefined.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public NativeError TrySetAttribute(
        string name, ReadOnlySpan<byte> value, AttributeMode mode = AttributeMode.CreateOrReplace)
    {
        if (mode > AttributeMode.Replace)
            throw new ArgumentOutOfRangeException(nameof(mode), mode, "Undefined mode.");
        using EncodedPath encoded = new(name, stackalloc byte[EncodedPath.StackSize]);
        using HandleLease lease = Lease();
        return Host.IsWindows
            ? NativeError.Of(ErrorKind.NotSupported)
            : UnixMetadata.SetAttribute(lease.Descriptor, encoded.Bytes, value, mode);
    }

    /// <summary>Removes an extended attribute (fremovexattr(2)).</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Success; <see cref="ErrorKind.NoData"/> when there is none; or why it failed.</returns>
    /// <exception cref="ArgumentException">The name holds a zero character.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public NativeError TryRemoveAttribute(string name)
    {
        using EncodedPath encoded = new(name, stackalloc byte[EncodedPath.StackSize]);
        using HandleLease lease = Lease();
        return Host.IsWindows
            ? NativeError.Of(ErrorKind.NotSupported)
            : UnixMetadata.RemoveAttribute(lease.Descriptor, encoded.Bytes);
    }

    /// <summary>The names of all extended attributes (flistxattr(2)). Empty where the file system has none.</summary>
    /// <returns>The names.</returns>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public string[] GetAttributeNames()
    {
        using HandleLease lease = Lease();
        if (Host.IsWindows)
            return [];
        UnixMetadata.ListAttributes(lease.Descriptor, out string[] names).ThrowIfError("list attributes", Name);
        return names;
    }
}
