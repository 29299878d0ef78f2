using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Gabbro.Platform.Native;
using Gabbro.Platform.Native.Darwin;
using Gabbro.Platform.Native.Linux;
using Gabbro.Platform.Native.Unix;
using Gabbro.Platform.Native.Windows;

namespace Gabbro.Platform;

/// <summary>
/// One failure as the operating system reported it: the native code, the numbering it belongs to, and the
/// <see cref="ErrorKind"/> it means. The default value means success.
/// </summary>
/// <remarks>
/// Eight bytes, no allocation. The kind is computed from the code when asked for; every code of every domain has one
/// (<see cref="ErrorKind.Unknown"/> when nothing more specific is known) and a mapping never throws.
/// </remarks>
public readonly struct NativeError : IEquatable<NativeError>
{
    private readonly int _code;
    private readonly ErrorDomain _domain;

    /// <summary>An error with a native code in a given numbering.</summary>
    /// <param name="domain">The numbering of <paramref name="code"/>.</param>
    /// <param name="code">The native code. Zero means success in every domain.</param>
    public NativeError(ErrorDomain domain, int code)
    {
        _code = code;
        _domain = code == 0 ? ErrorDomain.None : domain;
    }

    /// <summary>The value that means success.</summary>
    public static NativeError Success => default;

    /// <summary>The native code, 0 on success.</summary>
    public int Code => _code;

    /// <summary>The numbering <see cref="Code"/> belongs to.</summary>
    public ErrorDomain Domain => _domain;

    /// <summary>Whether this is a failure.</summary>
    public bool IsError => _domain != ErrorDomain.None;

    /// <summary>What the code means in the vocabulary all systems share. Constant time, never throws.</summary>
    public ErrorKind Kind => _domain switch
    {
        ErrorDomain.None => ErrorKind.None,
        ErrorDomain.LinuxErrno => LinuxErrors.KindOf(_code),
        ErrorDomain.DarwinErrno => DarwinErrors.KindOf(_code),
        ErrorDomain.Win32 => Win32Errors.KindOf(_code),
        ErrorDomain.NtStatus => NtStatusErrors.KindOf(_code),
        ErrorDomain.Resolver => ResolverErrors.KindOf(_code),
        _ => ErrorKind.Unknown,
    };

    /// <summary>The symbolic name of the code (<c>ENOENT</c>, <c>ERROR_FILE_NOT_FOUND</c>), or null when it has no known one.</summary>
    public string? Name => _domain switch
    {
        ErrorDomain.LinuxErrno => LinuxErrors.NameOf(_code),
        ErrorDomain.DarwinErrno => DarwinErrors.NameOf(_code),
        ErrorDomain.Win32 => Win32Errors.NameOf(_code),
        ErrorDomain.NtStatus => NtStatusErrors.NameOf(_code),
        ErrorDomain.Resolver => ResolverErrors.NameOf(_code),
        _ => null,
    };

    /// <summary>The error a raw <c>errno</c> value means on the running system (Linux or Darwin numbering).</summary>
    /// <param name="errno">The value, 0 for success.</param>
    public static NativeError FromErrno(int errno) =>
        new(Host.IsDarwin ? ErrorDomain.DarwinErrno : ErrorDomain.LinuxErrno, errno);

    /// <summary>The error a Win32 or WinSock code means.</summary>
    /// <param name="code">The code, 0 for success.</param>
    public static NativeError FromWin32(int code) => new(ErrorDomain.Win32, code);

    /// <summary>The error an NTSTATUS means. Success and informational codes (non-negative) give <see cref="Success"/>.</summary>
    /// <param name="status">The status.</param>
    public static NativeError FromNtStatus(int status) => status >= 0 ? default : new(ErrorDomain.NtStatus, status);

    /// <summary>
    /// The error the last foreign call on this thread left behind (<c>errno</c>, or <c>GetLastError</c> on Windows).
    /// Must be the first thing done after the call failed: anything in between may overwrite it.
    /// </summary>
    internal static NativeError Last()
    {
        int code = Marshal.GetLastSystemError();
        return Host.IsWindows ? new(ErrorDomain.Win32, code) : FromErrno(code);
    }

    /// <summary>The error of the running system that stands for a kind, for conditions Gabbro itself detects.</summary>
    /// <param name="kind">The kind to express natively.</param>
    internal static NativeError Of(ErrorKind kind) => Host.IsWindows
        ? new(ErrorDomain.Win32, Win32Errors.CodeOf(kind))
        : Host.IsDarwin
            ? new(ErrorDomain.DarwinErrno, DarwinErrors.CodeOf(kind))
            : new(ErrorDomain.LinuxErrno, LinuxErrors.CodeOf(kind));

    /// <summary>Throws a <see cref="PlatformException"/> when this is a failure.</summary>
    /// <param name="operation">What was being done, as a verb phrase or the name of the call ("open").</param>
    /// <param name="target">The path or object it was done to, if there is one.</param>
    /// <exception cref="PlatformException">This is a failure.</exception>
    public void ThrowIfError(string operation, string? target = null)
    {
        if (IsError)
            Throw(operation, target);
    }

    /// <summary>Throws a <see cref="PlatformException"/> for this error.</summary>
    /// <param name="operation">What was being done.</param>
    /// <param name="target">The path or object it was done to, if there is one.</param>
    /// <exception cref="PlatformException">Always.</exception>
    [DoesNotReturn]
    public void Throw(string operation, string? target = null) => throw new PlatformException(operation, target, this);

    /// <inheritdoc/>
    public bool Equals(NativeError other) => _code == other._code && _domain == other._domain;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is NativeError other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_code, _domain);

    /// <summary>Whether two errors have the same domain and code.</summary>
    /// <param name="left">One error.</param>
    /// <param name="right">The other error.</param>
    public static bool operator ==(NativeError left, NativeError right) => left.Equals(right);

    /// <summary>Whether two errors differ in domain or code.</summary>
    /// <param name="left">One error.</param>
    /// <param name="right">The other error.</param>
    public static bool operator !=(NativeError left, NativeError right) => !left.Equals(right);

    /// <summary>Kind, name, domain and code, for example <c>NotFound (ENOENT, LinuxErrno 2)</c>.</summary>
    public override string ToString()
    {
        if (!IsError)
            return "Success";
        string code = _domain == ErrorDomain.NtStatus ? $"0x{_code:X8}" : _code.ToString();
        return Name is { } name ? $"{Kind} ({name}, {_domain} {code})" : $"{Kind} ({_domain} {code})";
    }
}
