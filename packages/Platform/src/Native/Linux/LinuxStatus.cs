using Gabbro.Platform.Files;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Time;

namespace Gabbro.Platform.Native.Linux;

/// <summary>
/// Status by statx(2), or by the older fstatat where statx is missing: ENOSYS from old kernels, EPERM from container
/// filters written before it existed. Which one is remembered for the process.
/// </summary>
internal static unsafe class LinuxStatus
{
    private const uint Mask = Statx.STATX_BASIC_STATS | Statx.STATX_BTIME | Statx.STATX_DIOALIGN;

    private static volatile bool s_statxMissing;

    internal static NativeError Get(int fd, out FileStatus status)
    {
        byte empty = 0;
        return Get(fd, &empty, LinuxFcntl.AT_EMPTY_PATH, out status, out _);
    }

    internal static NativeError Get(int directory, byte* path, bool followLinks, out FileStatus status) =>
        Get(directory, path, followLinks ? 0 : LinuxFcntl.AT_SYMLINK_NOFOLLOW, out status, out _);

    /// <summary>The alignment direct I/O needs, 0 where the kernel does not tell.</summary>
    internal static NativeError Alignment(int fd, out int memory, out int offset)
    {
        byte empty = 0;
        NativeError error = Get(fd, &empty, LinuxFcntl.AT_EMPTY_PATH, out _, out (int Memory, int Offset) alignment);
        (memory, offset) = alignment;
        return error;
    }

    private static NativeError Get(
        int directory, byte* path, int flags, out FileStatus status, out (int Memory, int Offset) alignment)
    {
        alignment = default;
        if (!s_statxMissing)
        {
            Statx buffer;
            if (Syscall.Invoke(
                "statx", SyscallNumbers.statx, directory, (nint)path, flags, (nint)Mask, (nint)(&buffer)) == 0)
            {
                status = Convert(in buffer);
                if ((buffer.stx_mask & Statx.STATX_DIOALIGN) != 0)
                    alignment = ((int)buffer.stx_dio_mem_align, (int)buffer.stx_dio_offset_align);
                return default;
            }
            NativeError error = NativeError.Last();
            if (error.Kind is not (ErrorKind.NotImplemented or ErrorKind.NotPermitted))
            {
                status = default;
                return error;
            }
            // EPERM can only be a filter: stat of a reachable name needs no privilege. Ask the old call, and stay there
            // when it succeeds where this one did not.
            NativeError fallback = GetOld(directory, path, flags, out status);
            if (!fallback.IsError)
                s_statxMissing = !NativeSeam.IsEnabled;
            return fallback;
        }
        return GetOld(directory, path, flags, out status);
    }

    private static NativeError GetOld(int directory, byte* path, int flags, out FileStatus status)
    {
        status = default;
        if (Host.IsArm64)
        {
            StatArm64 buffer;
            if (Syscall.Invoke(
                "newfstatat", SyscallNumbers.newfstatat, directory, (nint)path, (nint)(&buffer), flags) != 0)
            {
                return NativeError.Last();
            }
            status = Convert(
                buffer.st_mode, buffer.st_dev, buffer.st_ino, buffer.st_nlink, buffer.st_uid, buffer.st_gid,
                buffer.st_rdev, buffer.st_size, buffer.st_blocks, buffer.st_blksize, buffer.st_atim, buffer.st_mtim,
                buffer.st_ctim);
            return default;
        }
        StatX64 old;
        if (Syscall.Invoke("newfstatat", SyscallNumbers.newfstatat, directory, (nint)path, (nint)(&old), flags) != 0)
            return NativeError.Last();
        status = Convert(
            old.st_mode, old.st_dev, old.st_ino, old.st_nlink, old.st_uid, old.st_gid, old.st_rdev, old.st_size,
            old.st_blocks, old.st_blksize, old.st_atim, old.st_mtim, old.st_ctim);
        return default;
    }

    private static FileStatus Convert(in Statx from) => new()
    {
        Type = UnixMode.TypeOf(from.stx_mode),
        Permissions = (UnixFileMode)(from.stx_mode & 0xFFF),
        Device = MakeDevice(from.stx_dev_major, from.stx_dev_minor),
        FileId = from.stx_ino,
        LinkCount = from.stx_nlink,
        UserId = from.stx_uid,
        GroupId = from.stx_gid,
        RepresentedDevice = MakeDevice(from.stx_rdev_major, from.stx_rdev_minor),
        Length = (long)from.stx_size,
        AllocatedLength = (long)from.stx_blocks * 512,
        BlockSize = (int)from.stx_blksize,
        AccessTime = Convert(from.stx_atime),
        ModificationTime = Convert(from.stx_mtime),
        ChangeTime = Convert(from.stx_ctime),
        BirthTime = (from.stx_mask & Statx.STATX_BTIME) != 0 ? Convert(from.stx_btime) : null,
        Attributes = from.stx_attributes & from.stx_attributes_mask,
    };

    private static FileStatus Convert(
        uint mode, ulong device, ulong inode, ulong links, uint user, uint group, ulong represented, long size,
        long blocks, long blockSize, Timespec access, Timespec modification, Timespec change) => new()
        {
            Type = UnixMode.TypeOf((int)mode),
            Permissions = (UnixFileMode)(mode & 0xFFF),
            Device = device,
            FileId = inode,
            LinkCount = links,
            UserId = user,
            GroupId = group,
            RepresentedDevice = represented,
            Length = size,
            AllocatedLength = blocks * 512,
            BlockSize = (int)blockSize,
            AccessTime = new UnixTimestamp(access.tv_sec, (int)access.tv_nsec),
            ModificationTime = new UnixTimestamp(modification.tv_sec, (int)modification.tv_nsec),
            ChangeTime = new UnixTimestamp(change.tv_sec, (int)change.tv_nsec),
        };

    private static UnixTimestamp Convert(StatxTimestamp from) => new(from.tv_sec, (int)from.tv_nsec);

    /// <summary>The device number as makedev(3) packs it, so that both calls give one number.</summary>
    private static ulong MakeDevice(uint major, uint minor) =>
        ((ulong)(major & 0xFFFFF000) << 32) | ((ulong)(major & 0xFFF) << 8) | ((ulong)(minor & 0xFFFFFF00) << 12)
        | (minor & 0xFF);
}
