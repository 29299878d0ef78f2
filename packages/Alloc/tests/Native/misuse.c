/* Misuse that the checked mode must name: misuse KIND. Without it the behaviour is undefined. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *(*volatile get)(size_t) = (char *(*)(size_t))malloc;
static void (*volatile give)(void *) = free;

int main(int argc, char **argv)
{
    const char *kind = argc > 1 ? argv[1] : "";
    char *p = get(100);
    static char global[64];
    if (!strcmp(kind, "double")) { give(p); give(p); }
    else if (!strcmp(kind, "overrun")) { p[100] = 1; give(p); }
    else if (!strcmp(kind, "underrun")) { p[-1] = 1; give(p); }
    else if (!strcmp(kind, "interior")) give(p + 16);
    else if (!strcmp(kind, "global")) give(global + 16);
    else if (!strcmp(kind, "stack")) { char local[64]; give(local + 16); }
    else if (!strcmp(kind, "wild")) give((void *)0x123456789abcdef0);
    else if (!strcmp(kind, "after-free")) { give(p); p[10] = 1; }
    else if (!strcmp(kind, "read-past")) { volatile char *q = p; (void)q[112]; }
    else if (!strcmp(kind, "read-after-free")) { volatile char *q = p; give(p); (void)q[10]; }
    else if (!strcmp(kind, "double-later")) { give(p); for (int i = 0; i < 500; i++) give(get(100 + i)); give(p); }
    else if (!strcmp(kind, "double-large")) { p = get(300000); give(p); give(p); }
    else if (!strcmp(kind, "interior-large")) { p = get(300000); give(p + 16384); }
    else if (!strcmp(kind, "realloc-freed")) { give(p); if (realloc(p, 5000)) return 0; }
    else if (!strcmp(kind, "forged-link")) {
        /* what an overflow does to the links of an ordinary free list: free blocks point where the attacker likes */
        static char target[4096];
        char *q[200];
        for (int i = 0; i < 200; i++) q[i] = get(48);
        for (int i = 0; i < 200; i++) give(q[i]);
        for (int i = 0; i < 200; i++) for (int j = 0; j < 6; j++) ((char **)q[i])[j] = target + 64;
        for (int i = 0; i < 400; i++) if ((q[0] = get(48)) >= target && q[0] < target + sizeof target) return 9;
        puts("no forged block");
    }
    else if (!strcmp(kind, "run-past")) {
        /* a write that runs on: it must fault at the guard of the run, at most 64 KiB on */
        volatile char *q = p;
        for (long i = 0; i < 66000; i++) q[i] = 1;
        puts("ran past");
    }
    else if (!strcmp(kind, "order")) {
        /* how many of 500 neighbours in time are neighbours in memory */
        char *q[500];
        int next = 0;
        for (int i = 0; i < 500; i++) q[i] = get(48);
        for (int i = 1; i < 500; i++) next += q[i] - q[i - 1] == 48 || q[i - 1] - q[i] == 48;
        printf("neighbours %d\n", next);
    }
    else if (!strcmp(kind, "leak")) p = NULL;
    else if (!strcmp(kind, "none")) give(p);
    return 0;
}
