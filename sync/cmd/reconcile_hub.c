/* A station and its hub, or a carrier that somebody takes to one. The card in the station says
 * where the hub is and whom it must be; who types another address keeps the pin, for what is
 * trusted is the key and not the place. */
#include "sync/cmd/reconcile_hub.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "sync/cmd/common.h"
#include "sync/cmd/hub_option.h"
#include "sync/cmd/progress.h"
#include "sync/cmd/reconcile_carrier.h"
#include "sync/cmd/reconcile_end.h"
#include "sync/cmd/reconcile_gossip.h"
#include "sync/cmd/reconcile_print.h"
#include "sync/cmd/salvage.h"
#include "sync/link/far.h"
#include "sync/link/gossip_hear.h"
#include "sync/link/gossip_pass.h"
#include "sync/link/https.h"
#include "sync/link/hub_key.h"
#include "sync/link/hub_url.h"
#include "sync/link/tell.h"
#include "turnout/log.h"
#include "turnout/sibling.h"

struct tn_reconcile_hub {
    struct tn_reconcile_hub_params params;
    struct tn_https *https;         /* NULL: not yet */
    struct tn_station_hub who;      /* whom it was made for */
    struct tn_public_key *siblings; /* who may answer in its place */
    size_t siblings_count;
    struct tn_far far;
    struct tn_progress progress;
    struct tn_tell tell;
    struct tn_hash passed;   /* what was carried when another station had all of it */
    bool knows_no_siblings;  /* it is of an older version */
    bool is_telling;         /* that entries travel; nothing new is not told as a copy */
    struct tn_station *told; /* whose screen */
    struct tn_far_with with; /* what is known of the clock stays from one try to the next */
};

enum tn_exit tn_reconcile_hub_create(const struct tn_reconcile_hub_params *params,
                                     struct tn_reconcile_hub **out)
{
    *out = NULL;
    struct tn_hub_url url;
    if (params->hub != NULL && tn_hub_url_read(params->hub, &url) != TN_OK) {
        return tn_usage_error(&tn_cmd_reconcile, "%s: a hub's address is " TN_HUB_URL_FORM,
                              params->hub);
    }
    enum tn_exit code = tn_hub_option_check_pin(&tn_cmd_reconcile, params->pin);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    *out = calloc(1, sizeof **out);
    if (*out == NULL) {
        return TN_EXIT_WORLD;
    }
    (*out)->params = *params;
    return TN_EXIT_DONE;
}

void tn_reconcile_hub_free(struct tn_reconcile_hub *hub)
{
    if (hub != NULL) {
        tn_https_free(hub->https);
        free(hub->siblings);
        free(hub);
    }
}

static void read_clocks(int64_t *at_ms, int64_t *mono_ms)
{
    struct timespec now;
    *at_ms = tn_now_ms();
    (void)clock_gettime(CLOCK_BOOTTIME, &now);
    *mono_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum tn_status add_sibling(void *ctx, const struct tn_public_key *key)
{
    struct tn_reconcile_hub *hub = ctx;
    struct tn_public_key *more = reallocarray(hub->siblings, hub->siblings_count + 1, sizeof *more);
    if (more == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    hub->siblings = more;
    hub->siblings[hub->siblings_count++] = *key;
    return TN_OK;
}

/* At an address that is typed, without a pin, and is not the card's hub's, a station of the same
 * event may serve: those that the pack names. */
static enum tn_status find_siblings(struct tn_reconcile_hub *hub, struct tn_station *station)
{
    struct tn_station_hub card = {.has_pin = false};
    hub->siblings_count = 0;
    if (station == NULL || hub->params.hub == NULL || hub->params.pin != NULL) {
        return TN_OK;
    }
    tn_station_hub(station, &card);
    return strcmp(card.address, hub->params.hub) == 0
               ? TN_OK
               : tn_station_sibling_keys(station, add_sibling, hub);
}

/* Where to, and to whom: what was typed, else what the card says; station NULL: there is none. */
static enum tn_status find_hub(const struct tn_reconcile_hub *hub, const struct tn_station *station,
                               struct tn_station_hub *out)
{
    *out = (struct tn_station_hub){.has_pin = false};
    if (station != NULL) {
        tn_station_hub(station, out);
    }
    if (hub->params.hub != NULL) {
        (void)snprintf(out->address, sizeof out->address, "%s", hub->params.hub);
    }
    if (hub->params.pin != NULL) {
        out->has_pin = tn_hub_pin_read(hub->params.pin, out->pin) == TN_OK;
    }
    if (out->address[0] == '\0') {
        tn_log(TN_LOG_ERROR,
               "%s: this station's set-up card names no hub; say https://HOST:PORT, a carrier's "
               "folder or a central database",
               hub->params.dir);
        return TN_ERR_STATE;
    }
    if (!out->has_pin && hub->siblings_count == 0) {
        tn_log(TN_LOG_ERROR,
               "%s: this station's set-up card has no pin of a hub's key; say --hub-pin "
               "sha256//..., as `serve` prints it when it starts, or set it up with a card of "
               "`station new --hub`",
               hub->params.dir);
        return TN_ERR_STATE;
    }
    return TN_OK;
}

static struct tn_hash hash_of_siblings(const struct tn_reconcile_hub *hub)
{
    const struct tn_bytes bytes = {(const uint8_t *)hub->siblings,
                                   hub->siblings_count * sizeof *hub->siblings};
    return tn_hash_of(&bytes, 1);
}

/* A station that was set up anew may have another hub, and one with a new pack other siblings. */
static enum tn_status get_ready(struct tn_reconcile_hub *hub, struct tn_station *station)
{
    struct tn_station_hub who;
    struct tn_https_params params = {.is_over = hub->params.is_watch ? tn_watch_is_over : NULL};
    const struct tn_hash before = hash_of_siblings(hub);
    enum tn_status status = find_siblings(hub, station);
    status = status == TN_OK ? find_hub(hub, station, &who) : status;
    if (status != TN_OK) {
        return status;
    }
    const struct tn_hash now = hash_of_siblings(hub);
    if (hub->https != NULL && strcmp(who.address, hub->who.address) == 0 &&
        who.has_pin == hub->who.has_pin && memcmp(who.pin, hub->who.pin, sizeof who.pin) == 0 &&
        tn_hash_equal(&before, &now)) {
        return TN_OK;
    }
    tn_https_free(hub->https);
    hub->knows_no_siblings = false;
    hub->passed = (struct tn_hash){{0}};
    hub->who = who;
    params.hub = hub->who.address;
    memcpy(params.pin, who.pin, sizeof params.pin);
    params.lacks_pin = !who.has_pin;
    params.siblings = hub->siblings;
    params.sibling_count = hub->siblings_count;
    status = tn_https_create(&params, &hub->https);
    if (status == TN_OK) {
        hub->far = tn_https_far(hub->https);
        hub->with.far = &hub->far;
        hub->with.clocks = read_clocks;
    }
    return status;
}

/* The terminal's bar, and the kiosk's screen from the first bundle that got through. */
static void tell_progress(void *ctx, uint64_t done, uint64_t all)
{
    struct tn_reconcile_hub *hub = ctx;
    tn_progress_tell(&hub->progress, done, all);
    if (!hub->is_telling) {
        tn_tell_begin(&hub->tell, hub->told, TN_SYNC_NETWORK, all);
        hub->is_telling = true;
    }
    tn_tell_more(&hub->tell, done > hub->tell.done ? done - hub->tell.done : 0);
}

static enum tn_status travel(struct tn_reconcile_hub *hub, struct tn_station *station,
                             struct tn_reconcile *result)
{
    hub->told = station;
    hub->is_telling = false;
    hub->with.progress = tell_progress;
    hub->with.progress_ctx = hub;
    hub->tell = (struct tn_tell){.station = station, .via = TN_SYNC_NETWORK};
    return tn_far_reconcile(station, hub->params.dir, &hub->with, result);
}

/* A station whose chain does not hold somewhere in what it sends is salvaged, and reconciles as
 * what it then is. */
static enum tn_status run_sound(struct tn_reconcile_hub *hub, struct tn_station **station,
                                const struct tn_station_env *env, struct tn_reconcile *result)
{
    tn_progress_start(&hub->progress, "Reconciling");
    enum tn_status status = travel(hub, *station, result);
    if (status != TN_OK && result->is_damaged) {
        status = tn_station_set_aside(station, env);
        status = status == TN_OK ? travel(hub, *station, result) : status;
    }
    tn_progress_end(&hub->progress);
    return status;
}

static enum tn_sync_fault fault_of(const struct tn_reconcile_hub *hub, enum tn_status status)
{
    const enum tn_https_trouble trouble = tn_https_last(hub->https)->trouble;
    if (trouble != TN_HTTPS_NONE) {
        return tn_https_trouble_fault(trouble);
    }
    return status == TN_ERR_FORGED || status == TN_ERR_DAMAGED || status == TN_ERR_FORMAT
               ? TN_SYNC_DAMAGED
               : TN_SYNC_DISK;
}

/* What the kiosk's screen says from now on. */
static void tell_end(struct tn_reconcile_hub *hub, struct tn_station *station,
                     enum tn_status status)
{
    struct tn_station_info info = {.waiting = 0};
    if (tn_https_last(hub->https)->trouble == TN_HTTPS_STOPPED ||
        tn_station_info(station, &info) != TN_OK) {
        return;
    }
    hub->tell.station = station;
    /* What a sibling has taken is nowhere safe yet; it is no trouble either. */
    const enum tn_sync_phase done =
        tn_far_is_sibling(&hub->far) ? TN_SYNC_COPIED : TN_SYNC_DONE_AT_CENTRE;
    tn_tell_end(&hub->tell, status == TN_OK ? done : TN_SYNC_FAILED,
                status == TN_OK ? TN_SYNC_WELL : fault_of(hub, status), info.waiting);
}

/* Where nothing is new nothing is asked, and neither is a hub that knows no such question. */
static enum tn_status hear_siblings(struct tn_reconcile_hub *hub, struct tn_station *station,
                                    struct tn_gossip *gossip)
{
    bool is_worth_it = !hub->with.says_siblings || hub->with.has_siblings;
    if (!is_worth_it || hub->knows_no_siblings) {
        return TN_OK;
    }
    enum tn_status status = tn_gossip_hear(station, hub->params.dir, &hub->far, gossip);
    hub->knows_no_siblings = status == TN_ERR_NOT_FOUND;
    return status == TN_ERR_NOT_FOUND ? TN_OK : status;
}

static enum tn_status reconcile(struct tn_reconcile_hub *hub, struct tn_reconcile *result,
                                struct tn_station_salvage *salvage, struct tn_gossip *gossip)
{
    const struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    enum tn_status status = tn_station_open(hub->params.dir, &env, &station);
    if (status != TN_OK) {
        tn_log(TN_LOG_ERROR, "%s: the station cannot be opened: %s", hub->params.dir,
               tn_status_text(status));
        return status;
    }
    status = get_ready(hub, station);
    if (status == TN_OK) {
        status = run_sound(hub, &station, &env, result);
        tell_end(hub, station, status);
    }
    if (status == TN_OK) {
        status = tn_far_is_sibling(&hub->far)
                     ? tn_gossip_pass(station, hub->params.dir, &hub->far, &hub->passed, gossip)
                     : tn_gossip_bring(station, hub->params.dir, &hub->far, gossip);
    }
    if (status == TN_OK) {
        status = hear_siblings(hub, station, gossip);
    }
    if (status == TN_OK) {
        status = tn_station_salvage(station, salvage);
    }
    tn_station_close(station);
    return status;
}

static void run_carrier(struct tn_reconcile_hub *hub, struct tn_watch_try *out)
{
    const struct tn_reconcile_say say = {hub->params.json, hub->params.is_watch};
    if (hub->params.hub == NULL || hub->params.pin == NULL) {
        out->code = tn_usage_error(&tn_cmd_reconcile,
                                   "%s: a carrier knows no hub: the hub's address "
                                   "and --hub-pin are needed",
                                   hub->params.dir);
        return;
    }
    enum tn_status status = get_ready(hub, NULL);
    out->code =
        status == TN_OK ? tn_reconcile_send(hub->params.dir, &hub->far, say) : tn_exit_of(status);
    out->has_failed = out->code == TN_EXIT_WORLD;
    out->retry_after_ms = hub->https == NULL ? 0 : tn_https_last(hub->https)->retry_after_ms;
    (void)fflush(stdout);
}

/* What came of a visit to another station. */
static void print_sibling(const struct tn_reconcile_hub *hub, const struct tn_reconcile *r,
                          const struct tn_gossip *gossip)
{
    const bool is_news = r->added + gossip->taken + gossip->carried > 0;
    if (hub->params.json) {
        tn_common_json(json_pack("{s:I, s:I, s:I, s:I, s:b}", "entries_given", (json_int_t)r->added,
                                 "entries_taken", (json_int_t)gossip->taken, "entries_carried",
                                 (json_int_t)gossip->carried, "stations_heard",
                                 (json_int_t)gossip->stations, "needs_person", r->needs_person));
    } else if (is_news) {
        printf("%s given to the station at %s; it is not the centre, and what waits for the "
               "centre still waits.\n",
               tn_counted(r->added, "entry", "entries").text, hub->who.address);
        tn_reconcile_gossip_print(gossip);
    } else if (!hub->params.is_watch) {
        printf("Nothing new: this station and the one at %s know the same.\n", hub->who.address);
    }
    (void)fflush(stdout);
}

static void run_station(struct tn_reconcile_hub *hub, struct tn_watch_try *out)
{
    struct tn_reconcile result = {0};
    struct tn_station_salvage salvage = {0};
    struct tn_gossip gossip = {0};
    enum tn_status status = reconcile(hub, &result, &salvage, &gossip);
    out->code = tn_exit_of(status);
    out->has_failed = status != TN_OK;
    if (status != TN_OK) {
        out->retry_after_ms = hub->https == NULL ? 0 : tn_https_last(hub->https)->retry_after_ms;
        return;
    }
    result.needs_person = result.needs_person || tn_salvage_has_losses(&salvage);
    if (tn_far_is_sibling(&hub->far)) {
        print_sibling(hub, &result, &gossip);
    } else if (hub->params.json || !hub->params.is_watch || tn_reconcile_is_news(&result) ||
               gossip.taken > 0) {
        tn_reconcile_print(&result, hub->params.json);
        if (!hub->params.json) {
            tn_reconcile_gossip_print(&gossip);
        }
        (void)fflush(stdout);
    }
    tn_salvage_warn(hub->params.dir, &salvage);
    out->code = result.needs_person ? TN_EXIT_PERSON : TN_EXIT_DONE;
}

/* A kiosk may not be set up yet, and a stick is not there for long: a watch waits for both. */
void tn_reconcile_hub_run(void *ctx, struct tn_watch_try *out)
{
    struct tn_reconcile_hub *hub = ctx;
    const char *dir = hub->params.dir;
    const enum tn_end end = tn_end_of(dir);
    if (end == TN_END_STATION) {
        run_station(hub, out);
    } else if (end == TN_END_CARRIER && (!hub->params.is_watch || tn_reconcile_is_carrier(dir))) {
        run_carrier(hub, out);
    } else if (end == TN_END_CENTRE || end == TN_END_HUB || !hub->params.is_watch) {
        out->code = tn_usage_error(
            &tn_cmd_reconcile, "%s: %s; a hub goes with a station's folder or a carrier folder",
            dir == NULL ? "a hub" : dir,
            end == TN_END_NOTHING ? "there is no such folder" : "is neither");
    }
}
