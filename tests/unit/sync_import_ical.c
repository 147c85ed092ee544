/* Calendars as Google, Outlook and Apple write them, and as they arrive after an accident. */
#include "tests/unit/sync_import.h"

#define BEGIN "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\n"
#define END "END:VCALENDAR\r\n"
#define GOOGLE                                                                                     \
    BEGIN "METHOD:PUBLISH\r\nX-WR-TIMEZONE:America/Chicago\r\nBEGIN:VTIMEZONE\r\n"                 \
          "TZID:America/Chicago\r\nX-LIC-LOCATION:America/Chicago\r\nBEGIN:STANDARD\r\n"           \
          "TZOFFSETFROM:-0500\r\nTZOFFSETTO:-0600\r\nTZNAME:CST\r\nDTSTART:19701101T020000\r\n"    \
          "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
/* Five Mondays at four, over the change of clocks of 8 March; one is left out and one is moved. */
#define CLUB                                                                                       \
    "BEGIN:VEVENT\r\nDTSTART;TZID=America/Chicago:20260302T160000\r\n"                             \
    "DTEND;TZID=America/Chicago:20260302T173000\r\n"                                               \
    "RRULE:FREQ=WEEKLY;UNTIL=20260331T045959Z;BYDAY=MO\r\n"                                        \
    "EXDATE;TZID=America/Chicago:20260309T160000\r\nUID:club@google.com\r\nSEQUENCE:1\r\n"         \
    "LOCATION:Public Library\\, Room 2\r\nSUMMARY:Robotics club for everybody who has ev\r\n"      \
    " er wanted to build\r\nEND:VEVENT\r\n"
#define MOVED                                                                                      \
    "BEGIN:VEVENT\r\nDTSTART;TZID=America/Chicago:20260317T170000\r\n"                             \
    "DTEND;TZID=America/Chicago:20260317T183000\r\nUID:club@google.com\r\n"                        \
    "RECURRENCE-ID;TZID=America/Chicago:20260316T160000\r\nSEQUENCE:2\r\n"                         \
    "SUMMARY:Club\\, a day late\r\nEND:VEVENT\r\n"
#define EVENT(rest) BEGIN "BEGIN:VEVENT\r\n" rest "END:VEVENT\r\n" END
#define FAIR "UID:fair\r\nDTSTART:20260514T140000Z\r\nDTEND:20260514T200000Z\r\nSUMMARY:Fair\r\n"

static int64_t starts_of(const char *code)
{
    char sql[160];
    (void)snprintf(sql, sizeof(sql), "SELECT starts FROM event WHERE code = '%s'", code);
    return central_ask(uri, sql);
}

static void a_weekly_club_comes_in_day_by_day_at_its_hour(void **state)
{
    (void)state;
    char text[160];
    import_well(&tn_import_ical, GOOGLE CLUB MOVED END);
    assert_int_equal(import.counts.added, 4);
    /* Four o'clock is 22:00 UTC before the clocks change, and 21:00 after. */
    assert_int_equal(starts_of("robotics-club-for-everybody-who-has-2026-03-02"), 1772488800000);
    assert_int_equal(starts_of("robotics-club-for-everybody-who-has-2026-03-23"), 1774299600000);
    assert_int_equal(starts_of("club-a-day-late-2026-03-17"), 1773784800000);
    ask_text("SELECT title FROM event WHERE code LIKE 'robotics%23'", text, sizeof(text));
    assert_string_equal(text, "Robotics club for everybody who has ever wanted to build");
    ask_text("SELECT site FROM event WHERE code LIKE 'robotics%23'", text, sizeof(text));
    assert_string_equal(text, "Public Library, Room 2");
    ask_text("SELECT tz FROM event WHERE code LIKE 'robotics%23'", text, sizeof(text));
    assert_string_equal(text, "America/Chicago");
    assert_int_equal(ask_number("SELECT max(ends - starts) FROM event"), 90 * 60000);
    assert_int_equal(ask_number("SELECT count(*) FROM event WHERE ical_uid ="
                                " 'club@google.com/20260323T210000Z'"),
                     1);
    import_well(&tn_import_ical, GOOGLE CLUB MOVED END);
    expect_counts(&import.counts, 0, 0, 4);
    assert_int_equal(ask_number("SELECT max(rev) FROM event"), 1);
}

static void windows_names_of_zones_are_known(void **state)
{
    (void)state;
    char text[64];
    import_well(&tn_import_ical,
                "BEGIN:VCALENDAR\nPRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN\n"
                "VERSION:2.0\nBEGIN:VEVENT\nUID:040000008200E000\n"
                "DTSTART;TZID=\"Central Standard Time\":20260410T090000\n"
                "DTEND;TZID=\"Central Standard Time\":20260410T110000\n"
                "SUMMARY;LANGUAGE=en-us:Lab visit\nX-MICROSOFT-CDO-BUSYSTATUS:BUSY\n"
                "BEGIN:VALARM\nTRIGGER:-PT15M\nACTION:DISPLAY\nDESCRIPTION:Reminder\nEND:VALARM\n"
                "END:VEVENT\nBEGIN:VEVENT\nUID:2\nSUMMARY:Paris\n"
                "DTSTART;TZID=/mozilla.org/20050126_1/Europe/Paris:20260410T090000\n"
                "DURATION:PT45M\nEND:VEVENT\nEND:VCALENDAR\n");
    assert_int_equal(starts_of("lab-visit"), 1775829600000);
    ask_text("SELECT tz FROM event WHERE code = 'lab-visit'", text, sizeof(text));
    assert_string_equal(text, "America/Chicago");
    assert_int_equal(starts_of("paris"), 1775804400000);
    assert_int_equal(ask_number("SELECT ends - starts FROM event WHERE code = 'paris'"), 2700000);
    import_badly(&tn_import_ical,
                 EVENT("UID:x\r\nSUMMARY:X\r\nDTSTART;TZID=Moon Time:20260410T090000\r\n"),
                 "line 4, DTSTART: the time zone it names is none that is known here (UID x)");
}

static void whole_days_are_days_of_the_ecosystem(void **state)
{
    (void)state;
    import_well(&tn_import_ical,
                BEGIN "BEGIN:VEVENT\r\nUID:camp\r\nDTSTART;VALUE=DATE:20260401\r\n"
                      "DTEND;VALUE=DATE:20260403\r\nSUMMARY:Spring camp\r\nSTATUS:TENTATIVE\r\n"
                      "CATEGORIES:STEM,Out-of-School\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:day\r\n"
                      "DTSTART;VALUE=DATE:20260404\r\nSUMMARY:Day\r\nEND:VEVENT\r\n" END);
    assert_int_equal(starts_of("spring-camp"), 1775019600000);
    assert_int_equal(ask_number("SELECT ends - starts FROM event WHERE code = 'spring-camp'"),
                     INT64_C(48) * 3600000);
    assert_int_equal(ask_number("SELECT count(*) FROM event WHERE setting = 'out-of-school' AND"
                                " status = 'tentative'"),
                     1);
    assert_int_equal(ask_number("SELECT ends - starts FROM event WHERE code = 'day'"),
                     INT64_C(24) * 3600000);
}

static void an_older_sequence_never_undoes_a_newer_one(void **state)
{
    (void)state;
    import_well(&tn_import_ical, EVENT(FAIR "SEQUENCE:3\r\nLOCATION:Hall\r\n"));
    import_well(&tn_import_ical, EVENT("UID:fair\r\nDTSTART:20260515T140000Z\r\n"
                                       "DTEND:20260515T200000Z\r\nSUMMARY:Old\r\nSEQUENCE:2\r\n"));
    assert_int_equal(remarked("older"), 1);
    expect_counts(&import.counts, 0, 0, 1);
    assert_int_equal(starts_of("fair"), 1778767200000);
    import_well(&tn_import_ical, EVENT("UID:fair\r\nDTSTART:20260516T140000Z\r\n"
                                       "DTEND:20260516T200000Z\r\nSUMMARY:New\r\nSEQUENCE:4\r\n"));
    expect_counts(&import.counts, 0, 1, 0);
    /* The code was printed on things by now; and what the calendar does not say stays. */
    assert_int_equal(starts_of("fair"), 1778940000000);
    assert_int_equal(ask_number("SELECT count(*) FROM event WHERE title = 'New' AND site = 'Hall'"),
                     1);
}

static void what_is_cancelled_is_marked_and_stays(void **state)
{
    (void)state;
    import_well(&tn_import_ical, EVENT(FAIR "STATUS:CANCELLED\r\n"));
    assert_int_equal(remarked("cancelled_unknown"), 1);
    assert_int_equal(ask_number("SELECT count(*) FROM event"), 0);
    import_well(&tn_import_ical, EVENT(FAIR "SEQUENCE:1\r\n"));
    import_well(&tn_import_ical,
                BEGIN "METHOD:CANCEL\r\nBEGIN:VEVENT\r\n" FAIR "SEQUENCE:2\r\nEND:VEVENT\r\n" END);
    expect_counts(&import.counts, 0, 1, 0);
    assert_int_equal(ask_number("SELECT count(*) FROM event WHERE status = 'cancelled'"), 1);
    /* Coming days that a rule no longer has are cancelled; days that are over are not. */
    import_well(&tn_import_ical, GOOGLE CLUB END);
    assert_int_equal(ask_number("SELECT count(*) FROM event WHERE ical_uid LIKE 'club%'"), 4);
    import_well(&tn_import_ical,
                GOOGLE "BEGIN:VEVENT\r\nDTSTART;TZID=America/Chicago:20260330T160000\r\n"
                       "DURATION:PT90M\r\nRRULE:FREQ=WEEKLY;COUNT=2\r\nUID:club@google.com\r\n"
                       "SEQUENCE:2\r\nSUMMARY:Club\r\nEND:VEVENT\r\n" END);
    assert_int_equal(remarked("cancelled"), 2);
    assert_int_equal(ask_number("SELECT count(*) FROM event WHERE ical_uid LIKE 'club%' AND"
                                " status IS NULL"),
                     3);
}

static void what_repeats_without_end_needs_one(void **state)
{
    (void)state;
    static const char daily[] =
        EVENT("UID:d\r\nDTSTART:20260501T140000Z\r\nDURATION:PT1H\r\nSUMMARY:D\r\n"
              "RRULE:FREQ=DAILY\r\n");
    import_badly(&tn_import_ical, daily,
                 "line 4, RRULE: repeats more than 366 times, or without an end; say with --until");
    assert_int_equal(ask_number("SELECT count(*) FROM event"), 0);
    char path[160];
    path_in("a.csv", path);
    const char *const files[] = {path};
    import = (struct tn_import){.centre = &centre,
                                .kind = &tn_import_ical,
                                .now_ms = NOW_MS,
                                .setting = "in-school",
                                .until_ms = INT64_C(1778272200000)}; /* 8 May, 20:30 UTC */
    assert_int_equal(tn_import_run(&import, files, 1, false), TN_OK);
    assert_int_equal(import.counts.added, 8);
    assert_int_equal(ask_number("SELECT count(*) FROM event WHERE setting = 'in-school'"), 8);
    import_badly(&tn_import_ical,
                 EVENT("UID:s\r\nDTSTART:20260501T140000Z\r\nDURATION:PT1H\r\nSUMMARY:S\r\n"
                       "RRULE:FREQ=SECONDLY;COUNT=3\r\n"),
                 "RRULE: expected a rule of days, weeks, months or years");
}

static void a_calendar_with_something_wrong_names_line_and_uid(void **state)
{
    (void)state;
    import_badly(&tn_import_ical, EVENT(FAIR "RECURRENCE-ID:soon\r\n") "", "a.csv: line 4, ");
    import_badly(&tn_import_ical,
                 BEGIN "BEGIN:VEVENT\r\n" FAIR "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:b\r\n"
                       "DTSTART:20260514T140000Z\r\nDTEND:20260514T130000Z\r\nSUMMARY:B\r\n"
                       "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:c\r\nDTSTART:20260514T140000Z\r\n"
                       "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:d\r\nSUMMARY:D\r\nEND:VEVENT\r\n" END,
                 "line 10, DTEND: an event must end after it starts (UID b)");
    assert_non_null(strstr(logged, "line 16, SUMMARY: is missing; every event needs a title"));
    assert_non_null(strstr(logged, "line 20, DTSTART: is missing"));
    import_badly(&tn_import_ical, EVENT(FAIR) EVENT(FAIR), "stands in this import twice");
    import_badly(&tn_import_ical, BEGIN "BEGIN:VEVENT\r\n" FAIR "END:VEVENT\r\n",
                 "ends in the middle");
    import_badly(&tn_import_ical, BEGIN "BEGIN:VEVENT\r\n" FAIR END, "ends in the middle");
    import_badly(&tn_import_ical, BEGIN "BEGIN:VEVENT\r\nUID:a\r\nBEGIN:VEVENT\r\n" END,
                 "line 6: an event begins here before the one above has ended");
    import_badly(&tn_import_ical, EVENT(FAIR) "END:VEVENT\r\n",
                 "line 11: something ends here that never began");
    /* libical unfolds lines before it looks where something ends, and takes parameters there. */
    import_badly(&tn_import_ical,
                 BEGIN "BEGIN:VEVENT\r\n" FAIR "EN\r\n D:VEVENT\r\nEND:VEVENT\r\n" END,
                 "line 12: something ends here that never began");
    import_badly(&tn_import_ical,
                 BEGIN "BEGIN:VEVENT\r\n" FAIR "END;X=1:VEVENT\r\nEND:VEVENT\r\n" END,
                 "line 11: something ends here that never began");
    import_badly(&tn_import_ical, "code,title\r\n", "line 1: is no calendar");
    assert_int_equal(ask_number("SELECT count(*) FROM event"), 0);
}

/* One that we need not is passed over, also where its name has that of another in it. */
static void what_is_wrong_with_things_not_needed_is_passed_over(void **state)
{
    (void)state;
    import_well(&tn_import_ical,
                EVENT(FAIR "REQUEST-STATUS:foo\r\nTRIGGER:foo\r\nGEO:north\r\nATTACH:\r\n"));
    assert_int_equal(import.counts.added, 1);
}

static void a_calendar_and_a_table_go_on_about_one_event(void **state)
{
    (void)state;
    import_well(&tn_import_events,
                "code,title,starts,ends\nours,Ours,2026-05-14 09:00,2026-05-14 15:00\n");
    import_well(&tn_import_ical, EVENT(FAIR "X-TURNOUT-CODE:ours\r\n"));
    expect_counts(&import.counts, 0, 1, 0);
    /* As an export writes the activities of an event beside it. */
    import_well(&tn_import_ical, EVENT(FAIR "X-TURNOUT-CODE:slime\r\nRELATED-TO:x\r\n"));
    assert_int_equal(remarked("activities"), 1);
    import_well(&tn_import_ical,
                EVENT("UID:z\r\nDTSTART:20260601T140000Z\r\nSUMMARY:Zoo & \xc3\x89t\xc3\xa9\r\n"));
    assert_int_equal(remarked("without_end"), 1);
    import_well(&tn_import_events, "code,title,starts,ends,policy\n"
                                   "zoo-ete,Zoo,2026-06-01 09:00,2026-06-01 15:00,walk-in\n");
    expect_counts(&import.counts, 0, 1, 0);
    assert_int_equal(ask_number("SELECT count(*) FROM event"), 2);
}

int main(void)
{
    tn_log_to(keep_log, NULL);
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_centre, drop_centre)
    const struct CMUnitTest tests[] = {
        TEST(a_weekly_club_comes_in_day_by_day_at_its_hour),
        TEST(windows_names_of_zones_are_known),
        TEST(whole_days_are_days_of_the_ecosystem),
        TEST(an_older_sequence_never_undoes_a_newer_one),
        TEST(what_is_cancelled_is_marked_and_stays),
        TEST(what_repeats_without_end_needs_one),
        TEST(a_calendar_with_something_wrong_names_line_and_uid),
        TEST(what_is_wrong_with_things_not_needed_is_passed_over),
        TEST(a_calendar_and_a_table_go_on_about_one_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
