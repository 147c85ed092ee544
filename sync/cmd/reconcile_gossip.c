/* Two stations meet as over a stick that goes to and fro between them: a carrier that is made for
 * it and goes when both have been there. */
#include "sync/cmd/reconcile_gossip.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "sync/cmd/common.h"
#include "sync/cmd/demo.h"
#include "sync/link/carrier_centre.h"
#include "sync/link/carrier_load.h"
#include "turnout/log.h"

#define EXCHANGE "exchange"

void tn_reconcile_gossip_print(const struct tn_gossip *gossip)
{
    if (gossip->taken > 0) {
        printf("%s of %s taken.\n", tn_counted(gossip->taken, "entry", "entries").text,
               tn_counted(gossip->stations, "other station", "other stations").text);
    }
    if (gossip->carried > 0) {
        printf("%s of other stations carried on.\n",
               tn_counted(gossip->carried, "entry", "entries").text);
    }
}

struct meeting {
    const char *dirs[2];
    struct tn_station *stations[2];
    struct tn_gossip gossip[2];
    struct tn_carrier carrier;
};

static enum tn_status visit(struct meeting *m, int which)
{
    struct tn_carrier_load result;
    const struct tn_carrier_load_with with = {.now_ms = tn_now_ms(), .is_untold = true};
    enum tn_status status =
        tn_carrier_load(&m->carrier, m->stations[which], m->dirs[which], &with, &result);
    return status == TN_OK ? tn_gossip_exchange(m->stations[which], m->dirs[which], &m->carrier,
                                                &m->gossip[which])
                           : status;
}

static enum tn_status open_all(struct meeting *m, const char *path)
{
    const struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    enum tn_status status = TN_OK;
    for (int i = 0; i < 2 && status == TN_OK; i++) {
        status = tn_station_open(m->dirs[i], &env, &m->stations[i]);
        if (status != TN_OK) {
            tn_log(TN_LOG_ERROR, "%s: the station cannot be opened: %s", m->dirs[i],
                   tn_status_text(status));
        }
    }
    return status == TN_OK ? tn_carrier_open(&m->carrier, path, TN_CARRIER_WRITE, NULL) : status;
}

/* The first goes again: what the second left it has not seen yet. */
static enum tn_status meet(struct meeting *m, const char *path)
{
    enum tn_status status = open_all(m, path);
    if (status != TN_OK) {
        return status;
    }
    for (int i = 0; i < 3 && status == TN_OK; i++) {
        status = visit(m, i % 2);
    }
    tn_carrier_close(&m->carrier);
    return status;
}

static void print_meeting(const struct meeting *m, struct tn_reconcile_say say)
{
    const uint64_t all = m->gossip[0].taken + m->gossip[1].taken;
    if (say.json) {
        tn_common_json(
            json_pack("{s:I, s:b}", "entries_taken", (json_int_t)all, "needs_person", false));
        return;
    }
    for (int i = 0; i < 2; i++) {
        if (m->gossip[i].taken > 0) {
            printf("%s: ", m->dirs[i]);
            tn_reconcile_gossip_print(&(struct tn_gossip){.stations = m->gossip[i].stations,
                                                          .taken = m->gossip[i].taken});
        }
    }
    if (all == 0 && !say.is_news_only) {
        printf("Nothing new: each knows what the other has.\n");
    }
}

enum tn_exit tn_reconcile_stations(const char *a, const char *b, struct tn_reconcile_say say)
{
    struct meeting m = {.dirs = {a, b}, .carrier = {.root = -1}};
    char path[TN_CARRIER_PATH_SIZE];
    int n = snprintf(path, sizeof path, "%s/" EXCHANGE, a);
    if (n < 0 || (size_t)n >= sizeof path) {
        return TN_EXIT_USAGE;
    }
    enum tn_status status = meet(&m, path);
    tn_demo_remove(path);
    for (int i = 0; i < 2; i++) {
        tn_station_close(m.stations[i]);
    }
    if (status == TN_OK) {
        print_meeting(&m, say);
    }
    return tn_exit_of(status);
}

enum tn_status tn_reconcile_carried(struct tn_station *station, const char *dir,
                                    struct tn_centre *centre, const struct tn_keyring *keyring,
                                    struct tn_gossip *out)
{
    struct tn_far far;
    if (keyring == NULL || !tn_gossip_has_any(dir)) {
        return TN_OK;
    }
    struct tn_carrier_centre *near = calloc(1, sizeof *near); /* holds a hello */
    if (near == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    tn_carrier_centre_begin(near, centre, keyring, tn_now_ms(), &far);
    enum tn_status status = tn_gossip_bring(station, dir, &far, out);
    tn_carrier_centre_end(near);
    free(near);
    return status;
}
