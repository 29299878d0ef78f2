namespace Gabbro.Platform;

/// <summary>Which numbering the code of a <see cref="NativeError"/> belongs to.</summary>
public enum ErrorDomain : byte
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>An <c>errno</c> value of Linux (the same numbers on x64 and arm64, glibc and musl).</summary>
    LinuxErrno = 1,

    /// <summary>An <c>errno</c> value of Darwin (macOS).</summary>
    DarwinErrno = 2,

    /// <summary>A Win32 or WinSock error code, as <c>GetLastError</c> gives it.</summary>
    Win32 = 3,

    /// <summary>An NTSTATUS, as the native API of Windows gives it.</summary>
    NtStatus = 4,

    /// <summary>An <c>EAI_*</c> code of the resolver (getaddrinfo(3)): negative on Linux, positive on macOS.</summary>
    Resolver = 5,
}
