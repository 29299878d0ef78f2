using System.Net.Sockets;
using Gabbro.Platform.Polling;
using Gabbro.Platform.Sockets;

namespace Gabbro.Platform.Benchmarks.Runners;

/// <summary>64 bytes over a Unix socket pair: send, epoll_wait and receive on one thread, against the same calls in a C loop, and
/// System.Net.Sockets.Socket (its non-blocking Poll, Send and Receive). All move the same bytes over the same kind of socket.</summary>
internal static unsafe class SocketRunner
{
    private const int Rounds = 20_000;

    private const string Source = """
        #include <sys/epoll.h>
        #include <sys/socket.h>
        long echo_loop(int poller, int from, int to, char* buffer, long rounds) {
            long total = 0;
            struct epoll_event event;
            for (long i = 0; i < rounds; i++) {
                total += send(from, buffer, 64, MSG_NOSIGNAL);
                if (epoll_wait(poller, &event, 1, -1) != 1) return -1;
                total += recv(to, buffer, 64, 0);
            }
            return total;
        }
        int make_poller(int watched) {
            int poller = epoll_create1(0);
            struct epoll_event event = { .events = EPOLLIN };
            epoll_ctl(poller, EPOLL_CTL_ADD, watched, &event);
            return poller;
        }
        """;

    internal static void Run()
    {
        using CompiledPeer peer = new(Source);
        delegate* unmanaged<int, int, int, byte*, long, long> loop = (delegate* unmanaged<int, int, int, byte*, long, long>)peer["echo_loop"];
        delegate* unmanaged<int, int> makePoller = (delegate* unmanaged<int, int>)peer["make_poller"];
        byte[] buffer = GC.AllocateArray<byte>(64, pinned: true);
        (SocketHandle first, SocketHandle second) = SocketHandle.CreatePair();
        (SocketHandle left, SocketHandle right) = SocketHandle.CreatePair();
        int watched = (int)right.DangerousGetHandle(), nativePoller = makePoller(watched);
        using ReadinessPoller poller = new();
        poller.Add(second, 1, PollInterest.Readable);
        PollEvent[] events = new PollEvent[1];
        string path = Path.Combine(Path.GetTempPath(), $"gabbro-{Guid.NewGuid():N}");
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        using Socket sender = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        sender.Connect(new UnixDomainSocketEndPoint(path));
        using Socket receiver = listener.Accept();
        File.Delete(path);
        Interleaved.Run(
            "send, poll, receive 64 B", "round", 31,
            ("C loop", () =>
            {
                fixed (byte* pointer = buffer)
                    Check(loop(nativePoller, (int)left.DangerousGetHandle(), watched, pointer, Rounds));
                return Rounds;
            }
        ),
            ("Gabbro SocketHandle and ReadinessPoller", () =>
            {
                long total = 0;
                for (int i = 0; i < Rounds; i++)
                {
                    total += first.Send(buffer).ThrowIfFailed();
                    poller.Wait(events, Timeout.InfiniteTimeSpan);
                    total += second.Receive(buffer).ThrowIfFailed();
                }

                Check(total);
                return Rounds;
            }
        ),
            ("Socket.Send, Poll, Receive", () =>
            {
                long total = 0;
                for (int i = 0; i < Rounds; i++)
                {
                    total += sender.Send(buffer);
                    receiver.Poll(-1, SelectMode.SelectRead);
                    total += receiver.Receive(buffer);
                }

                Check(total);
                return Rounds;
            }
        ));
        foreach (SocketHandle socket in (SocketHandle[])[first, second, left, right]) socket.Dispose();
    }

    private static void Check(long total)
    {
        if (total != 128L * Rounds) throw new InvalidOperationException("Bytes were lost.");
    }
}
