/* Exports as their readers see them: what goes into whose file and what never does, on a demo with
 * a day of scans. The standards' own rules are checked by tests/e2e/sync-export, with other
 * programs than ours; the calendar's here, by libical. */
#include <jansson.h>
#include <libical/ical.h>
#include <sys/stat.h>

#include "sync/exchange/export.h"
#include "sync/exchange/zone.h"
#include "tests/unit/sync_world.h"

#define FAIR_MS 1773496800000 /* the demo fair's start: 14 March 2026, 9:00 in Chicago */
#define MINUTE 60000

/* Learners 1 to 10 come in from 9:01 on; 1 to 4 go again from 11:01 on, 1 to 6 see robots. */
static void have_a_day(void)
{
    gives(TN_EXIT_DONE,
          "station new --central central.db --event fair --name Exit --role exit --out"
          " exit");
    scan("gate", 1, 10, FAIR_MS);
    scan("robotics", 1, 6, FAIR_MS + 60 * MINUTE);
    scan("exit", 1, 4, FAIR_MS + 120 * MINUTE);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    gives(TN_EXIT_DONE, "reconcile robotics central.db");
    gives(TN_EXIT_DONE, "reconcile exit central.db");
}

/* The day is had once, and each test has a copy of it. */
static int day_setup(void **state)
{
    static bool is_had;
    if (!is_had) {
        tn_log_to(log_plainly, NULL);
        make_first();
        snprintf(central, sizeof central, "%s", central_is_server() ? first_central : "central.db");
        assert_int_equal(chdir("demo"), 0);
        have_a_day();
        is_had = true;
    }
    return world_setup(state);
}

static void read_all(const char *path, char *out, size_t size)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    out[fread(out, 1, size - 1, file)] = '\0';
    fclose(file);
}

/* The text of an export that must go well. */
static char text[TEXT_MAX];
static const char *exported(const char *words)
{
    (void)unlink("out");
    gives(TN_EXIT_DONE, "export %s --central central.db --out out", words);
    read_all("out", text, sizeof text);
    return text;
}

static int lines_with(const char *all, const char *part)
{
    int count = 0;
    for (const char *line = all; *line != '\0'; line += strcspn(line, "\n") + 1) {
        char one[4096];
        snprintf(one, sizeof one, "%.*s", (int)strcspn(line, "\n"), line);
        count += strstr(one, part) != NULL;
        if (line[strcspn(line, "\n")] == '\0') {
            break;
        }
    }
    return count;
}

static void attendance_has_each_stay_and_leaves_imputed_ends_open(void **state)
{
    (void)state;
    const char *all = exported("attendance");
    assert_int_equal(lines_with(all, "L0"), 16);
    assert_non_null(strstr(all, "learner,event,activity,starts,ends,minutes,imputed,source\r\n"));
    assert_non_null(strstr(all, "L00001,fair,,2026-03-14T09:01:00-05:00,2026-03-14T11:01:00-05:00,"
                                "120,no,scan\r\n"));
    assert_non_null(strstr(all, "L00008,fair,,2026-03-14T09:10:00-05:00,,410,yes,scan\r\n"));
    assert_non_null(strstr(all, "L00006,fair,robotics,2026-03-14T10:06:00-05:00,,"));
    struct stat at;
    assert_int_equal(stat("out", &at), 0);
    assert_int_equal(at.st_mode & 0777, 0600);
}

/* As if there had been no station: what was exported is all there is. */
static void attendance_reads_back_as_it_was(void **state)
{
    (void)state;
    char before[TEXT_MAX];
    central_sql(central, "UPDATE visit SET ends = starts, minutes = 0 WHERE activity IS NULL AND"
                         " learner = (SELECT learner FROM learner_alias WHERE source_id ="
                         " 'L00001')");
    central_sql(central, "UPDATE learner_alias SET source = 'clever' WHERE source_id = 'L00002'");
    central_sql(central, "DELETE FROM learner_alias WHERE source_id = 'L00003'");
    snprintf(before, sizeof before, "%s", exported("attendance"));
    assert_int_equal(lines_with(before, "clever:L00002,fair"), 2);
    assert_int_equal(lines_with(before, ",fair,"), 16);
    shell("sort out >before");
    shell("cp out sheet.csv");
    central_sql(central, "DELETE FROM visit");
    central_sql(central, "DELETE FROM sighting");
    gives(TN_EXIT_DONE, "import attendance sheet.csv --central central.db");
    assert_said("Imported 16 stays: 16 new");
    exported("attendance");
    shell("sort out >after && diff before after");
    /* And once more is nothing new. */
    gives(TN_EXIT_DONE, "import attendance sheet.csv --central central.db");
    assert_said("0 new, 0 changed, 16 as they were");
}

static void days_and_events_narrow_an_export(void **state)
{
    (void)state;
    assert_int_equal(lines_with(exported("attendance --from 2026-03-14 --to 2026-03-14"), "L0"),
                     16);
    assert_int_equal(lines_with(exported("attendance --from 2026-03-15"), "L0"), 0);
    assert_int_equal(lines_with(exported("attendance --to 2026-03-13"), "L0"), 0);
    assert_int_equal(lines_with(exported("attendance --event fair"), "L0"), 16);
    gives(TN_EXIT_PERSON, "export attendance --central central.db --event fare --out out");
    assert_said("there are: fair");
    gives(TN_EXIT_USAGE, "export attendance --central central.db --from soon");
    gives(TN_EXIT_USAGE,
          "export attendance --central central.db --from 2026-03-15 --to 2026-03-14");
    gives(TN_EXIT_USAGE, "export sandwiches --central central.db");
    assert_said("attendance, visits, learners, xapi, edfi, oneroster or ical");
}

static void visits_name_their_stations_and_keep_unknown_badges(void **state)
{
    (void)state;
    central_sql(central, "UPDATE visit SET learner = NULL WHERE learner = (SELECT learner FROM"
                         " learner_alias WHERE source_id = 'L00008')");
    const char *all = exported("visits");
    assert_int_equal(lines_with(all, "fair,City STEM Fair"), 16);
    assert_said("1 of them is of a badge that nobody knows");
    assert_non_null(strstr(all, "robotics,Robotics,"));
    assert_int_equal(lines_with(all, ",North gate,Exit,scan"), 4);
    exported("attendance");
    assert_said("1 visit of a badge that nobody knows was left out");
}

/* Nothing of the roster may be in a file that is said to have no names in it. */
static void assert_nobody(const char *all)
{
    FILE *names = popen(central_is_server() ? "psql -q -A -t \"$U\" -c 'SELECT given FROM"
                                              " learner_pii UNION SELECT family FROM learner_pii'"
                                            : "sqlite3 -readonly \"$U\" 'SELECT given FROM"
                                              " learner_pii UNION SELECT family FROM learner_pii'",
                        "r");
    char name[256];
    int count = 0;
    assert_non_null(names);
    while (fgets(name, sizeof name, names) != NULL) {
        name[strcspn(name, "\n")] = '\0';
        if (strlen(name) > 2 && strstr(all, name) != NULL) {
            fail_msg("%s is in the file", name);
        }
        count++;
    }
    assert_int_equal(pclose(names), 0);
    assert_true(count > 5);
    assert_null(strstr(all, "L000"));
}

static void learners_are_pseudonyms_of_one_recipient(void **state)
{
    (void)state;
    char mine[TEXT_MAX];
    char word[40];
    setenv("U", central, 1);
    central_sql(central, "UPDATE ecosystem SET min_cell = 1");
    snprintf(mine, sizeof mine, "%s", exported("learners --for State~U"));
    assert_int_equal(lines_with(mine, ","), 11);
    assert_nobody(mine);
    assert_string_equal(mine, exported("learners --for State~U"));
    /* 1: there for two hours; and an hour's half is the least that is told. */
    assert_int_equal(lines_with(mine, ",1,2,2.0"), 4);
    exported("learners --for Somebody~else");
    for (const char *line = strchr(mine, '\n') + 1; *line != '\0'; line = strchr(line, '\n') + 1) {
        snprintf(word, sizeof word, "%.32s", line);
        assert_int_equal(strspn(word, "0123456789abcdef"), 32);
        assert_null(strstr(text, word));
    }
    gives(TN_EXIT_USAGE, "export learners --central central.db");
    assert_said("--for NAME is missing");
}

static void rare_learners_give_up_what_would_tell_them_apart(void **state)
{
    (void)state;
    /* Ten came: five of one place and band, four of another place, one of another band. */
    central_sql(central, "UPDATE ecosystem SET min_cell = 4");
    central_sql(central, "UPDATE learner SET grade = '4', zip3 = '941', home_partner = NULL");
    central_sql(central,
                "UPDATE learner SET zip3 = '606' WHERE id IN (SELECT learner FROM learner_alias"
                " WHERE source_id IN ('L00001', 'L00002', 'L00003', 'L00004'))");
    central_sql(central, "UPDATE learner SET grade = '12' WHERE id IN (SELECT learner FROM"
                         " learner_alias WHERE source_id = 'L00008')");
    const char *all = exported("learners --for State~U");
    assert_int_equal(lines_with(all, ",3-5,606,"), 4);
    assert_int_equal(lines_with(all, ",3-5,941,"), 5);
    assert_int_equal(lines_with(all, "9-12"), 0);
    assert_said("1 learner was left out, since too few are like them");
    central_sql(central, "UPDATE ecosystem SET min_cell = 5");
    all = exported("learners --for State~U");
    assert_int_equal(lines_with(all, ",3-5,941,"), 5);
    assert_int_equal(lines_with(all, ",,,,1,"), 5);
    central_sql(central, "UPDATE ecosystem SET min_cell = 11");
    assert_int_equal(lines_with(exported("learners --for State~U"), ","), 1);
}

static json_t *statement_of(const char *all, int row)
{
    const char *line = all;
    for (int i = 0; i < row; i++) {
        line = strchr(line, '\n') + 1;
    }
    json_t *out = json_loadb(line, strcspn(line, "\n"), 0, NULL);
    assert_non_null(out);
    return out;
}

static void statements_stay_the_same_until_their_visit_changes(void **state)
{
    (void)state;
    char first[TEXT_MAX];
    char gone[64];
    setenv("U", central, 1);
    snprintf(first, sizeof first, "%s", exported("xapi --for LRS"));
    assert_int_equal(lines_with(first, "verbs/attended"), 16);
    assert_nobody(first);
    assert_string_equal(first, exported("xapi --for LRS"));
    assert_int_equal(lines_with(exported("xapi --for Other"), "verbs/attended"), 16);
    json_t *one = statement_of(first, 0);
    snprintf(gone, sizeof gone, "\"id\":\"%s\"", json_string_value(json_object_get(one, "id")));
    assert_null(strstr(text, gone));
    json_decref(one);

    /* One visit ends later than was said, one was none. */
    central_sql(central,
                "UPDATE visit SET ends = ends + 600000 WHERE activity IS NULL AND learner ="
                " (SELECT learner FROM learner_alias WHERE source_id = 'L00001')");
    central_sql(central, "DELETE FROM visit WHERE activity IS NULL AND learner ="
                         " (SELECT learner FROM learner_alias WHERE source_id = 'L00008')");
    const char *all = exported("xapi --for LRS");
    assert_int_equal(lines_with(all, "verbs/attended"), 15);
    assert_int_equal(lines_with(all, "verbs/voided"), 2);
    assert_int_equal(lines_with(all, "PT2H10M"), 1);
    int voided = 0;
    for (int i = 0; i < 17; i++) {
        json_t *statement = statement_of(all, i);
        const char *ref =
            json_string_value(json_object_get(json_object_get(statement, "object"), "id"));
        snprintf(gone, sizeof gone, "\"id\":\"%s\"", ref);
        if (strcmp(json_string_value(json_object_get(json_object_get(statement, "verb"), "id")),
                   "http://adlnet.gov/expapi/verbs/voided") == 0) {
            assert_non_null(strstr(first, gone));
            voided++;
        }
        json_decref(statement);
    }
    assert_int_equal(voided, 2);
    /* Said again, and no more than that. */
    snprintf(first, sizeof first, "%s", all);
    assert_string_equal(first, exported("xapi --for LRS"));
    assert_int_equal(lines_with(exported("xapi --for Other --event fair"), "verbs/voided"), 2);
}

static void what_was_sent_of_an_erased_learner_is_taken_back(void **state)
{
    (void)state;
    exported("xapi --for LRS");
    central_sql(central, "UPDATE learner SET erased_at = 1 WHERE id = (SELECT learner FROM"
                         " learner_alias WHERE source_id = 'L00001')");
    const char *all = exported("xapi --for LRS");
    assert_int_equal(lines_with(all, "verbs/voided"), 2);
    assert_int_equal(lines_with(all, "verbs/attended"), 14);
    assert_null(strstr(exported("attendance"), "L00001"));
    assert_null(strstr(exported("visits"), "L00001"));
    assert_null(strstr(exported("edfi --org 1"), "L00001"));
    central_sql(central, "UPDATE ecosystem SET min_cell = 1");
    assert_int_equal(lines_with(exported("learners --for LRS"), ","), 10);
}

static void days_of_ed_fi_follow_the_schedule(void **state)
{
    (void)state;
    const char *all = exported("edfi --org 255901");
    assert_int_equal(lines_with(all, "L0"), 10);
    /* In by 9:01 and out at 11:01 of a fair until 16:00; robots are part of it. */
    assert_non_null(strstr(all,
                           "L00001,255901,City STEM Fair,uri://ed-fi.org/ProgramTypeDescriptor"
                           "#Other,2026-03-14,uri://ed-fi.org/AttendanceEventCategoryDescriptor"
                           "#Early departure,0.29,120\r\n"));
    assert_int_equal(lines_with(all, "L00008,255901"), 1);
    assert_int_equal(lines_with(all, "#In Attendance,0.98,410"), 1);
    central_sql(central, "UPDATE event SET starts = starts - 3600000");
    all = exported("edfi --org 255901 --program Out~of~school --program-type Service~Learning");
    assert_int_equal(lines_with(all, "#Partial"), 4);
    assert_int_equal(lines_with(all, "#Tardy"), 6);
    assert_int_equal(lines_with(all, ",Out of school,uri://ed-fi.org/ProgramTypeDescriptor#Service"
                                     " Learning,"),
                     10);
    exported("edfi --org 255901 --source powerschool");
    assert_said("10 rows of learners without an id of that source were left out");
    gives(TN_EXIT_USAGE, "export edfi --central central.db");
    assert_said("--org");
}

static void a_calendar_is_one_to_libical(void **state)
{
    (void)state;
    central_sql(central, "UPDATE event SET site = 'H\xc3\xb4tel de Ville; Salle 2, \xe5\xaf\x8c\xe5"
                         "\xa3\xab\xe5\xb1\xb1\xe9\xa3\x9b\xe8\xa1\x8c\xe6\xa9\x9f\xe5\xaf\x8c\xe5"
                         "\xa3\xab\xe5\xb1\xb1\xe9\xa3\x9b\xe8\xa1\x8c\xe6\xa9\x9f\xe5\xaf\x8c\xe5"
                         "\xa3\xab\xe5\xb1\xb1\xe9\xa3\x9b\xe8\xa1\x8c\xe6\xa9\x9f', rev = 3");
    central_sql(central, "UPDATE activity SET starts = 1773500400000, ends = 1773504000000,"
                         " strand = 'a,b' WHERE code = 'robotics'");
    const char *all = exported("ical");
    assert_said("8 activities have no time of their own");
    icalcomponent *calendar = icalparser_parse_string(all);
    assert_non_null(calendar);
    assert_int_equal(icalcomponent_count_errors(calendar), 0);
    assert_int_equal(icalrestriction_check(calendar), 1);
    assert_int_equal(icalcomponent_count_errors(calendar), 0);
    icalcomponent *event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
    assert_string_equal(icalcomponent_get_summary(event), "City STEM Fair");
    assert_int_equal(icalcomponent_get_sequence(event), 3);
    assert_int_equal(icaltime_as_timet(icalcomponent_get_dtstart(event)), FAIR_MS / 1000);
    assert_non_null(strstr(icalcomponent_get_location(event), "H\xc3\xb4tel de Ville; Salle 2, "));
    event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT);
    assert_string_equal(icalcomponent_get_summary(event), "Robotics");
    icalproperty *strand = icalcomponent_get_first_property(event, ICAL_CATEGORIES_PROPERTY);
    assert_string_equal(icalproperty_get_categories(strand), "a b");
    icalcomponent_free(calendar);
    icalmemory_free_ring();
}

static void what_a_calendar_cancelled_goes_out_cancelled_and_comes_back_so(void **state)
{
    static const char *const words[] = {"CANCELLED", "TENTATIVE", "CONFIRMED"};
    static const char *const kept[] = {"status = 'cancelled'", "status = 'tentative'",
                                       "status IS NULL"};
    char line[64];
    (void)state;
    central_sql(central, "UPDATE activity SET starts = 1773500400000, ends = 1773504000000");
    for (int i = 0; i < 3; i++) {
        FILE *file = fopen("in.ics", "w");
        assert_non_null(file);
        fprintf(file,
                "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:fair@example.org\r\nSEQUENCE:%d\r\n"
                "DTSTART:20260314T140000Z\r\nDTEND:20260314T200000Z\r\nSUMMARY:Fair\r\n"
                "X-TURNOUT-CODE:fair\r\nSTATUS:%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
                10 + i, words[i]);
        fclose(file);
        gives(TN_EXIT_DONE, "import ical in.ics --central central.db");
        const char *all = exported("ical");
        snprintf(line, sizeof line, "\r\nSTATUS:%s\r\n", words[i]);
        assert_non_null(strstr(all, line)); /* of activities too */
        for (int k = 0; k < 3; k++) {
            snprintf(line, sizeof line, "STATUS:%s\r", words[k]);
            assert_true((strstr(all, line) != NULL) == (k == i));
        }
        /* A calendar that has it at 10 takes no older one; and it comes back as it went. */
        snprintf(line, sizeof line, "\r\nSEQUENCE:%d\r\n", 10 + i);
        assert_non_null(strstr(all, line));
        gives(TN_EXIT_DONE, "import ical out --central central.db");
        snprintf(line, sizeof line, "SELECT count(*) FROM event WHERE %s", kept[i]);
        assert_int_equal(central_ask(central, line), 1);
    }
}

static void a_file_is_written_whole_or_not_at_all(void **state)
{
    (void)state;
    shell("mkdir full && echo old >out && mkdir closed");
    gives(TN_EXIT_PERSON, "export attendance --central central.db --out full");
    assert_said("is there already and no file");
    gives(TN_EXIT_WORLD, "export attendance --central central.db --out no/such/folder");
    assert_said("there is no folder no/such");
    gives(TN_EXIT_DONE, "export attendance --central central.db --out out --json");
    assert_said("\"stays\": 16");
    shell("! ls out.* 2>/dev/null && grep -q L00001 out");
    /* A package is not put into a folder that has anything in it. */
    shell("echo x >full/x");
    gives(TN_EXIT_PERSON, "export oneroster --central central.db --out full");
    assert_said("--out names a new folder, or a .zip");
    gives(TN_EXIT_DONE, "export oneroster --central central.db --out closed");
    shell("test -s closed/users.csv && test \"$(stat -c %%a closed closed/users.csv | tr '\\n' ' "
          "')\" ="
          " '700 600 '");
    gives(TN_EXIT_USAGE, "export oneroster --central central.db");
    gives(TN_EXIT_USAGE, "export attendance --central central.db --json");
}

static void the_offset_is_that_of_the_day(void **state)
{
    (void)state;
    struct tn_zone zone = {0};
    static const struct {
        const char *tz;
        int64_t at_ms;
        const char *time;
        const char *day;
    } rows[] = {
        {"America/Chicago", 1772953199123, "2026-03-08T00:59:59.123-06:00", "2026-03-08"},
        {"America/Chicago", 1772956800000, "2026-03-08T03:00:00-05:00", "2026-03-08"},
        {"Asia/Kolkata", 1772956800000, "2026-03-08T13:30:00+05:30", "2026-03-08"},
        {"America/St_Johns", 1780272000000, "2026-05-31T21:30:00-02:30", "2026-05-31"},
        {"Nowhere/Land", 1772956800000, "2026-03-08T08:00:00+00:00", "2026-03-08"},
        {"UTC", -1, "1969-12-31T23:59:59.999+00:00", "1969-12-31"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char time[TN_TIME_TEXT_SIZE];
        char day[TN_DAY_TEXT_SIZE];
        int64_t back = 0;
        tn_zone_time(&zone, rows[i].tz, rows[i].at_ms, true, time);
        tn_zone_day(&zone, rows[i].tz, rows[i].at_ms, day);
        assert_string_equal(time, rows[i].time);
        assert_string_equal(day, rows[i].day);
        if (rows[i].at_ms >= 0) {
            assert_int_equal(tn_time_parse(time, &back), TN_OK);
            assert_int_equal(back, rows[i].at_ms);
        }
    }
    tn_zone_destroy(&zone);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, day_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(attendance_has_each_stay_and_leaves_imputed_ends_open),
        TEST(attendance_reads_back_as_it_was),
        TEST(days_and_events_narrow_an_export),
        TEST(visits_name_their_stations_and_keep_unknown_badges),
        TEST(learners_are_pseudonyms_of_one_recipient),
        TEST(rare_learners_give_up_what_would_tell_them_apart),
        TEST(statements_stay_the_same_until_their_visit_changes),
        TEST(what_was_sent_of_an_erased_learner_is_taken_back),
        TEST(days_of_ed_fi_follow_the_schedule),
        TEST(a_calendar_is_one_to_libical),
        TEST(what_a_calendar_cancelled_goes_out_cancelled_and_comes_back_so),
        TEST(a_file_is_written_whole_or_not_at_all),
        cmocka_unit_test(the_offset_is_that_of_the_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
