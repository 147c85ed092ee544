/* `reconcile` with a stick: what was copied or taken, said in a few lines, station by station where
 * the centre knows their names. */
#include "sync/cmd/reconcile_carrier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <jansson.h>

#include "sync/central/conflict.h"
#include "sync/cmd/carrier_print.h"
#include "sync/cmd/common.h"
#include "sync/cmd/progress.h"
#include "sync/cmd/reconcile_gossip.h"
#include "sync/cmd/salvage.h"
#include "sync/link/carrier_bring.h"
#include "sync/link/carrier_centre.h"
#include "sync/link/carrier_copy.h"
#include "sync/link/carrier_load.h"
#include "sync/link/tell.h"
#include "turnout/log.h"

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* A whole stick, which is no carrier itself: its own files are nobody's to stand among. */
static bool is_whole_stick(const char *dir)
{
    char path[TN_CARRIER_PATH_SIZE + 16];
    struct stat here;
    struct stat above;
    struct stat readme;
    (void)snprintf(path, sizeof path, "%s/..", dir);
    bool is_mount = stat(dir, &here) == 0 && stat(path, &above) == 0 && S_ISDIR(here.st_mode) &&
                    here.st_dev != above.st_dev;
    (void)snprintf(path, sizeof path, "%s/" TN_CARRIER_README, dir);
    return is_mount && stat(path, &readme) != 0;
}

void tn_reconcile_carrier_dir(const char *dir, char *out)
{
    size_t len = strlen(dir);
    bool has_slash = len > 0 && dir[len - 1] == '/';
    int n = snprintf(out, TN_CARRIER_PATH_SIZE, "%s%sturnout", dir, has_slash ? "" : "/");
    bool fits = n > 0 && n < TN_CARRIER_PATH_SIZE;
    if (!fits || !(is_folder(out) || is_whole_stick(dir))) {
        (void)snprintf(out, TN_CARRIER_PATH_SIZE, "%s", dir);
    }
}

bool tn_reconcile_is_carrier(const char *dir)
{
    char path[TN_CARRIER_PATH_SIZE];
    char readme[TN_CARRIER_PATH_SIZE + 16];
    struct stat st;
    tn_reconcile_carrier_dir(dir, path);
    const char *slash = strrchr(path, '/');
    (void)snprintf(readme, sizeof readme, "%s/" TN_CARRIER_README, path);
    return is_folder(path) && (strcmp(slash == NULL ? path : slash + 1, "turnout") == 0 ||
                               (stat(readme, &st) == 0 && S_ISREG(st.st_mode)));
}

static enum tn_exit open_carrier(struct tn_carrier *carrier, const char *dir,
                                 enum tn_carrier_use use)
{
    char path[TN_CARRIER_PATH_SIZE];
    tn_reconcile_carrier_dir(dir, path);
    bool is_new = use == TN_CARRIER_WRITE && !is_folder(path);
    enum tn_status status = tn_carrier_open(carrier, path, use, NULL);
    if (status == TN_OK && is_new) {
        tn_log(TN_LOG_WARN, "%s: a new carrier folder was made", path);
    }
    return status == TN_OK ? TN_EXIT_DONE : tn_exit_of(status);
}

static bool is_worth_saying(struct tn_reconcile_say say, bool is_news)
{
    return is_news || say.json || !say.is_news_only;
}

static struct tn_counted entries_of(uint64_t count)
{
    return tn_counted(count, "entry", "entries");
}

/* A station and a carrier. */

static void print_load(const struct tn_carrier_load *r)
{
    if (r->copied == 0) {
        printf("Nothing new to copy.");
    } else {
        printf("%s copied.", entries_of(r->copied).text);
    }
    if (r->waiting == 0) {
        printf(" All %s of this station are safe at the centre.", entries_of(r->entries).text);
    } else {
        printf(" %s of this station %s on the carrier and wait%s for the centre's receipt.",
               entries_of(r->waiting).text, r->waiting == 1 ? "is" : "are",
               r->waiting == 1 ? "s" : "");
    }
    if (r->got_receipt) {
        printf(" Receipt to %llu taken.", (unsigned long long)r->receipt_seq);
    }
    printf(" Pack %llu%s.\n", (unsigned long long)r->pack_version, r->got_pack ? " delivered" : "");
}

static void print_load_json(const struct tn_carrier_load *r, const struct tn_gossip *gossip,
                            bool needs_person)
{
    tn_common_json(json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:b, s:I, s:b}", "entries_taken",
        (json_int_t)gossip->taken, "entries_carried", (json_int_t)gossip->carried, "entries",
        (json_int_t)r->entries, "new", (json_int_t)r->copied, "waiting", (json_int_t)r->waiting,
        "receipt_seq", (json_int_t)r->receipt_seq, "got_receipt", r->got_receipt, "got_pack",
        r->got_pack, "pack_version", (json_int_t)r->pack_version, "needs_person", needs_person));
}

/* A station whose chain does not hold is salvaged, and copied as what it then is. */
static enum tn_status load_sound(const char *dir, struct tn_carrier *carrier,
                                 const struct tn_carrier_load_with *with,
                                 struct tn_station **station, struct tn_carrier_load *out)
{
    const struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    enum tn_status status = tn_station_open(dir, &env, station);
    if (status != TN_OK) {
        tn_log(TN_LOG_ERROR, "%s: the station cannot be opened: %s", dir, tn_status_text(status));
        return status;
    }
    status = tn_carrier_load(carrier, *station, dir, with, out);
    if (status == TN_OK || !out->is_damaged) {
        return status;
    }
    status = tn_station_set_aside(station, &env);
    return status == TN_OK ? tn_carrier_load(carrier, *station, dir, with, out) : status;
}

static enum tn_exit load(const char *dir, struct tn_carrier *carrier, struct tn_reconcile_say say)
{
    struct tn_station *station = NULL;
    struct tn_carrier_load result = {0};
    struct tn_station_salvage salvage = {0};
    struct tn_gossip gossip = {0};
    struct tn_progress progress;
    const struct tn_carrier_load_with with = {.now_ms = tn_now_ms(),
                                              .progress = tn_progress_tell,
                                              .ctx = &progress,
                                              .is_quiet = say.is_news_only};
    tn_progress_start(&progress, "Copying");
    enum tn_status status = load_sound(dir, carrier, &with, &station, &result);
    tn_progress_end(&progress);
    if (status == TN_OK) {
        status = tn_gossip_exchange(station, dir, carrier, &gossip);
    }
    if (status != TN_OK && result.fault == TN_SYNC_WELL) {
        result.fault = carrier->fault != TN_SYNC_WELL ? carrier->fault : TN_SYNC_DISK;
    }
    tn_carrier_load_tell(station, &with, &result);
    if (status == TN_OK) {
        status = tn_station_salvage(station, &salvage);
    }
    tn_station_close(station);
    if (status != TN_OK) {
        return tn_exit_of(status);
    }
    bool needs_person = tn_salvage_has_losses(&salvage);
    const bool is_news = result.copied > 0 || result.got_receipt || result.got_pack;
    if (say.json) {
        print_load_json(&result, &gossip, needs_person);
    } else if (is_worth_saying(say, is_news)) {
        print_load(&result);
    }
    if (!say.json) {
        tn_reconcile_gossip_print(&gossip);
    }
    tn_salvage_warn(dir, &salvage);
    return needs_person ? TN_EXIT_PERSON : TN_EXIT_DONE;
}

/* A stick that cannot even be opened is told to the screen, too. */
static void tell_fault(const char *dir, enum tn_sync_fault fault)
{
    const struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    struct tn_station_info info;
    if (fault == TN_SYNC_WELL || tn_station_open(dir, &env, &station) != TN_OK) {
        return;
    }
    struct tn_tell tell = {.station = station, .via = TN_SYNC_STICK};
    if (tn_station_info(station, &info) == TN_OK) {
        tn_tell_end(&tell, TN_SYNC_FAILED, fault, info.waiting);
    }
    tn_station_close(station);
}

enum tn_exit tn_reconcile_load(const char *station, const char *dir, struct tn_reconcile_say say)
{
    struct tn_carrier carrier;
    enum tn_exit code = open_carrier(&carrier, dir, TN_CARRIER_WRITE);
    if (code == TN_EXIT_DONE) {
        code = load(station, &carrier, say);
        tn_carrier_close(&carrier);
    } else {
        tell_fault(station, carrier.fault);
    }
    return code;
}

/* A carrier and the centre. */

static enum tn_status count_others(struct tn_carrier *carrier, const struct tn_centre *centre,
                                   uint64_t *out)
{
    struct tn_carrier_ecosystems ecosystems;
    *out = 0;
    enum tn_status status = tn_carrier_ecosystems(carrier, &ecosystems);
    for (size_t i = 0; i < ecosystems.count && status == TN_OK; i++) {
        uint64_t entries = 0;
        if (!tn_id_equal(&ecosystems.ids[i], &centre->id)) {
            status = tn_carrier_count(carrier, &ecosystems.ids[i], &entries);
            *out += entries;
        }
    }
    return status;
}

struct conflict_walk {
    const char *station;
    uint64_t count;
};

static void take_conflict(void *ctx, const char *type, uint64_t count)
{
    struct conflict_walk *walk = ctx;
    const struct tn_conflict_type *known = tn_conflict_type(type);
    walk->count += count;
    tn_log(TN_LOG_WARN, "%s needs a person (%s: %llu): %s. What to do: %s", walk->station, type,
           (unsigned long long)count, known->what, known->todo);
}

static enum tn_status say_conflicts(const struct tn_carrier_brought *r, struct tn_centre *centre,
                                    uint64_t *count)
{
    enum tn_status status = TN_OK;
    *count = 0;
    for (size_t i = 0; i < r->count && status == TN_OK; i++) {
        char name[TN_CARRIER_STATION_SIZE];
        struct conflict_walk walk = {name, 0};
        tn_carrier_station_name(centre, &r->stations[i].device_key, name);
        status = tn_conflicts_of_station(centre, &r->stations[i].device_key, take_conflict, &walk);
        *count += walk.count;
    }
    return status;
}

static enum tn_status take(struct tn_carrier *carrier, struct tn_centre *centre,
                           const struct tn_keyring *keyring, struct tn_carrier_brought *out)
{
    struct tn_carrier_centre *near = calloc(1, sizeof *near); /* holds a hello */
    struct tn_progress progress;
    struct tn_far far;
    const struct tn_carrier_bring_with with = {&far, tn_progress_tell, &progress};
    *out = (struct tn_carrier_brought){0};
    if (near == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    tn_progress_start(&progress, "Reconciling");
    tn_carrier_centre_begin(near, centre, keyring, tn_now_ms(), &far);
    enum tn_status status = tn_carrier_bring(carrier, &centre->id, &with, out);
    tn_carrier_centre_end(near);
    tn_progress_end(&progress);
    free(near);
    /* What was taken before a failure counts all the same. */
    enum tn_status derived = tn_common_derive(centre);
    return status == TN_OK ? derived : status;
}

/* What became of a carrier whose entries were all heard; of one that is full or locked it is said
 * what could not be put on it. */
static enum tn_exit end_brought(const struct tn_carrier *carrier, enum tn_sync_fault fault,
                                bool needs_person)
{
    if (fault == TN_SYNC_WELL) {
        return needs_person ? TN_EXIT_PERSON : TN_EXIT_DONE;
    }
    tn_log(
        TN_LOG_ERROR,
        "%s: what was taken is safe at the centre, but not every receipt and pack could be put on "
        "this stick; their stations need another way to hear of it",
        carrier->path);
    return TN_EXIT_WORLD;
}

static enum tn_exit bring(struct tn_carrier *carrier, struct tn_centre *centre,
                          const struct tn_keyring *keyring, struct tn_reconcile_say say)
{
    struct tn_carrier_brought result;
    uint64_t others = 0;
    uint64_t conflicts = 0;
    enum tn_status status = take(carrier, centre, keyring, &result);
    if (status == TN_OK) {
        status = count_others(carrier, centre, &others);
    }
    if (status == TN_OK) {
        status = say_conflicts(&result, centre, &conflicts);
    }
    bool needs_person = result.needs_person || conflicts > 0;
    const struct tn_carrier_words words = {centre, others, conflicts, needs_person};
    if (status == TN_OK) {
        if (is_worth_saying(say, tn_carrier_is_news(&result))) {
            tn_carrier_print(&result, &words, say.json);
        }
    } else {
        tn_log(TN_LOG_ERROR, "%s: the reconcile broke off: %s; running it again goes on from there",
               carrier->path, tn_status_text(status));
    }
    const enum tn_sync_fault fault = result.fault;
    tn_carrier_brought_free(&result);
    return status == TN_OK ? end_brought(carrier, fault, needs_person) : tn_exit_of(status);
}

enum tn_exit tn_reconcile_bring(const char *dir, struct tn_centre *centre,
                                const struct tn_keyring *keyring, struct tn_reconcile_say say)
{
    struct tn_carrier carrier;
    if (keyring == NULL) {
        tn_log(TN_LOG_ERROR,
               "%s: what lies on a carrier is sealed, and opens with the keyring "
               "alone; run it again with --keys FILE",
               dir);
        return TN_EXIT_PERSON;
    }
    enum tn_exit code = open_carrier(&carrier, dir, TN_CARRIER_WRITE);
    if (code == TN_EXIT_DONE) {
        code = bring(&carrier, centre, keyring, say);
        tn_carrier_close(&carrier);
    }
    return code;
}

/* A carrier and a hub. */

/* What came of one more ecosystem, together with what came of those before. */
static enum tn_status add_brought(struct tn_carrier_brought *all, struct tn_carrier_brought *more)
{
    struct tn_carrier_station *stations =
        reallocarray(all->stations, all->count + more->count + 1, sizeof *stations);
    if (stations == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    all->stations = stations;
    for (size_t i = 0; i < more->count; i++) {
        all->stations[all->count++] = more->stations[i];
    }
    all->entries += more->entries;
    all->added += more->added;
    all->left += more->left;
    all->kept += more->kept;
    all->forks += more->forks;
    all->passed_over += more->passed_over;
    all->needs_person = all->needs_person || more->needs_person;
    all->fault = all->fault == TN_SYNC_WELL ? more->fault : all->fault;
    return TN_OK;
}

/* Whether the hub would hear none of an ecosystem's stations. */
static bool is_refused(const struct tn_carrier_brought *brought)
{
    size_t refused = 0;
    for (size_t i = 0; i < brought->count; i++) {
        refused += brought->stations[i].is_refused;
    }
    return refused == brought->count;
}

/* A hub serves one ecosystem and refuses what lies here for others: that stays, and is no reason to
 * call a person. */
static enum tn_status send(struct tn_carrier *carrier, const struct tn_far *far,
                           struct tn_carrier_brought *out, uint64_t *others)
{
    struct tn_carrier_ecosystems ecosystems;
    struct tn_progress progress;
    const struct tn_carrier_bring_with with = {far, tn_progress_tell, &progress};
    enum tn_status status = tn_carrier_ecosystems(carrier, &ecosystems);
    for (size_t i = 0; i < ecosystems.count && status == TN_OK; i++) {
        struct tn_carrier_brought one;
        tn_progress_start(&progress, "Reconciling");
        status = tn_carrier_bring(carrier, &ecosystems.ids[i], &with, &one);
        tn_progress_end(&progress);
        bool is_foreign = status == TN_OK && ecosystems.count > 1 && is_refused(&one);
        *others += is_foreign ? one.entries : 0;
        const enum tn_status added = is_foreign ? TN_OK : add_brought(out, &one);
        status = status == TN_OK ? added : status;
        tn_carrier_brought_free(&one);
    }
    return status;
}

enum tn_exit tn_reconcile_send(const char *dir, const struct tn_far *far,
                               struct tn_reconcile_say say)
{
    struct tn_carrier carrier;
    struct tn_carrier_brought result = {0};
    enum tn_exit code = open_carrier(&carrier, dir, TN_CARRIER_WRITE);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    uint64_t others = 0;
    enum tn_status status = send(&carrier, far, &result, &others);
    const struct tn_carrier_words words = {.others = others, .needs_person = result.needs_person};
    if (status == TN_OK && is_worth_saying(say, tn_carrier_is_news(&result))) {
        tn_carrier_print(&result, &words, say.json);
    }
    code = status == TN_OK ? end_brought(&carrier, result.fault, result.needs_person)
                           : tn_exit_of(status);
    tn_carrier_brought_free(&result);
    tn_carrier_close(&carrier);
    return code;
}

/* Two carriers. */

static enum tn_exit copy(struct tn_carrier *from, struct tn_carrier *to,
                         struct tn_reconcile_say say)
{
    struct tn_carrier_copied r;
    enum tn_status status = tn_carrier_copy(from, to, &r);
    if (status != TN_OK) {
        return tn_exit_of(status);
    }
    if (!is_worth_saying(say, r.files > 0)) {
        /* as above */
    } else if (say.json) {
        tn_common_json(json_pack("{s:I, s:I, s:I, s:I}", "entries", (json_int_t)r.entries, "files",
                                 (json_int_t)r.files, "files_there", (json_int_t)r.there,
                                 "files_passed_over", (json_int_t)r.passed_over));
    } else if (r.files == 0) {
        printf("Nothing new to copy: %s there already.\n",
               tn_counted(r.there, "file is", "files are").text);
    } else {
        printf("%s copied, with %s; %llu there before.\n",
               tn_counted(r.files, "file", "files").text, entries_of(r.entries).text,
               (unsigned long long)r.there);
    }
    return r.passed_over > 0 ? TN_EXIT_PERSON : TN_EXIT_DONE;
}

enum tn_exit tn_reconcile_copy(const char *from_dir, const char *to_dir,
                               struct tn_reconcile_say say)
{
    struct tn_carrier from;
    struct tn_carrier to;
    enum tn_exit code = open_carrier(&from, from_dir, TN_CARRIER_READ);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    code = open_carrier(&to, to_dir, TN_CARRIER_WRITE);
    if (code == TN_EXIT_DONE) {
        code = copy(&from, &to, say);
        tn_carrier_close(&to);
    }
    tn_carrier_close(&from);
    return code;
}
