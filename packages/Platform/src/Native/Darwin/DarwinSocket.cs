namespace Gabbro.Platform.Native.Darwin;

/// <summary>Constants of <c>sys/socket.h</c>, <c>netinet/in.h</c> and <c>netinet/tcp.h</c> on macOS.</summary>
internal static class DarwinSocket
{
    internal const int AF_UNIX = 1;
    internal const int AF_INET = 2;
    internal const int AF_INET6 = 30;
    internal const int SOCK_STREAM = 1;
    internal const int SOCK_DGRAM = 2;
    internal const int SOCK_SEQPACKET = 5;

    internal const int MSG_OOB = 1;
    internal const int MSG_PEEK = 2;
    internal const int MSG_DONTROUTE = 4;
    internal const int MSG_EOR = 8;
    internal const int MSG_TRUNC = 0x10;
    internal const int MSG_CTRUNC = 0x20;
    internal const int MSG_WAITALL = 0x40;
    internal const int MSG_DONTWAIT = 0x80;

    internal const int SOL_SOCKET = 0xFFFF;
    internal const int SO_ACCEPTCONN = 2;
    internal const int SO_REUSEADDR = 4;
    internal const int SO_KEEPALIVE = 8;
    internal const int SO_DONTROUTE = 0x10;
    internal const int SO_BROADCAST = 0x20;
    internal const int SO_LINGER = 0x80;
    internal const int SO_LINGER_SEC = 0x1080;
    internal const int SO_REUSEPORT = 0x200;
    internal const int SO_SNDBUF = 0x1001;
    internal const int SO_RCVBUF = 0x1002;
    internal const int SO_SNDTIMEO = 0x1005;
    internal const int SO_RCVTIMEO = 0x1006;
    internal const int SO_ERROR = 0x1007;
    internal const int SO_TYPE = 0x1008;
    internal const int SO_NOSIGPIPE = 0x1022;

    internal const int IPPROTO_IP = 0;
    internal const int IPPROTO_TCP = 6;
    internal const int IPPROTO_UDP = 17;
    internal const int IPPROTO_IPV6 = 41;
    internal const int SOL_LOCAL = 0;

    internal const int IP_TOS = 3;
    internal const int IP_TTL = 4;
    internal const int IP_MULTICAST_IF = 9;
    internal const int IP_MULTICAST_TTL = 10;
    internal const int IP_MULTICAST_LOOP = 11;
    internal const int IP_ADD_MEMBERSHIP = 12;
    internal const int IP_DROP_MEMBERSHIP = 13;
    internal const int IP_PKTINFO = 26;
    internal const int IPV6_UNICAST_HOPS = 4;
    internal const int IPV6_MULTICAST_IF = 9;
    internal const int IPV6_MULTICAST_HOPS = 10;
    internal const int IPV6_MULTICAST_LOOP = 11;
    internal const int IPV6_JOIN_GROUP = 12;
    internal const int IPV6_LEAVE_GROUP = 13;
    internal const int IPV6_V6ONLY = 27;
    internal const int IPV6_TCLASS = 36;
    internal const int IPV6_PKTINFO = 46;
    internal const int IPV6_RECVPKTINFO = 61;

    internal const int TCP_NODELAY = 1;
    internal const int TCP_MAXSEG = 2;
    internal const int TCP_NOPUSH = 4;
    internal const int TCP_KEEPALIVE = 0x10;
    internal const int TCP_KEEPINTVL = 0x101;
    internal const int TCP_KEEPCNT = 0x102;
    internal const int TCP_FASTOPEN = 0x105;
    internal const int TCP_NOTSENT_LOWAT = 0x201;

    internal const int LOCAL_PEERCRED = 1;
    internal const int LOCAL_PEERPID = 2;
    internal const int SCM_RIGHTS = 1;
    internal const int SOMAXCONN = 128;

    internal const int AI_PASSIVE = 1;
    internal const int AI_CANONNAME = 2;
    internal const int AI_NUMERICHOST = 4;
    internal const int AI_NUMERICSERV = 0x1000;
    internal const int AI_ADDRCONFIG = 0x400;
    internal const int EAI_AGAIN = 2;
    internal const int EAI_FAIL = 4;
    internal const int EAI_FAMILY = 5;
    internal const int EAI_MEMORY = 6;
    internal const int EAI_NODATA = 7;
    internal const int EAI_NONAME = 8;
    internal const int EAI_SERVICE = 9;
    internal const int EAI_SYSTEM = 11;
}
