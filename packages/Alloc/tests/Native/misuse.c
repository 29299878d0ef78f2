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
    else if (!strcmp(kind, "leak")) p = NULL;
    else if (!strcmp(kind, "none")) give(p);
    return 0;
}
