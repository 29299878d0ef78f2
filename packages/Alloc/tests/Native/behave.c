/* What an allocator does over time: forks, threads, memory given back, and a soak with full content checks.
   behave TEST [effort]; prints one line and exits 0 when it holds. */
#define _GNU_SOURCE
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double effort = 1;

static long resident(void)
{
    long pages = 0, ignored;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f || fscanf(f, "%ld %ld", &ignored, &pages) != 2) pages = -1;
    if (f) fclose(f);
    return pages * 4096;
}

static uint64_t next_random(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

static int say(int ok, const char *what, double value)
{
    printf("%s: %.2f %s\n", what, value, ok ? "ok" : "FAILED");
    return ok ? 0 : 1;
}

static void pause_ms(long ms)
{
    struct timespec t = { ms / 1000, ms % 1000 * 1000000 };
    nanosleep(&t, NULL);
}

/* fork from a process whose other threads allocate all the time */
static atomic_int stop;

static void *churn(void *arg)
{
    uint64_t s = 7 + (uintptr_t)arg;
    void *p[200] = { 0 };
    while (!stop) {
        uint64_t r = next_random(&s);
        free(p[r % 200]);
        p[r % 200] = malloc((r >> 20) % ((r & 63) ? 2000 : 400000));
    }
    for (int i = 0; i < 200; i++) free(p[i]);
    return NULL;
}

static int test_fork(void)
{
    pthread_t t[3];
    int bad = 0;
    for (long i = 0; i < 3; i++) pthread_create(&t[i], NULL, churn, (void *)i);
    for (int i = 0; i < 200 * effort && !bad; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            alarm(10);
            void *p[300];
            for (int j = 0; j < 300; j++) { p[j] = malloc(j * 50); memset(p[j], j, j * 50); }
            for (int j = 0; j < 300; j++) free(p[j]);
            pthread_t child;
            if (pthread_create(&child, NULL, churn, NULL)) _exit(2);
            stop = 1;
            pthread_join(child, NULL);
            free(calloc(1, 30 << 20));
            _exit(0);
        }
        int status = 0;
        waitpid(pid, &status, 0);
        bad = !WIFEXITED(status) || WEXITSTATUS(status);
    }
    stop = 1;
    for (int i = 0; i < 3; i++) pthread_join(t[i], NULL);
    return say(!bad, "forks of a threaded process", bad ? 0 : 200 * effort);
}

/* ten thousand short threads leave nothing behind */
static void *brief(void *arg)
{
    void *p[100];
    for (int i = 0; i < 100; i++) p[i] = malloc(i * 30 + 1);
    for (int i = 0; i < 100; i++) free(p[i]);
    free(arg);
    return malloc(50);
}

static int test_threads(void)
{
    long half = 0;
    int count = (int)(10000 * effort);
    for (int i = 0; i < count; i++) {
        pthread_t t;
        void *result;
        if (pthread_create(&t, NULL, brief, malloc(64))) return say(0, "thread", i);
        pthread_join(t, &result);
        free(result);
        if (i == count / 2) half = resident();
    }
    double growth = (double)(resident() - half) / 1048576;
    return say(growth < 4, "MiB grown by the second 5,000 threads", growth);
}

/* one thread only allocates, another only frees */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static void **queue[8];
static int queued;

static void *produce(void *arg)
{
    uint64_t s = 3;
    for (long i = 0; i < 30000 * effort; i++) {
        void **batch = malloc(100 * sizeof(void *));
        for (int j = 0; j < 100; j++) { batch[j] = malloc(16 + next_random(&s) % 1000); memset(batch[j], 1, 16); }
        pthread_mutex_lock(&lock);
        while (queued == 8) pthread_cond_wait(&cond, &lock);
        queue[queued++] = batch;
        pthread_cond_broadcast(&cond);
        pthread_mutex_unlock(&lock);
    }
    return arg;
}

static int test_producer(void)
{
    pthread_t t;
    long early = 0;
    pthread_create(&t, NULL, produce, NULL);
    for (long i = 0; i < 30000 * effort; i++) {
        pthread_mutex_lock(&lock);
        while (queued == 0) pthread_cond_wait(&cond, &lock);
        void **batch = queue[--queued];
        pthread_cond_broadcast(&cond);
        pthread_mutex_unlock(&lock);
        for (int j = 0; j < 100; j++) free(batch[j]);
        free(batch);
        if (i == 3000) early = resident();
    }
    pthread_join(t, NULL);
    double growth = (double)(resident() - early) / 1048576;
    return say(growth < 8, "MiB grown while one thread allocates and one frees", growth);
}

/* 1 GiB of small blocks freed: what is still there three seconds later, without any call in between */
static int give_back(int from_another_thread, size_t total);

static void *free_all(void *arg)
{
    void **p = arg;
    for (size_t i = 1; i <= (size_t)p[0]; i++) free(p[i]);
    return NULL;
}

static int give_back(int from_another_thread, size_t total)
{
    size_t count = 0, limit = total / 64;
    void **p = malloc((limit + 1) * sizeof(void *));
    long before = resident();
    uint64_t s = 5;
    for (size_t bytes = 0; bytes < total;) {
        size_t n = 64 + next_random(&s) % 400;
        p[++count] = malloc(n);
        memset(p[count], 1, n);
        bytes += n;
    }
    long full = resident();
    p[0] = (void *)count;
    if (from_another_thread) {
        pthread_t t;
        pthread_create(&t, NULL, free_all, p);
        pthread_join(t, NULL);
    } else free_all(p);
    /* the array itself stays: only blocks are measured */
    pause_ms(3000);
    double kept = 100.0 * (double)(resident() - before - (long)(count * sizeof(void *))) / (double)(full - before);
    return say(kept <= 10, from_another_thread ? "percent kept, freed by another thread" : "percent kept of small blocks freed", kept);
}

static int test_give_back(void)
{
    size_t total = effort > 1 ? (size_t)1 << 30 : (size_t)128 << 20;
    return give_back(0, total) | give_back(1, total / 2);
}

/* one block in twenty stays; then malloc_trim */
static int test_trim(void)
{
    enum { count = 200000 };
    static char *p[count];
    long before = resident(), live = 0;
    for (int i = 0; i < count; i++) { p[i] = malloc(1000); memset(p[i], i, 1000); }
    for (int i = 0; i < count; i++) if (i % 20) { free(p[i]); p[i] = NULL; } else live += 1000;
    malloc_trim(0);
    double ratio = (double)(resident() - before) / (double)live;
    int ok = ratio <= 10;
    for (int i = 0; i < count; i += 20) for (int j = 0; j < 1000; j++) ok &= p[i][j] == (char)i;
    for (int i = 0; i < count; i++) if (!p[i]) { p[i] = malloc(1000); memset(p[i], i, 1000); }
    for (int i = 0; i < count; i++) { ok &= p[i][0] == (char)i && p[i][999] == (char)i; free(p[i]); }
    return say(ok, "resident to live, one block in twenty kept, after malloc_trim", ratio);
}

/* the soak: four threads, every function, sizes of all kinds, contents verified, blocks passed between threads */
enum { slots = 4000 };
struct block { unsigned char *p; size_t n; unsigned char fill; };
static struct block shared[512];
static pthread_mutex_t shared_lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int broken;

static size_t some_size(uint64_t r)
{
    switch (r % 100) {
    case 0: return (r >> 8) % 3000000;
    case 1: case 2: case 3: return (r >> 8) % 200000;
    default: return r % 100 < 20 ? (r >> 8) % 20000 : (r >> 8) % 700;
    }
}

static void verify(struct block *b, size_t n)
{
    for (size_t i = 0; i < n; i++) if (b->p[i] != b->fill) { broken = 1; return; }
}

static void *soak_thread(void *arg)
{
    uint64_t s = (uintptr_t)arg;
    struct block *b = calloc(slots, sizeof *b);
    for (long i = 0; i < 20000 * effort && !broken; i++) {
        uint64_t r = next_random(&s);
        struct block *x = &b[(r >> 33) % slots];
        size_t n = some_size(next_random(&s));
        unsigned char fill = (unsigned char)(r >> 50);
        if (x->p && (r & 7) == 0) {
            unsigned char *q = realloc(x->p, n ? n : 1);
            if (!q) { broken = 2; break; }
            x->p = q;
            verify(x, n < x->n ? n : x->n);
            x->n = n;
            x->fill = fill;
            memset(x->p, fill, n);
        } else if (x->p && (r & 7) == 1) {
            struct block *y = &shared[(r >> 20) % 512];
            pthread_mutex_lock(&shared_lock);
            struct block t = *y;
            *y = *x;
            *x = t;
            pthread_mutex_unlock(&shared_lock);
            if (x->p) verify(x, x->n);
        } else {
            if (x->p) { verify(x, x->n); free(x->p); }
            size_t alignment = 16;
            switch (r >> 60) {
            case 0: x->p = calloc(1, n); x->n = n; x->fill = 0; if (x->p) verify(x, n); break;
            case 1: alignment = (size_t)8 << (r >> 40) % 14; if (posix_memalign((void **)&x->p, alignment, n)) x->p = NULL; break;
            case 2: alignment = (size_t)16 << (r >> 40) % 10; x->p = aligned_alloc(alignment, n); break;
            default: x->p = malloc(n);
            }
            if (!x->p || (uintptr_t)x->p % alignment || malloc_usable_size(x->p) < n) { broken = 3; break; }
            x->n = n;
            x->fill = fill;
            memset(x->p, fill, n);
        }
        if (r >> 20 == 0 || i % 10000 == 9999) malloc_trim(0);
    }
    for (int i = 0; i < slots; i++) { if (b[i].p) verify(&b[i], b[i].n); free(b[i].p); }
    free(b);
    return NULL;
}

static int test_soak(void)
{
    uint64_t seed = (uint64_t)time(NULL);
    const char *given = getenv("GABBRO_TEST_SEED");
    if (given) seed = strtoull(given, NULL, 10);
    printf("GABBRO_TEST_SEED=%llu\n", (unsigned long long)seed);
    size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    for (int generation = 0; generation < 3 && !broken; generation++) {
        pthread_t t[4];
        for (uintptr_t i = 0; i < 4; i++) pthread_create(&t[i], NULL, soak_thread, (void *)(seed * 31 + (uintptr_t)generation * 4 + i + 1));
        for (int i = 0; i < 4; i++) pthread_join(t[i], NULL);
    }
    for (int i = 0; i < 512; i++) { if (shared[i].p) verify(&shared[i], shared[i].n); free(shared[i].p); }
    /* every block was freed: a page or a block lost on the way would still count as used */
    size_t after = mallinfo2().uordblks + mallinfo2().hblkhd;
    if (!broken && after > before + 65536) broken = 4;
    return say(!broken, "soak", broken);
}

/* allocation in a destructor that runs after the allocator's own, and a thread whose only call is free */
static pthread_key_t late_key;

static void late(void *value)
{
    free(value);
    void *p = malloc(100);
    memset(p, 1, 100);
    p = realloc(p, 5000);
    free(p);
    free(calloc(3, 300));
    static _Thread_local int rounds;
    if (++rounds < 4) pthread_setspecific(late_key, malloc(10));
}

static void *late_thread(void *arg)
{
    pthread_setspecific(late_key, arg);
    return NULL;
}

static void *only_frees(void *arg)
{
    free(arg);
    return NULL;
}

static int test_thread_end(void)
{
    pthread_key_create(&late_key, late);
    for (int i = 0; i < 500; i++) {
        pthread_t a, b;
        pthread_create(&a, NULL, late_thread, malloc(33));
        pthread_create(&b, NULL, only_frees, malloc(i * 1000));
        pthread_join(a, NULL);
        pthread_join(b, NULL);
    }
    return say(1, "allocation while threads end", 1);
}

/* a storm: threads that live briefly free what others made, while signals interrupt them all */
struct parcel { size_t n; uint64_t sum; unsigned char bytes[]; };
static _Atomic(struct parcel *) market[1024];
static atomic_long spoiled;

static uint64_t sum_of(struct parcel *p)
{
    uint64_t sum = p->n;
    for (size_t i = 0; i < p->n; i += p->n / 16 + 1) sum = sum * 31 + p->bytes[i];
    return sum;
}

static void open_parcel(struct parcel *p)
{
    if (!p) return;
    if (p->sum != sum_of(p)) spoiled++;
    memset(p, 0xEE, sizeof *p + p->n);
    free(p);
}

static void *storm_thread(void *arg)
{
    uint64_t s = (uintptr_t)arg;
    for (long i = 0; i < 6000; i++) {
        uint64_t r = next_random(&s);
        size_t n = r % 50 ? (r >> 20) % 900 : (r >> 20) % 60000;
        struct parcel *p = malloc(sizeof *p + n);
        if (!p) { spoiled++; break; }
        p->n = n;
        memset(p->bytes, (int)r, n);
        p->sum = sum_of(p);
        open_parcel(atomic_exchange(&market[(r >> 44) % 1024], p));
    }
    return NULL;
}

static void interrupt(int signal) { (void)signal; }

static int test_storm(void)
{
    struct sigaction action = { .sa_handler = interrupt };
    sigaction(SIGPROF, &action, NULL);
    struct itimerval often = { { 0, 1000 }, { 0, 1000 } };
    setitimer(ITIMER_PROF, &often, NULL);
    size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    for (int generation = 0; generation < 8 * effort; generation++) {
        pthread_t t[8];
        for (uintptr_t i = 0; i < 8; i++) pthread_create(&t[i], NULL, storm_thread, (void *)(generation * 8 + i + 1));
        for (int i = 0; i < 8; i++) pthread_join(t[i], NULL);
    }
    for (int i = 0; i < 1024; i++) open_parcel(atomic_exchange(&market[i], NULL));
    size_t after = mallinfo2().uordblks + mallinfo2().hblkhd;
    if (after > before + 65536) spoiled += 1000000;
    return say(!spoiled, "parcels spoiled in a storm of frees", (double)spoiled);
}

int main(int argc, char **argv)
{
    static const struct { const char *name; int (*run)(void); } tests[] = {
        { "fork", test_fork }, { "threads", test_threads }, { "producer", test_producer }, { "give-back", test_give_back },
        { "trim", test_trim }, { "soak", test_soak }, { "thread-end", test_thread_end }, { "storm", test_storm },
    };
    if (argc > 2) effort = atof(argv[2]);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        if (argc > 1 && !strcmp(argv[1], tests[i].name)) return tests[i].run();
    return 2;
}
