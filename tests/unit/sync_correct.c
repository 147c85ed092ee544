/* Corrections: what each verb does to visits, that late entries obey it and an undo takes it back,
 * that the chain of them shows what was changed in it; and attendance kept on paper beside scans.
 */
#include "tests/unit/sync_central.h"
#include "tests/unit/sync_history.h"

#include "sync/central/check.h"
#include "sync/central/correct.h"
#include "sync/central/report.h"
#include "sync/exchange/import.h"

static struct tn_correction_row rule(struct history *h, enum tn_correct_verb verb)
{
    struct tn_correction_row row = {.at_ms = T0, .actor = "ada", .why = "because"};
    row.rule = (struct tn_correction){.verb = verb,
                                      .event = h->fair,
                                      .from_ms = TN_NO_TIME,
                                      .to_ms = TN_NO_TIME,
                                      .starts_ms = TN_NO_TIME,
                                      .ends_ms = TN_NO_TIME};
    return row;
}

/* Makes it for a learner (0: no one), a group (NULL: none), and gives what changed. */
static struct tn_corrected make(struct history *h, struct tn_correction_row *row, int learner,
                                const char *group)
{
    struct tn_chosen chosen = {0};
    struct tn_corrected done;
    char id[16];
    snprintf(id, sizeof id, "s%d", learner);
    if (group != NULL) {
        assert_int_equal(tn_choose_group(&h->centre, group, &chosen), TN_OK);
    } else if (learner > 0) {
        assert_int_equal(tn_choose_learner(&h->centre, id, &chosen), TN_OK);
    }
    row->rule.has_learners = chosen.count > 0;
    row->rule.station_id = tn_station_id(row->rule.station);
    assert_int_equal(tn_correct(&h->centre, row, &chosen, false, &done), TN_OK);
    free(chosen.ids);
    return done;
}

static struct tn_corrected undo(struct history *h, int64_t seq)
{
    struct tn_correction_row row = rule(h, TN_CORRECT_UNDO);
    row.rule.event = (struct tn_id){{0}};
    row.rule.reverts = seq;
    return make(h, &row, 0, NULL);
}

/* 1 and 2 come in at gate 1, 3 at gate 2; 1 leaves at the second after an hour. */
static void make_day(struct history *h)
{
    struct history_log *a = add_log(h, 1);
    struct history_log *b = add_log(h, 2);
    tell(h, a, "check_in", 1, 0);
    tell(h, a, "check_in", 2, 10 * MIN);
    tell(h, b, "check_in", 3, 20 * MIN);
    tell(h, b, "check_out", 1, 60 * MIN);
    arrive_all(h);
    assert_string_equal(visits(h), "1 0-60 2 10-480~ 3 20-480~ ");
}

static void a_station_that_ran_an_hour_wrong_is_paired_anew(void **state)
{
    struct history *h = *state;
    make_day(h);
    struct tn_correction_row row = rule(h, TN_CORRECT_MOVE);
    snprintf(row.rule.station, sizeof row.rule.station, "Gate 2");
    row.rule.by_ms = -61 * MIN;
    struct tn_corrected done = make(h, &row, 0, NULL);
    assert_int_equal(done.seq, 1);
    assert_int_equal(done.learners, 2);
    assert_string_equal(visits(h), "1 -1--1~ 1 0-480~ 2 10-480~ 3 -41-480~ ");
    assert_rebuilt(h);
    undo(h, 1);
    assert_string_equal(visits(h), "1 0-60 2 10-480~ 3 20-480~ ");
    assert_rebuilt(h);
}

static void the_bus_of_a_group_left(void **state)
{
    struct history *h = *state;
    make_day(h);
    struct tn_correction_row row = rule(h, TN_CORRECT_END);
    row.rule.ends_ms = T0 + 120 * MIN;
    struct tn_corrected done = make(h, &row, 0, "4B"); /* 1 and 3; 1 left before */
    assert_int_equal(done.visits, 1);
    assert_int_equal(done.learners, 1);
    assert_string_equal(visits(h), "1 0-60 2 10-480~ 3 20-120 ");
    /* Who comes late obeys it too: learner 5 is of the group. */
    tell(h, &h->logs[0], "check_in", 5, 90 * MIN);
    tell(h, &h->logs[0], "check_in", 4, 95 * MIN);
    tell(h, &h->logs[1], "check_in", 7, 130 * MIN);
    arrive_all(h);
    assert_string_equal(visits(h), "1 0-60 2 10-480~ 3 20-120 4 95-480~ 5 90-120 7 130-480~ ");
    assert_rebuilt(h);
    undo(h, 1);
    undo(h, 2); /* an undo is undone as anything else */
    assert_string_equal(visits(h), "1 0-60 2 10-480~ 3 20-120 4 95-480~ 5 90-120 7 130-480~ ");
    assert_rebuilt(h);
}

static void an_end_after_minutes_lengthens_only_what_was_imputed(void **state)
{
    struct history *h = *state;
    make_day(h);
    struct tn_correction_row row = rule(h, TN_CORRECT_END);
    row.rule.minutes = 600;
    row.rule.to_ms = T0 + 15 * MIN;
    struct tn_corrected done = make(h, &row, 0, NULL);
    assert_int_equal(done.visits, 1);
    assert_string_equal(visits(h), "1 0-60 2 10-610 3 20-480~ ");
    assert_rebuilt(h);
}

static void added_visits_join_with_scans_that_come_later(void **state)
{
    struct history *h = *state;
    make_day(h);
    struct tn_correction_row row = rule(h, TN_CORRECT_ADD);
    row.rule.starts_ms = T0 + 30 * MIN;
    row.rule.ends_ms = T0 + 90 * MIN;
    assert_int_equal(make(h, &row, 0, "4A").learners, 4);
    assert_string_equal(visits(h), "1 0-60 2 10-90 3 20-480~ 4added 30-90 6added 30-90 "
                                   "8added 30-90 ");
    tell(h, &h->logs[0], "check_in", 4, 25 * MIN);
    tell(h, &h->logs[1], "check_out", 4, 100 * MIN);
    arrive_all(h);
    assert_rebuilt(h);
    assert_string_equal(visits(h), "1 0-60 2 10-90 3 20-480~ 4 25-100 6added 30-90 8added 30-90 ");
    undo(h, 1);
    assert_string_equal(visits(h), "1 0-60 2 10-480~ 3 20-480~ 4 25-100 ");
    assert_rebuilt(h);
}

static void void_takes_what_began_then(void **state)
{
    struct history *h = *state;
    make_day(h);
    struct tn_correction_row row = rule(h, TN_CORRECT_VOID);
    row.rule.from_ms = T0 + 10 * MIN;
    row.rule.to_ms = T0 + 20 * MIN;
    assert_int_equal(make(h, &row, 0, NULL).visits, 1);
    assert_string_equal(visits(h), "1 0-60 3 20-480~ ");
    /* What was void stays so where its times are moved afterwards, and nothing else becomes so. */
    row = rule(h, TN_CORRECT_MOVE);
    row.rule.by_ms = -10 * MIN;
    snprintf(row.rule.station, sizeof row.rule.station, "Gate 2");
    make(h, &row, 0, NULL);
    assert_string_equal(visits(h), "1 0-50 3 10-480~ ");
    assert_rebuilt(h);
}

static void visits_move_to_an_activity_and_to_an_event_and_on(void **state)
{
    struct history *h = *state;
    const struct tn_id robots = add_activity(h, 1);
    make_day(h);
    struct tn_correction_row row = rule(h, TN_CORRECT_MOVE);
    row.rule.to_activity = robots;
    make(h, &row, 1, NULL);
    assert_string_equal(visits(h), "1 0-60* 2 10-480~ 3 20-480~ ");
    row = rule(h, TN_CORRECT_MOVE);
    row.rule.to_event = h->night;
    assert_int_equal(make(h, &row, 2, NULL).visits, 1);
    assert_string_equal(visits(h), "1 0-60* 2 10-480~! 3 20-480~ ");
    /* There it is corrected like any other, also when more of it comes. */
    row = rule(h, TN_CORRECT_END);
    row.rule.event = h->night;
    row.rule.minutes = 20;
    make(h, &row, 2, NULL);
    assert_string_equal(visits(h), "1 0-60* 2 10-30! 3 20-480~ ");
    tell(h, add_log(h, 3), "check_out", 2, 25 * MIN);
    arrive_all(h);
    assert_string_equal(visits(h), "1 0-60* 2 10-25! 3 20-480~ ");
    row = rule(h, TN_CORRECT_MOVE);
    row.rule.event = h->night;
    row.rule.to_event = h->fair;
    make(h, &row, 2, NULL);
    assert_string_equal(visits(h), "1 0-60* 2 10-25 3 20-480~ ");
    assert_rebuilt(h);
    undo(h, 4);
    undo(h, 2);
    assert_string_equal(visits(h), "1 0-60* 2 10-25 3 20-480~ ");
    assert_int_equal(number(h, "SELECT count(*) FROM visit WHERE event <> (SELECT id FROM event"
                               " WHERE code = 'fair')"),
                     0);
    assert_rebuilt(h);
}

static void a_correction_that_changes_nothing_is_not_kept(void **state)
{
    struct history *h = *state;
    make_day(h);
    const int64_t audited = number(h, "SELECT count(*) FROM audit");
    struct tn_correction_row row = rule(h, TN_CORRECT_VOID);
    struct tn_chosen none = {0};
    struct tn_corrected done;
    row.rule.from_ms = T0 + 300 * MIN;
    assert_int_equal(tn_correct(&h->centre, &row, &none, false, &done), TN_ERR_NOT_FOUND);
    row = rule(h, TN_CORRECT_VOID);
    assert_int_equal(tn_correct(&h->centre, &row, &none, true, &done), TN_OK);
    assert_int_equal(done.visits, 3);
    assert_int_equal(number(h, "SELECT count(*) FROM correction"), 0);
    assert_int_equal(number(h, "SELECT count(*) FROM audit"), audited);
    assert_string_equal(visits(h), "1 0-60 2 10-480~ 3 20-480~ ");
    row = rule(h, TN_CORRECT_UNDO);
    row.rule.reverts = 1;
    assert_int_equal(tn_correct(&h->centre, &row, &none, false, &done), TN_ERR_NOT_FOUND);
    row = rule(h, TN_CORRECT_VOID);
    make(h, &row, 0, NULL);
    undo(h, 1);
    row = rule(h, TN_CORRECT_UNDO);
    row.rule.reverts = 1;
    assert_int_equal(tn_correct(&h->centre, &row, &none, false, &done), TN_ERR_STATE);
}

static uint64_t faults(struct history *h)
{
    struct tn_check check;
    assert_int_equal(tn_check_centre(&h->centre, NULL, NULL, &check), TN_OK);
    return check.faults;
}

static void every_change_of_the_log_of_corrections_is_found(void **state)
{
    struct history *h = *state;
    static const char *const changes[] = {
        "actor = 'eve'",      "why = 'nothing'",   "verb = 'void'", "at_ms = at_ms + 1",
        "ends_ms = 5",        "to_ms = 5",         "from_ms = 5",   "station = 'Gate 9'",
        "group_title = '4A'", "has_learners = 0",  "minutes = 7",   "by_ms = 7",
        "starts_ms = 7",      "reverts = 1",       "event = salt",  "activity = salt",
        "to_event = salt",    "to_activity = salt"};
    make_day(h);
    struct tn_correction_row row = rule(h, TN_CORRECT_END);
    row.rule.ends_ms = T0 + 120 * MIN;
    make(h, &row, 0, "4B");
    row = rule(h, TN_CORRECT_VOID);
    make(h, &row, 2, NULL);
    undo(h, 2);
    assert_int_equal(faults(h), 0);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        char sql[256];
        assert_int_equal(tn_db_begin(h->centre.db), TN_OK);
        snprintf(sql, sizeof sql, "UPDATE correction SET %s WHERE seq = 1", changes[i]);
        assert_int_equal(tn_db_exec(h->centre.db, sql), TN_OK);
        print_message("%s\n", sql);
        assert_true(faults(h) > 0);
        tn_db_rollback(h->centre.db);
    }
    static const char *const others[] = {"DELETE FROM correction WHERE seq = 2",
                                         "DELETE FROM correction_learner WHERE seq = 2",
                                         "UPDATE correction SET seq = 9 WHERE seq = 1"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_int_equal(tn_db_begin(h->centre.db), TN_OK);
        assert_int_equal(tn_db_exec(h->centre.db, others[i]), TN_OK);
        assert_true(faults(h) > 0);
        tn_db_rollback(h->centre.db);
    }
    /* Erasing a learner takes the salt too: the chain holds. */
    assert_int_equal(tn_db_exec(h->centre.db, "DELETE FROM correction_learner WHERE seq = 2;"
                                              "UPDATE correction SET salt = NULL WHERE seq = 2"),
                     TN_OK);
    assert_int_equal(faults(h), 0);
}

/* Imports a sheet; text is its rows below the header. */
static enum tn_status sheet(struct history *h, const char *text, struct tn_import *out)
{
    char path[128];
    const char *const files[] = {path};
    snprintf(path, sizeof path, "%s/sheet.csv", h->dir);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "learner,event,starts,ends,activity,source\n%s", text);
    assert_int_equal(fclose(file), 0);
    *out = (struct tn_import){
        .centre = &h->centre, .kind = tn_import_kind_find("attendance"), .now_ms = T0};
    return tn_import_run(out, files, 1, false);
}

static void paper_becomes_visits_and_again_changes_nothing(void **state)
{
    struct history *h = *state;
    struct tn_import import;
    add_activity(h, 1);
    /* T0 is 2027-01-15 08:00 UTC. */
    static const char rows[] = "s1,fair,2027-01-15 09:00,2027-01-15 10:30,,\n"
                               "s2,fair,2027-01-15T10:00:00+01:00,,,Hall\n"
                               "s3,fair,2027-01-15 09:00,,a1,\n";
    assert_int_equal(sheet(h, rows, &import), TN_OK);
    assert_int_equal(import.counts.added, 3);
    update(h);
    assert_string_equal(visits(h), "1paper 60-150 2paper 60-480~ 3paper 60-90~* ");
    assert_rebuilt(h);
    assert_int_equal(sheet(h, rows, &import), TN_OK);
    assert_int_equal(import.counts.same, 3);
    assert_int_equal(number(h, "SELECT count(*) FROM stale"), 0);
    assert_int_equal(sheet(h, "s2,fair,2027-01-15 09:00,2027-01-15 11:00,,Hall\n", &import), TN_OK);
    assert_int_equal(import.counts.changed, 1);
    update(h);
    assert_string_equal(visits(h), "1paper 60-150 2paper 60-180 3paper 60-90~* ");
}

static void whoever_was_scanned_too_has_one_stay(void **state)
{
    struct history *h = *state;
    struct tn_import import;
    make_day(h);
    assert_int_equal(sheet(h,
                           "s1,fair,2027-01-15 08:30,2027-01-15 10:00,,\n"
                           "s2,fair,2027-01-15 08:05,2027-01-15 09:00,,\n"
                           "s3,fair,2027-01-15 14:00,2027-01-15 14:30,,\n"
                           "s4,fair,2027-01-15 14:00,2027-01-15 14:30,,\n",
                           &import),
                     TN_OK);
    update(h);
    assert_string_equal(visits(h), "1 0-120 2 5-60 3 20-390 4paper 360-390 ");
    assert_rebuilt(h);
    struct tn_correction_row row = rule(h, TN_CORRECT_VOID);
    make(h, &row, 4, NULL);
    assert_string_equal(visits(h), "1 0-120 2 5-60 3 20-390 ");
    assert_rebuilt(h);
}

static void a_sheet_with_a_mistake_changes_nothing(void **state)
{
    struct history *h = *state;
    static const char *const bad[] = {
        "nobody,fair,2027-01-15 09:00,,,\n",
        "s1,nowhere,2027-01-15 09:00,,,\n",
        "s1,fair,2027-01-15 09:00,2027-01-15 08:00,,\n",
        "s1,fair,2027-01-15 09:00,,robots,\n",
        "s1,fair,soon,,,\n",
        "s1,fair,2027-01-15 09:00,,,\ns1,fair,2027-01-15T09:00:00Z,,,\n",
    };
    struct tn_import import;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(sheet(h, bad[i], &import), TN_ERR_FORMAT);
        assert_int_equal(import.problems.count, 1);
    }
    assert_int_equal(number(h, "SELECT count(*) FROM attendance"), 0);
    assert_int_equal(number(h, "SELECT count(*) FROM stale"), 0);
}

/* The visits of a row of a table of `report quality`. */
static int64_t quality(struct history *h, const char *table, const char *label)
{
    const struct tn_report_filter all = {0};
    struct tn_report report;
    int64_t visits = -1;
    h->centre.min_cell = 1;
    tn_report_init(&report, "quality", "Quality");
    assert_int_equal(tn_report_kind_find("quality")->make(&h->centre, &all, &report), TN_OK);
    for (size_t p = 0; p < report.part_count; p++) {
        const struct tn_report_part *part = &report.parts[p];
        for (size_t i = 0; strcmp(part->key, table) == 0 && i < part->row_count; i++) {
            const struct tn_report_value *row = &part->values[i * part->column_count];
            visits = strcmp(row[0].text, label) == 0 ? row[1].number : visits;
        }
    }
    tn_report_destroy(&report);
    return visits;
}

/* 2 is ended, all of gate 2 is moved (3, and 1 going out there), 4 is added; of two on paper, 5 is
 * void. */
static void the_report_of_quality_counts_what_was_set_right(void **state)
{
    struct history *h = *state;
    struct tn_import import;
    make_day(h);
    assert_int_equal(quality(h, "times", "As the station's clock had it"), 3);
    assert_int_equal(quality(h, "corrected", "Ended"), 0);
    assert_int_equal(sheet(h,
                           "s5,fair,2027-01-15 09:00,2027-01-15 10:00,,\n"
                           "s6,fair,2027-01-15 09:00,2027-01-15 10:00,,\n",
                           &import),
                     TN_OK);
    update(h);
    struct tn_correction_row row = rule(h, TN_CORRECT_END);
    row.rule.minutes = 90;
    make(h, &row, 2, NULL);
    row = rule(h, TN_CORRECT_MOVE);
    row.rule.by_ms = -5 * MIN;
    snprintf(row.rule.station, sizeof row.rule.station, "Gate 2");
    make(h, &row, 0, NULL);
    row = rule(h, TN_CORRECT_ADD);
    row.rule.starts_ms = T0 + 30 * MIN;
    row.rule.ends_ms = T0 + 90 * MIN;
    make(h, &row, 4, NULL);
    row = rule(h, TN_CORRECT_VOID);
    make(h, &row, 5, NULL);
    assert_string_equal(visits(h), "1 0-55 2 10-100 3 15-480~ 4added 30-90 6paper 60-120 ");
    assert_int_equal(quality(h, "corrected", "Moved, in time or place"), 2);
    assert_int_equal(quality(h, "corrected", "Ended"), 1);
    assert_int_equal(quality(h, "corrected", "Added"), 1);
    assert_int_equal(quality(h, "corrected", "Void: they do not count"), 1);
    assert_int_equal(quality(h, "times", "As the station's clock had it"), 3);
    assert_int_equal(quality(h, "times", "Kept on paper"), 1);
    assert_int_equal(quality(h, "times", "Added by a correction"), 1);
    assert_rebuilt(h);
    undo(h, 4);
    assert_int_equal(quality(h, "corrected", "Void: they do not count"), 0);
    assert_int_equal(quality(h, "times", "Kept on paper"), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, history_setup, history_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_station_that_ran_an_hour_wrong_is_paired_anew),
        TEST(the_bus_of_a_group_left),
        TEST(an_end_after_minutes_lengthens_only_what_was_imputed),
        TEST(added_visits_join_with_scans_that_come_later),
        TEST(void_takes_what_began_then),
        TEST(visits_move_to_an_activity_and_to_an_event_and_on),
        TEST(a_correction_that_changes_nothing_is_not_kept),
        TEST(every_change_of_the_log_of_corrections_is_found),
        TEST(paper_becomes_visits_and_again_changes_nothing),
        TEST(whoever_was_scanned_too_has_one_stay),
        TEST(a_sheet_with_a_mistake_changes_nothing),
        TEST(the_report_of_quality_counts_what_was_set_right),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
