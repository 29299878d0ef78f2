using Gabbro.Platform.Native.Linux;

namespace Gabbro.Platform.Native.Unix;

/// <summary>Close-on-exec pipes: in one step on Linux, in several on macOS, where spawning closes by default instead.</summary>
internal static unsafe class UnixPipe
{
    private const int F_SETFD = 2;
    private const int F_GETFL = 3;
    private const int F_SETFL = 4;

    internal static NativeError Create(bool nonBlocking, out int reader, out int writer)
    {
        int* pair = stackalloc int[2];
        reader = writer = -1;
        if (Host.IsLinux)
        {
            if (LinuxUnistd.pipe2(pair, 0x80000 | (nonBlocking ? 0x800 : 0)) != 0) return NativeError.Last();
        }
        else
        {
            if (UnistdProcess.pipe(pair) != 0) return NativeError.Last();
            for (int i = 0; i < 2; i++)
            {
                Fcntl.fcntl(pair[i], F_SETFD, 1);
                if (nonBlocking) Fcntl.fcntl(pair[i], F_SETFL, Fcntl.fcntl(pair[i], F_GETFL, 0) | 4);
            }
        }

        reader = pair[0];
        writer = pair[1];
        return default;
    }
}
