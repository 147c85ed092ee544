/* Runs the benches and prints what they found: a table for people, JSON for machines. Exits 0 even
 * where a target is missed, since a busy machine is not a wrong program: the table says so. */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "turnout/log.h"

static double ratio_of(const struct tn_bench_row *row)
{
    return row->floor > 0 ? row->value / row->floor : 0;
}

static bool has_target(const struct tn_bench_row *row)
{
    return row->ratio_max > 0 || row->value_max > 0 || row->has_above || row->must_be_none;
}

static bool is_met(const struct tn_bench_row *row)
{
    return (!row->has_above || row->value >= row->floor + row->above) &&
           (!row->must_be_none || row->value <= 0) &&
           (row->value_max <= 0 || row->value <= row->value_max) &&
           (row->ratio_max <= 0 || ratio_of(row) <= row->ratio_max);
}

static void target_text(const struct tn_bench_row *row, char *out, size_t size)
{
    if (row->must_be_none) {
        (void)snprintf(out, size, "none");
    } else if (row->has_above) {
        (void)snprintf(out, size, ">= floor + %.3g", row->above);
    } else if (row->ratio_max > 0) {
        (void)snprintf(out, size, "ratio <= %.3g", row->ratio_max);
    } else if (row->value_max > 0) {
        (void)snprintf(out, size, "<= %.3g %s", row->value_max, row->unit);
    } else {
        (void)snprintf(out, size, "-");
    }
}

static void print_table(const struct tn_bench *bench)
{
    printf("%-54s %12s %-4s %10s %7s  %-14s %s\n", "what", "value", "", "floor", "ratio", "target",
           "met");
    for (size_t i = 0; i < bench->count; i++) {
        const struct tn_bench_row *row = &bench->rows[i];
        char target[40];
        char floor[20] = "-";
        char ratio[20] = "-";
        target_text(row, target, sizeof target);
        if (row->floor > 0 || row->has_above) {
            (void)snprintf(floor, sizeof floor, "%.3f", row->floor);
        }
        if (row->floor > 0) {
            (void)snprintf(ratio, sizeof ratio, "%.2f", ratio_of(row));
        }
        printf("%-54s %12.3f %-4s %10s %7s  %-14s %s\n", row->name, row->value, row->unit, floor,
               ratio, target,
               !has_target(row) ? "-"
               : is_met(row)    ? "yes"
                                : "NO");
    }
}

static json_t *row_json(const struct tn_bench_row *row)
{
    char target[40];
    target_text(row, target, sizeof target);
    return json_pack("{s:s, s:f, s:s, s:o, s:o, s:o, s:o}", "name", row->name, "value", row->value,
                     "unit", row->unit, "floor",
                     row->floor > 0 ? json_real(row->floor) : json_null(), "ratio",
                     row->floor > 0 ? json_real(ratio_of(row)) : json_null(), "target",
                     has_target(row) ? json_string(target) : json_null(), "met",
                     has_target(row) ? json_boolean(is_met(row)) : json_null());
}

static bool write_json(const struct tn_bench *bench, const char *path)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < bench->count; i++) {
        (void)json_array_append_new(rows, row_json(&bench->rows[i]));
    }
    int failed = path != NULL ? json_dump_file(rows, path, JSON_INDENT(2))
                              : json_dumpf(rows, stdout, JSON_INDENT(2));
    json_decref(rows);
    return failed == 0;
}

static const struct {
    const char *name;
    enum tn_status (*run)(struct tn_bench *bench);
    bool is_long; /* `make bench-long` alone */
} benches[] = {
    {"scan", tn_bench_scans, false},      {"beside", tn_bench_beside, false},
    {"frame", tn_bench_frames, false},    {"screens", tn_bench_screens, false},
    {"start", tn_bench_starts, false},    {"idle", tn_bench_idle, false},
    {"search", tn_bench_searches, false}, {"read", tn_bench_reads, false},
    {"live", tn_bench_live, false},       {"pictures", tn_bench_pictures, false},
    {"centre", tn_bench_centre, false},   {"sealed", tn_bench_sealed, false},
    {"hub", tn_bench_hub, false},         {"paper", tn_bench_paper, false},
    {"nothing", tn_bench_nothing, true},  {"roster", tn_bench_roster, true},
    {"grown", tn_bench_grown, true},
};

/* BENCH_ONLY names one; else BENCH_LONG asks for the long ones. */
static bool is_wanted(size_t i)
{
    const char *only = getenv("BENCH_ONLY");
    if (only != NULL && only[0] != '\0') {
        return strcmp(benches[i].name, only) == 0;
    }
    return benches[i].is_long == (getenv("BENCH_LONG") != NULL);
}

int main(int argc, char **argv)
{
    static struct tn_bench bench;
    bool is_json = argc == 4 && strcmp(argv[3], "--json") == 0;
    if (argc != 3 && !is_json) {
        fprintf(stderr, "usage: turnout-bench PROGRAMS-DIR WORK-DIR [--json]\n");
        return 2;
    }
    bench.programs = argv[1];
    bench.work = argv[2];
    tn_log_program("turnout-bench");
    if (tn_crypto_init() != TN_OK) {
        return 3;
    }
    for (size_t i = 0; i < sizeof benches / sizeof benches[0]; i++) {
        if (!is_wanted(i)) {
            continue;
        }
        fprintf(stderr, "bench: %s ...\n", benches[i].name);
        enum tn_status status = benches[i].run(&bench);
        if (status != TN_OK) {
            fprintf(stderr, "bench: %s failed: %s\n", benches[i].name, tn_status_text(status));
            return 3;
        }
    }
    const char *path = getenv("BENCH_JSON");
    bool is_written = path == NULL || write_json(&bench, path);
    if (is_json) {
        return write_json(&bench, NULL) && is_written ? 0 : 3;
    }
    print_table(&bench);
    return is_written ? 0 : 3;
}
