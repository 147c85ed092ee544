/* The few steps that every command on the centre begins with, said in one way. */
#include "sync/cmd/common.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sync/central/epoch.h"
#include "sync/central/erase.h"
#include "sync/central/visits.h"
#include "sync/cmd/actor.h"
#include "sync/exchange/check.h"
#include "sync/exchange/text_width.h"
#include "turnout/log.h"

enum tn_exit tn_common_open(const struct tn_cmd *cmd, const char *central, struct tn_centre *centre)
{
    *centre = (struct tn_centre){0};
    if (central == NULL) {
        return tn_usage_error(cmd, "--central is missing");
    }
    if (!tn_db_uri_is_known(central)) {
        tn_log(TN_LOG_ERROR, TN_COMMON_NO_DRIVER, central);
        return TN_EXIT_USAGE;
    }
    if (tn_centre_open(central, centre) != TN_OK) {
        return TN_EXIT_WORLD;
    }
    centre->actor.by = tn_actor_login();
    return TN_EXIT_DONE;
}

enum tn_exit tn_common_open_keys(const struct tn_cmd *cmd, const char *central, const char *keys,
                                 struct tn_centre *centre, struct tn_keyring *keyring)
{
    *keyring = (struct tn_keyring){0};
    enum tn_exit code = tn_common_open(cmd, central, centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    enum tn_status status = tn_centre_keys(centre, keys, keyring);
    if (status == TN_OK && !keyring->has_signing) {
        tn_log(TN_LOG_ERROR, "this needs the signing part of the keyring, which is not there");
        status = TN_ERR_STATE;
    }
    if (status == TN_OK) {
        status = tn_common_catch_up(centre, keyring, keys);
    }
    if (status != TN_OK) {
        tn_keyring_wipe(keyring);
        tn_centre_close(centre);
    }
    return tn_exit_of(status);
}

enum tn_status tn_common_scrub(struct tn_centre *centre, bool is_needed)
{
    enum tn_status status = tn_erase_scrub(centre, is_needed);
    if (status == TN_ERR_BUSY) {
        tn_log(
            TN_LOG_WARN,
            "another program has the database open, so what was erased may still lie in pages of "
            "no use; close it and run `turnout-sync retention run`, which finishes this");
    }
    return status;
}

enum tn_status tn_common_catch_up(struct tn_centre *centre, const struct tn_keyring *keyring,
                                  const char *keys)
{
    uint64_t again = 0;
    bool may = false;
    bool is_new = false;
    const char *path = tn_centre_keys_path(centre, keys);
    centre->keyring = keyring;
    enum tn_status status = tn_db_may_insert(centre->db, "erasure", &may);
    if (status != TN_OK || !may) {
        return status; /* a server's role that takes entries in, and sees no learner at all */
    }
    status = tn_epoch_catch_up(centre, path, tn_now_ms(), &is_new);
    if (status == TN_OK) {
        status = tn_erase_catch_up(centre, keyring, path, tn_now_ms(), &again);
    }
    if (status == TN_OK && again > 0) {
        status = tn_common_derive(centre);
    }
    if (status == TN_OK && again > 0) {
        status = tn_erase_seal_groups(centre, keyring);
    }
    if (status == TN_OK && again > 0) {
        status = tn_common_scrub(centre, false);
        status = status == TN_ERR_BUSY ? TN_OK : status;
    }
    return status;
}

enum tn_exit tn_common_subject(const struct tn_cmd *cmd, int argc, char **argv,
                               struct tn_subject *out, bool *is_help)
{
    *out = (struct tn_subject){0};
    const struct tn_option options[] = {
        {"central", &out->central, NULL},
        {"station", &out->station, NULL},
        {"json", NULL, &out->json},
        {NULL, NULL, NULL},
    };
    enum tn_exit code = tn_options_take(cmd, options, &argc, argv, is_help);
    if (code != TN_EXIT_DONE || *is_help) {
        return code;
    }
    if (argc > 1 || (out->central == NULL) == (out->station == NULL)) {
        return tn_usage_error(cmd, "one of --central and --station is expected");
    }
    return TN_EXIT_DONE;
}

enum tn_exit tn_common_no_station(const char *dir, enum tn_status status)
{
    tn_log(TN_LOG_ERROR, "%s: the station cannot be read: %s", dir, tn_status_text(status));
    return status == TN_ERR_DAMAGED ? TN_EXIT_PERSON : TN_EXIT_WORLD;
}

void tn_common_pad(const char *text, int columns)
{
    const int used = (int)tn_text_width(text);
    printf("%s%*s", text, used < columns ? columns - used : 1, "");
}

enum tn_status tn_common_derive(struct tn_centre *centre)
{
    bool may = false;
    enum tn_status status = tn_db_may_insert(centre->db, "visit", &may);
    return status == TN_OK && may ? tn_visits_update(centre, tn_now_ms(), NULL, NULL) : status;
}

enum tn_status tn_common_rows(struct tn_centre *centre, const char *sql,
                              json_t *(*row)(struct tn_stmt *stmt), json_t *out)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        json_array_append_new(out, row(stmt));
    }
    tn_reset(stmt);
    return status;
}

void tn_common_json(json_t *object)
{
    (void)json_dumpf(object, stdout, JSON_INDENT(2));
    (void)putchar('\n');
    json_decref(object);
}

void tn_common_ago(int64_t ms, char *out, size_t out_size)
{
    static const struct {
        int64_t unit_ms;
        const char *name;
    } units[] = {{86400000, "days"}, {3600000, "h"}, {60000, "min"}, {1000, "s"}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (ms >= 2 * units[i].unit_ms) {
            snprintf(out, out_size, "%lld %s", (long long)(ms / units[i].unit_ms), units[i].name);
            return;
        }
    }
    snprintf(out, out_size, "1 s");
}

enum tn_status tn_common_write_private(const char *path, const char *text)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        tn_log(TN_LOG_ERROR,
               errno == EEXIST ? "%s: %s; give a file that is not there yet"
                               : "%s: cannot be written: %s",
               path, strerror(errno));
        return errno == EEXIST ? TN_ERR_EXISTS : TN_ERR_IO;
    }
    const size_t len = strlen(text);
    bool is_fine = dprintf(fd, "%s\n", text) == (int)len + 1 && fsync(fd) == 0;
    const int why = errno;
    is_fine = close(fd) == 0 && is_fine;
    if (!is_fine) {
        tn_log(TN_LOG_ERROR, "%s: cannot be written: %s", path, strerror(why));
        (void)unlink(path);
    }
    return is_fine ? TN_OK : why == ENOSPC ? TN_ERR_FULL : TN_ERR_IO;
}

bool tn_common_is_name(const char *name, size_t max)
{
    int64_t unused = 0;
    return name[0] != '\0' && strlen(name) <= max && tn_check_line(name, &unused) == NULL;
}

struct tn_counted tn_counted(uint64_t count, const char *one, const char *many)
{
    struct tn_counted out;
    (void)snprintf(out.text, sizeof out.text, "%" PRIu64 " %s", count, count == 1 ? one : many);
    return out;
}
