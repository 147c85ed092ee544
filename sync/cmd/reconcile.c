/* `reconcile`: brings a station and the centre to the same knowledge, also by way of a carrier
 * (reconcile_carrier.h). Which of the two comes first on the line does not matter; entries always
 * go to the centre and packs to the station. */
#include <string.h>

#include "sync/central/epoch.h"
#include "sync/cmd/common.h"
#include "sync/cmd/progress.h"
#include "sync/cmd/reconcile_carrier.h"
#include "sync/cmd/reconcile_end.h"
#include "sync/cmd/reconcile_gossip.h"
#include "sync/cmd/reconcile_hub.h"
#include "sync/cmd/reconcile_print.h"
#include "sync/cmd/salvage.h"
#include "sync/link/reconcile.h"
#include "sync/link/tell.h"
#include "turnout/log.h"

#define WATCH_S 60        /* what --watch alone stands for */
#define WATCH_CARRIER_S 5 /* and with a stick, whose owner stands there and waits */

struct choice {
    const char *keys;
    const char *pin;
    const char *watch;
    bool is_watch;
    bool json;
    struct tn_keyring *kept; /* while watching, so that nobody is asked for it again and again */
};

/* What became of the station: its handle may be another one after a salvage. A station whose chain
 * does not hold somewhere in what it sends is salvaged, and reconciles as what it then is. */
static enum tn_status run_sound(const char *dir, const struct tn_reconcile_with *with,
                                struct tn_station **station, struct tn_reconcile *result)
{
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    enum tn_status status = tn_station_open(dir, &env, station);
    if (status != TN_OK) {
        tn_log(TN_LOG_ERROR, "%s: the station cannot be opened: %s", dir, tn_status_text(status));
        return status;
    }
    status = tn_reconcile_run(*station, dir, with->centre, with->keyring, with->now_ms,
                              with->progress, with->ctx, result);
    if (status == TN_OK || !result->is_damaged) {
        return status;
    }
    status = tn_station_set_aside(station, &env);
    return status == TN_OK ? tn_reconcile_run(*station, dir, with->centre, with->keyring,
                                              with->now_ms, with->progress, with->ctx, result)
                           : status;
}

/* What the kiosk's screen says from now on. */
static void tell_screen(struct tn_station *station, enum tn_status status)
{
    struct tn_tell tell = {.station = station, .via = TN_SYNC_CABLE};
    struct tn_station_info info = {.waiting = 0};
    const enum tn_sync_fault fault = status == TN_OK          ? TN_SYNC_WELL
                                     : status == TN_ERR_BUSY  ? TN_SYNC_HUB_BUSY
                                     : status == TN_ERR_STATE ? TN_SYNC_REFUSED
                                                              : TN_SYNC_DISK;
    if (station != NULL && tn_station_info(station, &info) == TN_OK) {
        tn_tell_end(&tell, status == TN_OK ? TN_SYNC_DONE_AT_CENTRE : TN_SYNC_FAILED, fault,
                    info.waiting);
    }
}

static enum tn_exit reconcile(const struct choice *c, const char *dir, struct tn_centre *centre,
                              const struct tn_keyring *keyring)
{
    struct tn_station *station = NULL;
    struct tn_reconcile result;
    struct tn_station_salvage salvage = {0};
    struct tn_gossip gossip = {0};
    struct tn_progress progress;
    const struct tn_reconcile_with with = {centre, keyring, tn_now_ms(), tn_progress_tell,
                                           &progress};
    tn_progress_start(&progress, "Reconciling");
    enum tn_status status = run_sound(dir, &with, &station, &result);
    tn_progress_end(&progress);
    tell_screen(station, status);
    if (status == TN_OK) {
        status = tn_reconcile_carried(station, dir, centre, keyring, &gossip);
    }
    if (status == TN_OK) {
        status = tn_station_salvage(station, &salvage);
    }
    tn_station_close(station);
    if (status != TN_OK) {
        return tn_exit_of(status);
    }
    result.needs_person = result.needs_person || tn_salvage_has_losses(&salvage);
    if (c->json || !c->is_watch || tn_reconcile_is_news(&result)) {
        tn_reconcile_print(&result, c->json);
    }
    if (!c->json) {
        tn_reconcile_gossip_print(&gossip);
    }
    tn_salvage_warn(dir, &salvage);
    if (!result.is_derived) {
        tn_log(TN_LOG_WARN, "this role only takes entries in, and they are safe; visits and packs "
                            "are made when the database's owner reconciles or asks for a report");
    }
    if (keyring == NULL) {
        tn_log(TN_LOG_WARN, "without the keyring no receipt was written and no pack was sent; the "
                            "entries are safe at the centre, run it again with --keys FILE");
    }
    return result.needs_person || keyring == NULL || !result.is_derived ? TN_EXIT_PERSON
                                                                        : TN_EXIT_DONE;
}

static bool get_keys(const struct choice *c, const struct tn_centre *centre, struct tn_keyring *out)
{
    if (c->is_watch && c->kept->has_signing) {
        *out = *c->kept;
        return true;
    }
    bool has_keys = tn_centre_keys(centre, c->keys, out) == TN_OK && out->has_signing;
    if (has_keys && c->is_watch) {
        *c->kept = *out;
    }
    return has_keys;
}

static struct tn_reconcile_say say_of(const struct choice *c)
{
    return (struct tn_reconcile_say){c->json, c->is_watch};
}

/* With the centre at one end. */
static enum tn_exit run_centre(const struct choice *c, const char *other, enum tn_end kind,
                               const char *central)
{
    struct tn_centre centre;
    struct tn_keyring keyring = {0};
    enum tn_exit code = tn_common_open(&tn_cmd_reconcile, central, &centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    bool has_keys = get_keys(c, &centre, &keyring);
    if (has_keys && tn_common_catch_up(&centre, &keyring, c->keys) != TN_OK) {
        has_keys = false; /* said; the entries are taken all the same */
    }
    const struct tn_keyring *at_hand = has_keys ? &keyring : NULL;
    code = kind == TN_END_STATION ? reconcile(c, other, &centre, at_hand)
                                  : tn_reconcile_bring(other, &centre, at_hand, say_of(c));
    if (has_keys && code <= TN_EXIT_PERSON &&
        tn_epoch_mark(&centre, &keyring, tn_centre_keys_path(&centre, c->keys)) != TN_OK) {
        code = TN_EXIT_WORLD;
    }
    tn_keyring_wipe(&keyring);
    tn_centre_close(&centre);
    return code;
}

/* A watch waits for a stick, and makes none: what it would make may be a folder that no stick is
 * mounted at now. */
static bool is_away(const struct choice *c, const char *path, enum tn_end end)
{
    return c->is_watch && (end == TN_END_CARRIER || end == TN_END_NOTHING) &&
           !tn_reconcile_is_carrier(path);
}

static enum tn_exit run_pair(const struct choice *c, const char *from, const char *to)
{
    const enum tn_end ends[] = {tn_end_of(from), tn_end_of(to)};
    if (is_away(c, from, ends[0]) || is_away(c, to, ends[1])) {
        return TN_EXIT_DONE;
    }
    const bool is_turned =
        ends[0] == TN_END_CENTRE || (ends[1] == TN_END_STATION && ends[0] != ends[1]);
    const char *first = is_turned ? to : from;
    const char *second = is_turned ? from : to;
    const enum tn_end kind = is_turned ? ends[1] : ends[0];
    const enum tn_end other = is_turned ? ends[0] : ends[1];
    if (other == TN_END_CENTRE && (kind == TN_END_STATION || kind == TN_END_CARRIER)) {
        return run_centre(c, first, kind, second);
    }
    if (kind == TN_END_STATION && other == TN_END_STATION) {
        return tn_reconcile_stations(from, to, say_of(c));
    }
    if (kind == TN_END_STATION && (other == TN_END_CARRIER || other == TN_END_NOTHING)) {
        return tn_reconcile_load(first, second, say_of(c));
    }
    if (ends[0] == TN_END_CARRIER && (ends[1] == TN_END_CARRIER || ends[1] == TN_END_NOTHING)) {
        return tn_reconcile_copy(from, to, say_of(c));
    }
    tn_log(
        TN_LOG_ERROR,
        "%s: %s; two of these are expected: a station's folder, a carrier folder (a USB stick), a "
        "central database, a hub",
        first,
        kind == TN_END_CENTRE ? "is a central database, and so is the other"
                              : "there is no such folder");
    return TN_EXIT_USAGE;
}

/* What is done once, or again and again. */
struct job {
    const struct choice *choice;
    const char *from;
    const char *to;
    struct tn_reconcile_hub *hub; /* NULL: none is at either end */
};

static void run_once(void *ctx, struct tn_watch_try *out)
{
    const struct job *job = ctx;
    if (job->hub != NULL) {
        tn_reconcile_hub_run(job->hub, out);
        return;
    }
    out->code = run_pair(job->choice, job->from, job->to);
    out->has_failed = out->code == TN_EXIT_WORLD;
    (void)fflush(stdout);
}

/* With a hub at one end; to NULL: the one that the station knows. */
static enum tn_exit make_hub(const struct choice *c, const char *from, const char *to,
                             struct tn_reconcile_hub **out)
{
    const bool is_turned = tn_end_of(from) == TN_END_HUB;
    const struct tn_reconcile_hub_params params = {.dir = is_turned ? to : from,
                                                   .hub = is_turned ? from : to,
                                                   .pin = c->pin,
                                                   .json = c->json,
                                                   .is_watch = c->is_watch};
    return tn_reconcile_hub_create(&params, out);
}

static bool has_carrier(const char *word)
{
    const enum tn_end end = tn_end_of(word);
    return end == TN_END_CARRIER || end == TN_END_NOTHING;
}

static enum tn_exit run_job(struct choice *c, const char *from, const char *to)
{
    struct tn_keyring kept = {0};
    struct job job = {c, from, to, NULL};
    struct tn_watch_try once = {.code = TN_EXIT_DONE};
    const bool has_hub = tn_end_of(from) == TN_END_HUB || tn_end_of(to) == TN_END_HUB;
    const bool has_stick = !has_hub && (has_carrier(from) || has_carrier(to));
    int64_t seconds = has_stick ? WATCH_CARRIER_S : WATCH_S;
    enum tn_exit code = tn_watch_seconds(&tn_cmd_reconcile, c->watch, seconds, &seconds);
    if (code == TN_EXIT_DONE && has_hub) {
        code = make_hub(c, from, to, &job.hub);
    } else if (code == TN_EXIT_DONE && c->pin != NULL) {
        code = tn_usage_error(&tn_cmd_reconcile, "--hub-pin goes with a hub only");
    }
    c->kept = &kept;
    if (code == TN_EXIT_DONE && c->is_watch) {
        code = tn_watch_run(seconds, run_once, &job);
    } else if (code == TN_EXIT_DONE) {
        run_once(&job, &once);
        code = once.code;
    }
    tn_keyring_wipe(&kept);
    tn_reconcile_hub_free(job.hub);
    return code;
}

static enum tn_exit run(int argc, char **argv)
{
    struct choice c = {0};
    bool is_help = false;
    const struct tn_option options[] = {
        {"keys", &c.keys, NULL}, {"hub-pin", &c.pin, NULL}, {"watch", &c.watch, &c.is_watch},
        {"json", NULL, &c.json}, {NULL, NULL, NULL},
    };
    enum tn_exit code = tn_options_take(&tn_cmd_reconcile, options, &argc, argv, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        return code;
    }
    if (argc != 3 && !(argc == 2 && (tn_end_of(argv[1]) == TN_END_STATION || c.is_watch))) {
        return tn_usage_error(&tn_cmd_reconcile, "two of these are expected: a station's folder, a "
                                                 "carrier folder, a central database, a hub");
    }
    return run_job(&c, argv[1], argc == 3 ? argv[2] : NULL);
}

const struct tn_cmd tn_cmd_reconcile = {
    .name = "reconcile",
    .summary = "bring a station, a USB stick and the centre to the same knowledge",
    .usage =
        "  turnout-sync reconcile STATION central.db [--keys FILE] [OPTION...]\n"
        "  turnout-sync reconcile STATION [https://HOST[:PORT]] [--hub-pin PIN] [OPTION...]\n"
        "  turnout-sync reconcile STATION CARRIER [OPTION...]\n"
        "  turnout-sync reconcile STATION STATION [OPTION...]\n"
        "  turnout-sync reconcile CARRIER central.db [--keys FILE] [OPTION...]\n"
        "  turnout-sync reconcile CARRIER https://HOST[:PORT] --hub-pin PIN [OPTION...]\n"
        "  turnout-sync reconcile CARRIER CARRIER [OPTION...]\n"
        "  OPTION: --watch[=SECONDS], --json\n"
        "\n"
        "Entries go to the centre, receipts and packs to the station, in whichever order the\n"
        "two are named; the kiosk may go on scanning meanwhile. Again changes nothing. A\n"
        "CARRIER is a folder, usually `turnout` on a USB stick, that goes between the two and\n"
        "holds no readable names; it is made where a station is copied to it. Exit code 1: a\n"
        "conflict is open about the station or about a badge it saw, entries or files were\n"
        "not taken or were lost with a damaged database, or there was no keyring to write a\n"
        "receipt with.\n"
        "\n"
        "Without a second word it goes to the hub (`turnout-sync serve`) that the station's\n"
        "set-up card names. Only who has the key whose pin the card carries (or --hub-pin) is\n"
        "talked to. At another address, without --hub-pin, a station of the same event may answer\n"
        "instead (`serve --station`): each then knows what the other does, and nothing of it is\n"
        "at the centre yet. --watch goes on until SIGTERM or SIGINT, every minute (a carrier:\n"
        "every five seconds) or as many SECONDS, less often while nobody answers; it waits for\n"
        "a carrier and makes none.\n",
    .run = run,
};
