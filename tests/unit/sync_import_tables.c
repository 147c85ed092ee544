/* The tables of an ecosystem besides its roster: pathways, a reference population, partners of
 * events, registrations, consents and what is kept under them. */
#include "tests/unit/sync_import.h"

static const char partners[] = "code,name,sector\nlab,Lab,business\nzoo,Zoo,museum\n";
static const char events[] = "code,title,starts,ends\n"
                             "fair,Fair,2026-03-14 09:00,2026-03-14 16:00\n"
                             "club,Club,2026-03-20 15:00,2026-03-20 17:00\n";
static const char roster[] = "id,given_name\n1,Maya\n2,Bo\nx:3,Lin\n";
static const char three_steps[] = "code,title,step,step_title,needs_n\n"
                                  "makers,Makers,1,Begin,1\nmakers,Makers,2,Build,2\n"
                                  "makers,Makers,3,Fly,\ncoders,Coders,1,Code,1\n";

static void lay_down(void)
{
    import_well(&tn_import_partners, partners);
    import_well(&tn_import_events, events);
    import_well(&tn_import_roster, roster);
    import_well(&tn_import_activities, "code,event,title\nslime,fair,Slime\n");
}

static void a_pathway_comes_in_step_by_step_and_again(void **state)
{
    (void)state;
    struct tn_import_counts counts;
    assert_int_equal(import_text(&tn_import_pathways, three_steps, &counts), TN_OK);
    expect_counts(&counts, 4, 0, 0);
    assert_int_equal(import_text(&tn_import_pathways, three_steps, &counts), TN_OK);
    expect_counts(&counts, 0, 0, 4);
    assert_int_equal(ask_number("SELECT count(*) FROM pathway"), 2);
    assert_int_equal(ask_number("SELECT needs_n FROM pathway_step WHERE title = 'Build'"), 2);
    assert_int_equal(ask_number("SELECT count(*) FROM pathway_step WHERE needs_n IS NULL"), 1);
}

static void steps_that_a_newer_file_lacks_are_gone_and_other_pathways_stay(void **state)
{
    (void)state;
    struct tn_import_counts counts;
    import_well(&tn_import_pathways, three_steps);
    assert_int_equal(import_text(&tn_import_pathways,
                                 "code,title,step,step_title\nmakers,Makers,1,Begin\n"
                                 "makers,Makers,2,Fly\n",
                                 &counts),
                     TN_OK);
    expect_counts(&counts, 0, 1, 1);
    assert_int_equal(counts.removed, 1);
    assert_int_equal(ask_number("SELECT count(*) FROM pathway_step WHERE title = 'Fly'"), 1);
    assert_int_equal(ask_number("SELECT count(*) FROM pathway_step"), 3);
    assert_int_equal(ask_number("SELECT needs_n FROM pathway_step WHERE title = 'Fly'"), 2);
}

static void a_renamed_pathway_keeps_its_steps(void **state)
{
    (void)state;
    struct tn_import_counts counts;
    import_well(&tn_import_pathways, three_steps);
    assert_int_equal(import_text(&tn_import_pathways,
                                 "code,title,step,step_title\ncoders,Programmers,1,Code\n",
                                 &counts),
                     TN_OK);
    expect_counts(&counts, 0, 1, 0);
    assert_int_equal(ask_number("SELECT count(*) FROM pathway WHERE title = 'Programmers'"), 1);
    import_badly(&tn_import_pathways,
                 "code,title,step,step_title\ncoders,A,1,Code\ncoders,B,2,More\n",
                 "row 3, title: another title than in an earlier row of the pathway coders");
    import_badly(&tn_import_pathways,
                 "code,title,step,step_title\ncoders,A,1,Code\ncoders,A,01,More\n",
                 "row 3: the same code and step stand in row 2");
    assert_int_equal(ask_number("SELECT count(*) FROM pathway WHERE title = 'Programmers'"), 1);
}

static void an_activity_whose_step_is_not_there_is_taken_and_said(void **state)
{
    (void)state;
    static const char text[] = "code,event,title,pathway,step\nslime,fair,Slime,makers,1\n"
                               "fly,fair,Fly,makers,9\nzoo,fair,Zoo,nowhere,1\nrest,fair,Rest,,\n";
    import_well(&tn_import_events, events);
    import_well(&tn_import_activities, text);
    assert_int_equal(remarked("unknown_steps"), 3);
    import_well(&tn_import_pathways, three_steps);
    assert_int_equal(remarked("unknown_steps"), 2);
    assert_int_equal(ask_number("SELECT count(*) FROM activity"), 4);
}

static void a_population_is_one_figure_a_key_however_its_grades_are_written(void **state)
{
    (void)state;
    struct tn_import_counts counts;
    static const char head[] = "geo,grade_band,dimension,value,n,source,year\n";
    char text[512];
    (void)snprintf(text, sizeof(text), "%s605,k-2,all,all,4120,census,2025\n605,5,all,all,9,,\n",
                   head);
    assert_int_equal(import_text(&tn_import_population, text, &counts), TN_OK);
    expect_counts(&counts, 2, 0, 0);
    (void)snprintf(text, sizeof(text), "%s605,K-2,all,all,4121,census,2025\n", head);
    assert_int_equal(import_text(&tn_import_population, text, &counts), TN_OK);
    expect_counts(&counts, 0, 1, 0);
    assert_int_equal(ask_number("SELECT n FROM ref_population WHERE grade_band = 'K-2'"), 4121);
    assert_int_equal(ask_number("SELECT grade_lo FROM ref_population WHERE grade_band = 'K-2'"), 0);
    assert_int_equal(ask_number("SELECT grade_hi FROM ref_population WHERE grade_band = '5'"), 5);
    (void)snprintf(text, sizeof(text), "%s605,K-2,all,all,1,,\n605,KG-2,all,all,2,,\n", head);
    import_badly(&tn_import_population, text,
                 "row 3: the same place, grades, dimension, value, source and year stand in row 2");
}

static void a_band_that_is_none_is_named(void **state)
{
    (void)state;
    static const char *const bands[] = {"2-K", "K-13", "-", "3-", "-3", "K2", "1-2-3", "00012"};
    char text[256];
    for (size_t i = 0; i < sizeof(bands) / sizeof(bands[0]); i++) {
        (void)snprintf(text, sizeof(text), "geo,grade_band,dimension,value,n\n605,%s,all,all,5\n",
                       bands[i]);
        import_badly(&tn_import_population, text, "row 2, grade_band: expected grades from one");
    }
    import_badly(&tn_import_population,
                 "geo,grade_band,dimension,value,n\n605,K-2,all,all,-5\n605,K-2,all,b,1.5\n",
                 "row 3, n: expected a whole number");
    assert_int_equal(ask_number("SELECT count(*) FROM ref_population"), 0);
}

static void partners_of_events_bring_their_hours(void **state)
{
    (void)state;
    struct tn_import_counts counts;
    static const char text[] = "event,partner,role,staff_hours\nfair,lab,host,7.5\nfair,zoo,,\n"
                               "club,lab,,0.25\n";
    lay_down();
    assert_int_equal(import_text(&tn_import_event_partners, text, &counts), TN_OK);
    expect_counts(&counts, 3, 0, 0);
    assert_int_equal(ask_number("SELECT staff_min FROM event_partner WHERE role = 'host'"), 450);
    assert_int_equal(ask_number("SELECT sum(staff_min) FROM event_partner"), 465);
    assert_int_equal(import_text(&tn_import_event_partners, text, &counts), TN_OK);
    expect_counts(&counts, 0, 0, 3);
    import_well(&tn_import_event_partners, "event,partner,staff_hours\nfair,lab,8\n");
    assert_int_equal(ask_number("SELECT staff_min FROM event_partner WHERE role = 'host'"), 480);
    import_badly(&tn_import_event_partners,
                 "event,partner,staff_hours\nfair,lab,8\nfair,lab,9\ngone,zoo,1.234\n",
                 "row 3: the same event and partner stand in row 2");
    assert_non_null(strstr(logged, "row 4, staff_hours: expected hours"));
}

static void registrations_follow_their_learner(void **state)
{
    (void)state;
    struct tn_import_counts counts;
    lay_down();
    assert_int_equal(import_text(&tn_import_registrations,
                                 "event,learner,activity,status\nfair,1,,\nfair,1,slime,waitlist\n"
                                 "club,x:3,,registered\n",
                                 &counts),
                     TN_OK);
    expect_counts(&counts, 3, 0, 0);
    assert_int_equal(ask_number("SELECT count(*) FROM registration WHERE status = 'registered'"),
                     2);
    assert_int_equal(ask_number("SELECT count(*) FROM registration r JOIN learner_pii p ON"
                                " p.learner = r.learner WHERE p.given = 'Lin'"),
                     1);
    assert_int_equal(import_text(&tn_import_registrations,
                                 "event,learner,activity,status\nfair,1,slime,Canceled\n", &counts),
                     TN_OK);
    expect_counts(&counts, 0, 1, 0);
    /* A file without the column says nothing of the state. */
    import_well(&tn_import_registrations, "event,learner,activity\nfair,1,slime\n");
    assert_int_equal(ask_number("SELECT count(*) FROM registration WHERE status = 'cancelled'"), 1);
    import_badly(&tn_import_registrations,
                 "event,learner,activity\nfair,99,\nfair,1,nope\ngone,1,\n",
                 "row 2, learner: there is no learner with this id");
    assert_non_null(
        strstr(logged, "row 3, activity: the event has no activity with the code nope"));
    assert_non_null(strstr(logged, "row 4, event: there is no event with the code gone"));
    assert_null(strstr(logged, "99")); /* an id is not for the log */
}

static void demographics_need_a_consent_and_go_with_it(void **state)
{
    (void)state;
    struct tn_import_counts counts;
    static const char text[] = "learner,dimension,value\n1,home_language,es\n";
    lay_down();
    import_badly(&tn_import_demographics, text,
                 "row 2, learner: no consent to the purpose demographics is recorded");
    import_well(&tn_import_consents, "learner,purpose,given,basis,given_by,given_at,until\n"
                                     "1,demographics,yes,form,mother,2026-01-05,2026-03-14\n"
                                     "2,demographics,yes,,,,2026-03-12\n");
    assert_int_equal(import_text(&tn_import_demographics, text, &counts), TN_OK);
    expect_counts(&counts, 1, 0, 0);
    /* The other one's consent ended two days ago. */
    import_badly(&tn_import_demographics, "learner,dimension,value\n2,home_language,en\n",
                 "no consent to the purpose");
    assert_int_equal(import_text(&tn_import_demographics,
                                 "learner,dimension,value\n1,home_language,\n", &counts),
                     TN_OK);
    assert_int_equal(counts.removed, 1);
    import_well(&tn_import_demographics, text);
    import_well(&tn_import_consents, "learner,purpose,given\n1,participation,no\n");
    assert_int_equal(ask_number("SELECT count(*) FROM learner_demo"), 1);
    import_well(&tn_import_consents, "learner,purpose,given\n1,demographics,no\n");
    assert_int_equal(ask_number("SELECT count(*) FROM learner_demo"), 0);
}

static void a_consent_keeps_who_gave_it_and_when_it_was_withdrawn(void **state)
{
    (void)state;
    struct tn_import_counts counts;
    static const char yes[] = "learner,purpose,given,basis,given_by,given_at,until\n"
                              "1,photo,yes,paper form,father,2026-01-05,2026-07-01\n";
    static const char no[] = "learner,purpose,given\n1,photo,no\n2,photo,no\n";
    lay_down();
    assert_int_equal(import_text(&tn_import_consents, yes, &counts), TN_OK);
    expect_counts(&counts, 1, 0, 0);
    /* A day of Chicago, from its first hour to its last. */
    assert_int_equal(ask_number("SELECT given_at FROM consent"), 1767592800000);
    assert_int_equal(ask_number("SELECT until FROM consent"), 1782968400000);
    assert_int_equal(import_text(&tn_import_consents, yes, &counts), TN_OK);
    expect_counts(&counts, 0, 0, 1);
    assert_int_equal(import_text(&tn_import_consents, no, &counts), TN_OK);
    expect_counts(&counts, 0, 1, 1);
    assert_int_equal(ask_number("SELECT withdrawn_at FROM consent"), NOW_MS);
    assert_int_equal(ask_number("SELECT count(*) FROM consent WHERE basis = 'paper form'"), 1);
    assert_int_equal(import_text(&tn_import_consents, no, &counts), TN_OK);
    expect_counts(&counts, 0, 0, 2);
    import_well(&tn_import_consents, "learner,purpose,given\n1,photo,yes\n");
    assert_int_equal(ask_number("SELECT count(*) FROM consent WHERE withdrawn_at IS NULL"), 1);
    import_badly(&tn_import_consents, "learner,purpose,given,until\n1,photo,maybe,2026-02-30\n",
                 "row 2, until: expected a date");
    assert_non_null(strstr(logged, "row 2, given: expected yes or no"));
}

int main(void)
{
    tn_log_to(keep_log, NULL);
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_centre, drop_centre)
    const struct CMUnitTest tests[] = {
        TEST(a_pathway_comes_in_step_by_step_and_again),
        TEST(steps_that_a_newer_file_lacks_are_gone_and_other_pathways_stay),
        TEST(a_renamed_pathway_keeps_its_steps),
        TEST(an_activity_whose_step_is_not_there_is_taken_and_said),
        TEST(a_population_is_one_figure_a_key_however_its_grades_are_written),
        TEST(a_band_that_is_none_is_named),
        TEST(partners_of_events_bring_their_hours),
        TEST(registrations_follow_their_learner),
        TEST(demographics_need_a_consent_and_go_with_it),
        TEST(a_consent_keeps_who_gave_it_and_when_it_was_withdrawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
