/* Building the demo, with the same functions that the commands use: what a newcomer sees is what an
 * organizer gets. Keys and badge secrets come from the seed, and time from the event, so that the
 * same call gives the same badges; such keys guard nothing real. */
#include <errno.h>
#include <ftw.h>
#include <glib.h>
#include <sys/stat.h>

#include "sync/cmd/demo.h"
#include "sync/cmd/demo_cards.h"
#include "sync/cmd/progress.h"
#include "sync/exchange/demo_roster.h"
#include "sync/exchange/import.h"
#include "sync/link/enrol.h"
#include "sync/paper/output.h"
#include "turnout/asset.h"
#include "turnout/log.h"

#define EVENT_CODE "fair"
#define TZ "America/Chicago"
/* As assets/demo/events.csv has them. */
#define EVENT_STARTS "2026-03-14T09:00:00-05:00"
#define EVENT_ENDS "2026-03-14T16:00:00-05:00"
#define EVENT_HOURS 7
#define WALK_FDS 16

static const struct demo_station {
    const char *folder, *name, *activity;
    enum tn_role role;
} stations[] = {
    {"gate", "North gate", NULL, TN_ROLE_GATE},
    {"robotics", "Robotics", "robotics", TN_ROLE_ACTIVITY},
    {"desk", "Welcome desk", NULL, TN_ROLE_DESK},
};

/* A demo under way. */
struct build {
    const struct tn_demo *demo;
    struct tn_random random;
    struct tn_keyring keyring;
    struct tn_centre centre;
};

static enum tn_status path_in(const struct build *build, const char *name,
                              char out[TN_DEMO_PATH_MAX])
{
    const int len = snprintf(out, TN_DEMO_PATH_MAX, "%s/%s", build->demo->dir, name);
    return len > 0 && len < TN_DEMO_PATH_MAX ? TN_OK : TN_ERR_LIMIT;
}

static enum tn_status make_centre(struct build *build)
{
    char path[TN_DEMO_PATH_MAX];
    char keys[TN_DEMO_PATH_MAX];
    const char *db = build->demo->central == NULL ? path : build->demo->central;
    enum tn_status status = path_in(build, "central.db", path);
    status = status == TN_OK ? path_in(build, "keys", keys) : status;
    if (status != TN_OK) {
        return status;
    }
    const struct tn_centre_new what = {.code = "riverbend",
                                       .name = "Riverbend STEM Ecosystem",
                                       .tz = TZ,
                                       .keys_path = keys,
                                       .keys_noted = build->demo->keys_noted,
                                       .now_ms = build->demo->now_ms,
                                       .actor = {.by = "demo"}};
    tn_keyring_create(&build->random, &build->keyring);
    status = tn_keyring_save(&build->keyring, keys, NULL, &build->random);
    if (status == TN_OK) {
        status = tn_centre_create(db, &what, &build->keyring);
    }
    status = status == TN_OK ? tn_centre_open(db, &build->centre) : status;
    build->centre.actor.by = "demo";
    return status;
}

/* The events' table with its times moved to now_ms: the event began with the hour that is running
 * and lasts as long as ever, so that a tour at any time of day has people stay for hours. */
static GString *move_events(struct tn_bytes bytes, int64_t now_ms)
{
    GString *text = g_string_new_len((const char *)bytes.data, (gssize)bytes.len);
    GTimeZone *zone = g_time_zone_new_identifier(TZ);
    GDateTime *now = g_date_time_new_from_unix_utc(now_ms / 3600000 * 3600);
    GDateTime *starts = zone == NULL ? NULL : g_date_time_to_timezone(now, zone);
    GDateTime *ends = starts == NULL ? NULL : g_date_time_add_hours(starts, EVENT_HOURS);
    char *from = starts == NULL ? NULL : g_date_time_format(starts, "%Y-%m-%dT%H:%M:%S%:z");
    char *until = ends == NULL ? NULL : g_date_time_format(ends, "%Y-%m-%dT%H:%M:%S%:z");
    if (from != NULL && until != NULL) {
        g_string_replace(text, EVENT_STARTS, from, 0);
        g_string_replace(text, EVENT_ENDS, until, 0);
    }
    g_free(from);
    g_free(until);
    g_clear_pointer(&starts, g_date_time_unref);
    g_clear_pointer(&ends, g_date_time_unref);
    g_clear_pointer(&zone, g_time_zone_unref);
    g_date_time_unref(now);
    return text;
}

/* Lays an embedded table down as a file, where people can look at it. */
static enum tn_status write_asset(const char *path, const char *name, int64_t now_ms)
{
    struct tn_bytes bytes = tn_asset(name);
    FILE *file = bytes.data == NULL ? NULL : fopen(path, "wxe");
    GString *moved = now_ms == 0 || bytes.data == NULL ? NULL : move_events(bytes, now_ms);
    if (moved != NULL) {
        bytes = (struct tn_bytes){(const uint8_t *)moved->str, moved->len};
    }
    bool is_fine = file != NULL && fwrite(bytes.data, 1, bytes.len, file) == bytes.len;
    if (moved != NULL) {
        (void)g_string_free(moved, TRUE);
    }
    if (file != NULL) {
        is_fine = fclose(file) == 0 && is_fine;
    }
    if (!is_fine) {
        tn_log(TN_LOG_ERROR, "%s: cannot be written: %s", path, strerror(errno));
    }
    return is_fine ? TN_OK : TN_ERR_IO;
}

static enum tn_status import_file(struct build *build, const struct tn_import_kind *kind,
                                  const char *path)
{
    struct tn_progress progress;
    tn_progress_start(&progress, "Importing");
    struct tn_import import = {.centre = &build->centre,
                               .kind = kind,
                               .progress = tn_progress_tell,
                               .progress_ctx = &progress};
    const char *const files[] = {path};
    enum tn_status status = tn_import_run(&import, files, 1, false);
    tn_progress_end(&progress);
    return status;
}

static enum tn_status import_all(struct build *build)
{
    static const struct {
        const struct tn_import_kind *kind;
        const char *file, *asset;
    } tables[] = {
        {&tn_import_partners, "partners.csv", "demo/partners.csv"},
        {&tn_import_events, "events.csv", "demo/events.csv"},
        {&tn_import_activities, "activities.csv", "demo/activities.csv"},
        {&tn_import_pathways, "pathways.csv", "demo/pathways.csv"},
        {&tn_import_population, "population.csv", "demo/population.csv"},
    };
    char path[TN_DEMO_PATH_MAX];
    enum tn_status status = TN_OK;
    for (size_t i = 0; status == TN_OK && i < sizeof(tables) / sizeof(tables[0]); i++) {
        status = path_in(build, tables[i].file, path);
        status = status == TN_OK ? write_asset(path, tables[i].asset, build->demo->now_ms) : status;
        status = status == TN_OK ? import_file(build, tables[i].kind, path) : status;
    }
    status = status == TN_OK ? path_in(build, "roster.csv", path) : status;
    if (status == TN_OK) {
        status = tn_demo_roster_write(path, build->demo->learners, &build->random);
    }
    return status == TN_OK ? import_file(build, &tn_import_roster, path) : status;
}

/* Moves the badges of the first learners to the front, in the roster's order. */
static void put_friends_first(const struct build *build, struct tn_minted_list *list)
{
    size_t front = 0;
    for (uint64_t i = 0; i < TN_DEMO_FRIENDS && i < build->demo->learners; i++) {
        char source_id[TN_DEMO_ID_SIZE];
        tn_demo_learner_id(i, source_id);
        const struct tn_id id = tn_centre_id(&build->centre.id, "learner", "roster", source_id);
        size_t at = front;
        while (at < list->count && !tn_id_equal(&list->items[at].card.learner, &id)) {
            at++;
        }
        if (at < list->count) {
            struct tn_minted one = list->items[at];
            memmove(&list->items[front + 1], &list->items[front],
                    (at - front) * sizeof(list->items[0]));
            list->items[front++] = one;
            tn_badge_wipe(&one.badge);
        }
    }
}

static enum tn_status write_badges(struct build *build, const struct tn_minted_list *list,
                                   const char *title)
{
    char path[TN_DEMO_PATH_MAX];
    struct tn_progress progress;
    tn_progress_start(&progress, "Drawing badges");
    struct tn_badge_output output = {.path = path,
                                     .layout = &tn_paper_a4,
                                     .title = title,
                                     .host = build->centre.name,
                                     .progress = tn_progress_tell,
                                     .progress_ctx = &progress};
    enum tn_status status = path_in(build, "badges.csv", path);
    status = status == TN_OK ? tn_badges_write_csv(&output, list) : status;
    status = status == TN_OK ? path_in(build, "badges.pdf", path) : status;
    status = status == TN_OK ? tn_badges_write_pdf(&output, list) : status;
    status = status == TN_OK ? path_in(build, "badges", path) : status;
    output.count_max = TN_DEMO_PICTURES_MAX;
    status = status == TN_OK ? tn_badges_write_pictures(&output, TN_PAPER_PNG, list) : status;
    tn_progress_end(&progress);
    tn_paper_end();
    return status;
}

static enum tn_status make_badges(struct build *build)
{
    struct tn_mint mint = {
        .centre = &build->centre, .keyring = &build->keyring, .random = build->random};
    struct tn_minted_list list = {0};
    enum tn_status status = tn_centre_event(&build->centre, EVENT_CODE, &mint.event);
    mint.now_ms = mint.event.starts_ms;
    if (status == TN_OK) {
        status = tn_mint_badges(&mint, &list);
    }
    if (status == TN_OK) {
        put_friends_first(build, &list);
        status = write_badges(build, &list, mint.event.title);
    }
    tn_minted_destroy(&list);
    return status;
}

/* A station with its first pack, as of the event's start. Its boot id is drawn too: it stands for
 * no boot of this machine. */
static enum tn_status make_station(struct build *build, const struct demo_station *station)
{
    char out[TN_DEMO_PATH_MAX];
    struct tn_enrol what = {.name = station->name, .role = station->role};
    struct tn_station_env env = {.random = build->random};
    env.random.fill(env.random.ctx, env.boot.b, sizeof(env.boot.b));
    enum tn_status status = tn_centre_event(&build->centre, EVENT_CODE, &what.event);
    if (status == TN_OK && station->activity != NULL) {
        status = tn_enrol_activity(&build->centre, &what.event, station->activity, &what.activity);
    }
    status = status == TN_OK ? path_in(build, station->folder, out) : status;
    return status == TN_OK ? tn_enrol_station(&build->centre, &build->keyring, &what, out, &env,
                                              what.event.starts_ms)
                           : status;
}

/* Cards come before stations, whose first packs then know them. */
static enum tn_status make_cards(struct build *build)
{
    const struct tn_demo_cards cards = {.dir = build->demo->dir,
                                        .centre = &build->centre,
                                        .keyring = &build->keyring,
                                        .random = &build->random,
                                        .event_code = EVENT_CODE};
    return tn_demo_cards_make(&cards);
}

enum tn_status tn_demo_build(const struct tn_demo *demo)
{
    struct tn_random_seeded seeded;
    struct build build = {.demo = demo};
    build.random = tn_random_from_seed(&seeded, demo->seed);
    enum tn_status status = make_centre(&build);
    status = status == TN_OK ? import_all(&build) : status;
    status = status == TN_OK ? make_badges(&build) : status;
    status = status == TN_OK ? make_cards(&build) : status;
    for (size_t i = 0; i < sizeof(stations) / sizeof(stations[0]) && status == TN_OK; i++) {
        status = make_station(&build, &stations[i]);
    }
    tn_centre_close(&build.centre);
    tn_keyring_wipe(&build.keyring);
    return status;
}

static int remove_one(const char *path, const struct stat *stat_of, int type, struct FTW *walk)
{
    (void)stat_of;
    (void)type;
    (void)walk;
    return remove(path);
}

void tn_demo_remove(const char *dir)
{
    (void)nftw(dir, remove_one, WALK_FDS, FTW_DEPTH | FTW_PHYS);
}
