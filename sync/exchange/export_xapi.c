/* xAPI 1.0.3: a statement a visit that is over, one a line. A learner is an account whose name is a
 * pseudonym that only this recipient gets, and so is the statement's id, a keyed hash of the
 * visit's id and revision: the same visit is the same statement each time, so sending a file twice
 * harms nothing, and two recipients cannot match theirs by ids (by times they can, which only
 * leaving the times out would prevent). A visit that changed or vanished after it was sent is taken
 * back with a voiding statement, in this and every later file for that recipient, which is why what
 * is sent is noted at the centre, a page of visits a transaction. */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "sync/central/sent.h"
#include "sync/exchange/export.h"
#include "turnout/log.h"

static const struct tn_export_counted not_over = {"open_visits", "visit is not over yet and waits",
                                                  "visits are not over yet and wait"};
static const struct tn_export_counted taken_back = {
    "voidings", "of them takes back what this recipient was sent before",
    "of them take back what this recipient was sent before"};

#define VERB_ATTENDED "http://adlnet.gov/expapi/verbs/attended"
#define VERB_VOIDED "http://adlnet.gov/expapi/verbs/voided"
#define TYPE_EVENT "http://activitystrea.ms/schema/1.0/event"
#define UUID_SIZE 37
#define IRI_SIZE 1024
#define DURATION_SIZE 40

/* Names under `.invalid` belong to nobody and never will (RFC 6761). */
#define HOME_DEFAULT "https://turnout.invalid"

/* A UUID of what a key makes of a visit's revision. Its version says 5, "made of a name by a hash",
 * the one of RFC 4122's that fits and that every record store takes; the hash is BLAKE2b. */
static void statement_id(const struct tn_export *export, const char *label,
                         const struct tn_id *visit, int64_t revision, char out[UUID_SIZE])
{
    uint8_t part[TN_ID_SIZE + 8];
    memcpy(part, visit->b, TN_ID_SIZE);
    for (int i = 0; i < 8; i++) {
        part[TN_ID_SIZE + i] = (uint8_t)((uint64_t)revision >> (56 - 8 * i));
    }
    struct tn_key b = tn_key_derive(&export->key, label, (struct tn_bytes){part, sizeof part});
    b.b[6] = (uint8_t)((b.b[6] & 0x0f) | 0x50);
    b.b[8] = (uint8_t)((b.b[8] & 0x3f) | 0x80);
    size_t len = 0;
    for (int i = 0; i < 16; i++) {
        const bool has_dash = i == 4 || i == 6 || i == 8 || i == 10;
        len += (size_t)snprintf(out + len, UUID_SIZE - len, "%s%02x", has_dash ? "-" : "", b.b[i]);
    }
}

/* Appends a code to an IRI, with everything but RFC 3986's unreserved characters as %XX. */
static void add_segment(char *iri, const char *name, const char *code)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    size_t len = strlen(iri);
    len += (size_t)snprintf(iri + len, IRI_SIZE - len, "/%s/", name);
    for (; *code != '\0' && len + 4 < IRI_SIZE; code++) {
        const bool is_plain = strchr(plain, *code) != NULL;
        len += (size_t)snprintf(iri + len, IRI_SIZE - len, is_plain ? "%c" : "%%%02X",
                                (unsigned char)*code);
    }
}

static void home_of(const struct tn_export *export, char out[IRI_SIZE])
{
    (void)snprintf(out, IRI_SIZE, "%s", export->home == NULL ? HOME_DEFAULT : export->home);
    for (size_t len = strlen(out); len > 0 && out[len - 1] == '/'; len--) {
        out[len - 1] = '\0';
    }
    add_segment(out, "ecosystem", export->centre->code);
}

static void event_iri(const struct tn_export *export, const struct tn_attended_event *event,
                      char out[IRI_SIZE])
{
    home_of(export, out);
    add_segment(out, "event", event->code);
}

static void duration_of(int64_t ms, char out[DURATION_SIZE])
{
    const int64_t seconds = ms < 0 ? 0 : (ms + 500) / 1000;
    size_t len = (size_t)snprintf(out, DURATION_SIZE, "PT");
    if (seconds >= 3600) {
        len += (size_t)snprintf(out + len, DURATION_SIZE - len, "%" PRId64 "H", seconds / 3600);
    }
    if (seconds / 60 % 60 > 0) {
        len += (size_t)snprintf(out + len, DURATION_SIZE - len, "%" PRId64 "M", seconds / 60 % 60);
    }
    if (seconds % 60 > 0 || seconds == 0) {
        (void)snprintf(out + len, DURATION_SIZE - len, "%" PRId64 "S", seconds % 60);
    }
}

static json_t *activity_json(const char *iri, const char *title)
{
    /* "und": nobody says in which language a title is. */
    return json_pack("{s:s, s:s, s:{s:s, s:{s:s}}}", "objectType", "Activity", "id", iri,
                     "definition", "type", TYPE_EVENT, "name", "und", title);
}

static json_t *result_json(const struct tn_attended *row)
{
    char duration[DURATION_SIZE];
    duration_of(row->ends - row->starts, duration);
    json_t *result = json_pack("{s:b, s:s}", "completion", 1, "duration", duration);
    if (row->imputed) {
        (void)json_object_set_new(
            result, "extensions",
            json_pack("{s:b}", HOME_DEFAULT "/extensions/imputed-duration", 1));
    }
    return result;
}

static json_t *context_json(const struct tn_export *export, const struct tn_attended_event *event,
                            const struct tn_attended *row)
{
    char home[IRI_SIZE];
    char parent[IRI_SIZE];
    home_of(export, home);
    event_iri(export, event, parent);
    json_t *groups =
        json_pack("{s:[{s:s, s:s}]}", "grouping", "objectType", "Activity", "id", home);
    if (!tn_id_is_none(&row->activity)) {
        (void)json_object_set_new(groups, "parent",
                                  json_pack("[o]", activity_json(parent, event->title)));
    }
    return json_pack("{s:s, s:o}", "platform", "Turnout", "contextActivities", groups);
}

static json_t *object_json(const struct tn_export *export, const struct tn_attended_event *event,
                           const struct tn_attended *row)
{
    char iri[IRI_SIZE];
    event_iri(export, event, iri);
    if (tn_id_is_none(&row->activity)) {
        return activity_json(iri, event->title);
    }
    add_segment(iri, "activity", row->activity_code);
    return activity_json(iri, row->activity_title);
}

static enum tn_status print(struct tn_export *export, json_t *statement)
{
    if (statement == NULL) {
        tn_log(TN_LOG_ERROR, "a title or a code is not UTF-8; import it again from a file that is");
        return TN_ERR_FORMAT;
    }
    const bool is_fine =
        json_dumpf(statement, export->file, JSON_COMPACT) == 0 && fputc('\n', export->file) != EOF;
    json_decref(statement);
    return is_fine ? TN_OK : TN_ERR_IO;
}

static enum tn_status print_visit(struct tn_export *export, const struct tn_attended_event *event,
                                  const struct tn_attended *row, int64_t revision)
{
    char id[UUID_SIZE];
    char home[IRI_SIZE];
    char name[TN_ID_HEX_SIZE];
    char timestamp[TN_TIME_TEXT_SIZE];
    statement_id(export, "turnout statement v1", &row->visit, revision, id);
    home_of(export, home);
    tn_export_pseudonym(export, &row->learner, name);
    tn_time_format(row->starts, timestamp);
    return print(export, json_pack("{s:s, s:{s:s, s:{s:s, s:s}}, s:{s:s, s:{s:s}}, s:o, s:o, s:s,"
                                   " s:o}",
                                   "id", id, "actor", "objectType", "Agent", "account", "homePage",
                                   home, "name", name, "verb", "id", VERB_ATTENDED, "display",
                                   "en-US", "attended", "object", object_json(export, event, row),
                                   "result", result_json(row), "timestamp", timestamp, "context",
                                   context_json(export, event, row)));
}

static enum tn_status print_voiding(struct tn_export *export, const struct tn_sent *sent)
{
    char id[UUID_SIZE];
    char voided[UUID_SIZE];
    char home[IRI_SIZE];
    char timestamp[TN_TIME_TEXT_SIZE];
    statement_id(export, "turnout voiding v1", &sent->visit, sent->revision, id);
    statement_id(export, "turnout statement v1", &sent->visit, sent->revision, voided);
    home_of(export, home);
    tn_time_format(sent->voided_at, timestamp);
    return print(export, json_pack("{s:s, s:{s:s, s:{s:s, s:s}}, s:{s:s, s:{s:s}}, s:{s:s, s:s},"
                                   " s:s}",
                                   "id", id, "actor", "objectType", "Agent", "account", "homePage",
                                   home, "name", "turnout-sync", "verb", "id", VERB_VOIDED,
                                   "display", "en-US", "voided", "object", "objectType",
                                   "StatementRef", "id", voided, "timestamp", timestamp));
}

/* All that a statement says, under the recipient's key, so that the centre's own note of it tells
 * nothing about a learner. */
static struct tn_id content_of(const struct tn_export *export,
                               const struct tn_attended_event *event, const struct tn_attended *row)
{
    char text[3 * TN_ID_HEX_SIZE + IRI_SIZE + 64];
    char learner[TN_ID_HEX_SIZE];
    char home[IRI_SIZE];
    struct tn_id out;
    tn_id_hex(&row->learner, learner);
    home_of(export, home);
    const int len = snprintf(text, sizeof text, "%s\n%s\n%" PRId64 "\n%" PRId64 "\n%d\n", learner,
                             home, row->starts, row->ends, row->imputed);
    const size_t used = len < 0 ? 0 : (size_t)len;
    memcpy(text + used, event->id.b, TN_ID_SIZE);
    memcpy(text + used + TN_ID_SIZE, row->activity.b, TN_ID_SIZE);
    const struct tn_key whole =
        tn_key_derive(&export->key, "turnout sent v1",
                      (struct tn_bytes){(const uint8_t *)text, used + 2 * (size_t)TN_ID_SIZE});
    memcpy(out.b, whole.b, TN_ID_SIZE);
    return out;
}

static enum tn_status send_visit(struct tn_export *export, const struct tn_attended_event *event,
                                 const struct tn_attended *row)
{
    int64_t revision = 0;
    if (tn_id_is_none(&row->learner)) {
        tn_export_note(export, &tn_export_unknown, 1);
        return TN_OK;
    }
    if (row->ends > export->now_ms) {
        tn_export_note(export, &not_over, 1);
        return TN_OK;
    }
    const struct tn_id content = content_of(export, event, row);
    enum tn_status status = tn_sent_note(export->centre, export->recipient, &row->visit, &content,
                                         export->now_ms, &revision);
    export->rows++;
    return status == TN_OK ? print_visit(export, event, row, revision) : status;
}

/* A page in a transaction, so that a hub waits for none of them for long. */
static enum tn_status send_page(struct tn_export *export, struct tn_attended_walk *walk,
                                size_t *count)
{
    const struct tn_attended_event *event = NULL;
    const struct tn_attended *rows = NULL;
    enum tn_status status = tn_db_begin(export->centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = tn_attended_next(walk, &event, &rows, count);
    for (size_t i = 0; i < *count && status == TN_OK; i++) {
        status = send_visit(export, event, &rows[i]);
    }
    if (status == TN_OK) {
        return tn_db_commit(export->centre->db);
    }
    tn_db_rollback(export->centre->db);
    return status;
}

static enum tn_status send_visits(struct tn_export *export)
{
    struct tn_attended_walk walk;
    size_t count = 1;
    enum tn_status status = tn_attended_start(export->centre, &export->filter, &walk);
    while (status == TN_OK && count > 0) {
        status = send_page(export, &walk, &count);
        tn_export_tell(export, count, walk.visits);
    }
    tn_attended_end(&walk);
    return status;
}

static enum tn_status void_page(struct tn_export *export, struct tn_sent *last,
                                struct tn_sent *page, bool *is_end)
{
    size_t count = 0;
    enum tn_status status = tn_db_begin(export->centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = tn_sent_voided(export->centre, export->recipient, export->now_ms, last, page, &count,
                            is_end);
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        status = print_voiding(export, &page[i]);
        export->rows++;
    }
    tn_export_note(export, &taken_back, count);
    if (status == TN_OK) {
        return tn_db_commit(export->centre->db);
    }
    tn_db_rollback(export->centre->db);
    return status;
}

static enum tn_status write_statements(struct tn_export *export)
{
    struct tn_sent last = {0};
    bool is_end = false;
    bool may = false;
    struct tn_sent *page = calloc(TN_SENT_PAGE, sizeof *page);
    enum tn_status status = page == NULL ? TN_ERR_NO_MEMORY : TN_OK;
    if (status == TN_OK) {
        status = tn_db_may_insert(export->centre->db, "export_sent", &may);
    }
    if (status == TN_OK && !may) {
        tn_log(TN_LOG_ERROR, "this role may not note what is sent; export as the database's owner");
        status = TN_ERR_STATE;
    }
    if (status == TN_OK) {
        status = send_visits(export);
    }
    while (status == TN_OK && !is_end) {
        status = void_page(export, &last, page, &is_end);
    }
    free(page);
    return status;
}

const struct tn_export_kind tn_export_xapi = {
    .name = "xapi",
    .thing = "statement",
    .things = "statements",
    .summary = "xAPI 1.0.3 statements, one a line, by pseudonyms (JSON lines)",
    .holds = TN_EXPORT_PSEUDONYMS,
    .is_open = true,
    .write = write_statements,
};
