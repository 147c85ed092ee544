/* A world made by hand for tests of reports: events, activities, partners and learners by one byte
 * each, and what learners did, laid down as the derivation of visits would. */
#ifndef TURNOUT_TESTS_SYNC_REPORTS_H
#define TURNOUT_TESTS_SYNC_REPORTS_H

#include "sync/central/report.h"
#include "sync/central/visited.h"
#include "tests/unit/sync_world.h"

#define MINUTE_MS INT64_C(60000)
#define DONE_MAX 8 /* visits of one learner at one event */

static struct tn_centre centre;

/* What one learner did at one event. activity 0: a stay. */
struct done {
    uint8_t activity;
    int64_t starts;
    int64_t minutes;
    bool imputed;
};

static inline struct tn_id report_id(uint8_t first)
{
    struct tn_id id = {{0}};
    if (first != 0) {
        id.b[0] = first;
        id.b[7] = 0x77;
        id.b[15] = 1;
    }
    return id;
}

static inline struct tn_stmt *report_insert(const char *sql)
{
    struct tn_stmt *stmt = NULL;
    assert_int_equal(tn_centre_prepare(&centre, sql, &stmt), TN_OK);
    return stmt;
}

static inline void put_event(uint8_t event, const char *setting, int64_t starts, int64_t ends)
{
    static const char sql[] =
        "INSERT INTO event (ecosystem, id, code, title, setting, starts, ends,"
        " tz) VALUES ($1, $2, $3, $3, $4, $5, $6, 'UTC')";
    struct tn_stmt *stmt = report_insert(sql);
    const struct tn_id id = report_id(event);
    const char code[2] = {(char)event, '\0'};
    tn_bind_id(stmt, 2, &id);
    tn_bind_text(stmt, 3, code);
    tn_bind_text(stmt, 4, setting);
    tn_bind_int(stmt, 5, starts);
    tn_bind_int(stmt, 6, ends);
    assert_int_equal(tn_run(stmt), TN_OK);
}

static inline void put_partner(uint8_t partner, uint8_t parent, const char *name,
                               const char *sector)
{
    static const char sql[] = "INSERT INTO partner (ecosystem, id, code, parent, name, sector)"
                              " VALUES ($1, $2, $3, $4, $3, $5)";
    struct tn_stmt *stmt = report_insert(sql);
    const struct tn_id id = report_id(partner);
    const struct tn_id above = report_id(parent);
    tn_bind_id(stmt, 2, &id);
    tn_bind_text(stmt, 3, name);
    tn_bind_id(stmt, 4, &above);
    tn_bind_text(stmt, 5, sector);
    assert_int_equal(tn_run(stmt), TN_OK);
}

struct activity {
    uint8_t id;
    uint8_t event;
    uint8_t partner;
    const char *setting;
    const char *kind;
    int64_t step; /* of the pathway makers; 0: none */
};

static inline void put_activity(const struct activity *a)
{
    static const char sql[] =
        "INSERT INTO activity (ecosystem, id, code, event, partner, title, setting, workforce_kind,"
        " pathway, step) VALUES ($1, $2, $3, $4, $5, $3, $6, $7, $8, $9)";
    struct tn_stmt *stmt = report_insert(sql);
    const struct tn_id id = report_id(a->id);
    const struct tn_id event = report_id(a->event);
    const struct tn_id partner = report_id(a->partner);
    const char code[2] = {(char)a->id, '\0'};
    tn_bind_id(stmt, 2, &id);
    tn_bind_text(stmt, 3, code);
    tn_bind_id(stmt, 4, &event);
    tn_bind_id(stmt, 5, &partner);
    tn_bind_text(stmt, 6, a->setting);
    tn_bind_text(stmt, 7, a->kind);
    tn_bind_text(stmt, 8, a->step > 0 ? "makers" : NULL);
    tn_bind_int(stmt, 9, a->step);
    assert_int_equal(tn_run(stmt), TN_OK);
}

static inline void put_learner(uint8_t learner, const char *grade, const char *zip3,
                               const char *lang)
{
    static const char sql[] = "INSERT INTO learner (ecosystem, id, display, grade, zip3, lang)"
                              " VALUES ($1, $2, 'X', $3, $4, $5)";
    struct tn_stmt *stmt = report_insert(sql);
    const struct tn_id id = report_id(learner);
    tn_bind_id(stmt, 2, &id);
    tn_bind_text(stmt, 3, grade);
    tn_bind_text(stmt, 4, zip3);
    tn_bind_text(stmt, 5, lang);
    assert_int_equal(tn_run(stmt), TN_OK);
}

/* not is_known: of a badge that nobody knows. */
static inline void put_done(uint8_t who, bool is_known, uint8_t event, const struct done *done,
                            size_t count)
{
    struct tn_visit visits[DONE_MAX] = {0};
    const struct tn_id person = report_id(who);
    const struct tn_id at = report_id(event);
    assert_true(count <= DONE_MAX);
    for (size_t i = 0; i < count; i++) {
        visits[i].activity = report_id(done[i].activity);
        visits[i].badge = is_known ? report_id(255) : person;
        visits[i].starts = done[i].starts;
        visits[i].ends = done[i].starts + done[i].minutes * MINUTE_MS;
        visits[i].imputed = done[i].imputed;
    }
    assert_int_equal(tn_visited_put(&centre, &at, &person, visits, count), TN_OK);
}

static inline void make_report(const char *name, const struct tn_report_filter *filter,
                               struct tn_report *out)
{
    const struct tn_report_kind *kind = tn_report_kind_find(name);
    assert_non_null(kind);
    tn_report_init(out, kind->name, kind->title);
    out->min_cell = centre.min_cell;
    assert_int_equal(kind->make(&centre, filter, out), TN_OK);
    assert_int_equal(out->status, TN_OK);
}

static inline const struct tn_report_part *report_part(const struct tn_report *report,
                                                       const char *key)
{
    for (size_t i = 0; i < report->part_count; i++) {
        if (strcmp(report->parts[i].key, key) == 0) {
            return &report->parts[i];
        }
    }
    return NULL;
}

/* A figure by its key, in whatever part lists it; NULL where there is none. */
static inline const struct tn_report_value *report_figure(const struct tn_report *report,
                                                          const char *key)
{
    for (size_t p = 0; p < report->part_count; p++) {
        const struct tn_report_part *part = &report->parts[p];
        for (size_t i = 0; part->is_figures && i < part->row_count; i++) {
            if (strcmp(part->keys[i], key) == 0) {
                return &part->values[2 * i + 1];
            }
        }
    }
    return NULL;
}

#endif
