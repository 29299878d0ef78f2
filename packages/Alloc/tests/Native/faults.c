/* The system refuses: every call the library makes of it fails once, and from there on always, one run for each call.
   Every allocation must then succeed or return null with ENOMEM, no block may lose a byte, and all must be well once the
   system gives again. The calls are this program's own functions, which the library's imports find first.
   mremap is a raw system call in the library and not among them. faults [effort] */
#define _GNU_SOURCE
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static atomic_long calls;
static long fail_from = -1, fail_to;

static int refuses(void)
{
    long n = atomic_fetch_add(&calls, 1);
    return fail_from >= 0 && n >= fail_from && n < fail_to;
}

void *mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t offset)
{
    if (refuses()) { errno = ENOMEM; return MAP_FAILED; }
    return (void *)syscall(SYS_mmap, address, length, protection, flags, descriptor, offset);
}

int mprotect(void *address, size_t length, int protection)
{
    /* taking a guard down merges mappings and needs nothing that the system could refuse */
    if (protection != PROT_NONE && length == 4096) return syscall(SYS_mprotect, address, length, protection);
    if (refuses()) { errno = ENOMEM; return -1; }
    return syscall(SYS_mprotect, address, length, protection);
}

int madvise(void *address, size_t length, int advice)
{
    if (refuses()) { errno = EAGAIN; return -1; }
    return syscall(SYS_madvise, address, length, advice);
}

static void *(*volatile get)(size_t) = malloc;
static uint64_t state;

static uint64_t next_random(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

enum { slots = 120 };
static struct { unsigned char *p; size_t n; unsigned char fill; } b[slots];

/* contents are written and verified up to here: whole blocks are for the soak */
static size_t head(size_t n) { return n < 5000 ? n : 5000; }

static void check(int i, size_t n)
{
    for (size_t j = 0; j < n; j++) if (b[i].p[j] != b[i].fill) _exit(3);
}

static void refused(void *p)
{
    if (!p && errno != ENOMEM) _exit(4);
}

static void *in_thread(void *arg)
{
    for (int i = 0; i < 50; i++) { void *p = get(i * 500); if (p) memset(p, 1, i * 500); free(p); }
    return arg;
}

static void work(int operations)
{
    for (int i = 0; i < operations; i++) {
        uint64_t r = next_random();
        int s = r >> 20 & 127;
        if (s >= slots) s -= slots;
        size_t n = r % 97 == 0 ? (r >> 30) % 40000000 : r % 7 == 0 ? (r >> 30) % 300000 : (r >> 30) % 3000;
        errno = 0;
        if (b[s].p && (r & 3) == 0) {
            void *q = realloc(b[s].p, n + 1);
            refused(q);
            if (q) { b[s].p = q; check(s, head(n + 1 < b[s].n ? n + 1 : b[s].n)); b[s].n = n + 1; memset(q, b[s].fill, head(n + 1)); }
            else check(s, head(b[s].n));
            continue;
        }
        if (b[s].p) { check(s, head(b[s].n)); free(b[s].p); errno = 0; }
        b[s].n = n;
        b[s].fill = (unsigned char)r;
        if ((r & 12) == 4) {
            b[s].p = calloc(1, n);
            refused(b[s].p);
            for (size_t j = 0; b[s].p && j < n; j += j < 9000 ? 1 : 4001) if (b[s].p[j]) _exit(5);
        } else if ((r & 12) == 8) {
            void *q = NULL;
            int e = posix_memalign(&q, (size_t)16 << (r >> 50) % 12, n);
            if (e && e != ENOMEM) _exit(6);
            b[s].p = e ? NULL : q;
        } else { b[s].p = get(n); refused(b[s].p); }
        if (b[s].p) memset(b[s].p, b[s].fill, head(n));
        if (r % 1009 == 0) malloc_trim(0);
        pthread_t t;
        if (r % 200 == 3 && !pthread_create(&t, NULL, in_thread, NULL)) pthread_join(t, NULL);
    }
}

static void clear(void)
{
    for (int i = 0; i < slots; i++) { if (b[i].p) check(i, head(b[i].n)); free(b[i].p); b[i].p = NULL; }
}

/* 0: held, 7: no call was reached */
static int trial(long from, long width, int operations)
{
    state = 88172645463325252ull;
    size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    fail_from = atomic_load(&calls) + from;
    fail_to = fail_from + width;
    work(operations);
    int reached = atomic_load(&calls) > fail_from;
    fail_from = -1;
    work(operations / 3);
    clear();
    for (int i = 0; i < 300; i++) { void *p = get(i * 1000); if (!p) return 8; memset(p, 1, i * 1000); free(p); }
    size_t after = mallinfo2().uordblks + mallinfo2().hblkhd;
    if (after > before + 300000) return 9;
    return reached ? 0 : 7;
}

int main(int argc, char **argv)
{
    long effort = argc > 1 ? atol(argv[1]) : 1, tried = 0;
    for (int always = 0; always < 2; always++) {
        /* every call at the start, where the state is built; then every so many */
        long step = effort > 1 ? 2 : 25;
        for (long from = 0; from < 20000; from += from < 16 * effort ? 1 : step) {
            pid_t pid = fork();
            if (pid == 0) { alarm(60); _exit(trial(from, always ? 1L << 40 : 1, effort > 1 ? 1500 : 500)); }
            int status = 0;
            waitpid(pid, &status, 0);
            int code = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
            if (code == 7) break;
            tried++;
            if (code) { printf("call %ld refused %s: %d FAILED\n", from, always ? "and all after it" : "once", code); return 1; }
        }
    }
    printf("%ld refusals survived ok\n", tried);
    return tried < 20;
}
