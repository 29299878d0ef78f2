namespace Gabbro.Platform.Native.Windows;

/// <summary>Constants of <c>winsock2.h</c>, <c>ws2tcpip.h</c> and <c>mswsock.h</c>.</summary>
internal static class WinSocket
{
    internal const int AF_UNIX = 1;
    internal const int AF_INET = 2;
    internal const int AF_INET6 = 23;
    internal const int SOCK_STREAM = 1;
    internal const int SOCK_DGRAM = 2;
    internal const int SOCK_SEQPACKET = 5;
    internal const uint WSA_FLAG_OVERLAPPED = 1;
    internal const uint WSA_FLAG_NO_HANDLE_INHERIT = 0x80;

    internal const int MSG_OOB = 1;
    internal const int MSG_PEEK = 2;
    internal const int MSG_DONTROUTE = 4;
    internal const int MSG_WAITALL = 8;
    internal const int MSG_TRUNC = 0x100;
    internal const int MSG_CTRUNC = 0x200;

    internal const int SOL_SOCKET = 0xFFFF;
    internal const int SO_ACCEPTCONN = 2;
    internal const int SO_REUSEADDR = 4;
    internal const int SO_KEEPALIVE = 8;
    internal const int SO_BROADCAST = 0x20;
    internal const int SO_LINGER = 0x80;
    internal const int SO_EXCLUSIVEADDRUSE = -5;
    internal const int SO_SNDBUF = 0x1001;
    internal const int SO_RCVBUF = 0x1002;
    internal const int SO_SNDTIMEO = 0x1005;
    internal const int SO_RCVTIMEO = 0x1006;
    internal const int SO_ERROR = 0x1007;
    internal const int SO_TYPE = 0x1008;
    internal const int SO_UPDATE_ACCEPT_CONTEXT = 0x700B;
    internal const int SO_UPDATE_CONNECT_CONTEXT = 0x7010;

    internal const int IPPROTO_IP = 0;
    internal const int IPPROTO_TCP = 6;
    internal const int IPPROTO_UDP = 17;
    internal const int IPPROTO_IPV6 = 41;
    internal const int IP_TOS = 3;
    internal const int IP_TTL = 4;
    internal const int IP_MULTICAST_IF = 9;
    internal const int IP_MULTICAST_TTL = 10;
    internal const int IP_MULTICAST_LOOP = 11;
    internal const int IP_ADD_MEMBERSHIP = 12;
    internal const int IP_DROP_MEMBERSHIP = 13;
    internal const int IP_PKTINFO = 19;
    internal const int IPV6_UNICAST_HOPS = 4;
    internal const int IPV6_MULTICAST_IF = 9;
    internal const int IPV6_MULTICAST_HOPS = 10;
    internal const int IPV6_MULTICAST_LOOP = 11;
    internal const int IPV6_JOIN_GROUP = 12;
    internal const int IPV6_LEAVE_GROUP = 13;
    internal const int IPV6_PKTINFO = 19;
    internal const int IPV6_V6ONLY = 27;
    internal const int IPV6_TCLASS = 39;

    internal const int TCP_NODELAY = 1;
    internal const int TCP_KEEPIDLE = 3;
    internal const int TCP_FASTOPEN = 15;
    internal const int TCP_KEEPCNT = 16;
    internal const int TCP_KEEPINTVL = 17;

    internal const int FIONBIO = unchecked((int)0x8004667E);
    internal const uint SIO_BASE_HANDLE = 0x48000022;
    internal const uint SIO_GET_EXTENSION_FUNCTION_POINTER = 0xC8000006;
    internal const uint SIO_UDP_CONNRESET = 0x9800000C;
    internal const int SD_RECEIVE = 0;
    internal const int SD_SEND = 1;
    internal const int SD_BOTH = 2;
    internal const int SOMAXCONN = 0x7FFFFFFF;

    internal const int AI_PASSIVE = 1;
    internal const int AI_CANONNAME = 2;
    internal const int AI_NUMERICHOST = 4;
    internal const int AI_NUMERICSERV = 8;
    internal const int AI_ADDRCONFIG = 0x400;

    internal const int WSAEINTR = 10004;
    internal const int WSAEFAULT = 10014;
    internal const int WSAEINVAL = 10022;
    internal const int WSAEWOULDBLOCK = 10035;
    internal const int WSAEINPROGRESS = 10036;
    internal const int WSAENOPROTOOPT = 10042;
    internal const int WSAEOPNOTSUPP = 10045;
    internal const int WSAEMSGSIZE = 10040;
    internal const int WSAHOST_NOT_FOUND = 11001;
    internal const int WSATRY_AGAIN = 11002;
    internal const int WSANO_RECOVERY = 11003;
    internal const int WSANO_DATA = 11004;
}
