/* The sections of a record. A table that can hold something about a learner has a row here, and a
 * test walks the schema to find one that has not. Tables without an index by learner are reached
 * event by event through the index that visits are derived with (CROSS JOIN keeps SQLite to that
 * order), so a record takes milliseconds, however many visits others have. */
#include "sync/central/record.h"

#include <stdio.h>
#include <string.h>

#include "sync/central/learners.h"
#include "sync/central/merge.h"

#define MY_BADGES " IN (SELECT m.id FROM badge m WHERE m.ecosystem = $1 AND m.learner = $2)"

const struct tn_record_section tn_record_sections[] = {
    {"learner", "Learner",
     "SELECT l.id, l.display, l.grade, l.birth_year, p.name AS home_partner, l.partner_text AS"
     " home_partner_as_typed, l.zip3, l.lang AS language, l.directory_opt_out AS"
     " is_hidden_in_directory, l.merged_into, l.erased_at AS erased_ms FROM learner l LEFT JOIN"
     " partner p ON p.ecosystem = l.ecosystem AND p.id = l.home_partner WHERE l.ecosystem = $1 AND"
     " l.id = $2",
     false},
    {"names", "Names and contact",
     "SELECT given AS given_name, preferred AS preferred_name, family AS family_name, contact FROM"
     " learner_pii WHERE ecosystem = $1 AND learner = $2",
     false},
    {"ids", "Ids in other systems",
     "SELECT source, source_id AS id FROM learner_alias WHERE ecosystem = $1 AND learner = $2"
     " ORDER BY source, source_id",
     false},
    {"groups", "Groups",
     "SELECT title FROM learner_group WHERE ecosystem = $1 AND learner = $2 ORDER BY title", false},
    {"classes", "Classes of a school's system",
     "SELECT g.title, g.source, p.name AS partner FROM class_member m JOIN class_group g ON"
     " g.ecosystem = m.ecosystem AND g.id = m.class_group LEFT JOIN partner p ON p.ecosystem ="
     " g.ecosystem AND p.id = g.partner WHERE m.ecosystem = $1 AND m.learner = $2"
     " ORDER BY g.title, g.id",
     false},
    {"consents", "Consents",
     "SELECT purpose, basis, given_by, given_at AS given_ms, until AS until_ms, withdrawn_at AS"
     " withdrawn_ms FROM consent WHERE ecosystem = $1 AND learner = $2 ORDER BY purpose",
     false},
    {"demographics", "What was told about them",
     "SELECT dimension, value, consent FROM learner_demo WHERE ecosystem = $1 AND learner = $2"
     " ORDER BY dimension, value",
     false},
    {"registrations", "Registrations",
     "SELECT e.code AS event, e.title AS event_title, a.title AS activity, r.status, r.source FROM"
     " registration r LEFT JOIN event e ON e.ecosystem = r.ecosystem AND e.id = r.event LEFT JOIN"
     " activity a ON a.ecosystem = r.ecosystem AND a.id = r.activity WHERE r.ecosystem = $1 AND"
     " r.learner = $2 ORDER BY e.starts, e.code, a.title",
     false},
    {"badges", "Badges",
     "SELECT b.code, e.code AS event, b.issued AS issued_ms, b.expires AS expires_ms, b.status,"
     " n.code AS replaced_by FROM badge b LEFT JOIN event e ON e.ecosystem = b.ecosystem AND e.id ="
     " b.event LEFT JOIN badge n ON n.ecosystem = b.ecosystem AND n.id = b.replaced_by WHERE"
     " b.ecosystem = $1 AND b.learner = $2 ORDER BY b.issued, b.code",
     false},
    {"handouts", "Badges given at a station",
     "SELECT b.code AS badge, h.kind, h.at_ms, e.code AS event, o.code AS instead_of, h.why FROM"
     " handout h LEFT JOIN badge b ON b.ecosystem = h.ecosystem AND b.id = h.badge LEFT JOIN badge"
     " o ON o.ecosystem = h.ecosystem AND o.id = h.old LEFT JOIN event e ON e.ecosystem ="
     " h.ecosystem AND e.id = h.event WHERE h.ecosystem = $1 AND (h.learner = $2 OR "
     "h.badge" MY_BADGES ") ORDER BY h.at_ms, b.code",
     false},
    {"walk_in_forms", "Walk-in forms",
     "SELECT b.code AS badge, s.at_ms, CASE s.state WHEN 0 THEN 'still sealed' WHEN 1 THEN 'opened'"
     " ELSE 'cannot be opened' END AS state FROM badge b JOIN sealed s ON s.ecosystem = b.ecosystem"
     " AND s.badge = b.id WHERE b.ecosystem = $1 AND b.learner = $2 ORDER BY s.at_ms, b.code",
     false},
    {"visits", "Visits",
     "SELECT e.code AS event, e.title AS event_title, a.title AS activity, v.starts AS starts_ms,"
     " v.ends AS ends_ms, v.minutes, v.imputed AS is_end_imputed, i.station AS in_station,"
     " o.station AS out_station FROM event e CROSS JOIN visit v LEFT JOIN activity a ON a.ecosystem"
     " = v.ecosystem AND a.id = v.activity LEFT JOIN kiosk i ON i.ecosystem = v.ecosystem AND"
     " i.log_id = v.in_log LEFT JOIN kiosk o ON o.ecosystem = v.ecosystem AND o.log_id = v.out_log"
     " WHERE e.ecosystem = $1 AND v.ecosystem = e.ecosystem AND v.event = e.id AND v.who = $2"
     " ORDER BY v.starts, v.id",
     false},
    {"sheets", "Attendance that was imported",
     "SELECT e.code AS event, a.title AS activity, t.starts AS starts_ms, t.ends AS ends_ms,"
     " t.source FROM event e CROSS JOIN attendance t LEFT JOIN activity a ON a.ecosystem ="
     " t.ecosystem AND a.id = t.activity WHERE e.ecosystem = $1 AND t.ecosystem = e.ecosystem AND"
     " t.event = e.id AND t.learner = $2 ORDER BY t.starts, t.id",
     false},
    {"corrections", "Corrections of their visits by learner or group",
     "SELECT c.seq, c.at_ms, c.actor, c.verb, c.why, e.code AS event, c.group_title AS of_group,"
     " c.by_ms / 60000 AS moved_by_minutes, c.starts_ms, c.ends_ms, c.minutes, CASE WHEN EXISTS"
     " (SELECT 1 FROM correction r WHERE r.ecosystem = c.ecosystem AND r.reverts = c.seq) THEN 1"
     " ELSE 0 END AS is_taken_back FROM correction c LEFT JOIN event e ON e.ecosystem ="
     " c.ecosystem AND e.id = c.event WHERE c.ecosystem = $1 AND (EXISTS (SELECT 1 FROM"
     " correction_learner m WHERE m.ecosystem = c.ecosystem AND m.seq = c.seq AND m.learner = $2) "
     "OR"
     " c.group_title IN (SELECT g.title FROM learner_group g WHERE g.ecosystem = $1 AND g.learner ="
     " $2)) ORDER BY c.seq",
     false},
    {"entries", "What stations recorded",
     "SELECT e.code AS event, a.title AS activity, k.station, s.at_ms, s.kind, n.method, b.code AS"
     " badge FROM badge b CROSS JOIN event e CROSS JOIN sighting s LEFT JOIN kiosk k ON k.ecosystem"
     " = s.ecosystem AND k.log_no = s.log_no LEFT JOIN entry n ON n.ecosystem = s.ecosystem AND"
     " n.log_no = s.log_no AND n.seq = s.seq LEFT JOIN activity a ON a.ecosystem = s.ecosystem AND"
     " a.id = s.activity WHERE b.ecosystem = $1 AND b.learner = $2 AND e.ecosystem = b.ecosystem"
     " AND s.ecosystem = e.ecosystem AND s.event = e.id AND s.badge = b.id"
     " ORDER BY s.at_ms, k.log_id, s.seq",
     false},
    {"conflicts", "What had to be settled",
     "SELECT c.id, c.type, c.state, c.at AS noticed_ms FROM conflict c WHERE c.ecosystem = $1 AND"
     " (c.a = $2 OR c.b = $2 OR c.c = $2 OR c.a" MY_BADGES " OR c.b" MY_BADGES ")"
     " ORDER BY c.type, c.id",
     false},
    {"settlements", "How it was settled",
     "SELECT s.conflict, s.step, s.verb, s.how, s.actor, s.why, s.at AS at_ms FROM conflict c JOIN"
     " settlement s ON s.ecosystem = c.ecosystem AND s.conflict = c.id WHERE c.ecosystem = $1 AND"
     " (c.a = $2 OR c.b = $2 OR c.c = $2 OR c.a" MY_BADGES " OR c.b" MY_BADGES ")"
     " ORDER BY s.conflict, s.step",
     false},
    {"rulings", "What follows from that",
     "SELECT r.does, r.about, r.target, r.amount FROM ruling r WHERE r.ecosystem = $1 AND (r.about"
     " = $2 OR r.target = $2 OR r.about" MY_BADGES ") ORDER BY r.does, r.about",
     false},
    {"likenesses", "Learners who may be the same person",
     "SELECT d.b AS other, d.score, d.reasons FROM duplicate d WHERE d.ecosystem = $1 AND d.a = $2"
     " UNION ALL SELECT f.a, f.score, f.reasons FROM duplicate f WHERE f.ecosystem = $1 AND f.b ="
     " $2 ORDER BY 1",
     false},
    {"merges", "Merged into this learner",
     "SELECT learner AS id FROM merged WHERE ecosystem = $1 AND root = $2 ORDER BY learner", false},
    {"sent", "Sent to others, without the name",
     "SELECT r.recipient, count(*) AS statements, min(v.starts) AS first_visit_ms, max(v.starts) AS"
     " last_visit_ms FROM (SELECT DISTINCT recipient FROM export_sent WHERE ecosystem = $1) r CROSS"
     " JOIN event e CROSS JOIN visit v CROSS JOIN export_sent s WHERE e.ecosystem = $1 AND"
     " v.ecosystem = e.ecosystem AND v.event = e.id AND v.who = $2 AND s.ecosystem = v.ecosystem"
     " AND s.recipient = r.recipient AND s.visit = v.id GROUP BY r.recipient ORDER BY r.recipient",
     false},
    {"audit", "What was done about them at the centre",
     "SELECT seq, at_ms, actor, action, object, why FROM audit WHERE ecosystem = $1 AND object = $2"
     " ORDER BY seq",
     true},
    {NULL, NULL, NULL, false},
};

static enum tn_status add_ref(struct tn_record_who *who, const char *text)
{
    if (who->ref_count == TN_RECORD_REFS_MAX) {
        return TN_ERR_LIMIT;
    }
    (void)snprintf(who->refs[who->ref_count++], TN_RECORD_REF_SIZE, "%s", text);
    return TN_OK;
}

/* Ids of sources are meant with their source and, those of the roster, without; badges by code. */
static enum tn_status add_refs(struct tn_centre *centre, const struct tn_id *id,
                               struct tn_record_who *who)
{
    static const char sql[] =
        "SELECT x.source || ':' || x.source_id FROM learner_alias x WHERE x.ecosystem = $1 AND"
        " x.learner = $2 UNION SELECT CASE WHEN y.source = '" TN_LEARNER_SOURCE "' THEN y.source_id"
        " ELSE y.source || ':' || y.source_id END FROM learner_alias y WHERE y.ecosystem = $1 AND"
        " y.learner = $2 UNION SELECT b.code FROM badge b"
        " WHERE b.ecosystem = $1 AND b.learner = $2 ORDER BY 1";
    char hex[TN_ID_HEX_SIZE];
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    tn_id_hex(id, hex);
    enum tn_status status = add_ref(who, hex);
    if (status == TN_OK) {
        status = tn_centre_prepare(centre, sql, &stmt);
    }
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, id);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        status = add_ref(who, tn_col_text(stmt, 0));
        if (status != TN_OK) {
            break;
        }
    }
    tn_reset(stmt);
    return status;
}

enum tn_status tn_record_find(struct tn_centre *centre, const struct tn_id *learner,
                              struct tn_record_who *out)
{
    _Static_assert(TN_RECORD_IDS_MAX == TN_LEARNERS_MERGED_MAX, "one list");
    struct tn_id root;
    out->ref_count = 0;
    enum tn_status status = tn_merge_root(centre, learner, &root);
    if (status == TN_OK) {
        status = tn_learners_merged(centre, &root, out->ids, &out->id_count);
    }
    for (size_t i = 0; status == TN_OK && i < out->id_count; i++) {
        status = add_refs(centre, &out->ids[i], out);
    }
    return status;
}

static enum tn_status each_row(struct tn_stmt *stmt,
                               enum tn_status (*each)(void *ctx, struct tn_stmt *row), void *ctx)
{
    bool has_row = false;
    enum tn_status status = TN_OK;
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        status = each(ctx, stmt);
        if (status != TN_OK) {
            break;
        }
    }
    tn_reset(stmt);
    return status;
}

enum tn_status tn_record_each(struct tn_centre *centre, const struct tn_record_section *section,
                              const struct tn_record_who *who,
                              enum tn_status (*each)(void *ctx, struct tn_stmt *row), void *ctx)
{
    const size_t count = section->by_ref ? who->ref_count : who->id_count;
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        struct tn_stmt *stmt = NULL;
        status = tn_centre_prepare(centre, section->sql, &stmt);
        if (status == TN_OK && section->by_ref) {
            tn_bind_text(stmt, 2, who->refs[i]);
        } else if (status == TN_OK) {
            tn_bind_id(stmt, 2, &who->ids[i]);
        }
        status = status == TN_OK ? each_row(stmt, each, ctx) : status;
    }
    return status;
}
