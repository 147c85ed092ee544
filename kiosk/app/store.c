/* The station behind the runner's table of calls. It keeps two promises the station alone does not:
 * a station that cannot be opened is tried again with every call, and one that turns out damaged
 * is set aside at once, with the same scan recorded in the new incarnation, so that the child at
 * the scanner never learns of it. It tries each repair once a call and never loops. */
#include "kiosk/app/store.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "turnout/log.h"

/* Entries a quiet step checks: about a millisecond's work. */
#define VERIFY_STEP 256
#define PATH_SIZE 4096

static void close_station(struct tn_station_store *store)
{
    tn_station_close(store->station);
    store->station = NULL;
}

static enum tn_status set_aside(struct tn_station_store *store)
{
    tn_log(
        TN_LOG_WARN,
        "%s: the log is damaged; it is kept under %s/set-aside and check-in goes on in a new one",
        store->dir, store->dir);
    store->verify = (struct tn_verify){0};
    store->was_salvaged = true;
    return tn_station_set_aside(&store->station, &store->env);
}

/* Opening looks at the log's tail only. What the first frame shows is read here too, so that damage
 * elsewhere is found now and not by the first child. */
static enum tn_status open_station(struct tn_station_store *store)
{
    struct tn_station_info info;
    enum tn_status status = tn_station_open(store->dir, &store->env, &store->station);
    if (status != TN_OK) {
        return status;
    }
    status = tn_station_info(store->station, &info);
    if (status == TN_ERR_DAMAGED) {
        status = set_aside(store);
        if (status == TN_OK) {
            status = tn_station_info(store->station, &info);
        }
    }
    if (status != TN_OK) {
        close_station(store);
        return status;
    }
    store->was_salvaged = store->was_salvaged || info.was_salvaged;
    return TN_OK;
}

/* A folder with neither identity nor log is a kiosk that was never set up; one that cannot be
 * looked into, or is a file, is not. */
static bool has_station(const struct tn_station_store *store)
{
    static const char *const files[] = {"device.key", "station.db"};
    char path[PATH_SIZE];
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        int len = snprintf(path, sizeof path, "%s/%s", store->dir, files[i]);
        if (len < 0 || (size_t)len >= sizeof path || access(path, F_OK) == 0 || errno != ENOENT) {
            return true;
        }
    }
    return false;
}

enum tn_status tn_station_store_open(struct tn_station_store *store)
{
    if (store->station != NULL) {
        return TN_OK;
    }
    if (!has_station(store)) {
        return TN_ERR_NOT_FOUND;
    }
    store->verify = (struct tn_verify){0};
    store->needs_tidy = true;
    enum tn_status status = open_station(store);
    /* Not a kiosk that waits for its set-up card: one that has lost what a card does not give. */
    return status == TN_ERR_NOT_FOUND ? TN_ERR_FORMAT : status;
}

/* A database that is damaged is set aside; one that is not there is made anew by opening. */
static enum tn_status mend(struct tn_station_store *store, enum tn_status status)
{
    if (status == TN_ERR_DAMAGED) {
        return set_aside(store);
    }
    close_station(store);
    return tn_station_store_open(store);
}

static bool can_be_mended(enum tn_status status)
{
    return status == TN_ERR_DAMAGED || status == TN_ERR_NOT_FOUND;
}

static enum tn_status record(void *ctx, const struct tn_scan *scan, struct tn_record *out)
{
    struct tn_station_store *store = ctx;
    enum tn_status status = tn_station_store_open(store);
    if (status == TN_OK) {
        status = tn_station_record(store->station, scan, out);
    }
    if (can_be_mended(status) && store->station != NULL) {
        status = mend(store, status);
        if (status == TN_OK) {
            status = tn_station_record(store->station, scan, out);
        }
    }
    if (status == TN_OK) {
        store->needs_tidy = true;
    }
    return status;
}

bool tn_store_has_failed(enum tn_status status)
{
    switch (status) {
    case TN_ERR_IO:
    case TN_ERR_FULL:
    case TN_ERR_READ_ONLY:
    case TN_ERR_DAMAGED:
    case TN_ERR_BUSY:
    case TN_ERR_NO_MEMORY:
        return true;
    default:
        return false;
    }
}

/* As a scan: what turns out damaged is set aside, and the request is made once more. */
static enum tn_status ask(void *ctx, const struct tn_request *request, const struct tn_when *when,
                          struct tn_reply *reply)
{
    struct tn_station_store *store = ctx;
    enum tn_status status = tn_station_store_ask(store, request, when, reply);
    if (status == TN_ERR_DAMAGED && store->station != NULL) {
        status = set_aside(store);
        if (status == TN_OK) {
            status = tn_station_store_ask(store, request, when, reply);
        }
    }
    store->needs_tidy = true;
    return status;
}

static enum tn_status info(void *ctx, struct tn_station_info *out)
{
    struct tn_station_store *store = ctx;
    enum tn_status status = tn_station_store_open(store);
    if (status != TN_OK) {
        return status;
    }
    return tn_station_info(store->station, out);
}

/* Some failures leave a handle that stays bad after the disk is well (a stick pulled and put back,
 * a file system mounted read-only and then writable again): for those a probe starts afresh. */
static bool needs_reopening(enum tn_status status)
{
    return status == TN_ERR_IO || status == TN_ERR_READ_ONLY || can_be_mended(status);
}

static enum tn_status probe(void *ctx)
{
    struct tn_station_store *store = ctx;
    enum tn_status status = tn_station_store_open(store);
    if (status != TN_OK) {
        return status;
    }
    status = tn_station_probe(store->station);
    if (needs_reopening(status)) {
        close_station(store);
        status = tn_station_store_open(store);
        if (status == TN_OK) {
            status = tn_station_probe(store->station);
        }
    }
    return status;
}

/* Only looks: what is to be mended, the next record mends. */
static enum tn_status sync_state(void *ctx, struct tn_sync_state *out)
{
    struct tn_station_store *store = ctx;
    return store->station == NULL ? TN_ERR_STATE : tn_station_sync_state(store->station, out);
}

/* Checks the chain a step at a time, then moves the WAL over; then there is nothing to do until
 * the next record. */
static enum tn_status quiet(void *ctx, bool *more)
{
    struct tn_station_store *store = ctx;
    *more = false;
    enum tn_status status = tn_station_store_open(store);
    if (status != TN_OK) {
        return status;
    }
    if (!store->verify.is_done) {
        status = tn_station_verify(store->station, &store->verify, VERIFY_STEP);
        if (status == TN_ERR_DAMAGED) {
            status = set_aside(store);
        }
    } else if (store->needs_tidy) {
        status = tn_station_tidy(store->station);
        store->needs_tidy = status != TN_OK;
    }
    *more = status == TN_OK && (!store->verify.is_done || store->needs_tidy);
    return status;
}

enum tn_status tn_station_store_init(struct tn_station_store *store, const char *dir,
                                     const struct tn_station_env *env, struct tn_store *out)
{
    *store = (struct tn_station_store){.dir = dir, .env = *env};
    *out = (struct tn_store){.ctx = store,
                             .record = record,
                             .ask = ask,
                             .info = info,
                             .probe = probe,
                             .sync_state = sync_state,
                             .quiet = quiet};
    return tn_station_store_open(store);
}

void tn_station_store_destroy(struct tn_station_store *store)
{
    if (store != NULL) {
        tn_station_close(store->station);
        store->station = NULL;
    }
}
