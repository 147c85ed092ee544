/* Imports into a real centre: all or nothing, twice the same, and every error with its row. */
#include "tests/unit/sync_import.h"

static void importing_again_changes_nothing_and_says_so(void **state)
{
    (void)state;
    static const char text[] = "id,given_name,family_name,grade,group,consent,language\n"
                               "1,Maya,Rivera,4,4B; Chess,yes,es\n2,Bo,,K,,,\n";
    struct tn_import_counts counts;
    assert_int_equal(import_text(&tn_import_roster, text, &counts), TN_OK);
    expect_counts(&counts, 2, 0, 0);
    assert_int_equal(import_text(&tn_import_roster, text, &counts), TN_OK);
    expect_counts(&counts, 0, 0, 2);
    assert_int_equal(ask_number("SELECT count(*) FROM learner"), 2);
    assert_int_equal(ask_number("SELECT count(*) FROM learner_alias"), 2);
    assert_int_equal(ask_number("SELECT count(*) FROM learner_group"), 2);
    assert_int_equal(ask_number("SELECT count(*) FROM consent"), 1);
    assert_int_equal(ask_number("SELECT max(rev) FROM learner"), 1);
}

static void a_changed_row_is_updated_by_its_id(void **state)
{
    (void)state;
    struct tn_import_counts counts;
    char display[64];
    assert_int_equal(import_text(&tn_import_roster,
                                 "id,given_name,family_name,grade\n1,Maya,Rivera,4\n2,Bo,Li,K\n",
                                 &counts),
                     TN_OK);
    assert_int_equal(import_text(&tn_import_roster,
                                 "grade,id,preferred_name,given_name\n5,1,May,Maya\nK,2,,Bo\n",
                                 &counts),
                     TN_OK);
    expect_counts(&counts, 0, 1, 1);
    /* The family name was not in the second file, so it is still known. */
    ask_text("SELECT display FROM learner WHERE grade = '5'", display, sizeof(display));
    assert_string_equal(display, "May R.");
    ask_text("SELECT family FROM learner_pii WHERE given = 'Maya'", display, sizeof(display));
    assert_string_equal(display, "Rivera");
}

static void an_empty_cell_takes_the_value_away(void **state)
{
    (void)state;
    struct tn_import_counts counts;
    assert_int_equal(
        import_text(&tn_import_roster, "id,given_name,zip3,group\n1,Maya,606,4B\n", &counts),
        TN_OK);
    assert_int_equal(
        import_text(&tn_import_roster, "id,given_name,zip3,group\n1,Maya,,\n", &counts), TN_OK);
    expect_counts(&counts, 0, 1, 0);
    assert_int_equal(ask_number("SELECT zip3 IS NULL FROM learner"), 1);
    assert_int_equal(ask_number("SELECT count(*) FROM learner_group"), 0);
}

static void one_bad_row_keeps_every_file_out(void **state)
{
    (void)state;
    struct tn_import_counts counts;
    write_file("a.csv", "id,given_name\n1,Maya\n2,Bo\n");
    write_file("b.csv", "id,given_name,grade\n3,Lin,4\n4,Kofi,fourth\n");
    assert_int_equal(import_files(&tn_import_roster, 2, false, &counts), TN_ERR_FORMAT);
    assert_non_null(strstr(logged, "b.csv: row 3, grade: expected a grade"));
    assert_int_equal(ask_number("SELECT count(*) FROM learner"), 0);
    assert_int_equal(ask_number("SELECT count(*) FROM learner_pii"), 0);
}

static void an_id_that_comes_twice_names_both_rows(void **state)
{
    (void)state;
    struct tn_import_counts counts;
    assert_int_equal(
        import_text(&tn_import_roster, "id,given_name\n1,Maya\n2,Bo\n1,Lin\n", &counts),
        TN_ERR_FORMAT);
    assert_non_null(strstr(logged, "row 4, id: the same id 1 stands in row 2\n"));
    write_file("a.csv", "id,given_name\n1,Maya\n");
    write_file("b.csv", "id,given_name\n1,Bo\n");
    assert_int_equal(import_files(&tn_import_roster, 2, false, &counts), TN_ERR_FORMAT);
    assert_non_null(strstr(logged, "b.csv: row 2, id: the same id 1 stands in row 2 of "));
    assert_int_equal(ask_number("SELECT count(*) FROM learner"), 0);
}

static void a_dry_run_keeps_nothing(void **state)
{
    (void)state;
    struct tn_import_counts counts;
    write_file("a.csv", "id,given_name\n1,Maya\n");
    assert_int_equal(import_files(&tn_import_roster, 1, true, &counts), TN_OK);
    expect_counts(&counts, 1, 0, 0);
    assert_int_equal(ask_number("SELECT count(*) FROM learner"), 0);
}

static void a_partner_nobody_knows_is_named(void **state)
{
    (void)state;
    struct tn_import_counts counts;
    assert_int_equal(
        import_text(&tn_import_roster, "id,given_name,partner\n1,Maya,lincoln\n", &counts),
        TN_ERR_FORMAT);
    assert_non_null(strstr(logged, "row 2, partner: there is no partner with the code lincoln"));
    assert_int_equal(
        import_text(&tn_import_partners, "code,name,sector\nlincoln,Lincoln,School\n", &counts),
        TN_OK);
    assert_int_equal(
        import_text(&tn_import_roster, "id,given_name,partner\n1,Maya,lincoln\n", &counts), TN_OK);
    assert_int_equal(ask_number("SELECT count(*) FROM learner l JOIN partner p ON p.id ="
                                " l.home_partner WHERE p.sector = 'school'"),
                     1);
}

static void a_parent_may_stand_below_its_child(void **state)
{
    (void)state;
    static const char text[] =
        "code,name,sector,parent\nlincoln,Lincoln,school,district\ndistrict,District,government,\n";
    struct tn_import_counts counts;
    assert_int_equal(import_text(&tn_import_partners, text, &counts), TN_OK);
    expect_counts(&counts, 2, 0, 0);
    assert_int_equal(import_text(&tn_import_partners, text, &counts), TN_OK);
    expect_counts(&counts, 0, 0, 2);
    assert_int_equal(ask_number("SELECT count(*) FROM partner c JOIN partner p ON p.id = c.parent"),
                     1);
    assert_int_equal(import_text(&tn_import_partners,
                                 "code,name,sector,parent\na,A,school,a\nb,B,school,nobody\n",
                                 &counts),
                     TN_ERR_FORMAT);
    assert_non_null(strstr(logged, "row 2, parent: a partner cannot be its own parent"));
    assert_non_null(strstr(logged, "row 3, parent: there is no partner with the code nobody"));
}

static void parents_never_lead_in_a_circle(void **state)
{
    (void)state;
    struct tn_import_counts counts;
    assert_int_equal(import_text(&tn_import_partners,
                                 "code,name,sector,parent\na,A,school,c\nb,B,school,a\n"
                                 "c,C,school,b\nd,D,school,a\n",
                                 &counts),
                     TN_ERR_FORMAT);
    assert_non_null(strstr(logged, "row 2, parent: this partner's parents lead back to itself"));
    assert_non_null(strstr(logged, "row 3, parent"));
    assert_non_null(strstr(logged, "row 4, parent"));
    assert_null(strstr(logged, "row 5")); /* hangs on the circle, and is not in it */
    assert_int_equal(ask_number("SELECT count(*) FROM partner"), 0);
    /* What was there before closes one too. */
    assert_int_equal(import_text(&tn_import_partners,
                                 "code,name,sector,parent\na,A,school,b\nb,B,school,\n", &counts),
                     TN_OK);
    logged[0] = '\0';
    assert_int_equal(
        import_text(&tn_import_partners, "code,name,sector,parent\nb,B,school,a\n", &counts),
        TN_ERR_FORMAT);
    assert_non_null(strstr(logged, "row 2, parent: this partner's parents lead back to itself"));
}

static void a_year_of_birth_has_begun(void **state)
{
    (void)state;
    struct tn_import_counts counts;
    assert_int_equal(
        import_text(&tn_import_roster, "id,given_name,birth_year\n1,Maya,2026\n", &counts), TN_OK);
    assert_int_equal(
        import_text(&tn_import_roster, "id,given_name,birth_year\n2,Ali,2027\n", &counts),
        TN_ERR_FORMAT);
    assert_non_null(strstr(logged, "row 2, birth_year: a year of birth that has begun"));
}

static void events_and_activities_hang_together(void **state)
{
    (void)state;
    struct tn_import_counts counts;
    static const char events[] =
        "code,title,starts,ends\nfair,Fair,2026-03-14T09:00:00-05:00,2026-03-14T16:00:00-05:00\n";
    static const char activities[] = "code,event,title,grade_lo,grade_hi,capacity\n"
                                     "robotics,fair,Robotics,K,8,\nslime,fair,Slime,,,30\n";
    assert_int_equal(import_text(&tn_import_activities, activities, &counts), TN_ERR_FORMAT);
    assert_non_null(strstr(logged, "row 2, event: there is no event with the code fair"));
    assert_int_equal(import_text(&tn_import_events, events, &counts), TN_OK);
    assert_int_equal(import_text(&tn_import_activities, activities, &counts), TN_OK);
    expect_counts(&counts, 2, 0, 0);
    assert_int_equal(import_text(&tn_import_activities, activities, &counts), TN_OK);
    expect_counts(&counts, 0, 0, 2);
    assert_int_equal(import_text(&tn_import_events, events, &counts), TN_OK);
    expect_counts(&counts, 0, 0, 1);
    struct tn_central_event event;
    assert_int_equal(tn_centre_event(&centre, "fair", &event), TN_OK);
    assert_int_equal(event.starts_ms, 1773496800000);
    assert_string_equal(event.tz, "America/Chicago");
    assert_int_equal(ask_number("SELECT grade_hi FROM activity WHERE code = 'robotics'"), 8);
    assert_int_equal(import_text(&tn_import_activities,
                                 "code,event,title,setting\nslime,fair,Slime,in-school\n", &counts),
                     TN_OK);
    expect_counts(&counts, 0, 1, 0);
    assert_int_equal(ask_number("SELECT capacity FROM activity WHERE setting = 'in-school'"), 30);
}

static void a_setting_is_one_of_two_however_it_is_written(void **state)
{
    static const char events[] = "code,title,starts,ends,setting\n"
                                 "a,A,2026-03-14T09:00:00Z,2026-03-14T10:00:00Z,In School\n"
                                 "b,B,2026-03-14T09:00:00Z,2026-03-14T10:00:00Z,afterschool\n"
                                 "c,C,2026-03-14T09:00:00Z,2026-03-14T10:00:00Z,\n";
    struct tn_import_counts counts;
    (void)state;
    assert_int_equal(import_text(&tn_import_events, events, &counts), TN_OK);
    assert_int_equal(ask_number("SELECT count(*) FROM event WHERE setting = 'in-school'"), 1);
    assert_int_equal(ask_number("SELECT count(*) FROM event WHERE setting = 'out-of-school'"), 1);
    assert_int_equal(ask_number("SELECT count(*) FROM event WHERE setting IS NULL"), 1);
    assert_int_equal(import_text(&tn_import_events, events, &counts), TN_OK);
    expect_counts(&counts, 0, 0, 3);
    assert_int_equal(
        import_text(&tn_import_activities, "code,event,title,setting\nq,a,Q,indoors\n", &counts),
        TN_ERR_FORMAT);
    assert_non_null(
        strstr(logged, "row 2, setting: expected a setting: in-school or out-of-school"));
}

static void an_event_must_end_after_it_starts(void **state)
{
    (void)state;
    struct tn_import_counts counts;
    assert_int_equal(import_text(&tn_import_events,
                                 "code,title,starts,ends,tz\n"
                                 "a,A,2026-03-14T09:00:00Z,2026-03-14T09:00:00Z,\n"
                                 "b,B,2026-03-14T09:00:00Z,2026-03-14T10:00:00Z,Mars/Base\n",
                                 &counts),
                     TN_ERR_FORMAT);
    assert_non_null(strstr(logged, "row 2, ends: an event must end after it starts"));
    assert_non_null(strstr(logged, "row 3, tz: expected a time zone"));
}

static void consent_is_given_and_withdrawn(void **state)
{
    (void)state;
    struct tn_import_counts counts;
    assert_int_equal(import_text(&tn_import_roster, "id,given_name,consent\n1,A,no\n", &counts),
                     TN_OK);
    assert_int_equal(ask_number("SELECT count(*) FROM consent"), 0);
    assert_int_equal(import_text(&tn_import_roster, "id,given_name,consent\n1,A,yes\n", &counts),
                     TN_OK);
    expect_counts(&counts, 0, 1, 0);
    assert_int_equal(import_text(&tn_import_roster, "id,given_name,consent\n1,A,no\n", &counts),
                     TN_OK);
    assert_int_equal(ask_number("SELECT withdrawn_at FROM consent"), NOW_MS);
}

static void many_rows_come_in_and_again(void **state)
{
    (void)state;
    struct tn_import_counts counts;
    char path[160];
    path_in("a.csv", path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs("id,given_name,family_name,grade,language,group\r\n", file) >= 0);
    const int rows = central_is_server() ? 2000 : 20000;
    for (int i = 0; i < rows; i++) {
        assert_true(fprintf(file, "S%06d,Given%d,\"Fam, %d\",%d,es,4B\r\n", i, i % 977, i % 1013,
                            i % 12 + 1) > 0);
    }
    assert_int_equal(fclose(file), 0);
    assert_int_equal(import_files(&tn_import_roster, 1, false, &counts), TN_OK);
    expect_counts(&counts, rows, 0, 0);
    assert_int_equal(import_files(&tn_import_roster, 1, false, &counts), TN_OK);
    expect_counts(&counts, 0, 0, rows);
    assert_int_equal(ask_number("SELECT count(*) FROM learner"), rows);
}

static void a_file_that_is_not_there_is_said(void **state)
{
    (void)state;
    const char *const files[] = {"/nonexistent/roster.csv"};
    import = (struct tn_import){.centre = &centre, .kind = &tn_import_roster};
    logged[0] = '\0';
    assert_int_equal(tn_import_run(&import, files, 1, false), TN_ERR_IO);
    assert_non_null(
        strstr(logged, "/nonexistent/roster.csv: cannot be read: there is no such file"));
}

int main(void)
{
    tn_log_to(keep_log, NULL);
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_centre, drop_centre)
    const struct CMUnitTest tests[] = {
        TEST(importing_again_changes_nothing_and_says_so),
        TEST(a_changed_row_is_updated_by_its_id),
        TEST(an_empty_cell_takes_the_value_away),
        TEST(one_bad_row_keeps_every_file_out),
        TEST(an_id_that_comes_twice_names_both_rows),
        TEST(a_dry_run_keeps_nothing),
        TEST(a_partner_nobody_knows_is_named),
        TEST(parents_never_lead_in_a_circle),
        TEST(a_year_of_birth_has_begun),
        TEST(a_parent_may_stand_below_its_child),
        TEST(events_and_activities_hang_together),
        TEST(an_event_must_end_after_it_starts),
        TEST(consent_is_given_and_withdrawn),
        TEST(many_rows_come_in_and_again),
        TEST(a_setting_is_one_of_two_however_it_is_written),
        TEST(a_file_that_is_not_there_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
