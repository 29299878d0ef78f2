/* LMDB from C, as its documentation advises, with the workloads of BTreeComparison.
   cc -O2 lmdb.c -llmdb; lmdb DIRECTORY RECORDS SYNCS prints "workload operations-per-second" lines. */
#include <lmdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static void check(int code)
{
    if (code != 0) {
        fprintf(stderr, "%s\n", mdb_strerror(code));
        exit(1);
    }
}

static double now(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static double wall, cpu;

static void begin(void)
{
    wall = now(CLOCK_MONOTONIC);
    cpu = now(CLOCK_PROCESS_CPUTIME_ID);
}

static void report(const char *workload, size_t operations, int with_cpu)
{
    printf("%s %f\n", workload, operations / (now(CLOCK_MONOTONIC) - wall));
    if (with_cpu)
        printf("%s, a CPU second %f\n", workload, operations / (now(CLOCK_PROCESS_CPUTIME_ID) - cpu));
}

static uint64_t state = 88172645463325252u;

static uint64_t next(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static void make_key(char *key, uint64_t number)
{
    for (int i = 15; i >= 0; i--, number /= 10)
        key[i] = '0' + number % 10;
}

static MDB_env *open_env(const char *directory, const char *name, unsigned flags, MDB_dbi *dbi)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    mkdir(path, 0755);
    MDB_env *env;
    MDB_txn *txn;
    check(mdb_env_create(&env));
    check(mdb_env_set_mapsize(env, (size_t)1 << 31));
    check(mdb_env_open(env, path, flags, 0644));
    check(mdb_txn_begin(env, NULL, 0, &txn));
    check(mdb_dbi_open(txn, NULL, 0, dbi));
    check(mdb_txn_commit(txn));
    return env;
}

static void put(MDB_env *env, MDB_dbi dbi, char *key, char *value)
{
    MDB_txn *txn;
    MDB_val k = { 16, key }, v = { 100, value };
    check(mdb_txn_begin(env, NULL, 0, &txn));
    check(mdb_put(txn, dbi, &k, &v, 0));
    check(mdb_txn_commit(txn));
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    size_t records = strtoull(argv[2], NULL, 10), syncs = strtoull(argv[3], NULL, 10);
    char key[16], value[100], copy[100];
    MDB_dbi dbi;
    memset(value, 'v', sizeof value);
    if (records > 0) {
        MDB_env *env = open_env(argv[1], "native", MDB_NOSYNC, &dbi);
        uint32_t *order = malloc(records * sizeof *order);
        for (size_t i = 0; i < records; i++)
            order[i] = i;
        for (size_t i = records - 1; i > 0; i--) {
            size_t j = next() % (i + 1);
            uint32_t t = order[i];
            order[i] = order[j];
            order[j] = t;
        }
        begin();
        for (size_t i = 0; i < records; i++) {
            make_key(key, order[i]);
            put(env, dbi, key, value);
        }
        report("fillrandom", records, 1);

        MDB_txn *reader;
        check(mdb_txn_begin(env, NULL, MDB_RDONLY, &reader));
        mdb_txn_reset(reader);
        for (int warm = 0; warm < 2; warm++) {
            begin();
            for (size_t i = 0; i < records; i++) {
                MDB_val k = { 16, key }, v;
                make_key(key, next() % records);
                check(mdb_txn_renew(reader));
                check(mdb_get(reader, dbi, &k, &v));
                memcpy(copy, v.mv_data, sizeof copy);
                mdb_txn_reset(reader);
                if (copy[3] != 'v')
                    return 1;
            }
            if (warm == 1)
                report("readrandom", records, 1);
        }
        check(mdb_txn_renew(reader));
        begin();
        for (int scan = 0; scan < 10; scan++) {
            MDB_cursor *cursor;
            MDB_val k, v;
            size_t count = 0;
            long sum = 0;
            check(mdb_cursor_open(reader, dbi, &cursor));
            for (int code = mdb_cursor_get(cursor, &k, &v, MDB_FIRST); code == 0; code = mdb_cursor_get(cursor, &k, &v, MDB_NEXT)) {
                sum += ((char *)k.mv_data)[15] + ((char *)v.mv_data)[5];
                count++;
            }
            if (count != records || sum == 0)
                return 1;
            mdb_cursor_close(cursor);
        }
        report("readseq", 10 * records, 1);
        mdb_txn_abort(reader);
        mdb_env_close(env);
    }
    if (syncs > 0) {
        MDB_env *env = open_env(argv[1], "native-sync", 0, &dbi);
        begin();
        for (size_t i = 0; i < syncs; i++) {
            make_key(key, i * 7919 % 99999989);
            put(env, dbi, key, value);
        }
        report("commit synced, 1 thread", syncs, 0);
        mdb_env_close(env);
    }
    return 0;
}
