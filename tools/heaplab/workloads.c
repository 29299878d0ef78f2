/* Allocation workloads: of the field (larson, xmalloc, sh6bench, sh8bench, alloc-test, cache-scratch, malloc-large,
   mleak, glibc-simple: written anew after their published descriptions) and of everyday programs. Each runs alone in a
   process, so that peak memory is its own, and prints: name, seconds, peak resident KiB, check sum. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double scale = 1;
static atomic_ulong checksum;

static uint64_t next_random(uint64_t *state)
{
    uint64_t x = *state;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return *state = x;
}

static long times(long n) { return (long)(n * scale) + 1; }

static void fail(void)
{
    fprintf(stderr, "out of memory\n");
    _exit(3);
}

static void *get(size_t n)
{
    char *p = malloc(n);
    if (!p) fail();
    p[0] = (char)n;
    if (n > 1) p[n - 1] = (char)n;
    return p;
}

static void in_threads(int count, void *(*body)(void *))
{
    pthread_t threads[64];
    for (long i = 0; i < count; i++)
        if (pthread_create(&threads[i], NULL, body, (void *)(i + 1))) fail();
    for (int i = 0; i < count; i++) pthread_join(threads[i], NULL);
}

/* one block at a time */
static void pair(void)
{
    unsigned long sum = 0;
    for (long i = 0, n = times(30000000); i < n; i++) {
        char *p = malloc(16 + (i & 15) * 62);
        p[0] = (char)i;
        sum += (unsigned char)p[0];
        free(p);
    }
    checksum += sum;
}

/* the seed's first: a thousand of 64 bytes, then all freed */
static void sequential(void)
{
    void *blocks[1000];
    for (long r = 0, n = times(15000); r < n; r++) {
        for (int i = 0; i < 1000; i++) blocks[i] = get(64);
        for (int i = 0; i < 1000; i++) free(blocks[i]);
    }
}

/* the seed's second: ten thousand of 16 to 4096 bytes */
static void random_sizes(void)
{
    static void *blocks[10000];
    uint64_t s = 42;
    for (long r = 0, n = times(120); r < n; r++) {
        for (int i = 0; i < 10000; i++) blocks[i] = get(16 + next_random(&s) % 4081);
        for (int i = 0; i < 10000; i++) free(blocks[i]);
    }
}

static void *seed_thread(void *arg)
{
    uint64_t s = 42 + (uintptr_t)arg;
    static _Thread_local void *blocks[10000];
    for (long r = 0, n = times(60); r < n; r++) {
        for (int i = 0; i < 10000; i++) blocks[i] = get(16 + next_random(&s) % 512);
        for (int i = 0; i < 10000; i++) free(blocks[i]);
    }
    return NULL;
}

/* the seed's third: four threads of ten thousand blocks */
static void seed_threads(void) { in_threads(4, seed_thread); }

/* a random slot is freed and filled again: mixed lifetimes, small sizes mostly */
static void replace(void)
{
    enum { slots = 50000 };
    static void *blocks[slots];
    uint64_t s = 7;
    for (long i = 0, n = times(6000000); i < n; i++) {
        uint64_t r = next_random(&s);
        size_t slot = r % slots;
        size_t size = 8 + ((r >> 32) & ((r >> 60) ? 127 : 2047));
        free(blocks[slot]);
        blocks[slot] = get(size);
    }
    for (int i = 0; i < slots; i++) free(blocks[i]);
}

static void fifo(void)
{
    enum { slots = 20000 };
    static void *blocks[slots];
    uint64_t s = 11;
    for (long i = 0, n = times(12000000); i < n; i++) {
        free(blocks[i % slots]);
        blocks[i % slots] = get(16 + next_random(&s) % 240);
    }
    for (int i = 0; i < slots; i++) free(blocks[i]);
}

/* sh6bench: passes of growing sizes, freed in other orders than allocated */
static void sh6(void)
{
    enum { count = 4000 };
    static void *blocks[count];
    for (long pass = 0, n = times(600); pass < n; pass++) {
        size_t size = 8 + (size_t)(pass % 100) * 10;
        for (int i = 0; i < count; i++) blocks[i] = get(size + i % 8);
        for (int i = 0; i < count; i += 4) { free(blocks[i]); blocks[i] = NULL; }
        for (int i = 0; i < count; i += 4) blocks[i] = get(size / 2 + 8);
        if (pass & 1) for (int i = count - 1; i >= 0; i--) free(blocks[i]);
        else for (int i = 0; i < count; i++) free(blocks[i]);
    }
}

/* sh8bench: threads free what others allocated, through a shared table */
enum { sh8_slots = 8192 };
static _Atomic(void *) sh8_table[sh8_slots];

static void *sh8_thread(void *arg)
{
    uint64_t s = 99 + (uintptr_t)arg;
    for (long i = 0, n = times(1500000); i < n; i++) {
        uint64_t r = next_random(&s);
        void *p = get(8 + (r >> 40) % ((r >> 61) ? 120 : 1000));
        free(atomic_exchange(&sh8_table[r % sh8_slots], p));
    }
    return NULL;
}

static void sh8(void)
{
    in_threads(4, sh8_thread);
    for (int i = 0; i < sh8_slots; i++) free(atomic_exchange(&sh8_table[i], NULL));
}

/* larson: each thread works on an array and hands it to a successor thread */
enum { larson_slots = 5000 };
struct larson { void **blocks; int generations; uint64_t s; };

static void *larson_thread(void *arg)
{
    struct larson *l = arg;
    for (long i = 0, n = times(250000); i < n; i++) {
        uint64_t r = next_random(&l->s);
        free(l->blocks[r % larson_slots]);
        l->blocks[r % larson_slots] = get(8 + (r >> 32) % 992);
    }
    if (--l->generations > 0) {
        pthread_t t;
        if (pthread_create(&t, NULL, larson_thread, l)) fail();
        pthread_join(t, NULL);
    }
    return NULL;
}

static void larson(void)
{
    struct larson l[4];
    pthread_t t[4];
    for (int i = 0; i < 4; i++) {
        l[i] = (struct larson){ calloc(larson_slots, sizeof(void *)), 6, 1000 + i };
        if (pthread_create(&t[i], NULL, larson_thread, &l[i])) fail();
    }
    for (int i = 0; i < 4; i++) pthread_join(t[i], NULL);
    for (int i = 0; i < 4; i++) {
        for (int j = 0; j < larson_slots; j++) free(l[i].blocks[j]);
        free(l[i].blocks);
    }
}

/* xmalloc: producers allocate batches, consumers free them */
enum { batch = 120, ring = 64 };
static pthread_mutex_t xlock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t xnot_full = PTHREAD_COND_INITIALIZER, xnot_empty = PTHREAD_COND_INITIALIZER;
static void **xring[ring];
static int xhead, xcount;

static void *xproducer(void *arg)
{
    uint64_t s = 5 + (uintptr_t)arg;
    for (long i = 0, n = times(20000); i < n; i++) {
        void **b = get(batch * sizeof(void *));
        for (int j = 0; j < batch; j++) b[j] = get(16 + next_random(&s) % 400);
        pthread_mutex_lock(&xlock);
        while (xcount == ring) pthread_cond_wait(&xnot_full, &xlock);
        xring[(xhead + xcount++) % ring] = b;
        pthread_cond_signal(&xnot_empty);
        pthread_mutex_unlock(&xlock);
    }
    return NULL;
}

static void *xconsumer(void *arg)
{
    for (long i = 0, n = times(20000); i < n; i++) {
        pthread_mutex_lock(&xlock);
        while (xcount == 0) pthread_cond_wait(&xnot_empty, &xlock);
        void **b = xring[xhead];
        xhead = (xhead + 1) % ring;
        xcount--;
        pthread_cond_signal(&xnot_full);
        pthread_mutex_unlock(&xlock);
        for (int j = 0; j < batch; j++) free(b[j]);
        free(b);
    }
    return arg;
}

static void *xeither(void *arg) { return (uintptr_t)arg & 1 ? xproducer(arg) : xconsumer(arg); }

static void xmalloc(void) { in_threads(4, xeither); }

/* cache-scratch: blocks handed to threads must not make them share lines for ever */
static void *scratch_blocks[8];

static void *scratch_thread(void *arg)
{
    long id = (long)arg - 1;
    free(scratch_blocks[id]);
    for (long i = 0, n = times(300); i < n; i++) {
        volatile char *p = malloc(8);
        for (long j = 0; j < 100000; j++) p[j & 7]++;
        free((void *)p);
    }
    return NULL;
}

static void scratch(void)
{
    for (int i = 0; i < 4; i++) scratch_blocks[i] = get(8);
    in_threads(4, scratch_thread);
}

/* alloc-test: sizes by a power law, most blocks die young */
static void *alloc_test_thread(void *arg)
{
    enum { slots = 1 << 15 };
    void **blocks = calloc(slots, sizeof(void *));
    uint64_t s = 17 + (uintptr_t)arg;
    for (long i = 0, n = times(3000000); i < n; i++) {
        uint64_t r = next_random(&s);
        size_t slot = (r >> 20) & ((1u << (5 + (r & 15) % 11)) - 1);
        size_t size = 1 + ((r >> 40) & ((1u << (3 + (r >> 60) % 8)) - 1));
        free(blocks[slot]);
        blocks[slot] = get(size);
    }
    for (int i = 0; i < slots; i++) free(blocks[i]);
    free(blocks);
    return NULL;
}

static void alloc_test(void) { alloc_test_thread((void *)1); }

static void alloc_test_threads(void) { in_threads(2, alloc_test_thread); }

/* binary trees: many nodes of one size, built and torn down */
struct tree { struct tree *left, *right; };

static struct tree *grow(int depth)
{
    struct tree *t = malloc(sizeof *t);
    if (!t) fail();
    t->left = depth ? grow(depth - 1) : NULL;
    t->right = depth ? grow(depth - 1) : NULL;
    return t;
}

static unsigned long fell(struct tree *t)
{
    if (!t) return 0;
    unsigned long n = 1 + fell(t->left) + fell(t->right);
    free(t);
    return n;
}

static void trees(void)
{
    struct tree *lasting = grow(18);
    for (long i = 0, n = times(60); i < n; i++) checksum += fell(grow(14 + i % 3));
    checksum += fell(lasting);
}

/* strings appended to until they are long: realloc in place and not */
static void append(void)
{
    enum { strings = 256 };
    char *text[strings] = { 0 };
    size_t length[strings] = { 0 };
    uint64_t s = 23;
    for (long i = 0, n = times(4000000); i < n; i++) {
        uint64_t r = next_random(&s);
        size_t k = r % strings, more = 1 + (r >> 40) % 60;
        text[k] = realloc(text[k], length[k] + more);
        if (!text[k]) fail();
        memset(text[k] + length[k], 'x', more);
        length[k] += more;
        if (length[k] > 20000) { free(text[k]); text[k] = NULL; length[k] = 0; }
    }
    for (int i = 0; i < strings; i++) free(text[i]);
}

/* one vector growing by half each time to 64 MiB */
static void vector(void)
{
    for (long r = 0, n = times(12); r < n; r++) {
        size_t size = 64;
        char *v = NULL;
        while (size < (64u << 20)) {
            v = realloc(v, size);
            if (!v) fail();
            memset(v + size / 3 * 2, 1, size / 3);
            size += size / 2;
        }
        free(v);
    }
}

/* buffers of 20 KiB to 300 KiB, as of image and network code */
static void buffers(void)
{
    enum { slots = 64 };
    void *blocks[slots] = { 0 };
    uint64_t s = 29;
    for (long i = 0, n = times(1500000); i < n; i++) {
        uint64_t r = next_random(&s);
        free(blocks[r % slots]);
        blocks[r % slots] = get(20000 + (r >> 32) % 280000);
    }
    for (int i = 0; i < slots; i++) free(blocks[i]);
}

/* malloc-large: 1 to 20 MiB, every page written now and then */
static void large(void)
{
    enum { slots = 12 };
    void *blocks[slots] = { 0 };
    uint64_t s = 31;
    for (long i = 0, n = times(6000); i < n; i++) {
        uint64_t r = next_random(&s);
        size_t size = (1u << 20) + (r >> 32) % (19u << 20);
        free(blocks[r % slots]);
        char *p = blocks[r % slots] = get(size);
        if ((i & 15) == 0) for (size_t j = 0; j < size; j += 4096) p[j] = 1;
    }
    for (int i = 0; i < slots; i++) free(blocks[i]);
}

/* a hash table of strings, grown by rehashing: as an interpreter or a store of keys does */
struct entry { struct entry *next; uint64_t hash; char key[]; };

static void table(void)
{
    for (long r = 0, rounds = times(4); r < rounds; r++) {
        size_t buckets = 16, count = 0;
        struct entry **heads = calloc(buckets, sizeof *heads);
        uint64_t s = 37;
        for (int i = 0; i < 400000; i++) {
            uint64_t h = next_random(&s);
            struct entry *e = malloc(sizeof *e + 8 + h % 40);
            if (!e) fail();
            e->hash = h;
            memset(e->key, 'k', 8 + h % 40);
            e->next = heads[h % buckets];
            heads[h % buckets] = e;
            if (++count > buckets) {
                struct entry **wider = calloc(buckets * 2, sizeof *wider);
                for (size_t b = 0; b < buckets; b++)
                    for (struct entry *x = heads[b], *n; x; x = n) {
                        n = x->next;
                        x->next = wider[x->hash % (buckets * 2)];
                        wider[x->hash % (buckets * 2)] = x;
                    }
                free(heads);
                heads = wider;
                buckets *= 2;
            }
        }
        for (size_t b = 0; b < buckets; b++)
            for (struct entry *x = heads[b], *n; x; x = n) { n = x->next; free(x); }
        free(heads);
    }
}

/* threads that live briefly */
static void *brief_thread(void *arg)
{
    void *blocks[100];
    uint64_t s = 41 + (uintptr_t)arg;
    for (int i = 0; i < 100; i++) blocks[i] = get(16 + next_random(&s) % 1000);
    for (int i = 0; i < 100; i++) free(blocks[i]);
    return NULL;
}

static void brief(void)
{
    for (long i = 0, n = times(1500); i < n; i++) in_threads(4, brief_thread);
}

/* mstress: threads with long-lived and short-lived blocks of all sizes, some freed by others */
enum { stress_shared = 1000 };
static _Atomic(void *) stress_table[stress_shared];

static void *stress_thread(void *arg)
{
    uint64_t s = 43 + (uintptr_t)arg;
    enum { keep = 3000 };
    void **blocks = calloc(keep, sizeof(void *));
    for (long i = 0, n = times(500000); i < n; i++) {
        uint64_t r = next_random(&s);
        size_t size = (size_t)8 << ((r >> 8) % 100 == 0 ? 10 + (r >> 16) % 4 : (r >> 16) % 7);
        void *p = get(size);
        if ((r >> 24) % 10 == 0) free(atomic_exchange(&stress_table[r % stress_shared], p));
        else { free(blocks[r % keep]); blocks[r % keep] = p; }
    }
    for (int i = 0; i < keep; i++) free(blocks[i]);
    free(blocks);
    return NULL;
}

static void stress(void)
{
    for (int i = 0; i < 3; i++) in_threads(4, stress_thread);
    for (int i = 0; i < stress_shared; i++) free(atomic_exchange(&stress_table[i], NULL));
}

/* phases: a program that fills memory with one size, keeps a tenth, and goes on with another size */
static void phases(void)
{
    enum { count = 200000 };
    void **blocks = calloc(count, sizeof(void *));
    static const size_t sizes[] = { 48, 200, 96, 700, 32, 1500 };
    for (long r = 0, n = times(18); r < n; r++) {
        size_t size = sizes[r % 6];
        for (int i = 0; i < count; i++) if (!blocks[i]) blocks[i] = get(size);
        for (int i = 0; i < count; i++) if (i % 10 != r % 10) { free(blocks[i]); blocks[i] = NULL; }
    }
    for (int i = 0; i < count; i++) free(blocks[i]);
    free(blocks);
}

/* zeroed and aligned requests */
static void zeroed_aligned(void)
{
    enum { slots = 2000 };
    void *blocks[slots] = { 0 };
    uint64_t s = 47;
    for (long i = 0, n = times(4000000); i < n; i++) {
        uint64_t r = next_random(&s);
        void **slot = &blocks[r % slots];
        free(*slot);
        if (r >> 63) { *slot = calloc(1, 8 + (r >> 32) % 1000); if (!*slot) fail(); }
        else if (posix_memalign(slot, (size_t)16 << ((r >> 40) % 4), 8 + (r >> 32) % 1000)) fail();
    }
    for (int i = 0; i < slots; i++) free(blocks[i]);
}

static const struct { const char *name; void (*run)(void); } workloads[] = {
    { "pair", pair }, { "sequential", sequential }, { "random-sizes", random_sizes }, { "seed-threads", seed_threads },
    { "replace", replace }, { "fifo", fifo }, { "sh6bench", sh6 }, { "sh8bench", sh8 }, { "larson", larson },
    { "xmalloc", xmalloc }, { "cache-scratch", scratch }, { "alloc-test", alloc_test },
    { "alloc-test-2", alloc_test_threads }, { "trees", trees }, { "append", append }, { "vector", vector },
    { "buffers", buffers }, { "malloc-large", large }, { "hash-table", table }, { "brief-threads", brief },
    { "mstress", stress }, { "phases", phases }, { "zeroed-aligned", zeroed_aligned },
};

/* The high-water mark of this program's own memory; getrusage would report that of the process it was forked from. */
static long peak_resident(void)
{
    char line[256];
    long kib = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "VmHWM: %ld", &kib) == 1) break;
    if (f) fclose(f);
    return kib;
}

int main(int argc, char **argv)
{
    if (argc > 2) scale = atof(argv[2]);
    for (size_t i = 0; i < sizeof workloads / sizeof *workloads; i++) {
        if (argc < 2) { puts(workloads[i].name); continue; }
        if (strcmp(argv[1], workloads[i].name)) continue;
        struct timespec from, to;
        clock_gettime(CLOCK_MONOTONIC, &from);
        workloads[i].run();
        clock_gettime(CLOCK_MONOTONIC, &to);
        printf("%s %.6f %ld %lu\n", argv[1], (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9,
               peak_resident(), (unsigned long)checksum);
        return 0;
    }
    return argc < 2 ? 0 : 2;
}
