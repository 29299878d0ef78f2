/* The malloc family against C17, POSIX.1-2017 and the glibc manual. Prints one line for each failure and a count; exit 0
   when all hold. Runs under any allocator by preload; glibc itself passes. */
#define _GNU_SOURCE
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int checks, failures;

#define CHECK(condition) \
    do { \
        checks++; \
        if (!(condition)) { \
            failures++; \
            printf("line %d: %s\n", __LINE__, #condition); \
        } \
    } while (0)

/* Called through pointers, so that the compiler does not assume what it knows about malloc. */
static void *(*volatile v_malloc)(size_t) = malloc;
static void (*volatile v_free)(void *) = free;
static void *(*volatile v_calloc)(size_t, size_t) = calloc;
static void *(*volatile v_realloc)(void *, size_t) = realloc;
static void *(*volatile v_reallocarray)(void *, size_t, size_t) = reallocarray;
static void *(*volatile v_aligned)(size_t, size_t) = aligned_alloc;
static void *(*volatile v_memalign)(size_t, size_t) = memalign;

static int all(const unsigned char *p, size_t n, unsigned char value)
{
    for (size_t i = 0; i < n; i++) if (p[i] != value) return 0;
    return 1;
}

static size_t sizes[] = { 0, 1, 2, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 48, 63, 64, 65, 100, 127, 128, 129, 255, 256,
    257, 500, 511, 512, 513, 1000, 1023, 1024, 1025, 2000, 4095, 4096, 4097, 8191, 8192, 8193, 16383, 16384, 16385, 30000,
    32768, 65535, 65536, 65537, 100000, 131071, 131072, 131073, 200000, 262144, 500000, 1 << 20, (1 << 20) + 1, 5 << 20,
    (16 << 20) + 1, (32 << 20) - 1, 32 << 20, (32 << 20) + 1, 40 << 20 };

static void test_malloc(void)
{
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t n = sizes[i];
        unsigned char *p = v_malloc(n), *q = v_malloc(n);
        CHECK(p && q && p != q);
        CHECK((uintptr_t)p % 16 == 0 && (uintptr_t)q % 16 == 0);
        CHECK(malloc_usable_size(p) >= n);
        /* at most an eighth lost beyond the granule of 16, or a page for what has its own */
        memset(p, 0xA5, malloc_usable_size(p));
        memset(q, 0x5A, malloc_usable_size(q));
        CHECK(all(p, malloc_usable_size(p), 0xA5));
        if (n >= 256) CHECK(malloc_usable_size(p) <= n + n / 8 + 4096);
        v_free(p);
        CHECK(all(q, n, 0x5A));
        v_free(q);
    }
    v_free(NULL);
    CHECK(malloc_usable_size(NULL) == 0);
}

static void test_failure(void)
{
    static const size_t huge[] = { SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 15, SIZE_MAX - 4095, SIZE_MAX / 2, SIZE_MAX / 2 + 1,
        (size_t)PTRDIFF_MAX + 1, (size_t)PTRDIFF_MAX, (size_t)PTRDIFF_MAX - 1, (size_t)1 << 62, (size_t)1 << 60 };
    for (size_t i = 0; i < sizeof huge / sizeof *huge; i++) {
        size_t n = huge[i];
        void *result = (void *)7;
        errno = 0; CHECK(v_malloc(n) == NULL && errno == ENOMEM);
        errno = 0; CHECK(v_calloc(1, n) == NULL && errno == ENOMEM);
        errno = 0; CHECK(v_calloc(n, 1) == NULL && errno == ENOMEM);
        errno = 0; CHECK(v_calloc(n, n) == NULL && errno == ENOMEM);
        errno = 0; CHECK(v_calloc(n, 2) == NULL && errno == ENOMEM);
        errno = 0; CHECK(v_aligned(64, n) == NULL && errno == ENOMEM);
        errno = 0; CHECK(v_aligned(65536, n) == NULL && errno == ENOMEM);
        errno = 0; CHECK(v_memalign(4096, n) == NULL && errno == ENOMEM);
        errno = 0; CHECK(valloc(n) == NULL && errno == ENOMEM);
        errno = 0; CHECK(pvalloc(n) == NULL && errno == ENOMEM);
        errno = 0; CHECK(v_realloc(NULL, n) == NULL && errno == ENOMEM);
        errno = 0; CHECK(posix_memalign(&result, 64, n) == ENOMEM && result == (void *)7);
        unsigned char *p = v_malloc(100);
        memset(p, 3, 100);
        errno = 0; CHECK(v_realloc(p, n) == NULL && errno == ENOMEM);
        CHECK(all(p, 100, 3));
        errno = 0; CHECK(v_reallocarray(p, n, 2) == NULL && errno == ENOMEM);
        errno = 0; CHECK(v_reallocarray(p, 2, n) == NULL && errno == ENOMEM);
        CHECK(all(p, 100, 3));
        v_free(p);
    }
    errno = 0; CHECK(v_calloc((size_t)1 << 32, (size_t)1 << 32) == NULL && errno == ENOMEM);
    errno = 0; CHECK(v_calloc(((size_t)1 << 32) + 1, ((size_t)1 << 32) - 1) == NULL && errno == ENOMEM);
    errno = 0; CHECK(v_reallocarray(NULL, (size_t)1 << 33, (size_t)1 << 33) == NULL && errno == ENOMEM);
}

static void test_calloc(void)
{
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t n = sizes[i];
        for (int round = 0; round < 3; round++) {
            unsigned char *p = v_calloc(1, n), *q;
            CHECK(p != NULL && all(p, n, 0));
            memset(p, 0xFF, malloc_usable_size(p));
            v_free(p);
            q = v_calloc(n, 1);
            CHECK(q != NULL && all(q, n, 0));
            memset(q, 0xEE, malloc_usable_size(q));
            v_free(q);
        }
    }
    /* recycled memory of other sizes must be zero too */
    for (int round = 0; round < 30; round++) {
        void *dirty[50];
        for (int i = 0; i < 50; i++) { dirty[i] = v_malloc(1000 + i * 3000); memset(dirty[i], 0xDD, 1000 + i * 3000); }
        for (int i = 0; i < 50; i++) v_free(dirty[i]);
        unsigned char *p = v_calloc(1, 20000 + round * 50000);
        CHECK(all(p, 20000 + round * 50000, 0));
        v_free(p);
    }
    unsigned char *p = v_calloc(0, 100), *q = v_calloc(100, 0);
    CHECK(p && q && p != q);
    v_free(p);
    v_free(q);
}

static void test_realloc(void)
{
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j += 5) {
            size_t from = sizes[i], to = sizes[j];
            if (to == 0) continue;
            unsigned char *p = v_malloc(from);
            for (size_t k = 0; k < from; k += 97) p[k] = (unsigned char)(k * 7);
            p = v_realloc(p, to);
            CHECK(p && (uintptr_t)p % 16 == 0 && malloc_usable_size(p) >= to);
            int same = 1;
            for (size_t k = 0; k < (from < to ? from : to); k += 97) same &= p[k] == (unsigned char)(k * 7);
            CHECK(same);
            memset(p, 1, to);
            v_free(p);
        }
    unsigned char *p = v_realloc(NULL, 10);
    CHECK(p != NULL);
    errno = 5;
    CHECK(v_realloc(p, 0) == NULL && errno == 5); /* glibc: frees */
    p = NULL;
    for (size_t n = 1; n < 3000000; n += n / 3 + 1) {
        p = v_realloc(p, n);
        CHECK(p != NULL);
        p[n - 1] = (unsigned char)n;
        p[0] = 42;
    }
    for (size_t n = 3000000; n > 1; n -= n / 3 + 1) {
        p = v_realloc(p, n);
        CHECK(p != NULL && p[0] == 42);
    }
    v_free(p);
    p = v_reallocarray(NULL, 10, 10);
    memset(p, 9, 100);
    p = v_reallocarray(p, 1000, 10);
    CHECK(p && all(p, 100, 9));
    v_free(p);
    /* a huge block grows and shrinks with its contents */
    p = v_malloc(64 << 20);
    for (size_t k = 0; k < (64u << 20); k += 4096) p[k] = (unsigned char)(k >> 12);
    p = v_realloc(p, 200 << 20);
    p = v_realloc(p, 33 << 20);
    int same = 1;
    for (size_t k = 0; k < (33u << 20); k += 4096) same &= p[k] == (unsigned char)(k >> 12);
    CHECK(same);
    p = v_realloc(p, 100);
    CHECK(p[0] == 0);
    v_free(p);
}

static void test_alignment(void)
{
    for (size_t alignment = 1; alignment <= (size_t)64 << 20; alignment <<= 1)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i += alignment > 65536 ? 7 : 1) {
            size_t n = sizes[i];
            void *r = NULL;
            unsigned char *p = v_aligned(alignment, n), *q = v_memalign(alignment, n);
            CHECK(p && q && p != q);
            CHECK((uintptr_t)p % alignment == 0 && (uintptr_t)q % alignment == 0);
            CHECK(malloc_usable_size(p) >= n && malloc_usable_size(q) >= n);
            if (n) { p[0] = p[n - 1] = 1; q[0] = q[n - 1] = 2; }
            if (alignment >= sizeof(void *)) {
                errno = 77;
                CHECK(posix_memalign(&r, alignment, n) == 0 && errno == 77);
                CHECK(r && (uintptr_t)r % alignment == 0 && malloc_usable_size(r) >= n);
                if (n) memset(r, 3, n < 5000 ? n : 5000);
                v_free(r);
            }
            if (n) CHECK(p[0] == 1 && p[n - 1] == 1 && q[0] == 2 && q[n - 1] == 2);
            p = v_realloc(p, n + 1000);
            if (n) CHECK(p[0] == 1);
            v_free(p);
            v_free(q);
        }
    void *r = (void *)9;
    static const size_t bad[] = { 0, 1, 2, 3, 4, 7, 9, 12, 24, 48, 100, SIZE_MAX };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        errno = 77;
        CHECK(posix_memalign(&r, bad[i], 100) == EINVAL && r == (void *)9 && errno == 77);
    }
    errno = 0; CHECK(v_memalign(SIZE_MAX, 100) == NULL && errno == EINVAL);
    errno = 0; CHECK(v_memalign(SIZE_MAX / 2 + 2, 100) == NULL && errno == EINVAL);
    void *p = v_memalign(48, 100); /* rounded up to a power of two */
    CHECK(p && (uintptr_t)p % 64 == 0);
    v_free(p);
    long page = sysconf(_SC_PAGESIZE);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        p = valloc(sizes[i]);
        CHECK(p && (uintptr_t)p % page == 0);
        v_free(p);
        p = pvalloc(sizes[i]);
        CHECK(p && (uintptr_t)p % page == 0 && malloc_usable_size(p) >= (sizes[i] + page - 1) / page * page);
        v_free(p);
    }
}

static void test_errno(void)
{
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        errno = 1234;
        void *p = v_malloc(sizes[i]);
        CHECK(errno == 1234);
        p = v_realloc(p, sizes[i] + 1);
        CHECK(errno == 1234);
        v_free(p);
        CHECK(errno == 1234);
        p = v_calloc(1, sizes[i]);
        CHECK(errno == 1234);
        v_free(p);
        CHECK(errno == 1234);
    }
    v_free(NULL);
    CHECK(errno == 1234);
    malloc_trim(0);
    CHECK(errno == 1234);
}

static void test_unique_zero(void)
{
    void *p[1000];
    for (int i = 0; i < 1000; i++) p[i] = v_malloc(0);
    int distinct = 1;
    for (int i = 0; i < 1000; i++) for (int j = 0; j < i; j++) distinct &= p[i] != p[j] && p[i] != NULL;
    CHECK(distinct);
    for (int i = 0; i < 1000; i++) v_free(p[i]);
}

static void test_introspection(void)
{
    void *p = v_malloc(1 << 20);
    struct mallinfo2 before = mallinfo2();
    void *q = v_malloc(10 << 20);
    struct mallinfo2 after = mallinfo2();
    CHECK(after.uordblks + after.hblkhd >= before.uordblks + before.hblkhd + (10u << 20));
    CHECK(after.uordblks <= after.arena + after.hblkhd);
    struct mallinfo small = mallinfo();
    CHECK(small.arena >= 0);
    v_free(q);
    v_free(p);
    CHECK(mallopt(M_MMAP_THRESHOLD, 1 << 20) == 1);
    CHECK(mallopt(M_TRIM_THRESHOLD, 1 << 20) == 1);
    CHECK(mallopt(M_ARENA_MAX, 2) == 1);
    char *text = NULL;
    size_t length = 0;
    FILE *f = open_memstream(&text, &length);
    CHECK(malloc_info(0, f) == 0);
    CHECK(malloc_info(1, f) == EINVAL);
    fclose(f);
    CHECK(length > 20 && strncmp(text, "<malloc version=", 16) == 0 && strstr(text, "</malloc>") != NULL);
    v_free(text);
    int r = malloc_trim(0);
    CHECK(r == 0 || r == 1);
    void (*sized)(void *, size_t) = (void (*)(void *, size_t))(uintptr_t)0;
    (void)sized;
}

static void *touch(void *arg)
{
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        unsigned char *p = v_malloc(sizes[i] & 0xFFFFF);
        if (!p) return NULL;
        p = v_realloc(p, 10);
        v_free(p);
    }
    v_free(arg);
    return v_malloc(77);
}

static int little;

/* slow paths on the smallest stack a thread may have */
static void test_small_stack(void)
{
    pthread_attr_t attributes;
    pthread_t thread;
    void *result;
    pthread_attr_init(&attributes);
    CHECK(pthread_attr_setstacksize(&attributes, 16384) == 0);
    for (int i = 0; i < 20; i++) {
        CHECK(pthread_create(&thread, &attributes, touch, v_malloc(100)) == 0);
        CHECK(pthread_join(thread, &result) == 0 && result != NULL);
        v_free(result);
    }
    pthread_attr_destroy(&attributes);
}

/* under a tight limit of address space malloc fails with ENOMEM and works again after frees */
static void test_address_space_limit(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        rlim_t bytes = little ? 150 << 20 : 300 << 20;
        struct rlimit limit = { bytes, bytes };
        setrlimit(RLIMIT_AS, &limit);
        static void *p[100000];
        int n = 0;
        errno = 0;
        while (n < 100000 && (p[n] = v_malloc(60000)) != NULL) n++;
        if (n < 1000 || n == 100000 || errno != ENOMEM) _exit(1);
        for (int i = 0; i < n; i++) v_free(p[i]);
        for (int i = 0; i < n / 2; i++) if (!(p[i] = v_malloc(60000))) _exit(2);
        for (int i = 0; i < n / 2; i++) v_free(p[i]);
        if (!v_malloc(20 << 20)) _exit(3);
        if (v_malloc((size_t)1 << 30)) _exit(4);
        _exit(0);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(int argc, char **argv)
{
    /* "small": nothing beyond 300 KB, for modes that fill and copy every byte several times */
    little = argc > 1;
    if (little)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) if (sizes[i] > 300000) sizes[i] = 300000 + i;
    test_malloc();
    test_failure();
    test_calloc();
    test_realloc();
    test_alignment();
    test_errno();
    test_unique_zero();
    test_introspection();
    test_small_stack();
    test_address_space_limit();
    printf("%d of %d checks failed\n", failures, checks);
    return failures != 0;
}
