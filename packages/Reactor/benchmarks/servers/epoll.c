// A small honest peer: one thread, edge-triggered epoll, the checks a plaintext server cannot do without (the end of the
// head, the request line, pipelining, partial writes), and no more.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct connection { int fd; int length; char input[4096]; int pending; char* output; };

static char answer[512];
static int answer_length;
static time_t answer_second;

static void make_answer(void)
{
    time_t now = time(NULL);
    if (now == answer_second) return;
    answer_second = now;
    char date[64];
    struct tm tm;
    gmtime_r(&now, &tm);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &tm);
    answer_length = snprintf(answer, sizeof answer,
        "HTTP/1.1 200 OK\r\nDate: %s\r\nServer: c\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!", date);
}

static void close_connection(struct connection* c)
{
    close(c->fd);
    free(c->output);
    free(c);
}

static int flush_output(struct connection* c, const char* bytes, int length)
{
    while (length > 0)
    {
        ssize_t sent = send(c->fd, bytes, length, MSG_NOSIGNAL);
        if (sent < 0)
        {
            if (errno != EAGAIN) return -1;
            char* rest = malloc(length);
            memcpy(rest, bytes, length);
            free(c->output);
            c->output = rest;
            c->pending = length;
            return 0;
        }
        bytes += sent;
        length -= sent;
    }
    c->pending = 0;
    return 0;
}

static int serve(struct connection* c)
{
    static char batch[64 * 512];
    for (;;)
    {
        if (c->pending > 0) return 0;
        ssize_t count = recv(c->fd, c->input + c->length, sizeof c->input - c->length, 0);
        if (count == 0) return -1;
        if (count < 0) return errno == EAGAIN ? 0 : -1;
        int full = c->length + count == (int)sizeof c->input;
        c->length += count;
        int used = 0, produced = 0;
        make_answer();
        for (;;)
        {
            char* end = memmem(c->input + used, c->length - used, "\r\n\r\n", 4);
            if (!end) break;
            if (memcmp(c->input + used, "GET /plaintext ", 15) != 0) return -1;
            memcpy(batch + produced, answer, answer_length);
            produced += answer_length;
            used = end + 4 - c->input;
            if (produced + answer_length > (int)sizeof batch)
            {
                if (flush_output(c, batch, produced) < 0) return -1;
                produced = 0;
            }
        }
        memmove(c->input, c->input + used, c->length - used);
        c->length -= used;
        if (c->length == (int)sizeof c->input) return -1;
        if (produced > 0 && flush_output(c, batch, produced) < 0) return -1;
        if (!full) return 0;
    }
}

int main(int argc, char** argv)
{
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[argc - 1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (bind(listener, (struct sockaddr*)&address, sizeof address) < 0 || listen(listener, 4096) < 0) return 1;
    int poller = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    struct epoll_event events[512];
    for (;;)
    {
        int count = epoll_wait(poller, events, 512, -1);
        for (int i = 0; i < count; i++)
        {
            struct connection* c = events[i].data.ptr;
            if (!c)
            {
                int fd;
                while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
                {
                    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                    c = calloc(1, sizeof *c);
                    c->fd = fd;
                    event.events = EPOLLIN | EPOLLOUT | EPOLLET | EPOLLRDHUP;
                    event.data.ptr = c;
                    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
                }
                continue;
            }
            int bad = 0;
            if (c->pending > 0 && (events[i].events & EPOLLOUT))
            {
                char* output = c->output;
                c->output = NULL;
                bad = flush_output(c, output, c->pending);
                free(output);
            }
            if (!bad && (events[i].events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))) bad = serve(c);
            if (bad) close_connection(c);
        }
    }
}
