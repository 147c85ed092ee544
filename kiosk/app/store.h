/* The runner's view of a station: a table of calls, so that a flow can put a full, failing or slow
 * disk in a real one's place, and so that a station that cannot be opened yet is a fault on the
 * screen and not the end of the program. */
#ifndef TURNOUT_APP_STORE_H
#define TURNOUT_APP_STORE_H

#include "kiosk/ui/request.h"
#include "turnout/station.h"
#include "turnout/sync_state.h"

struct tn_store {
    void *ctx;
    enum tn_status (*record)(void *ctx, const struct tn_scan *scan, struct tn_record *out);
    /* What a screen asks for beside scans. TN_OK: the answer, whatever it is, is in reply->status
     * and the reply; any other status is a failure of the store itself. */
    enum tn_status (*ask)(void *ctx, const struct tn_request *request, const struct tn_when *when,
                          struct tn_reply *reply);
    /* TN_ERR_NOT_FOUND: there is no station in the folder yet. */
    enum tn_status (*info)(void *ctx, struct tn_station_info *out);
    enum tn_status (*probe)(void *ctx); /* TN_OK: the next record has a good chance */
    /* What sync says it is doing; NULL: nobody knows. A failure is no fault of the store's. */
    enum tn_status (*sync_state)(void *ctx, struct tn_sync_state *out);
    /* A quiet moment: one bounded step of housekeeping; *more tells whether to call again soon. */
    enum tn_status (*quiet)(void *ctx, bool *more);
};

/* A store on a real station folder. Opens it when first used, again after a failed open, and sets
 * it aside where it is damaged. */
struct tn_station_store {
    const char *dir; /* borrowed */
    struct tn_station_env env;
    struct tn_station *station; /* NULL while it cannot be opened */
    bool was_salvaged;
    bool needs_tidy;
    struct tn_verify verify;
};

/* Opens the station if it can; a failure is kept for the first call. Returns what opening gave. */
enum tn_status tn_station_store_init(struct tn_station_store *store, const char *dir,
                                     const struct tn_station_env *env, struct tn_store *out);
void tn_station_store_destroy(struct tn_station_store *store);

/* Opens the station where it is not open; for the parts of the store. */
enum tn_status tn_station_store_open(struct tn_station_store *store);

/* Answers a request on an open station (store_ask.c); the store's part of tn_store.ask. */
enum tn_status tn_station_store_ask(struct tn_station_store *store,
                                    const struct tn_request *request, const struct tn_when *when,
                                    struct tn_reply *reply);

/* Tells whether a status is the store's own failure (disk, memory, damage), not an answer. */
bool tn_store_has_failed(enum tn_status status);

/* A store that fails on command, around another (flows: `fault store full|io|slow`). */
enum tn_store_fault { TN_STORE_WELL, TN_STORE_FULL, TN_STORE_IO, TN_STORE_SLOW };

struct tn_faulty_store {
    struct tn_store inner;
    enum tn_store_fault fault;
    int64_t slow_ms; /* what a slow store adds to the flow's clock, summed; read by the flow */
};

void tn_faulty_store_init(struct tn_faulty_store *store, struct tn_store inner,
                          struct tn_store *out);

#endif
