namespace Gabbro.Platform.Native.Linux;

/// <summary>Constants of <c>sys/socket.h</c>, <c>netinet/in.h</c>, <c>netinet/tcp.h</c> and <c>netinet/udp.h</c> on Linux, the same
/// on x64 and arm64.</summary>
internal static class LinuxSocket
{
    internal const int AF_UNIX = 1;
    internal const int AF_INET = 2;
    internal const int AF_INET6 = 10;
    internal const int SOCK_STREAM = 1;
    internal const int SOCK_DGRAM = 2;
    internal const int SOCK_SEQPACKET = 5;
    internal const int SOCK_NONBLOCK = 0x800;
    internal const int SOCK_CLOEXEC = 0x80000;

    internal const int MSG_OOB = 1;
    internal const int MSG_PEEK = 2;
    internal const int MSG_DONTROUTE = 4;
    internal const int MSG_CTRUNC = 8;
    internal const int MSG_TRUNC = 0x20;
    internal const int MSG_DONTWAIT = 0x40;
    internal const int MSG_EOR = 0x80;
    internal const int MSG_WAITALL = 0x100;
    internal const int MSG_ERRQUEUE = 0x2000;
    internal const int MSG_NOSIGNAL = 0x4000;
    internal const int MSG_MORE = 0x8000;
    internal const int MSG_ZEROCOPY = 0x4000000;
    internal const int MSG_FASTOPEN = 0x20000000;
    internal const int MSG_CMSG_CLOEXEC = 0x40000000;
    internal const int MSG_WAITFORONE = 0x10000;

    internal const int SOL_SOCKET = 1;
    internal const int SO_REUSEADDR = 2;
    internal const int SO_TYPE = 3;
    internal const int SO_ERROR = 4;
    internal const int SO_BROADCAST = 6;
    internal const int SO_SNDBUF = 7;
    internal const int SO_RCVBUF = 8;
    internal const int SO_KEEPALIVE = 9;
    internal const int SO_PRIORITY = 12;
    internal const int SO_LINGER = 13;
    internal const int SO_REUSEPORT = 15;
    internal const int SO_PASSCRED = 16;
    internal const int SO_PEERCRED = 17;
    internal const int SO_RCVTIMEO = 20;
    internal const int SO_SNDTIMEO = 21;
    internal const int SO_ATTACH_BPF = 50;
    internal const int SO_ACCEPTCONN = 30;
    internal const int SO_MARK = 36;
    internal const int SO_BUSY_POLL = 46;
    internal const int SO_INCOMING_CPU = 49;
    internal const int SO_ZEROCOPY = 60;
    internal const int SO_BINDTODEVICE = 25;
    internal const int SO_PEERGROUPS = 59;
    internal const int SO_PEERPIDFD = 77;
    internal const int SO_ATTACH_REUSEPORT_CBPF = 51;

    internal const int IPPROTO_IP = 0;
    internal const int IPPROTO_TCP = 6;
    internal const int IPPROTO_UDP = 17;
    internal const int IPPROTO_IPV6 = 41;

    internal const int IP_TOS = 1;
    internal const int IP_TTL = 2;
    internal const int IP_PKTINFO = 8;
    internal const int IP_FREEBIND = 15;
    internal const int IP_MULTICAST_IF = 32;
    internal const int IP_MULTICAST_TTL = 33;
    internal const int IP_MULTICAST_LOOP = 34;
    internal const int IP_ADD_MEMBERSHIP = 35;
    internal const int IP_DROP_MEMBERSHIP = 36;
    internal const int IPV6_UNICAST_HOPS = 16;
    internal const int IPV6_MULTICAST_IF = 17;
    internal const int IPV6_MULTICAST_HOPS = 18;
    internal const int IPV6_MULTICAST_LOOP = 19;
    internal const int IPV6_JOIN_GROUP = 20;
    internal const int IPV6_LEAVE_GROUP = 21;
    internal const int IPV6_V6ONLY = 26;
    internal const int IPV6_RECVPKTINFO = 49;
    internal const int IPV6_PKTINFO = 50;
    internal const int IPV6_TCLASS = 67;

    internal const int TCP_NODELAY = 1;
    internal const int TCP_MAXSEG = 2;
    internal const int TCP_CORK = 3;
    internal const int TCP_KEEPIDLE = 4;
    internal const int TCP_KEEPINTVL = 5;
    internal const int TCP_KEEPCNT = 6;
    internal const int TCP_DEFER_ACCEPT = 9;
    internal const int TCP_INFO = 11;
    internal const int TCP_QUICKACK = 12;
    internal const int TCP_USER_TIMEOUT = 18;
    internal const int TCP_FASTOPEN = 23;
    internal const int TCP_NOTSENT_LOWAT = 25;
    internal const int UDP_SEGMENT = 103;
    internal const int UDP_GRO = 104;

    internal const int SCM_RIGHTS = 1;
    internal const int SCM_CREDENTIALS = 2;
    internal const int SHUT_RD = 0;
    internal const int SHUT_WR = 1;
    internal const int SHUT_RDWR = 2;
    internal const int SOMAXCONN = 4096;

    internal const int AI_PASSIVE = 1;
    internal const int AI_CANONNAME = 2;
    internal const int AI_NUMERICHOST = 4;
    internal const int AI_ADDRCONFIG = 0x20;
    internal const int AI_NUMERICSERV = 0x400;
    internal const int EAI_NONAME = -2;
    internal const int EAI_AGAIN = -3;
    internal const int EAI_FAIL = -4;
    internal const int EAI_NODATA = -5;
    internal const int EAI_ADDRFAMILY = -9;
    internal const int EAI_FAMILY = -6;
    internal const int EAI_SERVICE = -8;
    internal const int EAI_MEMORY = -10;
    internal const int EAI_SYSTEM = -11;
}
