using Gabbro.Platform.Native.Unix;

namespace Gabbro.Platform.Native.Darwin;

/// <summary>The <c>errno</c> values of Darwin (sys/errno.h).</summary>
internal static class DarwinErrors
{
    internal const int EPERM = 1;
    internal const int ENOENT = 2;
    internal const int ESRCH = 3;
    internal const int EINTR = 4;
    internal const int EIO = 5;
    internal const int ENXIO = 6;
    internal const int E2BIG = 7;
    internal const int ENOEXEC = 8;
    internal const int EBADF = 9;
    internal const int ECHILD = 10;
    internal const int EDEADLK = 11;
    internal const int ENOMEM = 12;
    internal const int EACCES = 13;
    internal const int EFAULT = 14;
    internal const int ENOTBLK = 15;
    internal const int EBUSY = 16;
    internal const int EEXIST = 17;
    internal const int EXDEV = 18;
    internal const int ENODEV = 19;
    internal const int ENOTDIR = 20;
    internal const int EISDIR = 21;
    internal const int EINVAL = 22;
    internal const int ENFILE = 23;
    internal const int EMFILE = 24;
    internal const int ENOTTY = 25;
    internal const int ETXTBSY = 26;
    internal const int EFBIG = 27;
    internal const int ENOSPC = 28;
    internal const int ESPIPE = 29;
    internal const int EROFS = 30;
    internal const int EMLINK = 31;
    internal const int EPIPE = 32;
    internal const int EDOM = 33;
    internal const int ERANGE = 34;
    internal const int EAGAIN = 35;
    internal const int EINPROGRESS = 36;
    internal const int EALREADY = 37;
    internal const int ENOTSOCK = 38;
    internal const int EDESTADDRREQ = 39;
    internal const int EMSGSIZE = 40;
    internal const int EPROTOTYPE = 41;
    internal const int ENOPROTOOPT = 42;
    internal const int EPROTONOSUPPORT = 43;
    internal const int ESOCKTNOSUPPORT = 44;
    internal const int ENOTSUP = 45;
    internal const int EPFNOSUPPORT = 46;
    internal const int EAFNOSUPPORT = 47;
    internal const int EADDRINUSE = 48;
    internal const int EADDRNOTAVAIL = 49;
    internal const int ENETDOWN = 50;
    internal const int ENETUNREACH = 51;
    internal const int ENETRESET = 52;
    internal const int ECONNABORTED = 53;
    internal const int ECONNRESET = 54;
    internal const int ENOBUFS = 55;
    internal const int EISCONN = 56;
    internal const int ENOTCONN = 57;
    internal const int ESHUTDOWN = 58;
    internal const int ETOOMANYREFS = 59;
    internal const int ETIMEDOUT = 60;
    internal const int ECONNREFUSED = 61;
    internal const int ELOOP = 62;
    internal const int ENAMETOOLONG = 63;
    internal const int EHOSTDOWN = 64;
    internal const int EHOSTUNREACH = 65;
    internal const int ENOTEMPTY = 66;
    internal const int EPROCLIM = 67;
    internal const int EUSERS = 68;
    internal const int EDQUOT = 69;
    internal const int ESTALE = 70;
    internal const int EREMOTE = 71;
    internal const int EBADRPC = 72;
    internal const int ERPCMISMATCH = 73;
    internal const int EPROGUNAVAIL = 74;
    internal const int EPROGMISMATCH = 75;
    internal const int EPROCUNAVAIL = 76;
    internal const int ENOLCK = 77;
    internal const int ENOSYS = 78;
    internal const int EFTYPE = 79;
    internal const int EAUTH = 80;
    internal const int ENEEDAUTH = 81;
    internal const int EPWROFF = 82;
    internal const int EDEVERR = 83;
    internal const int EOVERFLOW = 84;
    internal const int EBADEXEC = 85;
    internal const int EBADARCH = 86;
    internal const int ESHLIBVERS = 87;
    internal const int EBADMACHO = 88;
    internal const int ECANCELED = 89;
    internal const int EIDRM = 90;
    internal const int ENOMSG = 91;
    internal const int EILSEQ = 92;
    internal const int ENOATTR = 93;
    internal const int EBADMSG = 94;
    internal const int EMULTIHOP = 95;
    internal const int ENODATA = 96;
    internal const int ENOLINK = 97;
    internal const int ENOSR = 98;
    internal const int ENOSTR = 99;
    internal const int EPROTO = 100;
    internal const int ETIME = 101;
    internal const int EOPNOTSUPP = 102;
    internal const int ENOPOLICY = 103;
    internal const int ENOTRECOVERABLE = 104;
    internal const int EOWNERDEAD = 105;
    internal const int EQFULL = 106;
    internal const int ENOTCAPABLE = 107;

    private static readonly UnixErrors s_meaning = new(typeof(DarwinErrors));

    /// <inheritdoc cref="UnixErrors.KindOf"/>
    internal static ErrorKind KindOf(int code) => s_meaning.KindOf(code);

    /// <inheritdoc cref="UnixErrors.NameOf"/>
    internal static string? NameOf(int code) => s_meaning.NameOf(code);

    /// <inheritdoc cref="UnixErrors.CodeOf"/>
    internal static int CodeOf(ErrorKind kind) => s_meaning.CodeOf(kind);
}
