/* Facts of conflicts, a function for each kind of thing that one can be about, in a table by type.
 * Each statement reads what one line says. */
#include "sync/cmd/conflict_facts.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sync/central/learners.h"
#include "sync/central/logs.h"
#include "sync/central/settle_rule.h"
#include "sync/cmd/common.h"
#include "turnout/badge.h"
#include "turnout/timefmt.h"

struct facts {
    struct tn_centre *centre;
    const struct tn_conflict *conflict;
    bool has_names;
    json_t *out;
};

static void fact(struct facts *f, const char *label, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void fact(struct facts *f, const char *label, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    json_array_append_new(f->out, json_pack("{s:s, s:s}", "label", label, "text", text));
}

struct when {
    char text[TN_TIME_TEXT_SIZE];
};

static struct when when(int64_t at_ms)
{
    struct when out;
    tn_time_format(at_ms, out.text);
    out.text[10] = ' ';
    out.text[16] = '\0'; /* to the minute */
    return out;
}

/* A statement with the ecosystem and an id bound, on its first row; *has says whether there is one.
 * The caller resets it. */
static enum tn_status first(struct facts *f, const char *sql, const struct tn_id *id,
                            struct tn_stmt **stmt, bool *has)
{
    enum tn_status status = tn_centre_prepare(f->centre, sql, stmt);
    *has = false;
    if (status == TN_OK) {
        tn_bind_id(*stmt, 2, id);
        status = tn_step(*stmt, has);
    }
    return status;
}

static enum tn_status say_station(struct facts *f, const struct tn_id *log)
{
    static const char sql[] =
        "SELECT k.station, k.role, e.title, k.last_seq, k.last_seen, k.revoked_at, k.revoked_seq"
        " FROM kiosk k JOIN event e ON e.ecosystem = k.ecosystem AND e.id = k.event WHERE"
        " k.ecosystem = $1 AND k.log_id = $2";
    struct tn_stmt *stmt = NULL;
    bool has = false;
    enum tn_status status = first(f, sql, log, &stmt, &has);
    if (status == TN_OK && has) {
        fact(f, "Station", "%s (%s) at %s", tn_col_text(stmt, 0), tn_col_text(stmt, 1),
             tn_col_text(stmt, 2));
        fact(f, "Entries", "%lld at the centre, last heard from %s UTC",
             (long long)tn_col_int(stmt, 3), when(tn_col_int(stmt, 4)).text);
        if (!tn_col_is_null(stmt, 5)) {
            fact(f, "Revoked", "%s UTC; trusted to entry %lld", when(tn_col_int(stmt, 5)).text,
                 (long long)tn_col_int(stmt, 6));
        }
    } else if (status == TN_OK) {
        fact(f, "Station", "none that the centre knows");
    }
    tn_reset(stmt);
    return status;
}

/* What a log says from a seq on. */
static enum tn_status say_entries(struct facts *f, const char *label, int64_t log_no, int64_t seq)
{
    static const char sql[] = "SELECT count(*), min(at_ms), max(at_ms), count(DISTINCT badge) FROM"
                              " entry WHERE ecosystem = $1 AND log_no = $2 AND seq >= $3";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(f->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, log_no);
    tn_bind_int(stmt, 3, seq);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row && tn_col_int(stmt, 0) > 0) {
        fact(f, label, "%s from %s to %s UTC, %s",
             tn_counted((uint64_t)tn_col_int(stmt, 0), "entry", "entries").text,
             when(tn_col_int(stmt, 1)).text, when(tn_col_int(stmt, 2)).text,
             tn_counted((uint64_t)tn_col_int(stmt, 3), "badge", "badges").text);
    } else if (status == TN_OK) {
        fact(f, label, "no entries");
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status say_fork(struct facts *f)
{
    static const char sql[] = "SELECT seq FROM fork WHERE ecosystem = $1 AND branch_id = $2";
    struct tn_stmt *stmt = NULL;
    struct tn_central_log branch;
    struct tn_id unused;
    bool has = false;
    int64_t first_log = 0;
    enum tn_status status = say_station(f, &f->conflict->a);
    if (status == TN_OK) {
        status = first(f, sql, &f->conflict->b, &stmt, &has);
    }
    const int64_t seq = status == TN_OK && has ? tn_col_int(stmt, 0) : 0;
    tn_reset(stmt);
    if (status == TN_OK) {
        status = tn_logs_get(f->centre, &f->conflict->b, &branch);
    }
    if (status == TN_OK) {
        status = tn_settle_first_copy(f->centre, f->conflict, seq, &unused, &first_log);
    }
    if (status == TN_ERR_NOT_FOUND) {
        return TN_OK;
    }
    if (status == TN_OK) {
        fact(f, "They part", "at entry %lld", (long long)seq);
        status = say_entries(f, "First copy", first_log, seq);
    }
    return status == TN_OK ? say_entries(f, "Second copy", branch.no, seq) : status;
}

static enum tn_status say_revoked(struct facts *f)
{
    static const char sql[] =
        "SELECT log_no, coalesce(revoked_seq, 0) FROM kiosk WHERE ecosystem = $1 AND log_id = $2";
    struct tn_stmt *stmt = NULL;
    bool has = false;
    enum tn_status status = say_station(f, &f->conflict->a);
    if (status == TN_OK) {
        status = first(f, sql, &f->conflict->a, &stmt, &has);
    }
    const int64_t log_no = status == TN_OK && has ? tn_col_int(stmt, 0) : 0;
    const int64_t last = status == TN_OK && has ? tn_col_int(stmt, 1) : 0;
    tn_reset(stmt);
    return status == TN_OK ? say_entries(f, "Since then", log_no, last + 1) : status;
}

static enum tn_status say_held(struct facts *f)
{
    static const char sql[] =
        "SELECT first_seq, last_seq, why, at_ms FROM held WHERE ecosystem = $1 AND log_id = $2"
        " ORDER BY first_seq, hash LIMIT 20";
    struct tn_stmt *stmt = NULL;
    bool has = false;
    enum tn_status status = say_station(f, &f->conflict->a);
    if (status == TN_OK) {
        status = first(f, sql, &f->conflict->a, &stmt, &has);
    }
    while (status == TN_OK && has) {
        fact(f, "Held", "entries %lld to %lld since %s UTC", (long long)tn_col_int(stmt, 0),
             (long long)tn_col_int(stmt, 1), when(tn_col_int(stmt, 3)).text);
        status = tn_step(stmt, &has);
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status say_log(struct facts *f)
{
    return say_station(f, &f->conflict->a);
}

/* Where a badge was seen: a line an event and station. */
static enum tn_status say_scans(struct facts *f, const struct tn_id *badge)
{
    static const char sql[] =
        "SELECT e.title, k.station, count(*), min(s.at_ms), max(s.at_ms), sum(s.is_refused) FROM"
        " event e JOIN sighting s ON s.ecosystem = e.ecosystem AND s.event = e.id AND s.badge = $1"
        " JOIN kiosk k ON k.ecosystem = s.ecosystem AND k.log_no = s.log_no WHERE e.ecosystem = $2"
        " AND s.kind <> 'undo' GROUP BY e.starts, e.title, k.station ORDER BY e.starts, e.title,"
        " k.station LIMIT 20";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_db_prepare(f->centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 1, badge);
    tn_bind_int(stmt, 2, f->centre->no);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        fact(f, "Scanned", "%s at %s, station %s, %s to %s UTC; %lld refused",
             tn_counted((uint64_t)tn_col_int(stmt, 2), "time", "times").text, tn_col_text(stmt, 0),
             tn_col_text(stmt, 1), when(tn_col_int(stmt, 3)).text, when(tn_col_int(stmt, 4)).text,
             (long long)tn_col_int(stmt, 5));
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status say_label(struct facts *f, const char *label, const struct tn_id *learner)
{
    char text[TN_LEARNER_REF_SIZE];
    enum tn_status status = tn_learners_label(f->centre, learner, text);
    if (status == TN_OK) {
        fact(f, label, "%s", text);
    }
    return status;
}

static enum tn_status say_badge(struct facts *f)
{
    static const char sql[] =
        "SELECT b.status, b.learner, e.title, b.replaced_by, (SELECT min(h.at_ms) FROM handout h"
        " WHERE h.ecosystem = b.ecosystem AND h.old = b.id) FROM badge b JOIN event e ON"
        " e.ecosystem = b.ecosystem AND e.id = b.event WHERE b.ecosystem = $1 AND b.id = $2";
    struct tn_stmt *stmt = NULL;
    struct tn_id learner = {{0}};
    struct tn_id by = {{0}};
    char code[TN_BADGE_CODE_SIZE];
    bool has = false;
    tn_badge_code(&f->conflict->a, code);
    enum tn_status status = first(f, sql, &f->conflict->a, &stmt, &has);
    if (status == TN_OK && has) {
        fact(f, "Badge", "%s, %s, made for %s", code, tn_col_text(stmt, 0), tn_col_text(stmt, 2));
        tn_col_id(stmt, 1, &learner);
        tn_col_id(stmt, 3, &by);
        if (!tn_col_is_null(stmt, 4)) {
            fact(f, "Replaced", "%s UTC", when(tn_col_int(stmt, 4)).text);
        }
    } else if (status == TN_OK) {
        fact(f, "Badge", "%s, which the centre did not make and no station has told of", code);
    }
    tn_reset(stmt);
    if (status == TN_OK && !tn_id_is_none(&learner)) {
        status = say_label(f, "Learner", &learner);
    }
    if (status == TN_OK && !tn_id_is_none(&by)) {
        tn_badge_code(&by, code);
        fact(f, "By the badge", "%s", code);
    }
    return status == TN_OK ? say_scans(f, &f->conflict->a) : status;
}

/* The learners that handouts gave a badge to. */
static enum tn_status say_two(struct facts *f)
{
    static const char sql[] =
        "SELECT h.learner, h.kind, h.at_ms, h.why FROM handout h WHERE h.ecosystem = $1 AND h.badge"
        " = $2 AND h.learner IS NOT NULL ORDER BY h.at_ms, h.hash LIMIT 20";
    struct tn_stmt *stmt = NULL;
    bool has = false;
    enum tn_status status = say_badge(f);
    if (status == TN_OK) {
        status = first(f, sql, &f->conflict->a, &stmt, &has);
    }
    while (status == TN_OK && has) {
        char label[TN_LEARNER_REF_SIZE];
        struct tn_id learner;
        tn_col_id(stmt, 0, &learner);
        status = tn_learners_label(f->centre, &learner, label);
        if (status != TN_OK) {
            break;
        }
        fact(f, "Given to", "%s at %s UTC (%s%s%s)", label, when(tn_col_int(stmt, 2)).text,
             tn_col_text(stmt, 1), tn_col_is_null(stmt, 3) ? "" : ", ", tn_col_text(stmt, 3));
        status = tn_step(stmt, &has);
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status say_visits(struct facts *f, const struct tn_id *who)
{
    static const char sql[] =
        "SELECT count(DISTINCT v.event), count(*), min(v.starts), max(v.starts) FROM event e JOIN"
        " visit v ON v.ecosystem = e.ecosystem AND v.event = e.id AND v.who = $1 WHERE e.ecosystem"
        " = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_db_prepare(f->centre->db, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 1, who);
    tn_bind_int(stmt, 2, f->centre->no);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row && tn_col_int(stmt, 1) > 0) {
        fact(f, "  visits", "%lld at %s, %s to %s UTC", (long long)tn_col_int(stmt, 1),
             tn_counted((uint64_t)tn_col_int(stmt, 0), "event", "events").text,
             when(tn_col_int(stmt, 2)).text, when(tn_col_int(stmt, 3)).text);
    } else if (status == TN_OK) {
        fact(f, "  visits", "none");
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status say_name(struct facts *f, const struct tn_id *learner)
{
    static const char sql[] =
        "SELECT given, family FROM learner_pii WHERE ecosystem = $1 AND learner = $2";
    struct tn_stmt *stmt = NULL;
    bool has = false;
    enum tn_status status = first(f, sql, learner, &stmt, &has);
    if (status == TN_OK && has) {
        fact(f, "  name", "%s %s", tn_col_text(stmt, 0), tn_col_text(stmt, 1));
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status say_learner(struct facts *f, const char *label, const struct tn_id *learner)
{
    static const char sql[] =
        "SELECT l.grade, l.birth_year, coalesce(p.name, l.partner_text), l.zip3, l.lang FROM"
        " learner l LEFT JOIN partner p ON p.ecosystem = l.ecosystem AND p.id = l.home_partner "
        "WHERE"
        " l.ecosystem = $1 AND l.id = $2";
    static const char *const labels[] = {"  grade", "  birth year", "  partner", "  zip3",
                                         "  language"};
    struct tn_stmt *stmt = NULL;
    bool has = false;
    enum tn_status status = say_label(f, label, learner);
    if (status == TN_OK && f->has_names) {
        status = say_name(f, learner);
    }
    if (status == TN_OK) {
        status = first(f, sql, learner, &stmt, &has);
    }
    for (int i = 0; status == TN_OK && has && i < 5; i++) {
        if (!tn_col_is_null(stmt, i) && i == 1) {
            fact(f, labels[i], "%lld", (long long)tn_col_int(stmt, i));
        } else if (!tn_col_is_null(stmt, i)) {
            fact(f, labels[i], "%s", tn_col_text(stmt, i));
        }
    }
    tn_reset(stmt);
    return status == TN_OK ? say_visits(f, learner) : status;
}

static enum tn_status say_pair(struct facts *f)
{
    static const char sql[] =
        "SELECT score, reasons FROM duplicate WHERE ecosystem = $1 AND a = $2 AND b = $3";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(f->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &f->conflict->a);
    tn_bind_id(stmt, 3, &f->conflict->b);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        fact(f, "Score", "%lld of 100: %s", (long long)tn_col_int(stmt, 0), tn_col_text(stmt, 1));
    }
    tn_reset(stmt);
    if (status == TN_OK) {
        status = say_learner(f, "One", &f->conflict->a);
    }
    return status == TN_OK ? say_learner(f, "The other", &f->conflict->b) : status;
}

/* The visits of one person at one event. */
static enum tn_status say_stay(struct facts *f, const struct tn_id *event)
{
    static const char sql[] =
        "SELECT e.title, e.site, a.title, v.starts, v.ends, v.imputed, e.code FROM visit v JOIN"
        " event e ON e.ecosystem = v.ecosystem AND e.id = v.event LEFT JOIN activity a ON"
        " a.ecosystem = v.ecosystem AND a.id = v.activity WHERE v.ecosystem = $1 AND v.event = $2"
        " AND v.who = $3 ORDER BY v.starts, v.id LIMIT 20";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(f->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, event);
    tn_bind_id(stmt, 3, &f->conflict->a);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        const bool has_activity = !tn_col_is_null(stmt, 2);
        fact(f, "Was at", "%s (%s)%s%s%s%s, %s to %s UTC%s", tn_col_text(stmt, 0),
             tn_col_text(stmt, 6), tn_col_is_null(stmt, 1) ? "" : ", ", tn_col_text(stmt, 1),
             has_activity ? ": " : "", has_activity ? tn_col_text(stmt, 2) : "",
             when(tn_col_int(stmt, 3)).text, when(tn_col_int(stmt, 4)).text + 11,
             tn_col_int(stmt, 5) != 0 ? " (end not seen)" : "");
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status say_overlap(struct facts *f)
{
    enum tn_status status = say_label(f, "Learner", &f->conflict->a);
    if (status == TN_OK) {
        status = say_stay(f, &f->conflict->b);
    }
    return status == TN_OK ? say_stay(f, &f->conflict->c) : status;
}

static enum tn_status say_activity(struct facts *f)
{
    static const char sql[] =
        "SELECT a.title, e.title, a.capacity, a.default_min, (SELECT count(*) FROM visit v WHERE"
        " v.ecosystem = a.ecosystem AND v.event = a.event AND v.activity = a.id) FROM activity a"
        " JOIN event e ON e.ecosystem = a.ecosystem AND e.id = a.event WHERE a.ecosystem = $1 AND"
        " a.id = $2";
    struct tn_stmt *stmt = NULL;
    bool has = false;
    enum tn_status status = first(f, sql, &f->conflict->a, &stmt, &has);
    if (status == TN_OK && has) {
        fact(f, "Activity", "%s at %s", tn_col_text(stmt, 0), tn_col_text(stmt, 1));
        fact(f, "Room for", "%lld", (long long)tn_col_int(stmt, 2));
        fact(f, "Visits", "%lld in all", (long long)tn_col_int(stmt, 4));
    }
    tn_reset(stmt);
    return status;
}

static const struct {
    const char *type;
    enum tn_status (*say)(struct facts *f);
} sayers[] = {
    {"fork", say_fork},
    {"revoked_station", say_revoked},
    {"gap", say_held},
    {"chain", say_held},
    {"wrong_key", say_held},
    {"unknown_station", say_held},
    {"salvaged", say_log},
    {"clock", say_log},
    {"unknown_badge", say_badge},
    {"revoked_badge", say_badge},
    {"two_learners", say_two},
    {"sealed_form", say_badge},
    {"duplicate", say_pair},
    {"overlap", say_overlap},
    {"capacity", say_activity},
};

enum tn_status tn_conflict_facts(struct tn_centre *centre, const struct tn_conflict *conflict,
                                 bool has_names, json_t *out)
{
    struct facts facts = {centre, conflict, has_names, out};
    for (size_t i = 0; i < sizeof sayers / sizeof sayers[0]; i++) {
        if (strcmp(sayers[i].type, conflict->type_name) == 0) {
            return sayers[i].say(&facts);
        }
    }
    return TN_OK;
}

enum tn_status tn_conflict_history(struct tn_centre *centre, const struct tn_conflict *conflict,
                                   json_t *out)
{
    static const char sql[] = "SELECT verb, how, actor, why, at FROM settlement WHERE ecosystem ="
                              " $1 AND conflict = $2 ORDER BY step";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &conflict->id);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        json_t *row = json_pack("{s:s, s:s, s:s, s:I}", "verb", tn_col_text(stmt, 0), "by",
                                tn_col_text(stmt, 2), "why", tn_col_text(stmt, 3), "at_ms",
                                (json_int_t)tn_col_int(stmt, 4));
        json_object_set_new(
            row, "how", tn_col_is_null(stmt, 1) ? json_null() : json_string(tn_col_text(stmt, 1)));
        json_array_append_new(out, row);
    }
    tn_reset(stmt);
    return status;
}
