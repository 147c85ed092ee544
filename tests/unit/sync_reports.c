/* What each kind of report says of six learners whose numbers were worked out by hand. Nothing is
 * withheld here (a learner alone is enough), so that every number can be seen. */
#include "tests/unit/sync_reports.h"
#include "tests/unit/sync_world.h"

#define AUTUMN INT64_C(1759309200000) /* 1 October 2025, 9:00 UTC: event A */
#define LATER INT64_C(1760950800000)  /* 20 October 2025: event B */
#define NEXT INT64_C(1789462800000)   /* 15 September 2026, the next school year: event C */
#define HOURS_6 (360 * MINUTE_MS)
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static void lay_down_places(void)
{
    static const struct activity activities[] = {
        {'1', 'A', 'P', NULL, NULL, 1},
        {'2', 'B', 'Q', NULL, "talk", 2},
        {'3', 'B', 'R', "in-school", NULL, 0},
    };
    put_event('A', "in-school", AUTUMN, AUTUMN + HOURS_6);
    put_event('B', "out-of-school", LATER, LATER + HOURS_6);
    put_event('C', "out-of-school", NEXT, NEXT + 4 * HOURS_6);
    put_partner('P', 0, "Pine School", "school");
    put_partner('Q', 0, "Quartz Works", "business");
    put_partner('R', 'Q', "Quartz Youth", "business");
    for (size_t i = 0; i < COUNT(activities); i++) {
        put_activity(&activities[i]);
    }
}

static void lay_down_learners(void)
{
    put_learner(1, "6", "606", "en");
    put_learner(2, "6", NULL, NULL);
    put_learner(3, "9", NULL, NULL);
    put_learner(4, "9", NULL, NULL);
    put_learner(5, "3", "605", "es-MX");
    put_done(1, true, 'A', &(struct done){0, AUTUMN, 120, false}, 1);
    const struct done first_b[] = {{0, LATER, 60, false}, {'2', LATER + MINUTE_MS, 20, false}};
    put_done(1, true, 'B', first_b, 2);
    put_done(1, true, 'C', &(struct done){0, NEXT, 30, false}, 1);
    put_done(2, true, 'A', &(struct done){0, AUTUMN, 120, false}, 1);
    put_done(3, true, 'B', &(struct done){'2', LATER, 25, false}, 1);
    put_done(3, true, 'C', &(struct done){0, NEXT, 1000, false}, 1);
    const struct done fourth_b[] = {{0, LATER, 90, false}, {'3', LATER + MINUTE_MS, 15, false}};
    put_done(4, true, 'B', fourth_b, 2);
    const struct done fifth_a[] = {{0, AUTUMN, 50, false}, {'1', AUTUMN + MINUTE_MS, 20, false}};
    put_done(5, true, 'A', fifth_a, 2);
    put_done(6, false, 'A', &(struct done){0, AUTUMN, 10, true}, 1);
}

struct expected {
    const char *report;
    const char *part;   /* NULL: a figure */
    const char *row;    /* a row's first text; of a figure its key */
    const char *column; /* of a row */
    int64_t number;
};

static const struct expected everything[] = {
    {"reach", NULL, "learners", NULL, 6},
    {"reach", NULL, "stays", NULL, 8},
    {"reach", NULL, "activity_visits", NULL, 4},
    {"reach", NULL, "contact_minutes", NULL, 1505},
    {"reach", NULL, "imputed", NULL, 1},
    {"reach", NULL, "unknown_badges", NULL, 1},
    {"reach", NULL, "scans_outside", NULL, 0},
    {"reach", NULL, "stations", NULL, 3},
    {"reach", "sectors", "business", "learners", 3},
    {"reach", "sectors", "business", "minutes", 60},
    {"reach", "partners", "Quartz Works", "visits", 2},
    {"dosage", NULL, "contact_minutes", NULL, 1505},
    {"dosage", NULL, "minutes_per_learner", NULL, 250},
    {"dosage", "bands_contact", "under 1 hour", "learners", 2},
    {"dosage", "bands_contact", "1 to 2 hours", "learners", 1},
    {"dosage", "bands_contact", "2 to 4 hours", "learners", 2},
    {"dosage", "bands_contact", "15 hours and more", "share", 1667},
    {"dosage", "bands_21cclc", "under 15 hours", "learners", 5},
    {"dosage", "bands_21cclc", "15 to 44 hours", "learners", 1},
    {"repeat", "events", "1 event", "learners", 4},
    {"repeat", "events", "2 events", "learners", 1},
    {"repeat", "events", "3 to 5 events", "learners", 1},
    {"repeat", "returns", "Within 30 days", "learners", 1},
    {"repeat", "returns", "After 91 to 365 days", "learners", 1},
    {"repeat", "returns", "Not yet", "learners", 4},
    {"repeat", "weeks", "1 week", "learners", 4},
    {"repeat", "weeks", "2 or 3 weeks", "learners", 2},
    {"pathway", "pathway_makers", "1. Tell a machine what to do", "learners", 1},
    {"pathway", "pathway_makers", "2. Build one", "learners", 2},
    {"pathway", "pathway_makers", "All of its steps", "learners", 0},
    {"pathway", NULL, "learners_on_pathways", NULL, 3},
    {"bridge", "settings", "In school and out of it", "learners", 2},
    {"bridge", "settings", "In school only", "learners", 3},
    {"bridge", "settings", "Out of school only", "learners", 1},
    {"partner", "partners", "Pine School", "minutes", 20},
    {"partner", "partners", "Quartz Works", "learners", 2},
    {"partner", "sectors", "business", "learners", 3},
    {"partner", NULL, "partners_active", NULL, 3},
    {"gap", "participation", "605", "population", 4120},
    {"gap", NULL, "unplaced", NULL, 4},
    {"workforce", NULL, "learners_exposed", NULL, 2},
    {"workforce", "kinds", "talk", "minutes", 45},
    {"transition", "changes", "Grade 5 to 6", "learners", 2},
    {"transition", "changes", "Grade 5 to 6", "retained", 1},
    {"transition", "changes", "Grade 8 to 9", "share", 5000},
    {"21apr", "attendance", "Grades 1-12", "from_0_hours", 4},
    {"21apr", "attendance", "Grades 1-12", "from_15_hours", 1},
    {"21apr", "attendance", "Grades 4-8", "learners", 2},
    {"21apr", "attendance", "Grades 1-5", "learners", 1},
    {"21apr", "attendance", "All grades, also unknown", "learners", 6},
    {"quality", NULL, "visits", NULL, 12},
    {"quality", NULL, "imputed_share", NULL, 833},
    {"quality", NULL, "unknown_badges", NULL, 1},
    {"quality", NULL, "visits_outside", NULL, 0},
    {"stations", NULL, "stations", NULL, 3},
    {"stations", NULL, "stations_home", NULL, 0},
};

static const struct tn_report_value *find_value(const struct tn_report *report,
                                                const struct expected *e)
{
    if (e->part == NULL) {
        return report_figure(report, e->row);
    }
    const struct tn_report_part *part = report_part(report, e->part);
    for (size_t row = 0; part != NULL && row < part->row_count; row++) {
        const struct tn_report_value *values = &part->values[row * part->column_count];
        for (size_t c = 0; c < part->column_count && strcmp(values[0].text, e->row) == 0; c++) {
            if (strcmp(part->columns[c].key, e->column) == 0) {
                return &values[c];
            }
        }
    }
    return NULL;
}

static void check(const struct tn_report_filter *filter, const struct expected *list, size_t count)
{
    for (size_t i = 0; i < count;) {
        struct tn_report report;
        const char *name = list[i].report;
        make_report(name, filter, &report);
        for (; i < count && strcmp(list[i].report, name) == 0; i++) {
            const struct tn_report_value *value = find_value(&report, &list[i]);
            if (value == NULL || value->is_withheld || value->number != list[i].number) {
                fail_msg("%s, %s, %s: %lld, not %lld", name, list[i].row,
                         list[i].column == NULL ? "" : list[i].column,
                         value == NULL ? -1LL : (long long)value->number,
                         (long long)list[i].number);
            }
        }
        tn_report_destroy(&report);
    }
}

static void every_report_says_what_was_worked_out_by_hand(void **state)
{
    const struct tn_report_filter all = {0};
    (void)state;
    check(&all, everything, COUNT(everything));
}

static void put_staff(uint8_t event, uint8_t partner, int64_t minutes)
{
    static const char sql[] = "INSERT INTO event_partner (ecosystem, id, event, partner, role,"
                              " staff_min) VALUES ($1, $2, $3, $4, NULL, $5)";
    struct tn_stmt *stmt = report_insert(sql);
    struct tn_id id = report_id(event);
    const struct tn_id ids[] = {report_id(event), report_id(partner)};
    id.b[1] = partner;
    tn_bind_id(stmt, 2, &id);
    tn_bind_id(stmt, 3, &ids[0]);
    tn_bind_id(stmt, 4, &ids[1]);
    if (minutes < 0) {
        tn_bind_null(stmt, 5);
    } else {
        tn_bind_int(stmt, 5, minutes);
    }
    assert_int_equal(tn_run(stmt), TN_OK);
}

/* Nobody was heard from but that a bundle of one, of entries 5 to 9, waits for those before it. */
static void the_report_of_stations_names_who_is_not_home_and_what_is_not_here(void **state)
{
    static const char hold[] =
        "INSERT INTO held (ecosystem, log_id, first_seq, last_seq, hash, why, bundle, at_ms) SELECT"
        " ecosystem, log_id, last_seq + 5, last_seq + 9, head, 'gap', head, 0 FROM kiosk WHERE"
        " station = 'North gate'";
    static const struct expected ahead[] = {
        {"stations", NULL, "entries_ahead", NULL, 9},
        {"stations", "missing", "North gate", "entries_ahead", 9}};
    static const struct expected unheard = {"stations", "missing", "Robotics", "entries_ahead", 0};
    const struct tn_report_filter all = {0};
    struct tn_report report;
    (void)state;
    assert_int_equal(tn_db_exec(centre.db, hold), TN_OK);
    check(&all, ahead, COUNT(ahead));
    make_report("stations", &all, &report);
    assert_non_null(strstr(report.notes[0], "0 of 3 stations are home"));
    assert_true(find_value(&report, &unheard)->is_none);
    assert_non_null(strstr(report.notes[0], "Not home: "));
    assert_non_null(strstr(report.notes[0], "North gate"));
    assert_non_null(strstr(report.notes[0], "Robotics"));
    tn_report_destroy(&report);
    assert_int_equal(tn_db_exec(centre.db, "DELETE FROM held"), TN_OK);
}

/* 3 here, and 1,200 more like the first of them. */
static void the_report_of_stations_ends_its_table_where_nobody_reads_on(void **state)
{
    static const char more[] =
        "INSERT INTO kiosk (ecosystem, log_no, log_id, pubkey, station, role, event, head) SELECT"
        " ecosystem, $2, $3, $3, 'Gate ' || $4, role, event, head FROM kiosk WHERE ecosystem = $1"
        " AND station = 'North gate'";
    const struct tn_report_filter all = {0};
    struct tn_report report;
    (void)state;
    assert_int_equal(tn_db_begin(centre.db), TN_OK);
    for (int i = 0; i < 1200; i++) {
        struct tn_stmt *stmt = report_insert(more);
        const struct tn_bytes number = {(const uint8_t *)&i, sizeof i};
        const struct tn_id id = tn_id_of(&number, 1);
        char name[16];
        (void)snprintf(name, sizeof name, "%04d", i);
        tn_bind_int(stmt, 2, 1000 + i);
        tn_bind_id(stmt, 3, &id);
        tn_bind_text(stmt, 4, name);
        assert_int_equal(tn_run(stmt), TN_OK);
    }
    assert_int_equal(tn_db_commit(centre.db), TN_OK);
    make_report("stations", &all, &report);
    assert_int_equal(report.parts[1].row_count, 1000);
    assert_non_null(strstr(report.notes[1], "203 more are not home"));
    tn_report_destroy(&report);
    assert_int_equal(tn_db_exec(centre.db, "DELETE FROM kiosk WHERE log_no >= 1000"), TN_OK);
}

/* The report knows no clock: what it says of a station heard from before the end of its event is
 * true while the event goes on, and afterwards. */
static void the_report_of_stations_says_only_what_holds_while_the_event_goes_on(void **state)
{
    static const char hear[] = "UPDATE kiosk SET last_seen = (SELECT e.ends FROM event e WHERE"
                               " e.ecosystem = kiosk.ecosystem AND e.id = kiosk.event) - $2 WHERE"
                               " ecosystem = $1 AND station = 'North gate'";
    static const struct {
        int64_t before_ms;
        const char *state;
    } heard[] = {{1, "last heard from before the event's end"}, {0, "heard from, not closed"}};
    static const struct expected wanted = {"stations", "missing", "North gate", "state", 0};
    const struct tn_report_filter all = {0};
    (void)state;
    for (size_t i = 0; i < COUNT(heard); i++) {
        struct tn_report report;
        struct tn_stmt *stmt = report_insert(hear);
        tn_bind_int(stmt, 2, heard[i].before_ms);
        assert_int_equal(tn_run(stmt), TN_OK);
        make_report("stations", &all, &report);
        assert_string_equal(find_value(&report, &wanted)->text, heard[i].state);
        tn_report_destroy(&report);
    }
    assert_int_equal(tn_db_exec(centre.db, "UPDATE kiosk SET last_seen = NULL"), TN_OK);
}

/* Of the 12 visits here and these 4: one as it was, one bounded, one measured, one void. */
static void the_report_of_quality_says_what_clocks_were_corrected(void **state)
{
    static const enum tn_clock clocks[] = {TN_CLOCK_AS_IT_WAS, TN_CLOCK_BOUNDED, TN_CLOCK_ANCHORED,
                                           TN_CLOCK_BOUNDED};
    static const struct expected corrected[] = {
        {"quality", NULL, "visits", NULL, 15},
        {"quality", NULL, "clock_corrected_share", NULL, 1333},
        {"quality", "times", "Bounded by other scans", "visits", 1},
        {"quality", "times", "By a clock that was measured or confirmed", "share", 667},
        {"quality", "corrected", "Void: they do not count", "visits", 1}};
    const struct tn_id event = report_id('C');
    const struct tn_id who = report_id(2);
    const struct tn_report_filter all = {0};
    struct tn_visit visits[COUNT(clocks)] = {0};
    (void)state;
    for (size_t i = 0; i < COUNT(clocks); i++) {
        visits[i].clock = clocks[i];
        visits[i].badge = report_id(255);
        visits[i].starts = NEXT + (int64_t)i * HOURS_6;
        visits[i].ends = visits[i].starts + MINUTE_MS;
    }
    visits[3].is_void = true;
    assert_int_equal(tn_visited_put(&centre, &event, &who, visits, COUNT(clocks)), TN_OK);
    check(&all, corrected, COUNT(corrected));
    assert_int_equal(tn_visited_put(&centre, &event, &who, NULL, 0), TN_OK);
}

/* Pine gave 450 minutes at A and 30 at B, Quartz Works 60 at B, and nobody said what Quartz Youth
 * gave. Zinc met nobody and gave 15 at C. */
static void staff_hours_are_those_of_the_events_and_partners_of_the_filter(void **state)
{
    static const struct expected of_all[] = {
        {"partner", NULL, "staff_minutes", NULL, 555},
        {"partner", "partners", "Pine School", "staff_minutes", 480},
        {"partner", "partners", "Zinc", "staff_minutes", 15},
        {"partner", "partners", "Zinc", "learners", 0},
        {"partner", "sectors", "school", "staff_minutes", 480},
        {"partner", "sectors", "business", "staff_minutes", 75}};
    static const struct expected of_b[] = {
        {"partner", "partners", "Pine School", "staff_minutes", 30},
        {"partner", NULL, "staff_minutes", NULL, 90}};
    static const struct expected of_partner[] = {{"partner", NULL, "staff_minutes", NULL, 60}};
    const struct tn_report_filter all = {0};
    const struct tn_report_filter event = {.event = report_id('B')};
    const struct tn_report_filter days = {.from_ms = LATER, .to_ms = NEXT};
    const struct tn_report_filter partner = {.partner = report_id('Q')};
    const struct expected youth = {"partner", "partners", "Quartz Youth", "staff_minutes", 0};
    struct tn_report report;
    (void)state;
    put_partner('Z', 0, "Zinc", "business");
    put_staff('A', 'P', 450);
    put_staff('B', 'P', 30);
    put_staff('B', 'Q', 60);
    put_staff('B', 'R', -1);
    put_staff('C', 'Z', 15);
    check(&all, of_all, COUNT(of_all));
    check(&event, of_b, COUNT(of_b));
    check(&days, of_b, COUNT(of_b));
    check(&partner, of_partner, COUNT(of_partner));
    make_report("partner", &all, &report);
    assert_true(find_value(&report, &youth)->is_none);
    tn_report_destroy(&report);
}

static void filters_let_in_what_they_say(void **state)
{
    static const struct expected of_b[] = {
        {"reach", NULL, "learners", NULL, 3},
        {"reach", NULL, "contact_minutes", NULL, 175},
        {"bridge", "settings", "In school and out of it", "learners", 1}};
    static const struct expected of_partner[] = {
        {"reach", NULL, "learners", NULL, 3},
        {"reach", NULL, "contact_minutes", NULL, 60},
        {"partner", "partners", "Quartz Youth", "learners", 1}};
    static const struct expected of_days[] = {{"reach", NULL, "learners", NULL, 3},
                                              {"dosage", NULL, "contact_minutes", NULL, 175}};
    static const struct expected of_grades[] = {{"dosage", NULL, "learners", NULL, 2},
                                                {"repeat", "events", "1 event", "learners", 1}};
    const struct tn_report_filter event = {.event = report_id('B')};
    const struct tn_report_filter partner = {.partner = report_id('Q')};
    const struct tn_report_filter days = {.from_ms = LATER, .to_ms = NEXT};
    const struct tn_report_filter grades = {.has_grades = true, .grade_lo = 4, .grade_hi = 6};
    (void)state;
    check(&event, of_b, COUNT(of_b));
    check(&partner, of_partner, COUNT(of_partner));
    check(&days, of_days, COUNT(of_days));
    check(&grades, of_grades, COUNT(of_grades));
}

static void put_population(const char *geo, int64_t lo, int64_t hi, const char *dimension,
                           const char *value)
{
    static const char sql[] =
        "INSERT INTO ref_population (ecosystem, id, geo, grade_band, grade_lo, grade_hi, dimension,"
        " value, n) VALUES ($1, $2, $3, 'band', $4, $5, $6, $7, 40)";
    static uint8_t next = 1;
    struct tn_stmt *stmt = report_insert(sql);
    const struct tn_id id = report_id(next++);
    tn_bind_id(stmt, 2, &id);
    tn_bind_text(stmt, 3, geo);
    tn_bind_int(stmt, 4, lo);
    tn_bind_int(stmt, 5, hi);
    tn_bind_text(stmt, 6, dimension);
    tn_bind_text(stmt, 7, value);
    assert_int_equal(tn_run(stmt), TN_OK);
}

/* until and withdrawn_at 0: NULL. */
static void put_told(uint8_t learner, const char *value, int64_t until, int64_t withdrawn_at)
{
    static const char demo[] =
        "INSERT INTO learner_demo (ecosystem, id, learner, dimension, value, consent) VALUES ($1,"
        " $2, $2, 'first_generation', $3, 'demographics')";
    static const char consent[] =
        "INSERT INTO consent (ecosystem, learner, purpose, basis, until, withdrawn_at) VALUES ($1,"
        " $2, 'demographics', 'form', $3, $4)";
    const struct tn_id id = report_id(learner);
    struct tn_stmt *stmt = report_insert(demo);
    tn_bind_id(stmt, 2, &id);
    tn_bind_text(stmt, 3, value);
    assert_int_equal(tn_run(stmt), TN_OK);
    stmt = report_insert(consent);
    tn_bind_id(stmt, 2, &id);
    const int64_t times[] = {until, withdrawn_at};
    for (int i = 0; i < 2; i++) {
        if (times[i] == 0) {
            tn_bind_null(stmt, 3 + i);
        } else {
            tn_bind_int(stmt, 3 + i, times[i]);
        }
    }
    assert_int_equal(tn_run(stmt), TN_OK);
}

static void put_merged(uint8_t learner, uint8_t into)
{
    static const char sql[] = "INSERT INTO merged (ecosystem, learner, root) VALUES ($1, $2, $3)";
    struct tn_stmt *stmt = report_insert(sql);
    const struct tn_id ids[] = {report_id(learner), report_id(into)};
    tn_bind_id(stmt, 2, &ids[0]);
    tn_bind_id(stmt, 3, &ids[1]);
    assert_int_equal(tn_run(stmt), TN_OK);
}

/* The learners of the one row of gap that is of this. */
static const struct tn_report_value *find_gap(const struct tn_report *report, const char *geo,
                                              const char *of)
{
    const struct tn_report_part *part = report_part(report, "participation");
    for (size_t row = 0; row < part->row_count; row++) {
        const struct tn_report_value *values = &part->values[row * part->column_count];
        if (strcmp(values[0].text, geo) == 0 && strcmp(values[2].text, of) == 0) {
            return &values[4];
        }
    }
    fail_msg("no row %s, %s", geo, of);
    return NULL;
}

/* Learner 1 (606) and 5 (605) said yes, 3 said no; the consent of 2 is over and that of 4
 * withdrawn. 7 was merged into 3 and said yes, but 3 spoke for themselves; 8 was merged into 2, and
 * said yes under a consent that holds. Yes: 1, 5 and 2. */
static void participation_is_counted_by_what_learners_told_under_a_consent_that_holds(void **state)
{
    struct tn_report report;
    struct tn_report_filter all = {0};
    (void)state;
    put_population("all", 1, 12, "first_generation", "Yes");
    put_population("all", 1, 12, "first_generation", "no");
    put_population("606", 1, 12, "First_Generation", "yes");
    put_population("605", 4, 12, "first_generation", "yes");
    put_population("all", 1, 12, "shoe_size", "40");
    put_told(1, "yes", 0, 0);
    put_told(2, "yes", AUTUMN, 0);
    put_told(3, "no", NEXT, 0);
    put_told(4, "yes", 0, AUTUMN);
    put_told(5, "yes", LATER + 1, 0);
    put_told(7, "yes", 0, 0);
    put_told(8, "yes", 0, 0);
    put_merged(7, 3);
    put_merged(8, 2);
    tn_report_init(&report, "gap", "Participation");
    report.made_ms = LATER;
    assert_int_equal(tn_report_kind_find("gap")->make(&centre, &all, &report), TN_OK);
    assert_int_equal(find_gap(&report, "all", "first_generation: Yes")->number, 3);
    assert_int_equal(find_gap(&report, "all", "first_generation: no")->number, 1);
    assert_int_equal(find_gap(&report, "606", "First_Generation: yes")->number, 1);
    assert_int_equal(find_gap(&report, "605", "first_generation: yes")->number, 0); /* grade 3 */
    assert_true(find_gap(&report, "all", "shoe_size: 40")->is_none);
    const struct tn_report_part *told = report_part(&report, "told");
    assert_int_equal(told->row_count, 3); /* and of lunch and shoe_size none */
    assert_string_equal(told->values[0].text, "first_generation");
    assert_int_equal(told->values[1].number, 4);
    tn_report_destroy(&report);
}

static void of_few_learners_no_report_says_a_number(void **state)
{
    const struct tn_report_filter all = {0};
    const int64_t before = centre.min_cell;
    (void)state;
    centre.min_cell = 7;
    for (size_t k = 0; tn_report_kinds[k] != NULL; k++) {
        struct tn_report report;
        make_report(tn_report_kinds[k]->name, &all, &report);
        const struct tn_report_value *learners = report_figure(&report, "learners");
        assert_true(learners == NULL || (learners->is_withheld && learners->number == 0));
        for (size_t p = 0; p < report.part_count; p++) {
            const struct tn_report_part *part = &report.parts[p];
            for (size_t i = 0; i < part->row_count * part->column_count; i++) {
                const char *key = part->columns[i % part->column_count].key;
                if (strcmp(key, "learners") == 0 || strcmp(key, "visits") == 0) {
                    assert_true(part->values[i].is_withheld || part->values[i].is_none);
                }
            }
        }
        tn_report_destroy(&report);
    }
    centre.min_cell = before;
}

static void every_kind_has_a_name_of_its_own_and_is_found_by_it(void **state)
{
    (void)state;
    for (size_t i = 0; tn_report_kinds[i] != NULL; i++) {
        assert_ptr_equal(tn_report_kind_find(tn_report_kinds[i]->name), tn_report_kinds[i]);
        assert_non_null(tn_report_kinds[i]->summary);
        assert_non_null(tn_report_kinds[i]->pillar);
    }
    assert_null(tn_report_kind_find("reache"));
}

static int setup(void **state)
{
    if (world_setup(state) != 0 || tn_centre_open(central, &centre) != TN_OK) {
        return 1;
    }
    centre.min_cell = 1;
    lay_down_places();
    lay_down_learners();
    return 0;
}

static int teardown(void **state)
{
    tn_centre_close(&centre);
    return world_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_has_a_name_of_its_own_and_is_found_by_it),
        cmocka_unit_test(every_report_says_what_was_worked_out_by_hand),
        cmocka_unit_test(filters_let_in_what_they_say),
        cmocka_unit_test(the_report_of_stations_says_only_what_holds_while_the_event_goes_on),
        cmocka_unit_test(the_report_of_quality_says_what_clocks_were_corrected),
        cmocka_unit_test(the_report_of_stations_names_who_is_not_home_and_what_is_not_here),
        cmocka_unit_test(the_report_of_stations_ends_its_table_where_nobody_reads_on),
        cmocka_unit_test(staff_hours_are_those_of_the_events_and_partners_of_the_filter),
        cmocka_unit_test(of_few_learners_no_report_says_a_number),
        cmocka_unit_test(participation_is_counted_by_what_learners_told_under_a_consent_that_holds),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, setup, teardown) : 1;
}
