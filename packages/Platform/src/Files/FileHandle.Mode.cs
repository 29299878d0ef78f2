using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Files;

/// <content>The blocking mode of pipes, terminals and devices.</content>
public sealed partial class FileHandle
{
    /// <summary>Chooses whether reads and writes of a pipe, FIFO, terminal or device wait, or report
    /// <see cref="ErrorKind.WouldBlock"/> (<c>O_NONBLOCK</c>, fcntl(2)). Regular files take the mode and wait all the same.</summary>
    /// <remarks>The mode belongs to the open file description: every duplicate shares it, also one that another process
    /// inherited. Allocates nothing.</remarks>
    /// <param name="blocking">False for calls that never wait.</param>
    /// <exception cref="PlatformNotSupportedException">Windows, where a handle has its mode from its creation.</exception>
    /// <exception cref="PlatformException">The system refused.</exception>
    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public void SetBlocking(bool blocking)
    {
        if (Host.IsWindows) throw new PlatformNotSupportedException("A Windows handle has its mode from its creation.");
        using HandleLease lease = Lease();
        int getFlags = Host.IsLinux ? LinuxFcntl.F_GETFL : DarwinFcntl.F_GETFL;
        int setFlags = Host.IsLinux ? LinuxFcntl.F_SETFL : DarwinFcntl.F_SETFL;
        int nonBlock = Host.IsLinux ? LinuxFcntl.O_NONBLOCK : DarwinFcntl.O_NONBLOCK;
        int flags = Fcntl.fcntl(lease.Descriptor, getFlags, 0);
        if (flags < 0) NativeError.Last().Throw("fcntl(F_GETFL)", Name);
        int wanted = blocking ? flags & ~nonBlock : flags | nonBlock;
        if (wanted != flags && Fcntl.fcntl(lease.Descriptor, setFlags, wanted) < 0) NativeError.Last().Throw("fcntl(F_SETFL)", Name);
    }
}
