/* `status`: how things stand at the centre or at one station. It changes nothing. */
#include <jansson.h>

#include "sync/central/headcounts.h"
#include "sync/central/logs.h"
#include "sync/cmd/common.h"
#include "turnout/log.h"
#include "turnout/station.h"
#include "turnout/sync_state.h"
#include "turnout/timefmt.h"

/* The counts of --json. */
static const struct {
    const char *name;
    const char *sql;
} counts[] = {
    {"events", "SELECT count(*) FROM event WHERE ecosystem = $1"},
    {"learners", "SELECT count(*) FROM learner WHERE ecosystem = $1"},
    {"badges", "SELECT count(*) FROM badge WHERE ecosystem = $1"},
    {"stations", "SELECT count(DISTINCT pubkey) FROM kiosk WHERE ecosystem = $1"},
    {"entries", "SELECT count(*) FROM entry WHERE ecosystem = $1"},
    {"visits", "SELECT count(*) FROM visit WHERE ecosystem = $1"},
    {"walk_ins", "SELECT count(DISTINCT badge) FROM handout WHERE ecosystem = $1 AND kind ="
                 " 'register'"},
    {"sealed_forms", "SELECT count(*) FROM sealed WHERE ecosystem = $1 AND state = 0"},
    {"conflicts", "SELECT count(*) FROM conflict WHERE ecosystem = $1 AND state = 'open'"},
};
#define COUNTS (sizeof counts / sizeof counts[0])

static json_t *station_row(struct tn_stmt *stmt)
{
    json_t *row = json_pack("{s:s, s:s, s:I, s:I}", "name", tn_col_text(stmt, 0), "role",
                            tn_col_text(stmt, 1), "entries", (json_int_t)tn_col_int(stmt, 2),
                            "pack_version", (json_int_t)tn_col_int(stmt, 4));
    json_object_set_new(row, "salvaged_logs", json_integer(tn_col_int(stmt, 5)));
    json_object_set_new(row, "last_contact_ms",
                        tn_col_is_null(stmt, 3) ? json_null() : json_integer(tn_col_int(stmt, 3)));
    json_object_set_new(row, "closed_ms",
                        tn_col_is_null(stmt, 6) ? json_null() : json_integer(tn_col_int(stmt, 6)));
    return row;
}

static enum tn_status read_stations(struct tn_centre *centre, json_t *out)
{
    static const char sql[] =
        "SELECT k.station, k.role, sum(k.last_seq - coalesce(f.seq - 1, 0)), max(k.last_seen),"
        " coalesce((SELECT version FROM pack_sent s WHERE s.ecosystem = $1 AND s.device_key ="
        " k.pubkey), 0), coalesce(sum((SELECT count(*) FROM conflict c WHERE c.ecosystem = $1 AND"
        " c.type = 'salvaged' AND c.a = k.log_id)), 0), " TN_HOME_SQL
        " FROM kiosk k LEFT JOIN fork f ON "
        "f.ecosystem = k.ecosystem AND f.branch_id"
        " = k.log_id WHERE k.ecosystem = $1 GROUP BY k.pubkey, k.station, k.role ORDER BY "
        "k.station, k.pubkey";
    return tn_common_rows(centre, sql, station_row, out);
}

static void tell_count(json_t *out, const char *name, int64_t value, bool json)
{
    char words[24];
    json_object_set_new(out, name, json_integer(value));
    if (!json) {
        (void)snprintf(words, sizeof words, "%s", name);
        for (char *c = words; *c != '\0'; c++) {
            *c = *c == '_' ? ' ' : *c;
        }
        printf("  %-24s%10lld\n", words, (long long)value);
    }
}

static int64_t count_home(const json_t *stations)
{
    size_t i;
    json_t *row;
    int64_t home = 0;
    json_array_foreach(stations, i, row)
    {
        home += json_is_integer(json_object_get(row, "closed_ms"));
    }
    return home;
}

static void print_stations(const json_t *stations)
{
    size_t i;
    json_t *row;
    printf("\n%lld of %s home\n", (long long)count_home(stations),
           tn_counted(json_array_size(stations), "station", "stations").text);
    printf("\n  ");
    tn_common_pad("station", 24);
    printf("%-10s%9s%6s  %s\n", "role", "entries", "pack", "last contact");
    json_array_foreach(stations, i, row)
    {
        char ago[32] = "";
        const json_t *seen = json_object_get(row, "last_contact_ms");
        if (json_is_integer(seen)) {
            tn_common_ago(tn_now_ms() - json_integer_value(seen), ago, sizeof ago);
        }
        printf("  ");
        tn_common_pad(json_string_value(json_object_get(row, "name")), 24);
        bool is_salvaged = json_integer_value(json_object_get(row, "salvaged_logs")) > 0;
        printf("%-10s%9lld%6lld  %s%s%s%s\n", json_string_value(json_object_get(row, "role")),
               (long long)json_integer_value(json_object_get(row, "entries")),
               (long long)json_integer_value(json_object_get(row, "pack_version")),
               ago[0] == '\0' ? "never" : ago, ago[0] == '\0' ? "" : " ago",
               json_is_integer(json_object_get(row, "closed_ms")) ? ", home" : "",
               is_salvaged ? ", its database was damaged" : "");
    }
}

static enum tn_exit centre_status(const char *central, bool json)
{
    static const struct tn_id none = {{0}};
    struct tn_centre centre;
    enum tn_exit code = tn_common_open(&tn_cmd_status, central, &centre);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    json_t *out = json_object();
    json_t *stations = json_array();
    json_object_set_new(out, "ecosystem", json_string(centre.code));
    enum tn_status status = read_stations(&centre, stations);
    if (!json) {
        printf("%s (%s)\n\n", centre.name, centre.code);
    }
    for (size_t i = 0; i < COUNTS && status == TN_OK; i++) {
        int64_t value = 0;
        status = tn_centre_number(&centre, counts[i].sql, &value);
        tell_count(out, counts[i].name, value, json);
    }
    if (status == TN_OK) {
        int64_t adults = 0;
        status = tn_headcounts_total(&centre, &none, &adults);
        tell_count(out, "adults", adults, json);
    }
    json_object_set_new(out, "stations_home", json_integer(count_home(stations)));
    json_object_set(out, "station_list", stations);
    if (status == TN_OK && json) {
        json_dumpf(out, stdout, JSON_INDENT(2));
        printf("\n");
    } else if (status == TN_OK && json_array_size(stations) > 0) {
        print_stations(stations);
    }
    json_decref(stations);
    json_decref(out);
    tn_centre_close(&centre);
    return tn_exit_of(status);
}

/* What sync last did with a station, as its screen knows it. */
static json_t *sync_json(const struct tn_sync_state *sync)
{
    return json_pack("{s:s, s:s, s:s, s:I, s:I}", "phase", tn_sync_phase_name(sync->phase), "via",
                     tn_sync_via_name(sync->via), "fault", tn_sync_fault_name(sync->fault), "at_ms",
                     (json_int_t)sync->at_ms, "spoke_ms", (json_int_t)sync->spoke_ms);
}

static void print_sync(const struct tn_sync_state *sync)
{
    static const char *const phases[TN_SYNC_PHASE_COUNT] = {
        [TN_SYNC_NONE] = "never",    [TN_SYNC_COPYING] = "copying",
        [TN_SYNC_COPIED] = "copied", [TN_SYNC_DONE_AT_CENTRE] = "done",
        [TN_SYNC_FAILED] = "failed",
    };
    char ago[32];
    tn_common_ago(tn_now_ms() - sync->at_ms, ago, sizeof ago);
    printf("  %-24s%10s", "last sync", phases[sync->phase]);
    if (sync->phase != TN_SYNC_NONE) {
        printf("  %s%s%s, %s ago", tn_sync_via_name(sync->via),
               sync->phase == TN_SYNC_FAILED ? ": " : "",
               sync->phase == TN_SYNC_FAILED ? tn_sync_fault_name(sync->fault) : "", ago);
    }
    printf("\n");
}

static void print_station(const struct tn_station_info *info,
                          const struct tn_station_salvage *salvage,
                          const struct tn_sync_state *sync, bool json)
{
    if (json) {
        json_t *out = json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:b}", "station",
                                info->station_name, "role", tn_role_name(info->role), "event_title",
                                info->event_title, "entries", (json_int_t)info->entries, "waiting",
                                (json_int_t)info->waiting, "present", (json_int_t)info->present,
                                "pack_epoch", (json_int_t)info->epoch, "pack_version",
                                (json_int_t)info->pack_version, "is_tail_ok", true);
        json_object_set_new(out, "set_aside", json_integer((json_int_t)salvage->rows));
        json_object_set_new(out, "salvaged", json_integer((json_int_t)salvage->appended));
        json_object_set_new(out, "unread", json_integer((json_int_t)salvage->unread));
        json_object_set_new(out, "missing", json_integer((json_int_t)salvage->missing));
        json_object_set_new(out, "cut_logs", json_integer((json_int_t)salvage->cut_logs));
        json_object_set_new(out, "sync", sync_json(sync));
        json_dumpf(out, stdout, JSON_INDENT(2));
        printf("\n");
        json_decref(out);
        return;
    }
    printf("%s (%s) of %s\n\n", info->station_name, tn_role_name(info->role),
           info->event_title[0] == '\0' ? "no event yet" : info->event_title);
    printf("  %-24s%10llu\n", "entries", (unsigned long long)info->entries);
    printf("  %-24s%10llu\n", "waiting for a receipt", (unsigned long long)info->waiting);
    printf("  %-24s%10llu\n", "present", (unsigned long long)info->present);
    printf("  %-24s%10llu\n", "pack", (unsigned long long)info->pack_version);
    printf("  %-24s%10s\n", "newest entries", "sound");
    print_sync(sync);
    if (salvage->rows + salvage->missing + salvage->cut_logs > 0) {
        printf("\nA database was damaged or gone:\n\n");
        printf("  %-24s%10llu\n", "not proven", (unsigned long long)salvage->rows);
        printf("  %-24s%10llu\n", "of those written anew", (unsigned long long)salvage->appended);
        printf("  %-24s%10llu\n", "of those not made out", (unsigned long long)salvage->unread);
        printf("  %-24s%10llu%s\n", "not there to be read", (unsigned long long)salvage->missing,
               salvage->cut_logs > 0 ? " or more: how many is not known" : "");
    }
}

/* Opening a station to read checks the chain's tail; a damaged one does not open. */
static enum tn_exit station_status(const char *dir, bool json)
{
    struct tn_station *station = NULL;
    struct tn_station_info info = {0};
    struct tn_station_salvage salvage = {0};
    struct tn_sync_state sync = {0};
    enum tn_status status = tn_station_open_read(dir, &station);
    if (status == TN_OK) {
        status = tn_station_info(station, &info);
    }
    if (status == TN_OK) {
        status = tn_station_salvage(station, &salvage);
    }
    if (status == TN_OK) {
        status = tn_station_sync_state(station, &sync);
    }
    tn_station_close(station);
    if (status != TN_OK) {
        return tn_common_no_station(dir, status);
    }
    print_station(&info, &salvage, &sync, json);
    return TN_EXIT_DONE;
}

static enum tn_exit run(int argc, char **argv)
{
    struct tn_subject subject;
    bool is_help = false;
    enum tn_exit code = tn_common_subject(&tn_cmd_status, argc, argv, &subject, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        return code;
    }
    return subject.central != NULL ? centre_status(subject.central, subject.json)
                                   : station_status(subject.station, subject.json);
}

const struct tn_cmd tn_cmd_status = {
    .name = "status",
    .summary = "how things stand at the centre or at a station",
    .usage = "  turnout-sync status --central C [--json]\n"
             "  turnout-sync status --station DIR [--json]\n",
    .run = run,
};
