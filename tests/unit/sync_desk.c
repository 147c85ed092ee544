/* What the touchscreen brings home, with real stations: walk-ins, replaced badges, groups, adults,
 * what is taken back, and stations that are done for the day. */
#include <sodium.h>

#include "sync/central/centre.h"
#include "sync/central/groups.h"
#include "sync/link/reconcile.h"
#include "tests/unit/sync_world.h"
#include "turnout/desk.h"

#define STARTS INT64_C(1773496800000) /* 2026-03-14T09:00:00-05:00 */

static struct tn_when at(int64_t minutes)
{
    return (struct tn_when){STARTS + minutes * 60000, 1000 + minutes * 60000};
}

static struct tn_station *open_station(const char *dir)
{
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    assert_int_equal(tn_station_open(dir, &env, &station), TN_OK);
    return station;
}

static struct tn_record scan_text(struct tn_station *station, const char *text, int64_t minutes,
                                  bool in_group)
{
    struct tn_record record;
    struct tn_when when = at(minutes);
    struct tn_scan one = {when.at_ms, when.mono_ms, "scan", text, strlen(text), in_group};
    assert_int_equal(tn_station_record(station, &one, &record), TN_OK);
    return record;
}

static void unlock(struct tn_station *station, int64_t minutes)
{
    char text[TN_BADGE_TEXT_SIZE];
    badge_text("cards.csv", 1, text);
    assert_int_equal(scan_text(station, text, minutes, false).result, TN_RESULT_STAFF);
}

static const struct tn_walkin nadia = {.given = "Nadia",
                                       .family = "Haddad",
                                       .grade = "3-5",
                                       .partner_text = "Hill School",
                                       .consent = TN_CONSENT_PARENT,
                                       .consent_ms = STARTS + 60000,
                                       .lang = "fr"};

static struct tn_handed register_at(const char *dir, const char *blank, int64_t minutes)
{
    struct tn_handed handed;
    struct tn_when when = at(minutes);
    struct tn_station *station = open_station(dir);
    assert_int_equal(tn_station_register(station, &nadia, blank, &when, &handed), TN_OK);
    tn_station_close(station);
    return handed;
}

/* One number from the centre, asked without the code under test. */
static int64_t ask(const char *sql)
{
    return central_ask(central, sql);
}

static void reconcile_without_vault(const char *dir)
{
    struct tn_centre centre;
    struct tn_keyring keyring;
    struct tn_reconcile done;
    struct tn_station *station = open_station(dir);
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    assert_int_equal(tn_centre_keys(&centre, NULL, &keyring), TN_OK);
    keyring.has_vault = false;
    memset(&keyring.vault_secret, 0, sizeof keyring.vault_secret);
    assert_int_equal(tn_reconcile_run(station, dir, &centre, &keyring, STARTS, NULL, NULL, &done),
                     TN_OK);
    tn_keyring_wipe(&keyring);
    tn_centre_close(&centre);
    tn_station_close(station);
}

static void a_walk_in_stays_sealed_until_the_vault_is_at_hand(void **state)
{
    (void)state;
    struct tn_handed handed = register_at("desk", NULL, 1);
    reconcile_without_vault("desk");
    assert_int_equal(ask("SELECT count(*) FROM sealed WHERE state = 0"), 1);
    assert_int_equal(ask("SELECT count(*) FROM badge WHERE status = 'walk-in'"), 1);
    assert_int_equal(ask("SELECT count(*) FROM learner WHERE display = 'Nadia H.'"), 0);
    assert_int_equal(ask("SELECT count(*) FROM conflict"), 0);
    gives(TN_EXIT_DONE, "status --central central.db --json");
    assert_said("\"walk_ins\": 1");
    assert_said("\"sealed_forms\": 1");
    gives(TN_EXIT_DONE, "reconcile desk central.db");
    assert_int_equal(ask("SELECT count(*) FROM sealed WHERE state = 0"), 0);
    assert_int_equal(
        ask("SELECT count(*) FROM learner l JOIN learner_pii p ON p.learner = l.id JOIN"
            " consent c ON c.learner = l.id JOIN badge b ON b.learner = l.id JOIN visit"
            " v ON v.who = l.id WHERE l.display = 'Nadia H.' AND l.grade = '3-5' AND"
            " l.lang = 'fr' AND l.partner_text = 'Hill School' AND p.given = 'Nadia'"
            " AND p.family = 'Haddad' AND c.given_by = 'parent' AND b.status = 'active'"
            " AND length(b.secret) = 64 AND length(b.card) = 200 AND b.handed = 2"),
        1);
    /* The centre can print the very badge that the kiosk showed. */
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out all.csv");
    shell("grep -q %s all.csv", handed.digits);
    shell("grep -q 'Nadia H.' all.csv");
    sodium_memzero(&handed, sizeof handed);
}

static void a_sibling_greets_a_walk_in_by_name(void **state)
{
    (void)state;
    struct tn_handed handed = register_at("desk", NULL, 1);
    gives(TN_EXIT_DONE, "reconcile desk central.db");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    struct tn_station *gate = open_station("gate");
    struct tn_record record = scan_text(gate, handed.digits, 5, false);
    assert_int_equal(record.result, TN_RESULT_WELCOME);
    assert_string_equal(record.name, "Nadia H.");
    struct tn_found found[TN_FOUND_MAX];
    size_t count = 0;
    unlock(gate, 6);
    assert_int_equal(tn_station_search(gate, "hadd", found, &count), TN_OK);
    bool is_found = false;
    for (size_t i = 0; i < count; i++) {
        is_found = is_found || tn_id_equal(&found[i].badge, &handed.badge);
    }
    assert_true(is_found);
    tn_station_close(gate);
    sodium_memzero(&handed, sizeof handed);
}

/* Replaces the badge of row `row` of badges.csv; blank as in desk.h. */
static struct tn_handed replace_at(const char *dir, int row, const char *blank, int64_t minutes)
{
    char old[TN_BADGE_TEXT_SIZE];
    struct tn_badge badge;
    struct tn_handed handed;
    struct tn_found found[TN_FOUND_MAX];
    size_t count = 0;
    char code[TN_BADGE_CODE_SIZE];
    struct tn_when when = at(minutes);
    struct tn_station *station = open_station(dir);
    badge_text("badges.csv", row, old);
    assert_int_equal(tn_badge_decode(old, strlen(old), &badge), TN_OK);
    struct tn_id id = tn_badge_id(&badge);
    tn_badge_code(&id, code);
    unlock(station, minutes);
    assert_int_equal(tn_station_find_code(station, code, found, &count), TN_OK);
    assert_int_equal(count, 1);
    assert_int_equal(tn_station_replace(station, &found[0], blank, TN_WHY_LOST, &when, &handed),
                     TN_OK);
    tn_station_close(station);
    return handed;
}

static void a_replaced_badge_is_refused_everywhere_and_the_new_one_is_the_learners(void **state)
{
    (void)state;
    char old[TN_BADGE_TEXT_SIZE];
    badge_text("badges.csv", 1, old);
    scan("gate", 1, 1, STARTS);
    struct tn_handed handed = replace_at("desk", 1, NULL, 10);
    struct tn_station *robotics = open_station("robotics");
    assert_int_equal(scan_text(robotics, handed.digits, 20, false).result, TN_RESULT_VISIT);
    tn_station_close(robotics);
    /* The new badge comes to the centre before anybody says whose it is. */
    gives(TN_EXIT_PERSON, "reconcile robotics central.db");
    assert_said("What to do: reconcile the other stations");
    assert_int_equal(ask("SELECT count(*) FROM conflict WHERE type = 'unknown_badge'"), 1);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    gives(TN_EXIT_DONE, "reconcile desk central.db");
    gives(TN_EXIT_DONE, "reconcile robotics central.db");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_int_equal(ask("SELECT count(*) FROM conflict"), 0);
    assert_int_equal(
        ask("SELECT count(*) FROM badge o JOIN badge n ON n.id = o.replaced_by WHERE"
            " o.status = 'replaced' AND n.status = 'active' AND n.learner = o.learner"),
        1);
    assert_int_equal(ask("SELECT count(DISTINCT who) FROM visit"), 1);
    assert_int_equal(ask("SELECT count(*) FROM visit"), 2);
    struct tn_station *gate = open_station("gate");
    assert_int_equal(scan_text(gate, old, 30, false).result, TN_RESULT_REFUSED);
    struct tn_record record = scan_text(gate, handed.digits, 31, false);
    assert_int_equal(record.result, TN_RESULT_ALREADY);
    assert_string_equal(record.name, handed.name);
    assert_string_not_equal(record.name, "");
    tn_station_close(gate);
    assert_int_equal(ask("SELECT count(*) FROM badge WHERE handed = 2 AND length(card) = 200"), 1);
    /* Nobody but its holder has it, so it cannot be printed. */
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out all.csv");
    assert_said("1 left out: handed out at a kiosk");
    sodium_memzero(&handed, sizeof handed);
}

static void a_printed_blank_becomes_the_badge_that_replaces(void **state)
{
    (void)state;
    char blank[TN_BADGE_TEXT_SIZE];
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out all.csv --blank 1");
    badge_text("all.csv", LEARNERS + 1, blank);
    gives(TN_EXIT_DONE, "reconcile desk central.db");
    struct tn_handed handed = replace_at("desk", 2, blank, 10);
    gives(TN_EXIT_DONE, "reconcile desk central.db");
    assert_int_equal(ask("SELECT count(*) FROM badge o JOIN badge n ON n.id = o.replaced_by WHERE"
                         " n.handed = 1 AND n.learner = o.learner AND length(n.card) = 200"),
                     1);
    /* Its secret is known here, so that it is printed again, with the name. */
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out again.csv");
    shell("grep %s again.csv | grep -qv ',,'", blank);
    shell("test $(grep -c . again.csv) -eq %d", LEARNERS + 1);
    sodium_memzero(&handed, sizeof handed);
}

static void adults_are_counted_and_what_is_taken_back_is_not(void **state)
{
    (void)state;
    uint64_t seq = 0;
    uint64_t undo = 0;
    struct tn_when when = at(1);
    struct tn_station *gate = open_station("gate");
    assert_int_equal(tn_station_headcount(gate, 4, &when, &seq), TN_OK);
    when = at(2);
    assert_int_equal(tn_station_headcount(gate, 30, &when, &seq), TN_OK);
    when = at(3);
    assert_int_equal(tn_station_undo(gate, seq, &when, &undo), TN_OK);
    char text[TN_BADGE_TEXT_SIZE];
    badge_text("badges.csv", 1, text);
    seq = scan_text(gate, text, 4, false).seq;
    when = at(5);
    assert_int_equal(tn_station_undo(gate, seq, &when, &undo), TN_OK);
    tn_station_close(gate);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    gives(TN_EXIT_DONE, "report reach --central central.db --event fair --json");
    assert_said("\"adults\": 4,");
    gives(TN_EXIT_DONE, "report reach --central central.db");
    assert_said("Adults counted without badges");
    gives(TN_EXIT_DONE, "report reach --central central.db --from 2026-01-01");
    assert_said("Adults and stations are those of the event, or of all events");
    gives(TN_EXIT_DONE, "status --central central.db --json");
    assert_said("\"adults\": 4,");
    assert_said("\"visits\": 0,");
}

static void a_closed_station_is_home_until_somebody_comes(void **state)
{
    (void)state;
    uint64_t seq = 0;
    char text[TN_BADGE_TEXT_SIZE];
    struct tn_when when = at(100);
    scan("gate", 1, 2, STARTS);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    gives(TN_EXIT_DONE, "status --central central.db");
    assert_said("0 of 3 stations home");
    struct tn_station *gate = open_station("gate");
    assert_int_equal(tn_station_close_day(gate, &when, &seq), TN_OK);
    tn_station_close(gate);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    gives(TN_EXIT_DONE, "status --central central.db");
    assert_said("1 of 3 stations home");
    gives(TN_EXIT_DONE, "station list --central central.db");
    assert_said("home");
    gives(TN_EXIT_DONE, "station list --central central.db --json");
    assert_said("\"closed_ms\": 17735");
    gate = open_station("gate");
    badge_text("badges.csv", 3, text);
    (void)scan_text(gate, text, 200, false);
    tn_station_close(gate);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    gives(TN_EXIT_DONE, "status --central central.db");
    assert_said("0 of 3 stations home");
}

static void a_group_card_brings_its_class_but_for_the_absent(void **state)
{
    (void)state;
    char text[TN_BADGE_TEXT_SIZE];
    struct tn_record record;
    struct tn_when when = at(3);
    struct tn_station *gate = open_station("gate");
    badge_text("cards.csv", 2, text);
    record = scan_text(gate, text, 1, false);
    assert_int_equal(record.result, TN_RESULT_GROUP);
    assert_string_equal(record.group.title, "4B, Lincoln Elementary School");
    assert_int_equal(record.group.members, LEARNERS - 6);
    badge_text("badges.csv", LEARNERS, text);
    assert_int_equal(scan_text(gate, text, 2, true).result, TN_RESULT_ABSENT);
    assert_int_equal(tn_station_group_confirm(gate, 2, &when, &record), TN_OK);
    tn_station_close(gate);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_int_equal(ask("SELECT count(DISTINCT who) FROM visit WHERE learner IS NOT NULL"),
                     LEARNERS - 7);
    assert_int_equal(ask("SELECT count(*) FROM entry WHERE method = 'group' AND kind = 'check_in'"),
                     LEARNERS - 7);
    gives(TN_EXIT_DONE, "status --central central.db --json");
    assert_said("\"adults\": 2,");
}

/* One badge, two children, two kiosks without a network between them. */
static void a_badge_given_twice_is_a_conflict_and_counts_once(void **state)
{
    (void)state;
    char blank[TN_BADGE_TEXT_SIZE];
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out all.csv --blank 1");
    badge_text("all.csv", LEARNERS + 1, blank);
    struct tn_handed second = replace_at("desk", 2, blank, 20);
    struct tn_handed first = register_at("gate", blank, 10);
    gives(TN_EXIT_DONE, "reconcile desk central.db");
    gives(TN_EXIT_PERSON, "reconcile gate central.db");
    assert_said("two_learners: 1");
    gives(TN_EXIT_PERSON, "reconcile desk central.db --json");
    assert_said("\"conflicts\": 1");
    gives(TN_EXIT_DONE, "reconcile robotics central.db");
    gives(TN_EXIT_PERSON, "conflicts --central central.db");
    assert_said("one badge was given to two learners");
    assert_int_equal(ask("SELECT count(*) FROM badge b JOIN learner l ON l.id = b.learner WHERE"
                         " b.handed = 1 AND l.display = 'Nadia H.'"),
                     1);
    sodium_memzero(&first, sizeof first);
    sodium_memzero(&second, sizeof second);
}

/* Their forms say two names for one badge, whose learner follows from the badge. */
static void a_blank_that_two_walk_ins_got_is_a_conflict(void **state)
{
    (void)state;
    char blank[TN_BADGE_TEXT_SIZE];
    struct tn_handed handed;
    struct tn_walkin other = nadia;
    struct tn_when when = at(20);
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out all.csv --blank 2");
    badge_text("all.csv", LEARNERS + 1, blank);
    handed = register_at("gate", blank, 10);
    handed = register_at("desk", blank, 11); /* the same child, twice: nobody's business */
    gives(TN_EXIT_DONE, "reconcile desk central.db");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_int_equal(ask("SELECT count(*) FROM conflict"), 0);
    assert_int_equal(ask("SELECT count(*) FROM learner WHERE display = 'Nadia H.'"), 1);
    assert_int_equal(ask("SELECT count(DISTINCT who) FROM visit"), 1);
    struct tn_station *desk = open_station("robotics");
    (void)snprintf(other.given, sizeof other.given, "Omar");
    assert_int_equal(tn_station_register(desk, &other, blank, &when, &handed), TN_OK);
    tn_station_close(desk);
    gives(TN_EXIT_PERSON, "reconcile robotics central.db");
    gives(TN_EXIT_PERSON, "conflicts --central central.db");
    assert_said("one badge was given to two learners");
    assert_int_equal(ask("SELECT count(*) FROM learner WHERE display = 'Nadia H.'"), 1);
    assert_int_equal(ask("SELECT count(*) FROM learner WHERE display = 'Zubeida H.'"), 0);
    sodium_memzero(&handed, sizeof handed);
}

/* A day at two stations with all that a badge can go through, then home by two routes. */
static void any_route_gives_the_same_centre(void **state)
{
    (void)state;
    static const char *const routes[] = {"gate desk robotics", "robotics desk desk gate gate",
                                         "desk robotics gate"};
    char blanks[2][TN_BADGE_TEXT_SIZE];
    struct tn_when when = at(60);
    uint64_t seq = 0;
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out all.csv --blank 2");
    badge_text("all.csv", LEARNERS + 1, blanks[0]);
    badge_text("all.csv", LEARNERS + 2, blanks[1]);
    scan("gate", 1, 5, STARTS);
    struct tn_handed walkin = register_at("desk", NULL, 1);
    struct tn_handed on_blank = register_at("gate", blanks[0], 2);
    struct tn_handed replaced = replace_at("desk", 1, NULL, 10);
    struct tn_handed twice = replace_at("gate", 1, blanks[1], 11);
    struct tn_station *robotics = open_station("robotics");
    const char *const seen[] = {walkin.digits, blanks[0], replaced.digits, blanks[1]};
    for (int i = 0; i < 4; i++) {
        (void)scan_text(robotics, seen[i], 20 + i, false);
    }
    assert_int_equal(tn_station_headcount(robotics, 3, &when, &seq), TN_OK);
    assert_int_equal(tn_station_close_day(robotics, &when, &seq), TN_OK);
    tn_station_close(robotics);
    central_copy(central, twin_central);
    shell("mkdir keep && cp -r gate desk robotics keep/");
    for (size_t i = 0; i < 3; i++) {
        char route[64];
        snprintf(route, sizeof route, "%s", routes[i]);
        central_copy(twin_central, central);
        shell("rm -rf gate desk robotics && cp -r keep/* .");
        char *rest = route;
        for (char *dir = NULL; (dir = strsep(&rest, " ")) != NULL;) {
            (void)turnout("reconcile %s central.db", dir);
        }
        gives(TN_EXIT_DONE, "dump --central central.db");
        /* `pack` entries tell of the route: they are what differs in the logs. */
        FILE *file = fopen("dump", "w");
        assert_non_null(file);
        fputs(said, file);
        fclose(file);
        shell("sed -n '/^== badge/,/^== staff/p; /^== learner/,/^== badge/p; /^== handout/,$p' dump"
              " >route.%zu",
              i);
        shell("cmp route.0 route.%zu", i);
    }
    shell("test $(grep -c . route.0) -gt 60");
    sodium_memzero(&walkin, sizeof walkin);
    sodium_memzero(&on_blank, sizeof on_blank);
    sodium_memzero(&replaced, sizeof replaced);
    sodium_memzero(&twice, sizeof twice);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_walk_in_stays_sealed_until_the_vault_is_at_hand),
        TEST(a_sibling_greets_a_walk_in_by_name),
        TEST(a_replaced_badge_is_refused_everywhere_and_the_new_one_is_the_learners),
        TEST(a_printed_blank_becomes_the_badge_that_replaces),
        TEST(adults_are_counted_and_what_is_taken_back_is_not),
        TEST(a_closed_station_is_home_until_somebody_comes),
        TEST(a_group_card_brings_its_class_but_for_the_absent),
        TEST(a_badge_given_twice_is_a_conflict_and_counts_once),
        TEST(a_blank_that_two_walk_ins_got_is_a_conflict),
        TEST(any_route_gives_the_same_centre),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
