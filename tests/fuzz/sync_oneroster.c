/* Fuzz: OneRoster packages. The first byte says what the rest is: a zip as it came, or tables with
 * the byte 1 between them, in the order manifest, orgs, roles, users, classes, enrollments. All of
 * it is a dry run into one centre, so nothing of a package may be left when the next one comes. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sync/exchange/import.h"
#include "tests/fuzz/memfile.h"
#include "turnout/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TABLES 6
#define BETWEEN 1

static char folder[64];
static struct tn_centre centre;

static void ignore(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    assert(line[0] != '\0');
}

static void table_path(size_t i, char out[128])
{
    static const char *const names[TABLES] = {"manifest", "orgs",    "roles",
                                              "users",    "classes", "enrollments"};
    (void)snprintf(out, 128, "%s/package/%s.csv", folder, names[i]);
}

static void clean_up(void)
{
    char path[128];
    tn_centre_close(&centre);
    for (size_t i = 0; i < TABLES; i++) {
        table_path(i, path);
        (void)unlink(path);
    }
    static const char *const rest[] = {"c.db", "c.db-wal", "c.db-shm"};
    for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, rest[i]);
        (void)unlink(path);
    }
    (void)snprintf(path, sizeof path, "%s/package", folder);
    (void)rmdir(path);
    (void)rmdir(folder);
}

static void make_centre(void)
{
    struct tn_random_seeded seeded;
    const struct tn_random random = tn_random_from_seed(&seeded, 7);
    struct tn_keyring keyring;
    char path[128];
    char keys[128];
    tn_log_to(ignore, NULL);
    (void)snprintf(folder, sizeof folder, "/dev/shm/turnout-fuzz-XXXXXX");
    if (tn_crypto_init() != TN_OK || mkdtemp(folder) == NULL) {
        abort();
    }
    (void)snprintf(path, sizeof path, "%s/package", folder);
    (void)mkdir(path, 0700);
    (void)snprintf(path, sizeof path, "%s/c.db", folder);
    (void)snprintf(keys, sizeof keys, "%s/keys", folder);
    tn_keyring_create(&random, &keyring);
    const struct tn_centre_new what = {
        .code = "fuzz", .name = "Fuzz", .tz = "UTC", .keys_path = keys};
    if (tn_centre_create(path, &what, &keyring) != TN_OK ||
        tn_centre_open(path, &centre) != TN_OK) {
        abort();
    }
    tn_keyring_wipe(&keyring);
    (void)atexit(clean_up);
}

/* Lays the tables out in the folder; one without bytes is not there. */
static void put_tables(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < TABLES; i++) {
        char path[128];
        const uint8_t *end = size > 0 ? memchr(data, BETWEEN, size) : NULL;
        const size_t len = end == NULL ? size : (size_t)(end - data);
        table_path(i, path);
        (void)unlink(path);
        FILE *file = len == 0 ? NULL : fopen(path, "we");
        if (file != NULL) {
            (void)fwrite(data, 1, len, file);
            (void)fclose(file);
        }
        data += end == NULL ? size : len + 1;
        size -= end == NULL ? size : len + 1;
    }
}

static void check_is_empty(void)
{
    static const char sql[] = "SELECT (SELECT count(*) FROM learner WHERE ecosystem = $1) +"
                              " (SELECT count(*) FROM partner WHERE ecosystem = $1)";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    if (tn_centre_prepare(&centre, sql, &stmt) != TN_OK || tn_step(stmt, &has_row) != TN_OK) {
        abort();
    }
    assert(tn_col_int(stmt, 0) == 0);
    tn_reset(stmt);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[128];
    int fd = -1;
    if (size == 0) {
        return 0;
    }
    if (folder[0] == '\0') {
        make_centre();
    }
    if (data[0] == 'P') { /* as zips begin */
        fd = memfile_open(data, size, path);
    } else {
        put_tables(data + 1, size - 1);
        (void)snprintf(path, sizeof path, "%s/package", folder);
    }
    const char *const files[] = {path};
    struct tn_import import = {
        .centre = &centre, .kind = &tn_import_oneroster, .now_ms = INT64_C(1773478800000)};
    enum tn_status status = tn_import_run(&import, files, 1, true);
    assert(status == TN_OK || import.problems.count > 0);
    check_is_empty();
    if (fd >= 0) {
        (void)close(fd);
    }
    return 0;
}
