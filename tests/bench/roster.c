/* A roster of a million learners into a new centre, and again. The floor is what the same rows cost
 * where nobody reads, checks or compares anything: prepared INSERTs into the same tables, by ids
 * that are as random as those that hashes give. Memory is that of the program's process at its
 * peak. */
#include "tests/bench/bench.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#define LEARNERS 1000000
#define PATH_SIZE 4200
#define MEMORY_MIB_MAX 256

struct roster {
    const struct tn_bench *bench;
    size_t learners;
    char csv[PATH_SIZE];
};

static size_t wanted(void)
{
    const char *text = getenv("BENCH_LEARNERS");
    const unsigned long count = text == NULL ? 0 : strtoul(text, NULL, 10);
    return count > 0 ? count : LEARNERS;
}

/* Runs turnout-sync with these words and says how long it took and how large it got. */
static enum tn_status run(const struct tn_bench *bench, const char *const *words, double *ms,
                          double *mib)
{
    char program[PATH_SIZE];
    struct rusage used;
    int code = 0;
    (void)snprintf(program, sizeof program, "%s/turnout-sync", bench->programs);
    const double start = tn_bench_now_ms();
    pid_t pid = fork();
    if (pid == 0) {
        if (freopen("/dev/null", "w", stdout) != NULL) {
            execv(program, (char *const *)words);
        }
        _exit(127);
    }
    if (pid < 0 || wait4(pid, &code, 0, &used) != pid || code != 0) {
        return TN_ERR_IO;
    }
    *ms = tn_bench_now_ms() - start;
    *mib = (double)used.ru_maxrss / 1024;
    return TN_OK;
}

static enum tn_status make_centre(const struct tn_bench *bench, const char *db, const char *keys)
{
    double ignored[2];
    const char *const words[] = {"turnout-sync", "init", "--central",       db,
                                 "--code",       "b",    "--name",          "Bench",
                                 "--keys",       keys,   "--no-passphrase", NULL};
    return run(bench, words, &ignored[0], &ignored[1]);
}

static enum tn_status write_csv(const struct roster *roster)
{
    FILE *file = fopen(roster->csv, "we");
    if (file == NULL) {
        return TN_ERR_IO;
    }
    (void)fputs("id,given_name,family_name,grade,birth_year,language,zip3,group,consent\r\n", file);
    for (size_t i = 0; i < roster->learners; i++) {
        (void)fprintf(file, "S%07zu,Given%zu,Family %zu,%zu,%zu,en,60%zu,%zuB,yes\r\n", i, i % 977,
                      i % 10007, i % 12 + 1, 2008 + i % 10, i % 10, i % 12 + 1);
    }
    return fclose(file) == 0 ? TN_OK : TN_ERR_IO;
}

/* The statements of the floor, each with an id of 16 bytes as $1 and the learner's number as $2. */
static const char *const inserts[] = {
    "INSERT INTO learner (ecosystem, id, display, grade, birth_year, zip3, lang) VALUES (1, ?1,"
    " 'Given' || ?2 % 977 || ' F.', ?2 % 12 + 1, 2008 + ?2 % 10, '60' || ?2 % 10, 'en')",
    "INSERT INTO learner_pii (ecosystem, learner, given, family) VALUES (1, ?1, 'Given' || ?2 % "
    "977,"
    " 'Family ' || ?2 % 10007)",
    "INSERT INTO learner_alias (ecosystem, source, source_id, learner) VALUES (1, 'roster',"
    " printf('S%07d', ?2), ?1)",
    "INSERT INTO learner_group (ecosystem, learner, title) VALUES (1, ?1, ?2 % 12 + 1 || 'B')",
    "INSERT INTO consent (ecosystem, learner, purpose, basis) VALUES (1, ?1, 'participation',"
    " 'roster')",
};
#define INSERTS (sizeof inserts / sizeof inserts[0])

static int insert_all(sqlite3 *db, sqlite3_stmt **stmts, size_t learners)
{
    struct tn_random_seeded seeded;
    const struct tn_random random = tn_random_from_seed(&seeded, 1);
    int code = SQLITE_DONE;
    (void)sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    for (size_t i = 0; i < learners; i++) {
        struct tn_id id;
        random.fill(random.ctx, id.b, sizeof id.b);
        for (size_t j = 0; j < INSERTS && code == SQLITE_DONE; j++) {
            (void)sqlite3_bind_blob(stmts[j], 1, id.b, sizeof id.b, SQLITE_STATIC);
            (void)sqlite3_bind_int64(stmts[j], 2, (sqlite3_int64)i);
            code = sqlite3_step(stmts[j]);
            (void)sqlite3_reset(stmts[j]);
        }
    }
    return code == SQLITE_DONE ? sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) : code;
}

static enum tn_status floor_ms(const struct roster *roster, const char *path, double *ms)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *stmts[INSERTS] = {NULL};
    int code = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_exec(db,
                            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                            "PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=4000",
                            NULL, NULL, NULL);
    }
    for (size_t i = 0; i < INSERTS && code == SQLITE_OK; i++) {
        code = sqlite3_prepare_v2(db, inserts[i], -1, &stmts[i], NULL);
    }
    const double start = tn_bench_now_ms();
    if (code == SQLITE_OK) {
        code = insert_all(db, stmts, roster->learners);
    }
    *ms = tn_bench_now_ms() - start;
    if (code != SQLITE_OK) {
        fprintf(stderr, "bench: roster: %s\n", sqlite3_errmsg(db));
    }
    for (size_t i = 0; i < INSERTS; i++) {
        (void)sqlite3_finalize(stmts[i]);
    }
    (void)sqlite3_close(db);
    return code == SQLITE_OK ? TN_OK : TN_ERR_IO;
}

static void add(struct tn_bench *bench, const struct roster *roster, const char *what,
                struct tn_bench_row row)
{
    (void)snprintf(row.name, sizeof row.name, "roster of %zu, SQLite: %s", roster->learners, what);
    tn_bench_add(bench, &row);
}

enum tn_status tn_bench_roster(struct tn_bench *bench)
{
    struct roster roster = {.bench = bench, .learners = wanted()};
    char db[PATH_SIZE];
    char bare[PATH_SIZE];
    char keys[PATH_SIZE];
    double ms[3] = {0};
    double mib[2] = {0};
    (void)snprintf(roster.csv, sizeof roster.csv, "%s/roster.csv", bench->work);
    (void)snprintf(db, sizeof db, "%s/roster.db", bench->work);
    (void)snprintf(bare, sizeof bare, "%s/roster-bare.db", bench->work);
    (void)snprintf(keys, sizeof keys, "%s/roster.keys", bench->work);
    const char *const words[] = {"turnout-sync", "import", "roster", roster.csv,
                                 "--central",    db,       NULL};
    enum tn_status status = write_csv(&roster);
    if (status == TN_OK) {
        status = make_centre(bench, db, keys);
    }
    if (status == TN_OK) {
        status = make_centre(bench, bare, keys);
    }
    if (status == TN_OK) {
        status = floor_ms(&roster, bare, &ms[2]);
    }
    for (int i = 0; i < 2 && status == TN_OK; i++) {
        status = run(bench, words, &ms[i], &mib[i]);
    }
    if (status == TN_OK) {
        add(bench, &roster, "all new",
            (struct tn_bench_row){
                .value = ms[0] / 1e3, .unit = "s", .floor = ms[2] / 1e3, .value_max = 60});
        add(bench, &roster, "the same again",
            (struct tn_bench_row){.value = ms[1] / 1e3, .unit = "s", .value_max = 60});
        add(bench, &roster, "memory",
            (struct tn_bench_row){.value = mib[0] > mib[1] ? mib[0] : mib[1],
                                  .unit = "MiB",
                                  .value_max = MEMORY_MIB_MAX});
    }
    return status;
}
