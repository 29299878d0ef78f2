using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Linux;

namespace Gabbro.Platform.Native.Unix;

/// <summary>The errors of getaddrinfo(3): negative on Linux (glibc and musl alike), positive on macOS, so that one number never
/// means two things.</summary>
internal static class ResolverErrors
{
    internal static ErrorKind KindOf(int code) => code switch
    {
        LinuxSocket.EAI_NONAME or DarwinSocket.EAI_NONAME => ErrorKind.HostNotFound,
        LinuxSocket.EAI_NODATA or DarwinSocket.EAI_NODATA => ErrorKind.HostNotFound,
        LinuxSocket.EAI_AGAIN or DarwinSocket.EAI_AGAIN => ErrorKind.TimedOut,
        LinuxSocket.EAI_FAMILY or DarwinSocket.EAI_FAMILY => ErrorKind.AddressFamilyNotSupported,
        LinuxSocket.EAI_ADDRFAMILY => ErrorKind.AddressNotAvailable,
        LinuxSocket.EAI_MEMORY or DarwinSocket.EAI_MEMORY => ErrorKind.OutOfMemory,
        LinuxSocket.EAI_SERVICE or DarwinSocket.EAI_SERVICE => ErrorKind.NotFound,
        _ => ErrorKind.Unknown,
    };

    internal static string? NameOf(int code) => code switch
    {
        LinuxSocket.EAI_NONAME or DarwinSocket.EAI_NONAME => "EAI_NONAME",
        LinuxSocket.EAI_NODATA or DarwinSocket.EAI_NODATA => "EAI_NODATA",
        LinuxSocket.EAI_AGAIN or DarwinSocket.EAI_AGAIN => "EAI_AGAIN",
        LinuxSocket.EAI_FAIL or DarwinSocket.EAI_FAIL => "EAI_FAIL",
        LinuxSocket.EAI_FAMILY or DarwinSocket.EAI_FAMILY => "EAI_FAMILY",
        LinuxSocket.EAI_ADDRFAMILY => "EAI_ADDRFAMILY",
        LinuxSocket.EAI_MEMORY or DarwinSocket.EAI_MEMORY => "EAI_MEMORY",
        LinuxSocket.EAI_SERVICE or DarwinSocket.EAI_SERVICE => "EAI_SERVICE",
        _ => null,
    };
}
