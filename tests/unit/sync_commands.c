/* The commands as people and scripts meet them: exit codes, JSON, what is refused and what is left
 * alone, and that secrets stay where they belong. */
#include <sodium.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <jansson.h>

#include "tests/unit/sync_world.h"

#define NOON INT64_C(1800000000000)

static void sql(const char *path, const char *text)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static size_t read_whole(const char *path, char *out, size_t size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t len = fread(out, 1, size, file);
    fclose(file);
    return len;
}

/* Of files: a server has no such thing. */
static void a_foreign_file_is_the_worlds_fault_and_stays_as_it_was(void **state)
{
    static const char *const files[] = {"text",     "empty", "plain.db",  "gate/station.db",
                                        "newer.db", "gate",  "nothere.db"};
    static const char *const commands[] = {"status",
                                           "verify",
                                           "dump",
                                           "report reach",
                                           "station list",
                                           "staff-card list",
                                           "import roster roster.csv",
                                           "badges --event fair --out new.csv"};
    static char before[1 << 20];
    static char after[1 << 20];
    (void)state;
    if (central_is_server()) {
        gives(TN_EXIT_DONE, "demo plain --learners 1");
        shell("cp plain/central.db newer.db && rm -r plain");
    } else {
        shell("cp central.db newer.db");
    }
    shell("echo hello, this is text >text; : >empty");
    sql("plain.db", "CREATE TABLE x (a)");
    sql("newer.db", "INSERT INTO centre_schema VALUES (99, 'later')");
    for (size_t f = 0; f < sizeof files / sizeof files[0]; f++) {
        bool is_foreign = f < 4;
        size_t len = is_foreign ? read_whole(files[f], before, sizeof before) : 0;
        for (size_t c = 0; c < sizeof commands / sizeof commands[0]; c++) {
            gives(TN_EXIT_WORLD, "%s --central %s", commands[c], files[f]);
            assert_said(files[f]);
        }
        assert_int_equal(is_foreign ? read_whole(files[f], after, sizeof after) : 0, len);
        assert_memory_equal(before, after, len);
    }
    assert_int_not_equal(access("nothere.db", F_OK), 0);
    assert_int_not_equal(access("new.csv", F_OK), 0);
    gives(TN_EXIT_WORLD, "status --station nothere");
    gives(TN_EXIT_WORLD, "verify --station text");
}

static void what_is_missing_or_wrong_on_the_line_is_usage(void **state)
{
    static const char *const lines[] = {
        "status",
        "status --central central.db --station gate",
        "status --central central.db more",
        "status --central",
        "status --no-such --central central.db",
        "status --json=yes --central central.db",
        "verify",
        "dump",
        "dump --central https://host/db",
        "report --central central.db",
        "report nothing --central central.db",
        "report reach --central central.db --format xml",
        "report reach --central central.db --out b.csv.foo",
        "import",
        "import roster",
        "import roster roster.csv",
        "import cats roster.csv --central central.db",
        "import horoscopes roster.csv --central central.db",
        "import ical roster.csv --central central.db --setting indoors",
        "badges --central central.db --event fair",
        "badges --central central.db --out b.csv",
        "badges --event fair --out b.csv",
        "badges --central central.db --event fair --out b.csv --blank -1",
        "badges --central central.db --event fair --out b.csv --blank 5x",
        "badges --central central.db --event fair --out b.csv --blank 99999999999999999999",
        "badges --central central.db --event fair --out b.csv --blank 100001",
        "badges --central central.db --event fair --out b.docx",
        "badges --central central.db --event fair --out b.pdf --paper a3",
        "station",
        "station new --central central.db --event fair --name X --role gate",
        "station new --central central.db --event fair --name X --role king --out x",
        "station new --central central.db --event fair --name X --role activity --out x",
        "station new --central central.db --event fair --name X --role gate --activity a --out x",
        "station revoke --central central.db",
        "staff-card new --central central.db --event fair --name X",
        "staff-card new --central central.db --event fair --name X --out k.csv --until tomorrow",
        "badges --central central.db --event fair --out b.csv --groups --blank 2",
        "init --central new.db --code a --no-passphrase",
        "init --central postgresql://host/db --code a --name A",
        "init --central new.db --code a/b --name A --no-passphrase",
        "init --central new.db --code a --name A --tz Mars/Olympus --no-passphrase",
        "init --central new.db --code a --name A\nB --no-passphrase",
        "station new --central central.db --event fair --name A\nB --role gate --out x",
        "station new --central central.db --event fair --name A\x1b[2J --role gate --out x",
        "staff-card new --central central.db --event fair --name A\tB --out k.csv",
        "demo",
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        gives(TN_EXIT_USAGE, "%s", lines[i]);
        assert_true(said_len > 20);
    }
    assert_int_not_equal(access("new.db", F_OK), 0);
    assert_int_not_equal(access("b.csv", F_OK), 0);
}

static void what_cannot_be_written_is_the_worlds_fault_and_says_what_to_do(void **state)
{
    (void)state;
    gives(TN_EXIT_WORLD, "import roster nofile.csv --central central.db");
    assert_said("nofile.csv: cannot be read");
    assert_null(strstr(said, "disk failed"));
    gives(TN_EXIT_WORLD, "import roster nofile.csv --central central.db --json");
    assert_said("\"error\": \"nofile.csv: cannot be read: there is no such file\"");
    assert_null(strstr(said, "disk failed"));
}

/* Every command that makes something says the same, before it has done anything. */
static void a_folder_that_is_not_there_is_named_with_what_to_do(void **state)
{
    static const char *const lines[] = {
        "init --code a --name A --no-passphrase --central nowhere/new",
        "init --code a --name A --no-passphrase --central new.db --keys nowhere/new",
        "badges --central central.db --event fair --blank 1 --format csv --out nowhere/new",
        "badges --central central.db --event fair --blank 1 --format pdf --out nowhere/new",
        "badges --central central.db --event fair --blank 1 --format png --out nowhere/new",
        "station new --central central.db --event fair --name X --role gate --out nowhere/new",
        "report reach --central central.db --format html --out nowhere/new",
        "export attendance --central central.db --out nowhere/new",
        "export oneroster --central central.db --out nowhere/new",
        "record L00001 --central central.db --out nowhere/new",
        "demo nowhere/new",
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        gives(TN_EXIT_WORLD, "%s", lines[i]);
        assert_said(
            "nowhere/new: there is no folder nowhere; make it first, or name another place");
    }
    gives(TN_EXIT_WORLD,
          "staff-card new --central central.db --event fair --name K --out no/k.pdf");
    assert_said("no/k.pdf: there is no folder no; make it first, or name another place");
    gives(TN_EXIT_WORLD, "demo /nowhere//new/");
    assert_said("/nowhere//new: there is no folder /nowhere; make it first");
    assert_int_not_equal(access("nowhere", F_OK), 0);
    assert_int_not_equal(access("new.db", F_OK), 0);
}

static void an_unknown_code_is_answered_with_those_there_are(void **state)
{
    (void)state;
    gives(TN_EXIT_PERSON, "badges --central central.db --event nowhere --out b.csv");
    assert_said("there are: fair");
    gives(TN_EXIT_PERSON, "report reach --central central.db --event nowhere");
    assert_said("there are: fair");
    gives(TN_EXIT_PERSON, "station new --central central.db --event fair --name X --role activity"
                          " --activity nothing --out x");
    assert_said("robotics");
    assert_int_not_equal(access("x", F_OK), 0);
}

static void a_station_is_not_made_twice_or_over_something(void **state)
{
    static const char line[] = "station new --central central.db --event fair --role gate";
    (void)state;
    gives(TN_EXIT_PERSON, "%s --name Second --out gate", line);
    gives(TN_EXIT_PERSON, "%s --name North~gate --out second", line);
    assert_said("already has a station named");
    assert_int_not_equal(access("second", F_OK), 0);
    gives(TN_EXIT_DONE, "%s --name Second --out second", line);
    gives(TN_EXIT_DONE, "reconcile second central.db");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    gives(TN_EXIT_DONE, "station list --central central.db --json");
    json_t *list = json_loads(said, 0, NULL);
    assert_int_equal(json_array_size(json_object_get(list, "stations")), 4);
    json_decref(list);
}

static void a_station_the_centre_could_not_note_is_not_there_and_may_be_made_again(void **state)
{
    static const char line[] =
        "station new --central central.db --event fair --role gate --name X --out x";
    (void)state;
    central_sql(central, central_is_server()
                             ? "ALTER TABLE enrolment ADD CONSTRAINT no CHECK (false) NOT VALID"
                             : "CREATE TRIGGER no BEFORE INSERT ON enrolment BEGIN SELECT"
                               " RAISE(ABORT, 'no'); END");
    gives(TN_EXIT_PERSON, "%s", line);
    assert_int_not_equal(access("x", F_OK), 0);
    central_sql(central, central_is_server() ? "ALTER TABLE enrolment DROP CONSTRAINT no"
                                             : "DROP TRIGGER no");
    gives(TN_EXIT_DONE, "%s", line);
}

static void the_keyring_is_found_again_from_anywhere(void **state)
{
    (void)state;
    shell("mkdir data safe");
    gives(TN_EXIT_DONE, "init --central data/c.db --code a --name A --keys safe/keys"
                        " --no-passphrase");
    gives(TN_EXIT_DONE, "import events events.csv --central data/c.db");
    gives(TN_EXIT_DONE, "badges --central data/c.db --event fair --blank 1 --out b.csv");
    gives(TN_EXIT_DONE, "init --central ./data/d.db --code a --name A --keys data/keys"
                        " --no-passphrase");
    gives(TN_EXIT_DONE, "import events events.csv --central data/d.db");
    shell("mv data moved");
    gives(TN_EXIT_DONE, "badges --central moved/d.db --event fair --blank 1 --out b.csv");
    gives(TN_EXIT_PERSON, "init --central moved/d.db --code a --name A --no-passphrase");
    assert_said("never overwrites");
    /* Another centre takes up the keyring that is there, and the hub's key with it. */
    shell("test \"$(stat -c %%a moved/keys.hub.pem)\" = 600 && cp moved/keys.hub.pem pem");
    gives(TN_EXIT_DONE, "init --central moved/e.db --code e --name E --no-passphrase");
    shell("cmp pem moved/keys.hub.pem");
}

static void a_passphrase_is_asked_for_and_never_said(void **state)
{
    (void)state;
    (void)setenv("TURNOUT_PASSPHRASE", "", 1);
    gives(TN_EXIT_PERSON, "init --central p.db --code a --name A --keys p.keys");
    assert_said("the passphrase is empty");
    assert_int_not_equal(access("p.keys", F_OK), 0);
    (void)setenv("TURNOUT_PASSPHRASE", "open-sesame", 1);
    gives(TN_EXIT_DONE, "init --central p.db --code a --name A --keys p.keys");
    assert_null(strstr(said, "sesame"));
    gives(TN_EXIT_DONE, "import events events.csv --central p.db");
    gives(TN_EXIT_DONE, "badges --central p.db --event fair --blank 1 --out b.csv");
    (void)setenv("TURNOUT_PASSPHRASE", "open-barley", 1);
    gives(TN_EXIT_PERSON, "badges --central p.db --event fair --blank 1 --out b.csv");
    assert_said("passphrase is wrong");
    assert_null(strstr(said, "barley"));
    char *longest = calloc(1, 5001);
    assert_non_null(longest);
    memset(longest, 'x', 5000);
    (void)setenv("TURNOUT_PASSPHRASE", longest, 1);
    gives(TN_EXIT_PERSON, "badges --central p.db --event fair --blank 1 --out b.csv");
    assert_said("longer than");
    (void)unsetenv("TURNOUT_PASSPHRASE");
    free(longest);
    /* A service has it as a credential of systemd's. */
    shell("mkdir credentials && echo open-sesame >credentials/turnout-passphrase");
    (void)setenv("CREDENTIALS_DIRECTORY", "credentials", 1);
    gives(TN_EXIT_DONE, "badges --central p.db --event fair --blank 1 --out b2.csv");
    (void)unsetenv("CREDENTIALS_DIRECTORY");
}

static void badges_are_minted_only_where_they_can_be_written(void **state)
{
    (void)state;
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out a.csv --blank 0");
    shell("mkdir folder.csv; touch file");
    gives(TN_EXIT_WORLD, "badges --central central.db --event fair --blank 3 --out folder.csv");
    gives(TN_EXIT_WORLD, "badges --central central.db --event fair --blank 3 --out file");
    gives(TN_EXIT_WORLD, "badges --central central.db --event fair --blank 3 --out no/b.pdf");
    gives(TN_EXIT_DONE, "status --central central.db --json");
    char expected[32];
    snprintf(expected, sizeof expected, "\"badges\": %d", LEARNERS);
    assert_said(expected);
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --blank 3 --out b.csv --json");
    assert_said("\"blank\":3");
    assert_said("\"again\":12");
}

static void blank_badges_are_printed_again_where_they_are_asked_for(void **state)
{
    (void)state;
    static const char line[] = "badges --central central.db --event fair --out b.csv --json";
    gives(TN_EXIT_DONE, "%s --blank 3", line);
    assert_said("\"blank\":3");
    shell("grep '^,' b.csv | sort >first");
    gives(TN_EXIT_DONE, "%s", line);
    assert_said("\"badges\":12");
    gives(TN_EXIT_DONE, "%s --again", line);
    assert_said("\"again\":15");
    shell("grep '^,' b.csv | sort | cmp first -");
    central_sql(central, "DELETE FROM badge WHERE learner IS NOT NULL; DELETE FROM learner");
    gives(TN_EXIT_DONE, "%s", line);
    assert_said("\"again\":3");
    gives(TN_EXIT_WORLD, "badges --central central.db --event fair --blank 3 --out no/b.pdf");
    assert_said("no/b.pdf: ");
    assert_null(strstr(said, ".new"));
}

static void open_conflicts_are_listed_with_what_to_do(void **state)
{
    (void)state;
    gives(TN_EXIT_DONE, "conflicts --central central.db");
    assert_said("No conflict is open");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    central_sql(central, "INSERT INTO conflict (ecosystem, id, type, a, b, state, at) SELECT 1, id,"
                         " 'fork', log_id, log_id, 'open', 1800000000000 FROM kiosk, ecosystem"
                         " WHERE station = 'North gate'");
    gives(TN_EXIT_PERSON, "conflicts --central central.db");
    assert_said("fork: station North gate");
    assert_said("What to do: stop using one of the two folders");
    gives(TN_EXIT_PERSON, "conflicts --central central.db --json");
    assert_said("\"conflicts\": 1");
    gives(TN_EXIT_USAGE, "conflicts");
}

static void an_erased_learner_does_not_come_back(void **state)
{
    (void)state;
    central_sql(central, "UPDATE learner SET erased_at = 1, display = '' WHERE id = (SELECT learner"
                         " FROM learner_alias ORDER BY source_id LIMIT 1);"
                         "DELETE FROM learner_pii WHERE learner = (SELECT id FROM learner WHERE"
                         " erased_at = 1)");
    gives(TN_EXIT_DONE, "import roster roster.csv --central central.db");
    assert_said("Imported 11 learners");
    assert_said("1 left out: erased");
    gives(TN_EXIT_DONE, "import roster roster.csv --central central.db --json");
    assert_said("\"learners\":11");
    assert_said("\"left_out\":1");
    gives(TN_EXIT_DONE, "dump --central central.db");
    assert_null(strstr(said, "erased_at\tx"));
}

static void groups_said_twice_change_nothing_and_too_many_are_a_problem(void **state)
{
    (void)state;
    shell("printf 'id,given_name,group\\nzz1,Zoe,A; B;A;;B\\n' >g.csv");
    gives(TN_EXIT_DONE, "import roster g.csv --central central.db");
    assert_said("1 new");
    gives(TN_EXIT_DONE, "import roster g.csv --central central.db");
    assert_said("1 as they were");
    shell("printf 'id,given_name,group\\nzz1,Zoe,%%s\\n' \"$(seq -s';' 33)\" >g.csv");
    gives(TN_EXIT_PERSON, "import roster g.csv --central central.db");
    assert_said("at most 32 groups");
    shell("printf 'id,given_name,group\\nzz1,Zoe,%%s\\n' \"$(seq -s';' 32)\" >g.csv");
    gives(TN_EXIT_DONE, "import roster g.csv --central central.db");
}

static void an_altered_entry_is_found_and_named(void **state)
{
    (void)state;
    scan("gate", 1, 6, NOON);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    gives(TN_EXIT_DONE, "verify --central central.db");
    central_sql(central, "UPDATE entry SET at_ms = at_ms + 1 WHERE log_no = 1 AND seq = 4");
    gives(TN_EXIT_PERSON, "verify --central central.db");
    assert_said("entry 4: was altered");
    central_sql(central, "UPDATE entry SET at_ms = at_ms - 1 WHERE log_no = 1 AND seq = 4");
    gives(TN_EXIT_DONE, "verify --central central.db");
    central_sql(central, "DELETE FROM entry WHERE log_no = 1 AND seq = 5");
    gives(TN_EXIT_PERSON, "verify --central central.db --json");
    assert_said("entry 5: is missing");
    assert_said("\"ok\": false");
}

static void every_json_is_one_object(void **state)
{
    static const char *const lines[] = {
        "status --central central.db --json",
        "status --station gate --json",
        "verify --central central.db --json",
        "verify --station gate --json",
        "report reach --central central.db --json",
        "report reach --central central.db --event fair --format json",
        "station list --central central.db --json",
        "reconcile gate central.db --json",
        "import roster roster.csv --central central.db --json",
        "badges --central central.db --event fair --out b.csv --json",
        "init --central j.db --code j --name J --keys j.keys --no-passphrase --json",
        "station new --central central.db --event fair --name J --role gate --out j --json",
        "station revoke North~gate --central central.db --json",
        ("staff-card new --central central.db --event fair --name K --until 2099-12-31 --out k.csv "
         "--json"),
        "staff-card list --central central.db --json",
        "staff-card revoke K --central central.db --json",
        "conflicts --central central.db --json",
        "demo ../second --learners 2 --json",
    };
    (void)state;
    scan("gate", 1, 3, NOON);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        json_error_t error;
        gives(TN_EXIT_DONE, "%s", lines[i]);
        json_t *object = json_loads(said, 0, &error);
        if (!json_is_object(object)) {
            fail_msg("%s: %s: %s", lines[i], error.text, said);
        }
        json_decref(object);
    }
}

static void everything_secret_is_for_its_owner_alone(void **state)
{
    (void)state;
    (void)umask(0);
    gives(TN_EXIT_DONE, "init --central m.db --code a --name A --keys m.keys --no-passphrase");
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out m.csv");
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out m.pdf");
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out m-png");
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out m-svg --format svg");
    gives(TN_EXIT_DONE, "staff-card new --central central.db --event fair --name Kim --out k.csv");
    (void)umask(077);
    shell("test -z \"$(find m.* m-png m-svg k.csv gate -perm /077)\"");
}

/* Every badge's digits, looked for in everything that is not a badge. */
static void a_badges_secret_stands_on_the_badge_alone(void **state)
{
    static char bytes[4 << 20];
    static const char *const files[] = {"whole", "gate/station.db", "gate/pack-2.db"};
    (void)state;
    scan("gate", 1, LEARNERS, NOON);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    shell(central_is_server() ? "pg_dump '%s' >whole" : "cp '%s' whole", central);
    for (int i = 1; i <= LEARNERS; i++) {
        char text[TN_BADGE_TEXT_SIZE];
        char hex[2 * TN_BADGE_SECRET_SIZE + 1];
        struct tn_badge badge;
        badge_text("badges.csv", i, text);
        assert_int_equal(tn_badge_decode(text, strlen(text), &badge), TN_OK);
        sodium_bin2hex(hex, sizeof hex, badge.secret, TN_BADGE_SECRET_SIZE);
        for (size_t f = 0; f < sizeof files / sizeof files[0]; f++) {
            size_t len = read_whole(files[f], bytes, sizeof bytes);
            assert_null(memmem(bytes, len, badge.secret, TN_BADGE_SECRET_SIZE));
            assert_null(memmem(bytes, len, hex, 2 * TN_BADGE_SECRET_SIZE));
            assert_null(memmem(bytes, len, text, 48));
        }
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_foreign_file_is_the_worlds_fault_and_stays_as_it_was),
        TEST(what_is_missing_or_wrong_on_the_line_is_usage),
        TEST(what_cannot_be_written_is_the_worlds_fault_and_says_what_to_do),
        TEST(a_folder_that_is_not_there_is_named_with_what_to_do),
        TEST(an_unknown_code_is_answered_with_those_there_are),
        TEST(a_station_is_not_made_twice_or_over_something),
        TEST(a_station_the_centre_could_not_note_is_not_there_and_may_be_made_again),
        TEST(the_keyring_is_found_again_from_anywhere),
        TEST(a_passphrase_is_asked_for_and_never_said),
        TEST(badges_are_minted_only_where_they_can_be_written),
        TEST(blank_badges_are_printed_again_where_they_are_asked_for),
        TEST(open_conflicts_are_listed_with_what_to_do),
        TEST(an_erased_learner_does_not_come_back),
        TEST(groups_said_twice_change_nothing_and_too_many_are_a_problem),
        TEST(an_altered_entry_is_found_and_named),
        TEST(every_json_is_one_object),
        TEST(everything_secret_is_for_its_owner_alone),
        TEST(a_badges_secret_stands_on_the_badge_alone),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
