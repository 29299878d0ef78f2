using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Linux;

namespace Gabbro.Platform.Native.Unix;

/// <summary>getrandom(2), or /dev/urandom before Linux 3.17; getentropy(2) on Darwin, 256 bytes at a time.</summary>
internal static unsafe class UnixRandom
{
    private const int DarwinMost = 256;

    internal static NativeError Fill(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint count;
            fixed (byte* pointer = buffer)
            {
                if (Host.IsDarwin)
                {
                    count = Math.Min(buffer.Length, DarwinMost);
                    if (DarwinSystem.getentropy(pointer, (nuint)count) != 0)
                        count = -1;
                }
                else
                {
                    count = Syscall.Invoke("getrandom", SyscallNumbers.getrandom, (nint)pointer, buffer.Length);
                }
            }
            if (count < 0)
            {
                NativeError error = NativeError.Last();
                if (error.Kind == ErrorKind.Interrupted)
                    continue;
                if (error.Kind is ErrorKind.NotImplemented or ErrorKind.NotPermitted)
                    return FromDevice(buffer);
                return error;
            }
            buffer = buffer[(int)count..];
        }
        return default;
    }

    private static NativeError FromDevice(Span<byte> buffer)
    {
        NativeError error = UnixFiles.Open(UnixFiles.CurrentDirectory, "/dev/urandom"u8, default, out int fd);
        while (!error.IsError && !buffer.IsEmpty)
        {
            error = UnixFiles.Read(fd, buffer, out int count);
            if (!error.IsError && count == 0)
                error = NativeError.Of(ErrorKind.IoError);
            buffer = buffer[count..];
        }
        if (fd >= 0)
            _ = Unistd.close(fd);
        return error;
    }
}
