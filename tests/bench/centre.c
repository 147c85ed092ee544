/* The centre's benchmarks. They are a program of their own, linked with sync, which prints its rows
 * as JSON for this one: sync and the kiosk never share a program, not even here. */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

/* The row outlives the JSON. */
static const char *unit_of(const char *unit)
{
    static const char *const units[] = {"ms", "s", "B", "MiB", ""};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(units[i], unit) == 0) {
            return units[i];
        }
    }
    return "?";
}

static bool add_row(struct tn_bench *bench, json_t *row)
{
    const char *name = NULL;
    const char *unit = NULL;
    struct tn_bench_row out = {0};
    if (json_unpack(row, "{s:s, s:F, s:s, s:F, s:F, s:F}", "name", &name, "value", &out.value,
                    "unit", &unit, "floor", &out.floor, "value_max", &out.value_max, "ratio_max",
                    &out.ratio_max) != 0) {
        return false;
    }
    (void)snprintf(out.name, sizeof out.name, "%s", name);
    out.unit = unit_of(unit);
    tn_bench_add(bench, &out);
    return true;
}

static enum tn_status add_rows(struct tn_bench *bench, FILE *pipe)
{
    json_t *rows = json_loadf(pipe, 0, NULL);
    size_t i = 0;
    json_t *row = NULL;
    enum tn_status status = json_is_array(rows) ? TN_OK : TN_ERR_FORMAT;
    json_array_foreach(rows, i, row)
    {
        status = status == TN_OK && !add_row(bench, row) ? TN_ERR_FORMAT : status;
    }
    json_decref(rows);
    return status;
}

static enum tn_status run(struct tn_bench *bench, const char *what)
{
    char line[8192];
    (void)snprintf(line, sizeof line, "'%s/bench/turnout-bench-centre' '%s' '%s' %s",
                   bench->programs, bench->programs, bench->work, what);
    FILE *pipe = popen(line, "r");
    if (pipe == NULL) {
        return TN_ERR_IO;
    }
    enum tn_status status = add_rows(bench, pipe);
    return pclose(pipe) == 0 ? status : TN_ERR_IO;
}

enum tn_status tn_bench_paper(struct tn_bench *bench)
{
    return run(bench, "paper");
}

enum tn_status tn_bench_centre(struct tn_bench *bench)
{
    return run(bench, "reconcile");
}

enum tn_status tn_bench_sealed(struct tn_bench *bench)
{
    return run(bench, "sealed");
}

enum tn_status tn_bench_hub(struct tn_bench *bench)
{
    return run(bench, "hub");
}

enum tn_status tn_bench_grown(struct tn_bench *bench)
{
    return run(bench, "grown");
}
