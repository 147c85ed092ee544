/* iCalendar files: VEVENTs become events, by their UID. An older SEQUENCE never undoes a newer one.
 * What was cancelled, or is no longer an occurrence of what repeats, is marked so and stays:
 * entries may name it. A code is made of the title, and never changes again, since organizers type
 * it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sync/exchange/ical_read.h"
#include "sync/exchange/ical_zone.h"
#include "sync/exchange/import.h"
#include "sync/exchange/slug.h"
#include "turnout/log.h"

#define CODES_TRIED 1000
#define SOURCE_ID_SIZE (TN_ICAL_UID_MAX + 32)
#define STAMP_FORMAT "/%Y%m%dT%H%M%SZ" /* behind the UID of one day of what repeats */
#define STAMP_LEN 17

enum { CODE, TITLE, STARTS, ENDS, SETTING, TZ, SITE, UID, SEQUENCE, STATE, CELLS };

static const struct tn_upsert table = {
    .select = "SELECT code, title, starts, ends, setting, tz, site, ical_uid, ical_seq, status"
              " FROM event WHERE ecosystem = $1 AND id = $2",
    .write = "INSERT INTO event (ecosystem, id, code, title, starts, ends, setting, tz, site,"
             " ical_uid, ical_seq, status) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,"
             " $12) ON CONFLICT (ecosystem, id) DO UPDATE SET code = excluded.code,"
             " title = excluded.title, starts = excluded.starts, ends = excluded.ends,"
             " setting = excluded.setting, tz = excluded.tz, site = excluded.site,"
             " ical_uid = excluded.ical_uid, ical_seq = excluded.ical_seq,"
             " status = excluded.status, rev = event.rev + 1",
    .count = CELLS,
};

/* The columns that problems name; nothing is read by them. */
static const struct tn_csv_column no_columns[] = {{NULL, false, 0, NULL}};

static struct tn_id id_of(const struct tn_import *import, const struct tn_ical_event *event)
{
    char source_id[SOURCE_ID_SIZE];
    (void)snprintf(source_id, sizeof(source_id), "%s", event->uid);
    if (event->recurs_ms != INT64_MIN) {
        (void)snprintf(source_id, sizeof(source_id), "%s\t%lld", event->uid,
                       (long long)event->recurs_ms);
    }
    return tn_centre_id(&import->centre->id, "event", "ical", source_id);
}

/* The UID that an event is kept with. Each day of what repeats has one of its own, so that an
 * export does not give the same to several. */
static void write_uid(const struct tn_ical_event *event, char out[SOURCE_ID_SIZE])
{
    char stamp[STAMP_LEN + 1] = "";
    const time_t at = (time_t)(event->recurs_ms / 1000);
    struct tm tm = {0};
    if (event->recurs_ms != INT64_MIN && gmtime_r(&at, &tm) != NULL) {
        (void)strftime(stamp, sizeof(stamp), STAMP_FORMAT, &tm);
    }
    (void)snprintf(out, SOURCE_ID_SIZE, "%s%s", event->uid, stamp);
}

/* The id in `seen` of the UID in a calendar that a kept one comes from. */
static struct tn_id uid_id(const struct tn_import *import, const char *kept)
{
    char uid[SOURCE_ID_SIZE];
    (void)snprintf(uid, sizeof(uid), "%s", kept);
    const size_t len = strlen(uid);
    if (len > STAMP_LEN && uid[len - STAMP_LEN] == '/' && uid[len - 1] == 'Z') {
        uid[len - STAMP_LEN] = '\0';
    }
    return tn_centre_id(&import->centre->id, "uid", "ical", uid);
}

/* The event with a code; *has_row false where the code is free. */
static enum tn_status find_code(struct tn_import *import, const char *code, bool *has_row,
                                struct tn_id *out)
{
    static const char sql[] = "SELECT id FROM event WHERE ecosystem = $1 AND code = $2";
    struct tn_stmt *stmt = NULL;
    *has_row = false;
    enum tn_status status = tn_centre_prepare(import->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 2, code);
    status = tn_step(stmt, has_row);
    if (status == TN_OK && *has_row) {
        tn_col_id(stmt, 0, out);
    }
    tn_reset(stmt);
    return status;
}

/* What is there of an event. */
struct known {
    bool is_there;
    int64_t sequence; /* -1: no calendar's */
};

static enum tn_status find_known(struct tn_import *import, const struct tn_id *id,
                                 struct known *out)
{
    static const char sql[] = "SELECT coalesce(ical_seq, -1) FROM event WHERE ecosystem = $1"
                              " AND id = $2";
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(import->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, id);
    status = tn_step(stmt, &out->is_there);
    out->sequence = status == TN_OK && out->is_there ? tn_col_int(stmt, 0) : -1;
    tn_reset(stmt);
    return status;
}

/* A free code: the title's; with its day where it repeats or that is taken; then with a number. */
static enum tn_status make_code(struct tn_import *import, const struct tn_ical_event *event,
                                char out[TN_TITLE_MAX + 1])
{
    char slug[TN_SLUG_MAX + 1];
    char day[16] = "";
    struct tn_wall wall = {0};
    struct tn_id other;
    bool is_taken = true;
    enum tn_status status = TN_OK;
    tn_slug(event->title, slug);
    if (tn_wall_of(event->starts_ms, event->tz, &wall)) {
        (void)snprintf(day, sizeof(day), "-%04d-%02d-%02d", wall.year % 10000, wall.month % 100,
                       wall.day % 100);
    }
    for (int i = 0; i < CODES_TRIED && is_taken && status == TN_OK; i++) {
        char number[16] = "";
        if (i == 0 && event->recurs_ms != INT64_MIN) {
            continue;
        }
        if (i > 1) {
            (void)snprintf(number, sizeof(number), "-%d", i);
        }
        (void)snprintf(out, TN_TITLE_MAX + 1, "%s%s%s", slug[0] == '\0' ? "event" : slug,
                       i > 0 ? day : "", number);
        status = find_code(import, out, &is_taken, &other);
    }
    return is_taken && status == TN_OK ? TN_ERR_LIMIT : status;
}

static void remark(struct tn_import *import, const char *key, const char *one, const char *many)
{
    tn_import_remark(import, &(struct tn_import_remark){key, one, many, 1});
}

static struct tn_cell text_cell(const char *text)
{
    return (struct tn_cell){.type = text == NULL || text[0] == '\0' ? TN_CELL_NULL : TN_CELL_TEXT,
                            .text = text};
}

static struct tn_cell int_cell(int64_t number)
{
    return (struct tn_cell){.type = TN_CELL_INT, .number = number};
}

static enum tn_status write_event(struct tn_import *import, const struct tn_ical_event *event,
                                  const struct tn_id *id, bool is_there, enum tn_change *change)
{
    char code[TN_TITLE_MAX + 1] = "";
    char uid[SOURCE_ID_SIZE];
    enum tn_status status = TN_OK;
    write_uid(event, uid);
    if (!is_there && event->code[0] != '\0') {
        (void)snprintf(code, sizeof(code), "%s", event->code);
    } else if (!is_there) {
        status = make_code(import, event, code);
    }
    const char *setting = event->setting != NULL ? event->setting : import->setting;
    struct tn_cell cells[CELLS] = {
        [CODE] = {.type = TN_CELL_TEXT, .is_kept = is_there, .text = code},
        [TITLE] = text_cell(event->title),
        [STARTS] = int_cell(event->starts_ms),
        [ENDS] = int_cell(event->ends_ms),
        [SETTING] = text_cell(setting),
        [TZ] = text_cell(event->tz),
        [SITE] = text_cell(event->site),
        [UID] = text_cell(uid),
        [SEQUENCE] = int_cell(event->sequence),
        [STATE] = text_cell(event->is_cancelled   ? "cancelled"
                            : event->is_tentative ? "tentative"
                                                  : NULL),
    };
    /* What the calendar does not say, somebody else may have. */
    cells[SETTING].is_kept = setting == NULL;
    cells[SITE].is_kept = event->site[0] == '\0';
    cells[TITLE].is_kept = event->title[0] == '\0';
    if (status == TN_OK) {
        status = tn_upsert_run(import->centre->db, &table,
                               &(struct tn_upsert_row){import->centre->no, id, cells}, change);
    }
    return status;
}

/* A UID comes twice where a file was put together of others. */
static enum tn_status note(struct tn_import *import, const struct tn_ical_event *event,
                           const struct tn_id *id, bool *is_first)
{
    uint32_t where = 0;
    const struct tn_id uid = tn_centre_id(&import->centre->id, "uid", "ical", event->uid);
    enum tn_status status = tn_import_note(import, id, event->place.line, &where);
    *is_first = status == TN_OK;
    if (status == TN_ERR_EXISTS) {
        struct tn_place place = event->place;
        place.column = "UID";
        tn_problem(&import->problems, &place, "the event %.100s stands in this import twice",
                   event->uid);
        return TN_OK;
    }
    if (status == TN_OK) {
        status = tn_import_note(import, &uid, event->place.line, &where);
        status = status == TN_ERR_EXISTS ? TN_OK : status;
    }
    return status;
}

/* The id of the event: that of the code it brings along, where there is one; else its own. */
static enum tn_status find_id(struct tn_import *import, const struct tn_ical_event *event,
                              struct tn_id *out)
{
    bool is_there = false;
    *out = id_of(import, event);
    return event->code[0] == '\0' ? TN_OK : find_code(import, event->code, &is_there, out);
}

static enum tn_status take(void *ctx, const struct tn_ical_event *event)
{
    struct tn_import *import = ctx;
    struct tn_id id;
    struct known known = {0};
    bool is_first = false;
    enum tn_change change = TN_CHANGE_PASSED_OVER;
    if (event->is_activity) {
        remark(import, "activities", "activity of an event was passed over",
               "activities of events were passed over");
        return TN_OK;
    }
    enum tn_status status = find_id(import, event, &id);
    if (status == TN_OK) {
        status = note(import, event, &id, &is_first);
    }
    if (status != TN_OK || !is_first) {
        return status;
    }
    status = find_known(import, &id, &known);
    if (status == TN_OK && !known.is_there && event->is_cancelled) {
        remark(import, "cancelled_unknown", "event was cancelled before it was known here",
               "events were cancelled before they were known here");
    } else if (status == TN_OK && event->sequence < known.sequence) {
        change = TN_CHANGE_NONE;
        remark(import, "older", "event is newer here than in the file, and stays so",
               "events are newer here than in the file, and stay so");
    } else if (status == TN_OK) {
        status = write_event(import, event, &id, known.is_there, &change);
    }
    if (status == TN_OK && event->has_no_end && change != TN_CHANGE_PASSED_OVER) {
        remark(import, "without_end", "event has no end and was taken as an hour long",
               "events have no end and were taken as an hour long");
    }
    tn_import_count(&import->counts, change);
    return status;
}

/* The whole of a file, with a NUL behind it; *len is over the limit where it is longer. */
static enum tn_status read_file(struct tn_problems *problems, const char *path, char *out,
                                size_t *len)
{
    FILE *file = fopen(path, "rbe");
    *len = file == NULL ? 0 : fread(out, 1, TN_ICAL_SIZE_MAX + 1, file);
    const bool is_fine = file != NULL && ferror(file) == 0;
    if (!is_fine) {
        tn_problem_unread(problems, path, errno);
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    out[*len] = '\0';
    return is_fine ? TN_OK : TN_ERR_IO;
}

static void tell(void *ctx, uint64_t done, uint64_t total)
{
    const struct tn_import *import = ctx;
    if (import->progress != NULL) {
        import->progress(import->progress_ctx, done, total);
    }
}

/* Marks coming occurrences that the files have no more, although they name the UID. */
static enum tn_status cancel_lost(struct tn_import *import)
{
    static const char sql[] =
        "SELECT id, ical_uid FROM event WHERE ecosystem = $1 AND ical_uid IS NOT NULL AND starts >"
        " $2 AND starts <= $3 AND coalesce(status, '') <> 'cancelled' ORDER BY id";
    static const char cancel[] = "UPDATE event SET status = 'cancelled', rev = rev + 1 WHERE"
                                 " ecosystem = $1 AND id = $2";
    struct tn_stmt *stmt = NULL;
    struct tn_stmt *change = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(import->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, import->now_ms);
    tn_bind_int(stmt, 3, import->until_ms);
    while (status == TN_OK && (status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_id id;
        const struct tn_id uid = uid_id(import, tn_col_text(stmt, 1));
        tn_col_id(stmt, 0, &id);
        if (tn_idset_find(&import->seen, &uid) == 0 || tn_idset_find(&import->seen, &id) != 0) {
            continue;
        }
        status = tn_centre_prepare(import->centre, cancel, &change);
        if (status == TN_OK) {
            tn_bind_id(change, 2, &id);
            status = tn_run(change);
        }
        remark(import, "cancelled", "coming event is no longer in the calendar and was cancelled",
               "coming events are no longer in the calendar and were cancelled");
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status read_all(struct tn_import *import, size_t count)
{
    char *text = malloc(TN_ICAL_SIZE_MAX + 2);
    enum tn_status status = text == NULL ? TN_ERR_NO_MEMORY : TN_OK;
    import->until_ms = import->until_ms == 0 ? INT64_MAX : import->until_ms;
    for (import->file_no = 0; import->file_no < count && status == TN_OK; import->file_no++) {
        struct tn_ical_reading reading = {.text = text,
                                          .tz = import->centre->tz,
                                          .until_ms = import->until_ms,
                                          .problems = &import->problems,
                                          .each = take,
                                          .progress = tell,
                                          .ctx = import};
        import->problems.file = import->files[import->file_no];
        status = read_file(&import->problems, import->problems.file, text, &reading.len);
        if (status == TN_OK) {
            status = tn_ical_read(&reading);
            status = status == TN_ERR_FORMAT && import->problems.count > 0 ? TN_OK : status;
        }
    }
    free(text);
    return status;
}

const struct tn_import_kind tn_import_ical = {
    .name = "ical",
    .thing = "event",
    .things = "events",
    .columns = no_columns,
    .read = read_all,
    .check = cancel_lost,
};
