/* What becomes of each column that can lead to somebody: the one list of them. Order matters where
 * a rule asks for what a later one takes away. */
#include "sync/central/erase.h"
#include "sync/central/erasing.h"

#define GONE(column) TN_ERASING_ANY(column)

#define DELETE_ROW(table, column)                                                                  \
    {                                                                                              \
        table "." column, TN_ERASE_DELETE,                                                         \
            "DELETE FROM " table " WHERE ecosystem = $1 AND " GONE(column)                         \
    }

#define GHOST(table, column)                                                                       \
    {                                                                                              \
        table "." column, TN_ERASE_GHOST,                                                          \
            "UPDATE " table " SET " column " = (SELECT g.ghost FROM erasing g WHERE g.ecosystem"   \
            " = " table ".ecosystem AND g.id = " table "." column                                  \
            ") WHERE ecosystem = $1 AND " GONE(column)                                             \
    }

/* In rows that `key`, which an index by event has, says are theirs. */
#define GHOST_AT(table, column, key)                                                               \
    {                                                                                              \
        table "." column, TN_ERASE_GHOST,                                                          \
            "UPDATE " table " SET " column " = coalesce((SELECT g.ghost FROM erasing g WHERE"      \
            " g.ecosystem = " table ".ecosystem AND g.id = " table "." column "), " column ")"     \
            " WHERE ecosystem = $1 AND event IN (SELECT id FROM event WHERE ecosystem = $1) "      \
            "AND " GONE(key)                                                                       \
    }

const struct tn_erase_rule tn_erase_rules[] = {
    /* Who they are. Grade and home partner stay with the ghost: participation is counted by them.
     */
    DELETE_ROW("learner_pii", "learner"),
    DELETE_ROW("learner_alias", "learner"),
    DELETE_ROW("learner_demo", "learner"),
    {"group_card.title", TN_ERASE_DELETE,
     "DELETE FROM group_card WHERE ecosystem = $1 AND title IN (SELECT m.title FROM learner_group m"
     " WHERE m.ecosystem = $1 AND " GONE(
         "m.learner") ") AND NOT EXISTS (SELECT 1 FROM"
                      " learner_group o WHERE o.ecosystem = $1 AND o.title = group_card.title AND "
                      "o.learner NOT IN"
                      " (SELECT id FROM erasing WHERE ecosystem = $1))"},
    DELETE_ROW("learner_group", "learner"),
    DELETE_ROW("class_member", "learner"),
    DELETE_ROW("consent", "learner"),
    DELETE_ROW("registration", "learner"),
    DELETE_ROW("merged_card", "learner"),
    DELETE_ROW("merged_card", "badge"),
    DELETE_ROW("duplicate", "a"),
    DELETE_ROW("duplicate", "b"),

    /* The lists of group cards name badges and learners: sealed anew where the vault is. */
    {"group_card.sealed", TN_ERASE_BLANK,
     "UPDATE group_card SET sealed = NULL WHERE ecosystem = $1 AND event IN (SELECT b.event FROM"
     " badge b WHERE b.ecosystem = $1 AND " GONE("b.id") ")"},

    /* What was said of their badges at kiosks: when and where stays, since visits follow from it.
     */
    {"sealed.form sealed.badge sealed.hash", TN_ERASE_DELETE,
     "DELETE FROM sealed WHERE ecosystem = $1 AND (" GONE("badge") " OR badge IN (SELECT h.badge "
                                                                   "FROM handout h WHERE "
                                                                   "h.ecosystem = $1 AND " GONE(
                                                                       "h.learner") "))"},
    {"handout.why handout.card", TN_ERASE_BLANK,
     "UPDATE handout SET why = NULL, card = NULL WHERE ecosystem = $1 AND (" GONE(
         "badge") " OR " GONE("old") " OR " GONE("learner") ")"},
    GHOST("handout", "hash"),
    GHOST("handout", "learner"),
    GHOST("handout", "old"),
    GHOST("handout", "badge"),

    /* Their badges: stations learn the bare ids as badges that are no longer good. */
    {"badge.id", TN_ERASE_GHOST,
     "INSERT INTO erased_badge (ecosystem, id, event) SELECT b.ecosystem, b.id, b.event FROM badge "
     "b"
     " WHERE b.ecosystem = $1 AND " GONE("b.id") " ON CONFLICT DO NOTHING"},
    {"badge.code badge.card badge.expires", TN_ERASE_BLANK,
     "UPDATE badge SET code = '', card = NULL, expires = NULL WHERE ecosystem = $1 AND " GONE(
         "id")},
    {"badge.card", TN_ERASE_BLANK, /* of one that was settled to be somebody else's */
     "UPDATE badge SET card = NULL WHERE ecosystem = $1 AND " GONE("learner")},
    {"badge.secret", TN_ERASE_CODE, NULL},
    GHOST("badge", "learner"),
    GHOST("badge", "replaced_by"),
    GHOST("badge", "id"),

    /* Where they were. The events say which part of an index to look at. */
    GHOST_AT("sighting", "learner", "learner"),
    GHOST_AT("sighting", "badge", "badge"),
    GHOST_AT("visit", "learner", "who"),
    GHOST_AT("visit", "badge", "who"),
    GHOST_AT("visit", "who", "who"),
    GHOST("visited", "who"),
    GHOST("stale", "who"),
    {"stale.event", TN_ERASE_CODE,
     "INSERT INTO stale (ecosystem, event, who) SELECT DISTINCT v.ecosystem, v.event, v.who FROM"
     " event e JOIN visit v ON v.ecosystem = e.ecosystem AND v.event = e.id WHERE e.ecosystem = $1"
     " AND v.who IN (SELECT ghost FROM erasing WHERE ecosystem = $1) ON CONFLICT DO NOTHING"},
    GHOST("attendance", "learner"),
    GHOST("attendance", "id"),
    {"visit.id", TN_ERASE_CODE, NULL}, /* of paper and corrections; derived anew, as `stale` says */
    {"export_sent.content", TN_ERASE_BLANK,
     "UPDATE export_sent SET content = visit WHERE ecosystem = $1 AND visit IN (SELECT v.id FROM"
     " event e JOIN visit v ON v.ecosystem = e.ecosystem AND v.event = e.id WHERE e.ecosystem = $1"
     " AND v.who IN (SELECT ghost FROM erasing WHERE ecosystem = $1))"},
    {"entry.badge entry.learner entry.body entry.salt", TN_ERASE_CODE, NULL},
    {"held.bundle", TN_ERASE_CODE, NULL},
    {"audit.object audit.why audit.salt", TN_ERASE_CODE, NULL},

    /* What people decided about them; the reasons may name them. */
    {"settlement.why", TN_ERASE_BLANK,
     "UPDATE settlement SET why = '' WHERE ecosystem = $1 AND " GONE("conflict")},
    {"settlement.why",
     TN_ERASE_BLANK, /* of conflicts that settled themselves: whose, nobody knows */
     "UPDATE settlement SET why = '' WHERE ecosystem = $1 AND why <> '' AND NOT EXISTS (SELECT 1"
     " FROM conflict c WHERE c.ecosystem = settlement.ecosystem AND c.id = settlement.conflict)"},
    {"settlement.how conflict.rule", TN_ERASE_CODE, NULL},
    {"correction.salt", TN_ERASE_BLANK, /* so that learners_hash tests no guess */
     "UPDATE correction SET salt = NULL WHERE ecosystem = $1 AND seq IN (SELECT l.seq FROM"
     " correction_learner l WHERE l.ecosystem = $1 AND " GONE("l.learner") ")"},
    GHOST("correction_learner", "learner"),
    GHOST("settlement", "conflict"),
    GHOST("ruling", "conflict"),
    GHOST("ruling", "target"),
    GHOST("ruling", "about"),
    GHOST("conflict", "a"),
    GHOST("conflict", "b"),
    GHOST("conflict", "c"),
    GHOST("conflict", "id"),
    {"conflict.state", TN_ERASE_DELETE, /* nobody can be asked any more */
     "DELETE FROM conflict WHERE ecosystem = $1 AND state = 'open' AND id IN (SELECT ghost FROM"
     " erasing WHERE ecosystem = $1 AND ghost <> id)"},
    GHOST("merged", "root"),
    GHOST("merged", "learner"),

    /* Last, the row they had. */
    GHOST("learner", "merged_into"),
    {"learner.display learner.birth_year learner.zip3 learner.lang learner.partner_text",
     TN_ERASE_BLANK,
     "UPDATE learner SET display = '', birth_year = NULL, zip3 = NULL, lang = NULL, partner_text ="
     " NULL, directory_opt_out = 1 WHERE ecosystem = $1 AND " GONE("id")},
    GHOST("learner", "id"),
};

const size_t tn_erase_rule_count = sizeof tn_erase_rules / sizeof tn_erase_rules[0];
