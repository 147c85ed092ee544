/* Whoever is erased does not come back: not with a file, not with what a station brings later, not
 * with an old backup. */
#include <stdlib.h>

#include "tests/unit/sync_canary.h"
#include "tests/unit/sync_handing.h"
#include "tests/unit/sync_world.h"

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

/* Version 1.2 says more of a user and has roles in a table of their own, by role and by profile. A
 * class is the school's and stays, with whoever else is in it. */
static void no_package_of_version_1_2_leaves_anything_of_somebody(void **state)
{
    (void)state;
    shell("mkdir sis && cd sis && printf 'sourcedId,status,dateLastModified,name,type,identifier,"
          "parentSourcedId\ns1,,,Lincoln Elementary,school,,\n' >orgs.csv && printf 'sourcedId,"
          "status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,"
          "identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,"
          "resourceSourcedIds,preferredGivenName,preferredMiddleName,preferredFamilyName,"
          "primaryOrgSourcedId,pronouns,metadata.mother\n' >users.csv");
    shell("cd sis && printf 'CanaryId-9,active,2026-01-01T00:00:00Z,true,Canaryvalue,"
          "{LDAP:Canaryvalue},Canarygiven,Canaryfamily,Canaryvalue,CanaryId-10,canary,"
          "Canaryvalue,Canaryvalue,CanaryId-11,04,Canaryvalue,CanaryId-12,Canaryvalue,Canarypref,"
          "Canaryvalue,Canaryfamily,s1,Canaryvalue,Canarymother\nu2,,,true,y,,Bo,Other,,,,,,,04"
          ",,,,,,,s1,,\n' >>users.csv");
    shell("cd sis && printf 'sourcedId,status,dateLastModified,userSourcedId,roleType,role,"
          "beginDate,endDate,orgSourcedId,userProfileSourcedId\n"
          "CanaryId-13,,,CanaryId-9,primary,student,,,s1,CanaryId-14\n"
          "r2,,,u2,primary,student,,,s1,\n' >roles.csv && printf 'sourcedId,status,"
          "dateLastModified,title,grades,courseSourcedId,classCode,classType,location,"
          "schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\nc1,,,Chess,04,,"
          "C1,homeroom,,s1,t1,,,\nc2,,,4B,04,,4B-1,homeroom,,s1,t1,,,\n' >classes.csv");
    shell("cd sis && printf 'sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,"
          "userSourcedId,role,primary,beginDate,endDate\nCanaryId-15,,,c1,s1,CanaryId-9,student,"
          ",,\ne2,,,c2,s1,u2,student,,,\ne3,,,c2,s1,CanaryId-9,student,,,\n' >enrollments.csv &&"
          " printf 'propertyName,value\noneroster.version,1.2\nfile.orgs,bulk\nfile.users,bulk\n"
          "file.roles,bulk\nfile.classes,bulk\nfile.enrollments,bulk\nsource.systemCode,sis\n'"
          " >manifest.csv");
    gives(TN_EXIT_DONE, "import oneroster sis --central central.db");
    assert_int_equal(central_ask(central, "SELECT count(*) FROM learner_pii WHERE preferred ="
                                          " 'Canarypref'"),
                     1);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM class_member"), 3);
    gives(TN_EXIT_DONE, "erase sis:CanaryId-9 --central central.db --yes");
    assert_int_equal(central_ask(central, "SELECT count(*) FROM class_member"), 1);
    assert_no_canary();
    gives(TN_EXIT_DONE, "import oneroster sis --central central.db");
    shell("cd sis && sed -i 's/,bulk/,delta/; /orgs/d; /classes/d' manifest.csv && rm orgs.csv"
          " classes.csv && sed -i '/^CanaryId-13/s/,,,/,active,2026-03-01T00:00:00Z,/; /^r2/d'"
          " roles.csv");
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
    /* What it brought lies in pages of no use until the next run of retention. */
    assert_true(central_ask(central, "SELECT count(*) FROM erasure WHERE is_scrubbed = 0") > 0);
    gives(TN_EXIT_DONE, "retention run --central central.db");
    assert_int_equal(central_ask(central, "SELECT count(*) FROM erasure WHERE is_scrubbed = 0"), 0);
    /* The station refuses the badge from now on, and its card is gone there. */
    scan_person("gate", "Canarypref", NOON + 2 * MIN);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    scan_person("gate", "Canarypref", NOON + 120 * MIN);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_int_equal(central_ask(central, "SELECT count(*) FROM entry WHERE kind = 'refused'"), 1);
    assert_int_equal(central_ask(central, "SELECT count(DISTINCT who) FROM visit"), who);
}

static void a_walk_in_is_erased_with_form_badge_and_card(void **state)
{
    char code[TN_BADGE_CODE_SIZE];
    (void)state;
    /* The fair is long over; what a receipt covers would go from the desk with its names. */
    central_sql(central, "UPDATE ecosystem SET retention_days = 0");
    central_copy(central, twin_central);
    walk_in(code);
    gives(TN_EXIT_DONE, "reconcile desk central.db");
    assert_true(is_in_the_bytes(canaries, CANARIES));
    assert_int_equal(central_ask(central, "SELECT count(*) FROM sealed"), 1);
    gives(TN_EXIT_DONE, "erase %s --central central.db --yes", code);
    assert_said("Sealed walk-in forms destroyed: 1");
    assert_no_canary();
    assert_int_equal(central_ask(central, "SELECT count(*) FROM sealed"), 0);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM visit"), 1);
    assert_follows_from_facts();
    gives(TN_EXIT_DONE, "verify --central central.db");
    /* A centre from before they came gets it all again, and keeps none of it. */
    central_copy(twin_central, central);
    (void)turnout("reconcile desk central.db");
    assert_int_equal(central_ask(central, "SELECT count(*) FROM visit"), 1);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM sealed"), 0);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM learner_pii WHERE given ="
                                          " 'Canarygiven'"),
                     0);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM entry WHERE ghost IS NULL AND kind"
                                          " = 'register'"),
                     0);
    assert_no_canary();
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

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(no_file_brings_somebody_back),
        TEST(no_school_system_brings_somebody_back),
        TEST(no_package_of_version_1_2_leaves_anything_of_somebody),
        TEST(what_a_station_brings_later_is_stripped_and_counted),
        TEST(a_walk_in_is_erased_with_form_badge_and_card),
        TEST(an_old_backup_brings_nobody_back),
    };
    /* Each test has a keyring of its own beside it, and so a file of tombstones; a server's
     * database would note the first one's for all. */
    assert_int_equal(setenv("TURNOUT_KEYS", "keys", 1), 0);
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
