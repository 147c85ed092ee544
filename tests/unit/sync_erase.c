/* Erasure: nothing that leads to somebody is left in any byte of the database, what was counted is
 * counted as before, chains verify, and nobody comes back: not with a roster, not with what a
 * station brings later, not with an old backup. */
#include <stdlib.h>

#include "sync/central/erase.h"
#include "sync/central/visits.h"
#include "tests/unit/sync_world.h"

#define NOON INT64_C(1773500400000)
#define DAY INT64_C(86400000)
#define MIN INT64_C(60000)
#define LAYOUTS 3

static const char *const canaries[] = {
    "Canarygiven", "Canaryfamily", "Canarypref",   "Canarygroup", "canary@contact",
    "Canaryvalue", "Canarymother", "Canarysource", "Canarywhy",   "CanaryId",
};

#define CANARIES (sizeof canaries / sizeof canaries[0])

/* A learner with names that are nowhere else, in every place that takes one, and a badge. */
static void plant(void)
{
    shell("printf 'id,given_name,family_name,preferred_name,grade,group,language,zip3,consent\\n"
          "CanaryId-7,Canarygiven,Canaryfamily,Canarypref,5,Canarygroup;Class~5,en,981,yes\\n"
          "Other-8,Olga,Other,,5,Class~5,en,981,yes\\n' | tr '~' ' ' >canary.csv");
    gives(TN_EXIT_DONE, "import roster canary.csv --central central.db");
    central_sql(central, "UPDATE learner_pii SET contact = 'canary@contact' WHERE given ="
                         " 'Canarygiven'; INSERT INTO learner_demo (ecosystem, id, learner,"
                         " dimension, value, consent) SELECT ecosystem, learner, learner, 'x',"
                         " 'Canaryvalue', 'y' FROM learner_pii WHERE given = 'Canarygiven'; UPDATE"
                         " consent SET given_by = 'Canarymother' WHERE learner IN (SELECT learner"
                         " FROM learner_pii WHERE given = 'Canarygiven')");
    gives(TN_EXIT_DONE, "badges --central central.db --event fair --out again.csv");
}

/* Whether any of the texts lies in any byte of the database: of a file and its journals; of a
 * server, in the files of its tables. */
static bool is_in_the_bytes(const char *const *texts, size_t count)
{
    char line[4096];
    char words[1024] = "";
    for (size_t i = 0; i < count; i++) {
        const size_t len = strlen(words);
        snprintf(words + len, sizeof words - len, " -e '%s'", texts[i]);
    }
    if (central_is_server()) {
        snprintf(line, sizeof line,
                 "psql -q '%s' -c CHECKPOINT && d=$(psql -q -A -t '%s' -c \"SELECT"
                 " current_setting('data_directory') || '/base/' || oid FROM pg_database WHERE"
                 " datname = current_database()\") && grep -rqaF %s \"$d\"",
                 central, central, words);
    } else {
        snprintf(line, sizeof line, "cat central.db* | grep -qaF %s", words);
    }
    return system(line) == 0;
}

static void assert_no_canary(void)
{
    bool any = is_in_the_bytes(canaries, CANARIES);
    for (size_t i = 0; any && i < CANARIES; i++) {
        if (is_in_the_bytes(&canaries[i], 1)) {
            fail_msg("%s is still in the database", canaries[i]);
        }
    }
}

/* The digits of the badge that `badges` wrote for somebody. */
static void badge_of(const char *name, char out[TN_BADGE_TEXT_SIZE])
{
    char line[512] = "";
    FILE *file = fopen("again.csv", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL && strstr(line, name) == NULL) {
        line[0] = '\0';
    }
    fclose(file);
    line[strcspn(line, "\r\n")] = '\0';
    const char *digits = strrchr(line, ',');
    assert_non_null(digits);
    snprintf(out, TN_BADGE_TEXT_SIZE, "%s", digits + 1);
}

/* The station's two clocks go alike. */
static void scan_digits(const char *dir, const char *digits, int64_t at_ms)
{
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    struct tn_record record;
    assert_int_equal(tn_station_open(dir, &env, &station), TN_OK);
    const struct tn_scan one = {at_ms, at_ms - NOON + DAY, "scan", digits, strlen(digits), false};
    assert_int_equal(tn_station_record(station, &one, &record), TN_OK);
    tn_station_close(station);
}

static void scan_person(const char *dir, const char *name, int64_t at_ms)
{
    char digits[TN_BADGE_TEXT_SIZE];
    badge_of(name, digits);
    scan_digits(dir, digits, at_ms);
}

static void dump_to(const char *path)
{
    gives(TN_EXIT_DONE, "dump --central central.db");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fwrite(said, 1, said_len, file) == said_len);
    fclose(file);
}

/* Derives everything anew; what follows from the facts is the same as before. */
static void assert_follows_from_facts(void)
{
    struct tn_centre centre;
    dump_to("before");
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    assert_int_equal(tn_visits_rebuild(&centre, NOON), TN_OK);
    tn_centre_close(&centre);
    dump_to("after");
    shell("diff before after >&2");
}

/* The only conflict of a type, or the one in a state. */
static void conflict_of(const char *type, char out[TN_ID_HEX_SIZE])
{
    static const char sql[] = "SELECT id FROM conflict WHERE ecosystem = $1 AND type = $2";
    struct tn_centre centre;
    struct tn_stmt *stmt = NULL;
    struct tn_id id;
    bool has_row = false;
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    assert_int_equal(tn_centre_prepare(&centre, sql, &stmt), TN_OK);
    tn_bind_text(stmt, 2, type);
    assert_int_equal(tn_step(stmt, &has_row), TN_OK);
    if (!has_row) {
        fail_msg("there is no conflict of type %s", type);
    }
    tn_col_id(stmt, 0, &id);
    tn_reset(stmt);
    tn_centre_close(&centre);
    tn_id_hex(&id, out);
}

static void settle(const char *type, const char *how)
{
    char id[TN_ID_HEX_SIZE];
    conflict_of(type, id);
    gives(TN_EXIT_DONE, "conflicts settle %.8s %s --central central.db --why Canarywhy", id, how);
}

/* Everything that can be known of somebody besides: scans at two stations, under two badges and
 * one that is settled to be theirs, paper at two events, registrations, corrections of each kind,
 * conflicts, another learner who is the same, and statements that were sent. */
static void plant_a_life(void)
{
    plant();
    central_sql(central, "UPDATE ecosystem SET min_cell = 1"); /* so that reports say numbers */
    shell("printf 'code,title,starts,ends,site\\n"
          "night,Museum Night,2026-03-14T10:00:00-05:00,2026-03-14T20:00:00-05:00,Museum\\n"
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
    gives(TN_EXIT_DONE, "export xapi --central central.db --for State --home https://x.example"
                        " --out sent.jsonl");
    gives(TN_EXIT_DONE, "record CanaryId-7 --central central.db --out record.json");
}
/* What stands for them wherever ids are: none of it may be left, in any table. */
struct leads {
    char hex[12][TN_ID_HEX_SIZE];
    size_t count;
};

static void add_lead(struct leads *leads, const struct tn_id *id)
{
    assert_true(leads->count < sizeof leads->hex / sizeof leads->hex[0]);
    tn_id_hex(id, leads->hex[leads->count++]);
}

static struct tn_id badge_id(const char *digits)
{
    struct tn_badge badge;
    assert_int_equal(tn_badge_decode(digits, strlen(digits), &badge), TN_OK);
    const struct tn_id id = tn_badge_id(&badge);
    tn_badge_wipe(&badge);
    return id;
}

static void find_leads(struct leads *out)
{
    static const char *const conflicts[] = {"unknown_badge", "overlap", "duplicate"};
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

/* Every table, as text with bytes in hexadecimal, but for the two that may keep some: badges that
 * stations must turn away, and statements to be taken back. */
static void dump_all(void)
{
    if (central_is_server()) {
        shell("pg_dump --inserts '%s' | grep -v -e erased_badge -e export_sent >all.sql", central);
    } else {
        shell("sqlite3 central.db .dump | grep -v -e erased_badge -e export_sent >all.sql");
    }
}

static void assert_leads(const struct leads *leads, bool are_there)
{
    dump_all();
    for (size_t i = 0; i < leads->count; i++) {
        char line[128];
        snprintf(line, sizeof line, "%sgrep -i %s all.sql %s", are_there ? "" : "! ", leads->hex[i],
                 are_there ? ">/dev/null" : ">&2");
        if (system(line) != 0) {
            fail_msg("lead %zu (%s) is %s", i, leads->hex[i], are_there ? "not there" : "there");
        }
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
    dump_to("after");
    shell("cmp before after && test ! -e keys.riverbend.erased");
    assert_true(is_in_the_bytes(canaries, 1));
    gives(TN_EXIT_DONE, "erase CanaryId-7 --central central.db --yes");
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
    assert_said("of 2 learners, with 3 badges");
    assert_said("Statements about them that were sent: 4");
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
                     3);
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

static void no_file_brings_somebody_back(void **state)
{
    (void)state;
    plant();
    shell("printf 'event,learner,status\nfair,CanaryId-7,registered\nfair,Other-8,registered\n'"
          " >reg.csv");
    shell("printf 'learner,event,starts\nCanaryId-7,fair,2026-03-14T15:00:00Z\n"
          "roster:Other-8,fair,2026-03-14T15:00:00Z\n' | sed s/roster:// >paper.csv");
    shell("printf 'learner,purpose,given\nCanaryId-7,photos,yes\n' >consents.csv");
    shell("printf 'learner,dimension,value\nCanaryId-7,gender,x\n' >demo.csv");
    gives(TN_EXIT_DONE, "erase CanaryId-7 --central central.db --yes");
    gives(TN_EXIT_DONE, "import roster canary.csv --central central.db");
    assert_said("1 left out");
    gives(TN_EXIT_DONE, "import registrations reg.csv --central central.db");
    assert_said("1 left out");
    gives(TN_EXIT_DONE, "import attendance paper.csv --central central.db");
    assert_said("1 left out");
    gives(TN_EXIT_DONE, "import consents consents.csv --central central.db");
    gives(TN_EXIT_DONE, "import demographics demo.csv --central central.db");
    assert_said("1 left out");
    assert_no_canary();
    /* A name that nobody ever had is a mistake still. */
    shell("printf 'event,learner,status\nfair,Never-9,registered\n' >never.csv");
    gives(TN_EXIT_PERSON, "import registrations never.csv --central central.db");
    /* Without the file beside the keyring nobody can tell, so nobody is let in. */
    shell("mv keys.riverbend.erased away");
    gives(TN_EXIT_PERSON, "import roster canary.csv --central central.db");
    assert_said("who must not come back");
    shell("mv away keys.riverbend.erased");
    gives(TN_EXIT_PERSON, "erase CanaryId-7 --central central.db --yes");
    assert_said("no learner is known by this");
}

static void no_school_system_brings_somebody_back(void **state)
{
    (void)state;
    shell("mkdir sis && cd sis && printf 'sourcedId,status,dateLastModified,name,type,identifier,"
          "parentSourcedId\\ns1,,,Lincoln Elementary,school,,\\n' >orgs.csv && printf 'sourcedId,"
          "status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,"
          "familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\\n"
          "CanaryId-9,,,true,s1,student,x,,Canarygiven,Canaryfamily,,,,,,,04,\\n"
          "u2,,,true,s1,student,y,,Bo,Other,,,,,,,04,\\n' >users.csv");
    shell("cd sis && printf 'sourcedId,status,dateLastModified,title,grades,courseSourcedId,"
          "classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,"
          "periods\\nc1,,,4B,04,,4B-1,homeroom,,s1,t1,,,\\n' >classes.csv && printf 'sourcedId,"
          "status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,"
          "beginDate,endDate\\ne1,,,c1,s1,CanaryId-9,student,,,\\ne2,,,c1,s1,u2,student,,,\\n'"
          " >enrollments.csv && printf 'propertyName,value\\noneroster.version,1.1\\n"
          "file.orgs,bulk\\nfile.users,bulk\\nfile.classes,bulk\\nfile.enrollments,bulk\\n"
          "source.systemCode,sis\\n' >manifest.csv");
    gives(TN_EXIT_DONE, "import oneroster sis --central central.db");
    assert_int_equal(central_ask(central, "SELECT count(*) FROM class_member"), 2);
    gives(TN_EXIT_DONE, "erase sis:CanaryId-9 --central central.db --yes");
    assert_no_canary();
    assert_int_equal(central_ask(central, "SELECT count(*) FROM class_member"), 1);
    gives(TN_EXIT_DONE, "import oneroster sis --central central.db");
    assert_no_canary();
    /* A delta that says again who is in a class, or that they left the school. */
    shell(
        "cd sis && sed -i 's/,bulk/,delta/; /orgs/d; /classes/d' manifest.csv && rm orgs.csv"
        " classes.csv && sed -i 's/,,,c1/,active,2026-03-01T00:00:00Z,c1/' enrollments.csv && sed"
        " -i 's/^CanaryId-9,.*/CanaryId-9,tobedeleted,2026-03-01T00:00:00Z,,,,,,,,,,,,,,,/; /^u2/d'"
        " users.csv");
    gives(TN_EXIT_DONE, "import oneroster sis --central central.db");
    shell("cd sis && sed -i /users/d manifest.csv && rm users.csv");
    gives(TN_EXIT_DONE, "import oneroster sis --central central.db");
    assert_no_canary();
    assert_int_equal(central_ask(central, "SELECT count(*) FROM class_member"), 1);
}

static void what_a_station_brings_later_is_stripped_and_counted(void **state)
{
    (void)state;
    plant();
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    gives(TN_EXIT_DONE, "reconcile robotics central.db");
    scan_person("gate", "Canarypref", NOON);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    scan_person("robotics", "Canarypref", NOON + MIN);
    gives(TN_EXIT_DONE, "erase CanaryId-7 --central central.db --yes");
    const int64_t who = central_ask(central, "SELECT count(DISTINCT who) FROM visit");
    gives(TN_EXIT_DONE, "reconcile robotics central.db");
    assert_int_equal(central_ask(central, "SELECT count(DISTINCT who) FROM visit"), who);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM visit"), 2);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM entry WHERE salt IS NULL"), 2);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM sighting s JOIN erased_badge e ON"
                                          " e.id = s.badge"),
                     0);
    gives(TN_EXIT_DONE, "verify --central central.db");
    /* The station refuses the badge from now on, and its card is gone there. */
    scan_person("gate", "Canarypref", NOON + 2 * MIN);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    scan_person("gate", "Canarypref", NOON + 120 * MIN);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_int_equal(central_ask(central, "SELECT count(*) FROM entry WHERE kind = 'refused'"), 1);
    assert_int_equal(central_ask(central, "SELECT count(DISTINCT who) FROM visit"), who);
}

static void an_old_backup_brings_nobody_back(void **state)
{
    (void)state;
    plant();
    central_copy(central, twin_central);
    gives(TN_EXIT_DONE, "erase CanaryId-7 --central central.db --yes");
    dump_to("erased");
    central_copy(twin_central, central);
    assert_true(is_in_the_bytes(canaries, 1));
    /* The next command that uses the keyring finds out. */
    gives(TN_EXIT_DONE, "staff-card new --central central.db --event fair --name Bo --out k.csv");
    assert_said("erased again");
    assert_no_canary();
    central_sql(central, "DELETE FROM staff_card WHERE name = 'Bo'");
    dump_to("again");
    shell("cmp erased again");
    gives(TN_EXIT_DONE, "verify --central central.db");
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
        TEST(no_file_brings_somebody_back),
        TEST(no_school_system_brings_somebody_back),
        TEST(what_a_station_brings_later_is_stripped_and_counted),
        TEST(an_old_backup_brings_nobody_back),
        TEST(no_layout_keeps_anything),
        TEST(a_failure_in_the_middle_leaves_all_or_nothing),
        TEST(every_column_has_a_rule_or_leads_nowhere),
    };
    /* Each test has a keyring of its own beside it, and so a file of tombstones; a server's
     * database would note the first one's for all. */
    assert_int_equal(setenv("TURNOUT_KEYS", "keys", 1), 0);
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
