/* Measures the centre and prints the rows as JSON for turnout-bench. What is measured and its floor
 * alternate, and the medians count: a machine that is busy for a while is busy for both. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "sync/central/visits.h"
#include "tests/bench/centre/floor.h"
#include "tests/bench/centre/grown.h"
#include "tests/bench/centre/hub.h"
#include "tests/bench/centre/paper.h"
#include "tests/bench/centre/sealed.h"
#include "tests/bench/centre/take.h"
#include "turnout/log.h"

#define ROUNDS 3
#define NOTHING_ROUNDS 9
#define NOW_MS (WORLD_STARTS_MS + INT64_C(86400) * 1000)

/* One database: how its centres are called, and its targets. */
struct where {
    const char *name;
    char form[WORLD_URI_SIZE]; /* with one %s */
    double ratio_max;
    double nothing_max_ms;
    enum tn_status (*floor)(const struct world *world, const struct where *where, double *ms);
    const struct sealed *sealed; /* what comes from outside; NULL: stations' folders do */
};

static void uri_of(const struct where *where, const char *which, char out[WORLD_URI_SIZE])
{
    const char *place = strstr(where->form, "%s");
    (void)snprintf(out, WORLD_URI_SIZE, "%.*s%s%s", (int)(place - where->form), where->form, which,
                   place + 2);
}

static bool is_file(const struct where *where)
{
    return tn_db_uri_is_file(where->form);
}

static void order(const char *format, const char *a, const char *b)
{
    char line[3 * WORLD_URI_SIZE];
    (void)snprintf(line, sizeof line, format, a, b);
    if (system(line) != 0) {
        fprintf(stderr, "bench: failed: %s\n", line);
        exit(3);
    }
}

/* An empty place for a database; what was there is gone. */
static void clear(const struct where *where, const char *which)
{
    char uri[WORLD_URI_SIZE];
    char server[WORLD_URI_SIZE];
    uri_of(where, which, uri);
    uri_of(where, "postgres", server);
    if (is_file(where)) {
        order("rm -f '%s' '%s'-*", uri, uri);
    } else {
        order("PGOPTIONS='-c client_min_messages=warning' psql -q '%s' -c 'DROP DATABASE IF EXISTS"
              " %s WITH (FORCE)'",
              server, which);
    }
}

/* A copy of the centre that knows everybody and holds no entry. */
static void renew(const struct where *where, const char *which)
{
    char from[WORLD_URI_SIZE];
    char to[WORLD_URI_SIZE];
    char server[WORLD_URI_SIZE];
    clear(where, which);
    uri_of(where, "first", from);
    uri_of(where, which, to);
    uri_of(where, "postgres", server);
    if (is_file(where)) {
        order("cp '%s' '%s'", from, to);
    } else {
        order("psql -q '%s' -c 'CREATE DATABASE %s TEMPLATE first'", server, which);
    }
}

static enum tn_status sqlite_floor(const struct world *world, const struct where *where, double *ms)
{
    char uri[WORLD_URI_SIZE];
    renew(where, "bare");
    uri_of(where, "bare", uri);
    return floor_sqlite(world, uri, ms);
}

static enum tn_status postgres_floor(const struct world *world, const struct where *where,
                                     double *ms)
{
    char from[WORLD_URI_SIZE];
    char to[WORLD_URI_SIZE];
    renew(where, "bare");
    uri_of(where, "taken", from);
    uri_of(where, "bare", to);
    return floor_postgres(world, from, to, ms);
}

static void add(const struct world *world, const struct where *where, const char *what,
                struct tn_bench_row row)
{
    (void)snprintf(row.name, sizeof row.name, "centre, %.12s: %zu stations, %.44s", where->name,
                   world->stations, what);
    row.unit = "ms";
    tn_bench_add(world->bench, &row);
}

static int64_t entries_in(struct tn_centre *centre)
{
    static const char sql[] = "SELECT sum(last_seq) FROM kiosk WHERE ecosystem = $1";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    int64_t count = 0;
    if (tn_centre_prepare(centre, sql, &stmt) == TN_OK && tn_step(stmt, &has_row) == TN_OK) {
        count = tn_col_int(stmt, 0);
    }
    tn_reset(stmt);
    return count;
}

/* Everything into a fresh centre, which is left open. */
static enum tn_status take_fresh(const struct world *world, const struct where *where,
                                 struct tn_centre *centre, double *ms)
{
    char uri[WORLD_URI_SIZE];
    renew(where, "taken");
    uri_of(where, "taken", uri);
    enum tn_status status = world_forget_receipts(world);
    if (status == TN_OK) {
        status = tn_centre_open(uri, centre);
    }
    if (status != TN_OK) {
        return status;
    }
    status = where->sealed != NULL ? sealed_take(where->sealed, centre, ms)
                                   : take_all(world, centre, ms);
    if (status == TN_OK && entries_in(centre) < (int64_t)(world->stations * world->entries)) {
        fprintf(stderr, "bench: entries are missing at the centre\n");
        status = TN_ERR_DAMAGED;
    }
    if (status != TN_OK) {
        tn_centre_close(centre);
    }
    return status;
}

static enum tn_status measure_nothing(const struct world *world, const struct where *where,
                                      struct tn_centre *centre)
{
    double open[NOTHING_ROUNDS];
    double all[NOTHING_ROUNDS];
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < NOTHING_ROUNDS && status == TN_OK; i++) {
        status = take_open(world, centre, &open[i]);
        if (status == TN_OK) {
            status = take_all(world, centre, &all[i]);
        }
    }
    if (status == TN_OK) {
        add(world, where, "nothing new, folders open",
            (struct tn_bench_row){.value = tn_bench_quantile(open, NOTHING_ROUNDS, 0.5),
                                  .value_max = where->nothing_max_ms});
        add(world, where, "nothing new, with opening the folders",
            (struct tn_bench_row){.value = tn_bench_quantile(all, NOTHING_ROUNDS, 0.5)});
    }
    return status;
}

static enum tn_status measure_visits(const struct world *world, const struct where *where,
                                     struct tn_centre *centre)
{
    double start = tn_bench_now_ms();
    enum tn_status status = tn_visits_update(centre, NOW_MS, NULL, NULL);
    add(world, where, "the visits of it all",
        (struct tn_bench_row){.value = tn_bench_now_ms() - start});
    return status;
}

static enum tn_status measure(const struct world *world, const struct where *where)
{
    double path[ROUNDS];
    double floor[ROUNDS];
    char uri[WORLD_URI_SIZE];
    char what[48];
    struct tn_centre centre;
    const bool is_brief = where->sealed != NULL || getenv("BENCH_BRIEF") != NULL;
    enum tn_status status = TN_OK;
    clear(where, "first");
    uri_of(where, "first", uri);
    if (!is_file(where)) {
        char server[WORLD_URI_SIZE];
        uri_of(where, "postgres", server);
        order("psql -q '%s' -c 'CREATE DATABASE %s'", server, "first");
    }
    status = world_centre(world, uri);
    for (size_t i = 0; i < ROUNDS && status == TN_OK; i++) {
        status = take_fresh(world, where, &centre, &path[i]);
        if (status == TN_OK && i == ROUNDS - 1 && !is_brief) {
            status = measure_nothing(world, where, &centre);
        }
        if (status == TN_OK && i == ROUNDS - 1 && !is_brief) {
            status = measure_visits(world, where, &centre);
        }
        tn_centre_close(&centre);
        if (status == TN_OK) {
            status = where->floor(world, where, &floor[i]);
        }
        if (status == TN_OK) {
            fprintf(stderr, "bench: centre, %s: %.0f ms, floor %.0f ms\n", where->name, path[i],
                    floor[i]);
        }
    }
    if (status == TN_OK) {
        (void)snprintf(what, sizeof what, "%zu %sentries each", world->entries,
                       where->sealed != NULL ? "sealed " : "");
        add(world, where, what,
            (struct tn_bench_row){.value = tn_bench_quantile(path, ROUNDS, 0.5),
                                  .floor = tn_bench_quantile(floor, ROUNDS, 0.5),
                                  .ratio_max = where->ratio_max});
    }
    return status;
}

static void print_rows(const struct tn_bench *bench)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < bench->count; i++) {
        const struct tn_bench_row *row = &bench->rows[i];
        json_array_append_new(rows,
                              json_pack("{s:s, s:f, s:s, s:f, s:f, s:f}", "name", row->name,
                                        "value", row->value, "unit", row->unit, "floor", row->floor,
                                        "value_max", row->value_max, "ratio_max", row->ratio_max));
    }
    json_dumpf(rows, stdout, JSON_INDENT(2));
    printf("\n");
    json_decref(rows);
}

/* Both databases, one after the other. sealed NULL: the stations' folders are at hand. */
static enum tn_status measure_both(const struct world *world, const struct sealed *sealed,
                                   double ratio_max)
{
    struct where sqlite = {"SQLite", "", ratio_max, 10, sqlite_floor, sealed};
    struct where postgres = {"PostgreSQL", "", 2.3, 50, postgres_floor, sealed};
    const char *server = getenv("BENCH_POSTGRES");
    (void)snprintf(sqlite.form, sizeof sqlite.form, "%s/%%s.db", world->bench->work);
    enum tn_status status = measure(world, &sqlite);
    if (server == NULL || server[0] == '\0') {
        fprintf(stderr, "bench: no PostgreSQL server is installed, so its rows are missing\n");
    } else if (status == TN_OK) {
        (void)snprintf(postgres.form, sizeof postgres.form, "%s", server);
        status = measure(world, &postgres);
    }
    return status;
}

static enum tn_status bench_reconcile(struct tn_bench *bench)
{
    struct world world;
    enum tn_status status = world_make(bench, &world);
    return status == TN_OK ? measure_both(&world, NULL, 2.0) : status;
}

/* The stations' folders are made with the first centre; then they seal what they have. */
static enum tn_status bench_sealed(struct tn_bench *bench)
{
    struct world world;
    struct sealed sealed = {0};
    char uri[WORLD_URI_SIZE];
    (void)setenv("BENCH_STATIONS", "50", 0);
    (void)setenv("BENCH_ENTRIES", "20000", 0);
    (void)snprintf(uri, sizeof uri, "%s/maker.db", bench->work);
    enum tn_status status = world_make(bench, &world);
    if (status == TN_OK) {
        status = world_centre(&world, uri);
    }
    if (status == TN_OK) {
        status = sealed_make(&world, &sealed);
    }
    if (status == TN_OK) {
        status = measure_both(&world, &sealed, 2.3);
    }
    sealed_free(&sealed);
    return status;
}

static const struct {
    const char *name;
    enum tn_status (*run)(struct tn_bench *bench);
} parts[] = {{"reconcile", bench_reconcile},
             {"sealed", bench_sealed},
             {"paper", bench_paper},
             {"grown", bench_grown},
             {"hub", bench_hub}};

int main(int argc, char **argv)
{
    static struct tn_bench bench;
    size_t i = 0;
    while (i < sizeof parts / sizeof parts[0] && argc == 4 && strcmp(argv[3], parts[i].name) != 0) {
        i++;
    }
    if (argc != 4 || i == sizeof parts / sizeof parts[0]) {
        fprintf(
            stderr,
            "usage: turnout-bench-centre PROGRAMS-DIR WORK-DIR reconcile|sealed|paper|grown|hub\n");
        return 2;
    }
    bench.programs = argv[1];
    bench.work = argv[2];
    tn_log_program("turnout-bench-centre");
    enum tn_status status = tn_crypto_init();
    status = status == TN_OK ? parts[i].run(&bench) : status;
    if (status != TN_OK) {
        fprintf(stderr, "bench: centre: %s\n", tn_status_text(status));
        return 3;
    }
    print_rows(&bench);
    return 0;
}
