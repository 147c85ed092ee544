/* Erasing. Whom it is about is laid down in `erasing` first, each id with its ghost; then every
 * rule is one statement over that table, so that one learner and ten thousand cost the same
 * statements. The price of entries without an index by badge is one walk through `entry`. */
#include "sync/central/erase.h"

#include <stdlib.h>
#include <string.h>

#include "sync/central/erasing.h"
#include "turnout/log.h"

#define ROUNDS_MAX 100 /* of following what belongs together */

/* What belongs to whom, until nothing new is found: a learner's badges, a badge's learner, and
 * those who were merged. A badge that two were given belongs to the one that a person settled on,
 * else to the one the badge table says. */
#define RULED(badge)                                                                               \
    "(SELECT r.target FROM ruling r WHERE r.ecosystem = $1 AND r.does = 'badge_is' AND r.about "   \
    "= " badge ")"

static enum tn_status follow(struct tn_centre *centre)
{
    static const struct {
        const char *what;
        const char *sql;
    } steps[] = {
        {"badge", "SELECT b.id FROM badge b WHERE b.ecosystem = $1 AND b.learner" TN_ERASING_ARE(
                      "learner") TN_ERASING_NOT_YET("b.id") " AND " RULED("b.id") " IS NULL"},
        {"badge", "SELECT about FROM ruling WHERE ecosystem = $1 AND does = 'badge_is' AND"
                  " target" TN_ERASING_ARE("learner") TN_ERASING_NOT_YET("about")},
        {"badge",
         "SELECT DISTINCT s.badge FROM event e JOIN sighting s ON s.ecosystem = e.ecosystem AND"
         " s.event = e.id WHERE e.ecosystem = $1 AND s.learner" TN_ERASING_ARE("learner")
             TN_ERASING_NOT_YET("s.badge") " AND NOT EXISTS (SELECT 1 FROM badge b WHERE"
                                           " b.ecosystem = $1 AND b.id = s.badge AND"
                                           " b.learner IS NOT NULL)"
                                           " AND " RULED("s.badge") " IS NULL"},
        {"learner", "SELECT DISTINCT coalesce(" RULED(
                        "b.id") ", b.learner) FROM badge b WHERE b.ecosystem ="
                                " $1 AND b.id" TN_ERASING_ARE(
                                    "badge") " AND b.learner IS NOT NULL AND "
                                             "coalesce(" RULED("b.id") ", b.learner) NOT IN "
                                                                       "(SELECT id FROM erasing "
                                                                       "WHERE ecosystem = $1)"},
        {"learner", "SELECT learner FROM merged WHERE ecosystem = $1 AND root" TN_ERASING_ARE(
                        "learner") TN_ERASING_NOT_YET("learner")},
        {"learner", "SELECT DISTINCT root FROM merged WHERE ecosystem = $1 AND"
                    " learner" TN_ERASING_ARE("learner") TN_ERASING_NOT_YET("root")},
    };
    enum tn_status status = TN_OK;
    size_t added = 1;
    for (int round = 0; round < ROUNDS_MAX && added > 0 && status == TN_OK; round++) {
        added = 0;
        for (size_t i = 0; i < sizeof steps / sizeof steps[0] && status == TN_OK; i++) {
            status = tn_erasing_add_found(centre, steps[i].sql, steps[i].what, &added);
        }
    }
    return status;
}

/* Every id that stood for them, also those that another system's ids would give. */
static enum tn_status bury(struct tn_centre *centre, int64_t at_ms)
{
    static const char all[] = "SELECT id FROM erasing WHERE ecosystem = $1";
    static const char aliases[] =
        "SELECT source, source_id FROM learner_alias WHERE ecosystem = $1 AND "
        "learner" TN_ERASING_ARE("learner") " ORDER BY source, source_id LIMIT 1 OFFSET $2";
    struct tn_erasing_ids ids;
    enum tn_status status = tn_erasing_read(centre, all, &ids);
    for (size_t i = 0; i < ids.count && status == TN_OK; i++) {
        struct tn_id id;
        memcpy(id.b, ids.items[i], TN_ID_SIZE);
        status =
            tn_tombstone_add(centre, &(struct tn_tombstone){tn_tombstone_of(centre, &id), at_ms});
    }
    tn_erasing_forget(&ids);
    bool has_row = status == TN_OK;
    for (int64_t i = 0; has_row && status == TN_OK; i++) {
        struct tn_stmt *stmt = NULL;
        struct tn_id id = {{0}};
        status = tn_centre_prepare(centre, aliases, &stmt);
        if (status != TN_OK) {
            break;
        }
        tn_bind_int(stmt, 2, i);
        status = tn_step(stmt, &has_row);
        if (status == TN_OK && has_row) {
            id = tn_centre_id(&centre->id, "learner", tn_col_text(stmt, 0), tn_col_text(stmt, 1));
        }
        tn_reset(stmt);
        if (status == TN_OK && has_row) {
            status = tn_tombstone_add(centre,
                                      &(struct tn_tombstone){tn_tombstone_of(centre, &id), at_ms});
        }
    }
    return status;
}

static enum tn_status count_all(struct tn_centre *centre, struct tn_erase_sum *out)
{
    static const char learners[] =
        "SELECT count(*) FROM erasing WHERE ecosystem = $1 AND what = 'learner'";
    static const char badges[] =
        "SELECT count(*) FROM erasing WHERE ecosystem = $1 AND what = 'badge'";
    static const char visits[] = "SELECT count(*) FROM visit WHERE ecosystem = $1 AND who IN"
                                 " (SELECT id FROM erasing WHERE ecosystem = $1)";
    static const char forms[] =
        "SELECT count(*) FROM sealed WHERE ecosystem = $1 AND badge" TN_ERASING_ARE("badge");
    static const char sent[] =
        "SELECT count(*) FROM export_sent s JOIN visit v ON v.ecosystem = s.ecosystem AND v.id ="
        " s.visit WHERE s.ecosystem = $1 AND s.voided_at IS NULL AND " TN_ERASING_ANY("v.who");
    const struct {
        const char *sql;
        uint64_t *out;
    } counts[] = {{sent, &out->sent},
                  {learners, &out->learners},
                  {badges, &out->badges},
                  {visits, &out->visits},
                  {forms, &out->forms}};
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0] && status == TN_OK; i++) {
        int64_t number = 0;
        status = tn_centre_number(centre, counts[i].sql, &number);
        *counts[i].out = (uint64_t)number;
    }
    return status;
}

static enum tn_status stamp(struct tn_centre *centre, int64_t at_ms)
{
    static const char secrets[] =
        "UPDATE badge SET secret = $2 WHERE ecosystem = $1 AND id" TN_ERASING_ARE("badge");
    static const char rows[] = "UPDATE learner SET erased_at = $2, rev = rev + 1 WHERE ecosystem ="
                               " $1 AND id" TN_ERASING_ARE("learner");
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, secrets, &stmt);
    if (status == TN_OK) {
        tn_bind_bytes(stmt, 2, (struct tn_bytes){(const uint8_t *)"", 0});
        status = tn_run(stmt);
    }
    status = status == TN_OK ? tn_centre_prepare(centre, rows, &stmt) : status;
    if (status == TN_OK) {
        tn_bind_int(stmt, 2, at_ms);
        status = tn_run(stmt);
    }
    return status;
}

static enum tn_status apply_rules(struct tn_centre *centre)
{
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < tn_erase_rule_count && status == TN_OK; i++) {
        if (tn_erase_rules[i].sql != NULL) {
            status = tn_centre_run(centre, tn_erase_rules[i].sql);
        }
    }
    return status;
}

enum tn_status tn_erase_people(struct tn_centre *centre, const struct tn_id *ids, size_t count_of,
                               int64_t at_ms, struct tn_erase_sum *out)
{
    static const char empty[] = "DELETE FROM erasing WHERE ecosystem = $1";
    static const char is_badge[] =
        "UPDATE erasing SET what = 'badge' WHERE ecosystem = $1 AND id IN"
        " (SELECT id FROM badge WHERE ecosystem = $1)";
    *out = (struct tn_erase_sum){0};
    enum tn_status status = tn_centre_run(centre, empty);
    for (size_t i = 0; i < count_of && status == TN_OK; i++) {
        status = tn_erasing_add_ghosted(centre, (struct tn_bytes){ids[i].b, TN_ID_SIZE}, "learner");
    }
    status = status == TN_OK ? tn_centre_run(centre, is_badge) : status;
    status = status == TN_OK ? follow(centre) : status;
    status = status == TN_OK ? bury(centre, at_ms) : status;
    status = status == TN_OK ? tn_erase_keys(centre) : status;
    status = status == TN_OK ? tn_erase_words(centre) : status;
    status = status == TN_OK ? count_all(centre, out) : status;
    status = status == TN_OK ? tn_erase_entries(centre, out) : status;
    status = status == TN_OK ? tn_erase_held(centre, out) : status;
    status = status == TN_OK ? tn_erase_audit(centre, out) : status;
    status = status == TN_OK ? stamp(centre, at_ms) : status;
    status = status == TN_OK ? apply_rules(centre) : status;
    return status == TN_OK ? tn_centre_run(centre, empty) : status;
}

/* Looks words up one way; *found counts learners. */
static enum tn_status look_up(struct tn_centre *centre, const char *sql, const char *source,
                              const char *words, struct tn_id *out, int *found)
{
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    *found = 0;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_text(stmt, 2, words);
    if (source != NULL) {
        tn_bind_text(stmt, 3, source);
    }
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        tn_col_id(stmt, 0, out);
        ++*found;
    }
    tn_reset(stmt);
    return status;
}

enum tn_status tn_erase_find(struct tn_centre *centre, const char *words, struct tn_id *out)
{
    static const char by_alias[] = "SELECT DISTINCT learner FROM learner_alias WHERE ecosystem = $1"
                                   " AND source_id = $2 AND source = $3";
    static const char by_any[] =
        "SELECT DISTINCT learner FROM learner_alias WHERE ecosystem = $1 AND source_id = $2";
    static const char by_code[] = "SELECT DISTINCT learner FROM badge WHERE ecosystem = $1 AND code"
                                  " = $2 AND learner IS NOT NULL";
    char source[256] = "roster";
    const char *colon = strrchr(words, ':');
    int found = 0;
    enum tn_status status = look_up(centre, by_alias, source, words, out, &found);
    if (status == TN_OK && found == 0 && colon != NULL) {
        (void)snprintf(source, sizeof source, "%.*s", (int)(colon - words), words);
        status = look_up(centre, by_alias, source, colon + 1, out, &found);
    }
    if (status == TN_OK && found == 0 && words[0] != '\0') {
        status = look_up(centre, by_any, NULL, words, out, &found);
    }
    if (status == TN_OK && found == 0 && words[0] != '\0') {
        status = look_up(centre, by_code, NULL, words, out, &found);
    }
    if (status == TN_OK && found != 1) {
        tn_log(TN_LOG_ERROR,
               "%s: %s; give the id in the roster, source:id, or the 9-digit code on"
               " a badge",
               words, found == 0 ? "no learner is known by this" : "more than one learner");
        return found == 0 ? TN_ERR_NOT_FOUND : TN_ERR_STATE;
    }
    return status;
}

enum tn_status tn_erasure_each(struct tn_centre *centre, const struct tn_id *event,
                               enum tn_status (*each)(void *ctx, const struct tn_id *badge),
                               void *ctx)
{
    static const char sql[] =
        "SELECT id FROM erased_badge WHERE ecosystem = $1 AND event = $2 ORDER BY id";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, event);
    while (status == TN_OK && (status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_id badge;
        tn_col_id(stmt, 0, &badge);
        status = each(ctx, &badge);
    }
    tn_reset(stmt);
    return status;
}

enum tn_status tn_erase_scrub(struct tn_centre *centre, bool is_needed)
{
    static const char pending[] =
        "SELECT count(*) FROM erasure WHERE ecosystem = $1 AND is_scrubbed = 0";
    static const char done[] = "UPDATE erasure SET is_scrubbed = 1 WHERE ecosystem = $1";
    int64_t waiting = 0;
    enum tn_status status = tn_centre_number(centre, pending, &waiting);
    if (status != TN_OK || (waiting == 0 && !is_needed)) {
        return status;
    }
    status = tn_db_scrub(centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = tn_db_begin(centre->db);
    if (status != TN_OK) {
        return status;
    }
    status = tn_centre_run(centre, done);
    if (status == TN_OK) {
        return tn_db_commit(centre->db);
    }
    tn_db_rollback(centre->db);
    return status;
}
