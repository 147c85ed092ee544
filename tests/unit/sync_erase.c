/* Erasure: nothing that leads to somebody is left in any byte of the database, what was counted is
 * counted as before, and chains verify. */
#include <stdlib.h>

#include "sync/central/erase.h"
#include "tests/unit/sync_canary.h"
#include "tests/unit/sync_world.h"

#define LAYOUTS 3

/* Everything that can be known of somebody besides: scans at two stations, under two badges and
 * one that is settled to be theirs, paper at two events, registrations, corrections of each kind,
 * conflicts, another learner who is the same, and statements that were sent. */
static void plant_a_life(void)
{
    plant();
    central_sql(central, "UPDATE ecosystem SET min_cell = 1"); /* so that reports say numbers */
    shell("printf 'code,title,starts,ends,site\\n"
          "night,Museum Night,2026-03-14T10:00:00-05:00,2026-03-14T20:00:00-05:00,Museum\\n"
          "mall,Mall Day,2026-04-01T08:00:00Z,2026-04-01T20:00:00Z,Mall\\n"
          "club,Club,2026-04-01T08:00:00Z,2026-04-01T20:00:00Z,Library\\n'"
          " >night.csv");
    shell("printf 'event,learner,status,source\\nnight,CanaryId-7,registered,Canarysource\\n'"
          " >reg.csv");
    shell("printf 'learner,event,starts,ends\\n"
          "CanaryId-7,night,2026-03-14T15:00:00Z,2026-03-14T17:00:00Z\\n"
          "CanaryId-7,club,2026-04-01T09:00:00Z,2026-04-01T10:00:00Z\\n"
          "Other-8,night,2026-03-14T23:00:00Z,2026-03-15T00:00:00Z\\n' >paper.csv");
    gives(TN_EXIT_DONE, "import events night.csv --central central.db");
    gives(TN_EXIT_DONE, "import registrations reg.csv --central central.db");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    gives(TN_EXIT_DONE, "reconcile robotics central.db");
    char digits[TN_BADGE_TEXT_SIZE];
    for (int i = 1; i <= 3; i++) {
        badge_text("badges.csv", i, digits);
        scan_digits("gate", digits, NOON + i * MIN);
    }
    scan_person("gate", "Canarypref", NOON + 4 * MIN);
    scan_person("gate", "Olga", NOON + 5 * MIN);
    scan_person("robotics", "Canarypref", NOON + 10 * MIN);
    /* The centre has lost a badge: whose it is a person says. */
    central_sql(central, "DELETE FROM badge WHERE learner IN (SELECT learner FROM learner_alias"
                         " WHERE source_id = 'L00003')");
    gives(TN_EXIT_DONE, "reconcile robotics central.db");
    (void)turnout("reconcile gate central.db");
    settle("unknown_badge", "learner=CanaryId-7");
    gives(TN_EXIT_DONE, "import attendance paper.csv --central central.db");
    gives(TN_EXIT_DONE, "status --central central.db");
    gives(TN_EXIT_DONE, "learner merge L00001 CanaryId-7 --central central.db --why Canarywhy");
    gives(TN_EXIT_DONE, "correct move --central central.db --event fair --learner CanaryId-7"
                        " --shift +10 --why clock");
    gives(TN_EXIT_DONE, "correct add --central central.db --event club --learner CanaryId-7"
                        " --starts 2026-04-01T15:00 --after 30 --why paper");
    settle("overlap", "void=night");
    /* A badge that was lost, found, and tried; and two places at once that nobody settled. */
    gives(TN_EXIT_DONE, "badge reissue CanaryId-7 --central central.db --event fair --why lost");
    (void)turnout("reconcile gate central.db");
    scan_person("gate", "Canarypref", NOON + 180 * MIN);
    (void)turnout("reconcile gate central.db");
    settle("revoked_badge", "count");
    shell("sed 's/,club,/,mall,/; /night/d; /Other/d' paper.csv >mall.csv");
    gives(TN_EXIT_DONE, "import attendance mall.csv --central central.db");
    gives(TN_EXIT_PERSON, "conflicts --central central.db");
    gives(TN_EXIT_DONE, "export xapi --central central.db --for State --home https://x.example"
                        " --out sent.jsonl");
    gives(TN_EXIT_DONE, "record CanaryId-7 --central central.db --out record.json");
}
static void find_leads(struct leads *out)
{
    static const char *const conflicts[] = {"unknown_badge", "overlap", "duplicate",
                                            "revoked_badge"};
    char digits[TN_BADGE_TEXT_SIZE];
    char hex[TN_ID_HEX_SIZE];
    struct tn_centre centre;
    struct tn_id id;
    *out = (struct leads){.count = 0};
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    id = tn_centre_id(&centre.id, "learner", "roster", "CanaryId-7");
    add_lead(out, &id);
    id = tn_centre_id(&centre.id, "learner", "roster", "L00001");
    add_lead(out, &id);
    id = tn_centre_id(&centre.id, "attendance", "paper", "CanaryId-7\tnight\t\t1773500400000");
    add_lead(out, &id);
    id = tn_centre_id(&centre.id, "attendance", "paper", "CanaryId-7\tclub\t\t1775034000000");
    add_lead(out, &id);
    tn_centre_close(&centre);
    badge_of("Canarypref", digits);
    id = badge_id(digits);
    add_lead(out, &id);
    badge_text("badges.csv", 3, digits);
    id = badge_id(digits);
    add_lead(out, &id);
    for (size_t i = 0; i < sizeof conflicts / sizeof conflicts[0]; i++) {
        conflict_of(conflicts[i], hex);
        assert_int_equal(tn_id_from_hex(hex, &id), TN_OK);
        add_lead(out, &id);
    }
}

static void nothing_of_a_name_is_left_in_any_byte(void **state)
{
    (void)state;
    plant();
    dump_to("before");
    gives(TN_EXIT_DONE, "erase CanaryId-7 --central central.db --dry-run");
    assert_said("To be erased");
    gives(TN_EXIT_PERSON, "erase Nobody --central central.db --yes");
    gives(TN_EXIT_USAGE, "erase --central central.db --yes");
    gives(TN_EXIT_PERSON, "erase CanaryId-7 --central central.db");
    gives(TN_EXIT_PERSON, "erase CanaryId-7 --central central.db --yes --why canarygiven's~wish");
    gives(TN_EXIT_PERSON, "erase CanaryId-7 --central central.db --yes --why (CanaryId-7)");
    assert_said("the reason names the learner");
    dump_to("after");
    shell("cmp before after && test ! -e keys.riverbend.erased");
    assert_true(is_in_the_bytes(canaries, 1));
    gives(TN_EXIT_DONE, "erase CanaryId-7 --central central.db --yes --why canarygivens");
    assert_said("Erased: names");
    assert_no_canary();
    /* The class that others are in stays. */
    assert_int_equal(central_ask(central, "SELECT count(*) FROM learner_group WHERE title = 'Class"
                                          " 5'"),
                     1);
}

static void what_led_to_somebody_leads_nowhere_and_is_counted_as_before(void **state)
{
    static char before[2 * TEXT_MAX];
    struct leads leads;
    char hex[TN_ID_HEX_SIZE];
    (void)state;
    plant_a_life();
    find_leads(&leads);
    assert_leads(&leads, true);
    gives(TN_EXIT_DONE, "report reach --central central.db --format csv");
    snprintf(before, sizeof before, "%s", said);
    assert_null(strchr(said, '*'));
    const int64_t visits = central_ask(central, "SELECT count(*) FROM visit");
    const int64_t minutes = central_ask(central, "SELECT sum(minutes) FROM visit");
    const int64_t people = central_ask(central, "SELECT count(DISTINCT who) FROM visit");
    gives(TN_EXIT_DONE, "erase CanaryId-7 --central central.db --yes");
    assert_said("of 2 learners, with 4 badges");
    assert_said("Statements about them that were sent: 5");
    assert_said("Rows of the audit log that do not say any more of whom they tell: ");
    assert_no_canary();
    assert_leads(&leads, false);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM visit"), visits);
    assert_int_equal(central_ask(central, "SELECT sum(minutes) FROM visit"), minutes);
    assert_int_equal(central_ask(central, "SELECT count(DISTINCT who) FROM visit"), people);
    gives(TN_EXIT_DONE, "report reach --central central.db --format csv");
    assert_string_equal(said, before);
    gives(TN_EXIT_DONE, "verify --central central.db");
    assert_follows_from_facts();
    assert_int_equal(central_ask(central, "SELECT count(*) FROM conflict WHERE state = 'settled'"),
                     4);
    gives(TN_EXIT_DONE, "conflicts --central central.db");
    /* Nobody takes apart what was settled about them. */
    gives(TN_EXIT_PERSON, "learner unmerge L00001 --central central.db --why x");
    conflict_of("duplicate", hex);
    gives(TN_EXIT_PERSON, "conflicts reopen %.8s --central central.db --why x", hex);
    assert_said("is erased");
    conflict_of("unknown_badge", hex);
    gives(TN_EXIT_PERSON, "conflicts reopen %.8s --central central.db --why x", hex);
    /* What was sent is taken back. */
    gives(TN_EXIT_DONE, "export xapi --central central.db --for State --home https://x.example"
                        " --out again.jsonl");
    shell("grep -q voided again.jsonl");
}

/* Layouts differ by what was written before and deleted in between. */
static void no_layout_keeps_anything(void **state)
{
    (void)state;
    if (central_is_server()) {
        return; /* a server writes its tables anew whole: one trial tells as much as many */
    }
    plant();
    central_copy(central, twin_central);
    for (int trial = 0; trial < LAYOUTS; trial++) {
        char sql[1024];
        shell("rm -f keys.riverbend.erased");
        central_copy(twin_central, central);
        snprintf(sql, sizeof sql,
                 "UPDATE learner_pii SET contact = substr('%0*d', 1, %d); DELETE FROM badge WHERE"
                 " rowid %% %d = 1; UPDATE learner_pii SET contact = NULL WHERE rowid %% 3 = %d;"
                 "UPDATE learner_pii SET contact = 'canary@contact' WHERE given = 'Canarygiven'",
                 40 + trial * 97 % 300, trial, 40 + trial * 53 % 200, 2 + trial % 5, trial % 3);
        central_sql(central, sql);
        gives(TN_EXIT_DONE, "erase CanaryId-7 --central central.db --yes");
        assert_no_canary();
    }
}

/* A write of an erasure fails, in the beginning, in the middle or at the end: then all is as
 * before, and the next try does all. */
static void a_failure_in_the_middle_leaves_all_or_nothing(void **state)
{
    static const char *const tables[] = {"erasure", "badge", "learner"};
    (void)state;
    if (central_is_server()) {
        return; /* triggers there are written otherwise; the transaction is the same */
    }
    plant();
    dump_to("before");
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        char sql[512];
        snprintf(sql, sizeof sql,
                 "CREATE TRIGGER broken_i BEFORE INSERT ON %s BEGIN SELECT RAISE(ABORT, 'x'); END;"
                 "CREATE TRIGGER broken_u BEFORE UPDATE ON %s BEGIN SELECT RAISE(ABORT, 'x'); END",
                 tables[i], tables[i]);
        central_sql(central, sql);
        assert_int_not_equal(turnout("erase CanaryId-7 --central central.db --yes"), TN_EXIT_DONE);
        central_sql(central, "DROP TRIGGER broken_i; DROP TRIGGER broken_u");
        dump_to("after");
        shell("cmp before after");
    }
    gives(TN_EXIT_DONE, "erase roster:CanaryId-7 --central central.db --yes");
    assert_no_canary();
}

/* What leads to nobody: tables as a whole, then columns of tables that have others. Whoever adds a
 * column of bytes or text puts it here, or says in erase_rules.c what an erasure does to it. */
static const char *const leads_nowhere[] = {
    "centre_schema.",
    "ecosystem.",
    "partner.",
    "partner_alias.",
    "event.",
    "event_partner.",
    "activity.",
    "pathway.",
    "pathway_step.",
    "ref_population.",
    "class_group.",
    "dose_band.",
    "staff_card.",
    "enrolment.",
    "guest.",
    "kiosk.",
    "fork.",
    "receipt.",
    "pack_sent.",
    "headcount.",
    "undone.",
    "clock_span.",
    "clock_anchor.",
    "erasure.",
    "erased_badge.",
    "erasing.",
    "learner.grade",
    "learner.home_partner",
    "badge.event",
    "badge.status",
    "group_card.id",
    "group_card.event",
    "group_card.partner",
    "group_card.secret",
    "handout.kind",
    "handout.event",
    "entry.kind",
    "entry.boot",
    "entry.event",
    "entry.activity",
    "entry.method",
    "entry.who_hash",
    "entry.hash",
    "entry.ghost",
    "held.log_id",
    "held.hash",
    "held.why",
    "sighting.event",
    "sighting.kind",
    "sighting.activity",
    "sighting.from_log",
    "visit.event",
    "visit.activity",
    "visit.in_log",
    "visit.out_log",
    "visit.source",
    "visited.visits",
    "attendance.event",
    "attendance.activity",
    "attendance.source",
    "export_sent.recipient",
    "export_sent.visit",
    "conflict.type",
    "conflict.resolved_by",
    "settlement.verb",
    "settlement.actor",
    "ruling.does",
    /* The chain of corrections: reasons and groups are said of what happened, not of who. */
    "correction.actor",
    "correction.why",
    "correction.verb",
    "correction.event",
    "correction.station",
    "correction.activity",
    "correction.group_title",
    "correction.to_event",
    "correction.to_activity",
    "correction.learners_hash",
    "correction.prev_hash",
    "correction.hash",
    "audit.actor",
    "audit.action",
    "audit.what_hash",
    "audit.prev_hash",
    "audit.hash",
};

static bool is_among(const char *words, const char *column)
{
    const size_t len = strlen(column);
    for (const char *at = strstr(words, column); at != NULL; at = strstr(at + 1, column)) {
        if ((at == words || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0')) {
            return true;
        }
    }
    return false;
}

static bool is_listed(const char *column)
{
    const size_t dot = strcspn(column, ".") + 1;
    for (size_t i = 0; i < sizeof leads_nowhere / sizeof leads_nowhere[0]; i++) {
        const bool is_table = strlen(leads_nowhere[i]) == dot;
        if (is_table ? strncmp(leads_nowhere[i], column, dot) == 0
                     : strcmp(leads_nowhere[i], column) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < tn_erase_rule_count; i++) {
        const struct tn_erase_rule *rule = &tn_erase_rules[i];
        if (is_among(rule->columns, column) ||
            (rule->how == TN_ERASE_DELETE && strncmp(rule->columns, column, dot) == 0)) {
            return true;
        }
    }
    return false;
}

static void every_column_has_a_rule_or_leads_nowhere(void **state)
{
    char column[256];
    (void)state;
    if (central_is_server()) {
        return; /* the tables are the same */
    }
    FILE *pipe = popen("sqlite3 central.db \"SELECT m.name || '.' || p.name FROM sqlite_schema m"
                       " JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT"
                       " LIKE 'sqlite_%' AND p.type IN ('BLOB', 'TEXT')\"",
                       "r");
    assert_non_null(pipe);
    int seen = 0;
    while (fgets(column, sizeof column, pipe) != NULL) {
        column[strcspn(column, "\n")] = '\0';
        if (!is_listed(column)) {
            fail_msg("%s can lead to a learner; say in sync/central/erase_rules.c what an erasure"
                     " does to it, or here that it cannot",
                     column);
        }
        seen++;
    }
    assert_int_equal(pclose(pipe), 0);
    assert_true(seen > 150);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(nothing_of_a_name_is_left_in_any_byte),
        TEST(what_led_to_somebody_leads_nowhere_and_is_counted_as_before),
        TEST(no_layout_keeps_anything),
        TEST(a_failure_in_the_middle_leaves_all_or_nothing),
        TEST(every_column_has_a_rule_or_leads_nowhere),
    };
    /* Each test has a keyring of its own beside it, and so a file of tombstones; a server's
     * database would note the first one's for all. */
    assert_int_equal(setenv("TURNOUT_KEYS", "keys", 1), 0);
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
