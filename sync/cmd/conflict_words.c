/* The words for conflicts. They are looked up one by one after the rows are read: a list of
 * conflicts is short, and a person reads it. */
#include "sync/cmd/conflict_words.h"

#include <string.h>

#include "sync/central/conflict.h"
#include "sync/central/learners.h"
#include "sync/central/settle.h"

static const char *text_of(const json_t *row, const char *name)
{
    return json_string_value(json_object_get(row, name));
}

/* What to call a learner whose id in hexadecimal stands under a name; nothing where none does. */
static enum tn_status add_learner(struct tn_centre *centre, json_t *row, const char *name,
                                  const char *as)
{
    char label[TN_LEARNER_REF_SIZE];
    struct tn_id id;
    const char *hex = text_of(row, name);
    if (hex == NULL || tn_id_from_hex(hex, &id) != TN_OK) {
        return TN_OK;
    }
    enum tn_status status = tn_learners_label(centre, &id, label);
    if (status == TN_OK) {
        json_object_set_new(row, as, json_string(label));
    }
    return status;
}

static enum tn_status add_activity(struct tn_centre *centre, json_t *row)
{
    static const char sql[] =
        "SELECT a.title, e.title FROM activity a JOIN event e ON e.ecosystem ="
        " a.ecosystem AND e.id = a.event WHERE a.ecosystem = $1 AND a.id = $2";
    struct tn_stmt *stmt = NULL;
    struct tn_id id;
    bool has_row = false;
    if (tn_id_from_hex(text_of(row, "about"), &id) != TN_OK) {
        return TN_OK;
    }
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &id);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        json_object_set_new(row, "activity",
                            json_sprintf("%s at %s", tn_col_text(stmt, 0), tn_col_text(stmt, 1)));
    }
    tn_reset(stmt);
    return status;
}

enum tn_status tn_conflict_words_rule(struct tn_centre *centre, json_t *row, const char *name)
{
    char word[TN_RULE_MAX + 1];
    char label[TN_LEARNER_REF_SIZE];
    struct tn_id id;
    const char *rule = text_of(row, name);
    const char *equals = rule == NULL ? NULL : strchr(rule, '=');
    enum tn_status status = TN_OK;
    if (rule == NULL) {
        return TN_OK;
    }
    (void)snprintf(word, sizeof word, "%s", rule);
    if (equals != NULL && tn_id_from_hex(equals + 1, &id) == TN_OK) {
        status = tn_learners_label(centre, &id, label);
        (void)snprintf(word, sizeof word, "%.*s=%s", (int)(equals - rule), rule,
                       status == TN_OK ? label : equals + 1);
    }
    json_object_set_new(row, "settled_as", json_string(word));
    return status;
}

enum tn_status tn_conflict_words(struct tn_centre *centre, json_t *row)
{
    const enum tn_conflict_about about = tn_conflict_type(text_of(row, "type"))->about;
    enum tn_status status = tn_conflict_words_rule(centre, row, "rule");
    if (status == TN_OK && about == TN_ABOUT_ACTIVITY) {
        status = add_activity(centre, row);
    }
    if (status == TN_OK && (about == TN_ABOUT_LEARNER || about == TN_ABOUT_PERSON)) {
        status = add_learner(centre, row, "about", "learner");
    }
    return status == TN_OK && about == TN_ABOUT_LEARNER
               ? add_learner(centre, row, "other", "other_learner")
               : status;
}
