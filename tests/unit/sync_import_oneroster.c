/* OneRoster packages as school systems write them, 1.1 and 1.2, folders and zips, all of it and
 * what changed; and zips that nobody should trust. */
#include "tests/unit/sync_import.h"

#include <sys/stat.h>
#include <zip.h>

#define MANIFEST_11                                                                                \
    "\xef\xbb\xbfpropertyName,value\r\nmanifest.version,1.0\r\noneroster.version,1.1\r\n"          \
    "file.academicSessions,absent\r\nfile.orgs,bulk\r\nfile.users,bulk\r\nfile.classes,bulk\r\n"   \
    "file.enrollments,bulk\r\nsource.systemName,School System\r\nsource.systemCode,sis\r\n"
#define ORGS                                                                                       \
    "\xef\xbb\xbfsourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\r\n"       \
    "s1,,,Lincoln Elementary,school,0101,d1\r\nd1,,,Riverbend Unified,district,,\r\n"
#define USERS_HEAD                                                                                 \
    "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,"           \
    "givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,"           \
    "password\r\n"
#define MAYA "u1,,,true,s1,student,maya,{LDAP:maya},Maya,Rivera,,N1,m@x.org,,555,p1,04,hush\r\n"
#define BO "u2,,,true,\"s1,s9\",student,bo,,Bo,,,,,,,,\"KG,01\",\r\n"
#define TEACHER "t1,,,true,s1,teacher,tt,,Tom,Teach,,,,,,,,\r\n"
#define CLASSES_HEAD                                                                               \
    "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,"          \
    "location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\r\n"
#define MEMBERS_HEAD                                                                               \
    "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,"         \
    "primary,beginDate,endDate\r\n"

static const char *const tables[] = {"manifest.csv", "orgs.csv",    "roles.csv",
                                     "users.csv",    "classes.csv", "enrollments.csv"};

/* Writes a table of the package, or takes it away. */
static void put(const char *table, const char *text)
{
    char name[64];
    char path[160];
    path_in("package", path);
    (void)mkdir(path, 0700);
    (void)snprintf(name, sizeof(name), "package/%s", table);
    path_in(name, path);
    if (text == NULL) {
        (void)unlink(path);
    } else {
        write_file(name, text);
    }
}

static void put_all(void)
{
    put("manifest.csv", MANIFEST_11);
    put("orgs.csv", ORGS);
    put("users.csv", USERS_HEAD MAYA BO TEACHER);
    put("classes.csv", CLASSES_HEAD "c1,,,4B,04,,4B-1,homeroom,,s1,t1,,,\r\n"
                                    "c2,,,Chess,,,CH,scheduled,,s1,t1,,,\r\n");
    put("enrollments.csv", MEMBERS_HEAD "e1,,,c1,s1,u1,student,,,\r\ne2,,,c2,s1,u1,student,,,\r\n"
                                        "e3,,,c1,s1,u2,student,,,2099-06-30\r\n"
                                        "e4,,,c2,s1,u2,student,,,2020-06-30\r\n"
                                        "e5,,,c1,s1,t1,teacher,true,,\r\n");
}

static enum tn_status run(const char *name)
{
    char path[160];
    path_in(name, path);
    const char *const files[] = {path};
    import = (struct tn_import){.centre = &centre, .kind = &tn_import_oneroster, .now_ms = NOW_MS};
    logged[0] = '\0';
    return tn_import_run(&import, files, 1, false);
}

static void run_well(const char *name)
{
    if (run(name) != TN_OK) {
        fail_msg("%s", logged);
    }
}

static void run_badly(const char *name, const char *says)
{
    assert_int_equal(run(name), TN_ERR_FORMAT);
    if (strstr(logged, says) == NULL) {
        fail_msg("\"%s\" was not said, but: %s", says, logged);
    }
}

static zip_t *new_zip(void)
{
    char path[160];
    path_in("p.zip", path);
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
    assert_non_null(zip);
    return zip;
}

static void add_text(zip_t *zip, const char *name, const char *text, size_t len)
{
    zip_source_t *source = zip_source_buffer(zip, text, len, 0);
    assert_non_null(source);
    assert_true(zip_file_add(zip, name, source, 0) >= 0);
}

/* The package's tables, which lie in the folder, as p.zip. */
static void pack(void)
{
    zip_t *zip = new_zip();
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        char name[64];
        char path[160];
        (void)snprintf(name, sizeof(name), "package/%s", tables[i]);
        path_in(name, path);
        if (access(path, R_OK) == 0) {
            zip_source_t *source = zip_source_file(zip, path, 0, -1);
            assert_non_null(source);
            assert_true(zip_file_add(zip, tables[i], source, 0) >= 0);
        }
    }
    assert_int_equal(zip_close(zip), 0);
}

static void expect_part(int part, uint64_t added, uint64_t changed, uint64_t same, uint64_t removed)
{
    expect_counts(&import.parts[part].counts, added, changed, same);
    assert_int_equal(import.parts[part].counts.removed, removed);
}

enum { PARTNERS, GROUPS, MEMBERS };

static int64_t groups_of(const char *given)
{
    char sql[256];
    (void)snprintf(sql, sizeof(sql),
                   "SELECT count(*) FROM learner_group g JOIN learner_pii p ON p.learner ="
                   " g.learner WHERE p.given = '%s'",
                   given);
    return central_ask(uri, sql);
}

static void students_come_in_with_their_school_and_classes(void **state)
{
    (void)state;
    char text[128];
    put_all();
    run_well("package");
    expect_counts(&import.counts, 2, 0, 0);
    expect_part(PARTNERS, 2, 0, 0, 0);
    expect_part(GROUPS, 2, 0, 0, 0);
    expect_part(MEMBERS, 3, 0, 0, 0);
    assert_int_equal(remarked("passed_over"), 1);
    assert_int_equal(groups_of("Maya"), 2);
    assert_int_equal(groups_of("Bo"), 1); /* the other ended in 2020 */
    ask_text("SELECT display FROM learner WHERE grade = '4'", text, sizeof(text));
    assert_string_equal(text, "Maya R.");
    assert_int_equal(ask_number("SELECT count(*) FROM learner WHERE grade = 'K'"), 1);
    ask_text("SELECT p.code FROM learner l JOIN partner p ON p.id = l.home_partner"
             " WHERE l.grade = 'K'",
             text, sizeof(text));
    assert_string_equal(text, "lincoln-elementary");
    ask_text("SELECT u.sector FROM partner p JOIN partner u ON u.id = p.parent WHERE p.sector ="
             " 'school'",
             text, sizeof(text));
    assert_string_equal(text, "government");
    assert_int_equal(ask_number("SELECT count(*) FROM learner_alias WHERE source = 'sis'"), 2);
    assert_int_equal(ask_number("SELECT count(*) FROM learner_pii WHERE contact IS NOT NULL"), 0);
}

static void a_zip_gives_the_same_as_a_folder_and_again_changes_nothing(void **state)
{
    (void)state;
    put_all();
    run_well("package");
    pack();
    run_well("p.zip");
    expect_counts(&import.counts, 0, 0, 2);
    expect_part(PARTNERS, 0, 0, 2, 0);
    expect_part(GROUPS, 0, 0, 2, 0);
    expect_part(MEMBERS, 0, 0, 3, 0);
    assert_int_equal(remarked("missing"), 0);
    assert_int_equal(ask_number("SELECT max(rev) FROM learner"), 1);
}

static void version_1_2_has_roles_and_preferred_names_in_any_order(void **state)
{
    (void)state;
    char text[128];
    put_all();
    put("manifest.csv",
        "value,propertyName\n1.0,manifest.version\n1.2,oneroster.version\n"
        "bulk,file.orgs\nbulk,file.users\nbulk,file.roles\nsis,source.systemCode\n");
    put("users.csv",
        "pronouns,primaryOrgSourcedId,preferredFamilyName,preferredGivenName,password,grades,"
        "familyName,givenName,metadata.shoe,sourcedId\n"
        "she,s1,,May,hush,04,Rivera,Maya,38,u1\n,,Wu,,,13,Li,Bo,,u2\n,,,,,,Teach,Tom,,t1\n"
        ",,,,,05,Aide,Ann,,u4\n");
    put("roles.csv", "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,"
                     "endDate,orgSourcedId,userProfileSourcedId\n"
                     "r1,,,u1,primary,student,,,s1,\nr2,,,u2,primary,student,,,s1,\n"
                     "r3,,,t1,primary,teacher,,,s1,\nr4,,,u4,primary,aide,,,s1,\n"
                     "r5,,,u4,secondary,student,,,s1,\n");
    run_well("package");
    expect_counts(&import.counts, 2, 0, 0);
    assert_int_equal(remarked("passed_over"), 2);
    ask_text("SELECT display FROM learner WHERE grade = '4'", text, sizeof(text));
    assert_string_equal(text, "May R.");
    ask_text("SELECT display FROM learner WHERE grade IS NULL", text, sizeof(text));
    assert_string_equal(text, "Bo W."); /* grade 13 is none of ours */
    assert_int_equal(ask_number("SELECT count(*) FROM learner l JOIN partner p ON p.id ="
                                " l.home_partner WHERE p.code = 'lincoln-elementary'"),
                     2);
}

static void who_is_in_no_bulk_file_any_more_stays_and_is_said(void **state)
{
    (void)state;
    put_all();
    run_well("package");
    put("users.csv", USERS_HEAD MAYA);
    put("enrollments.csv", MEMBERS_HEAD "e2,,,c2,s1,u1,student,,,\r\n");
    run_well("package");
    assert_int_equal(remarked("missing"), 1);
    expect_part(MEMBERS, 0, 0, 1, 1);
    assert_int_equal(groups_of("Maya"), 1);
    assert_int_equal(groups_of("Bo"), 1);
    assert_int_equal(ask_number("SELECT count(*) FROM learner"), 2);
}

static void a_delta_takes_only_what_changed(void **state)
{
    (void)state;
    static const char manifest[] = "propertyName,value\noneroster.version,1.1\nfile.users,delta\n"
                                   "file.enrollments,delta\nsource.systemCode,sis\n";
    put_all();
    run_well("package");
    import_well(&tn_import_events, "code,title,starts,ends\n"
                                   "past,Past,2026-01-01 09:00,2026-01-01 10:00\n"
                                   "next,Next,2026-05-01 09:00,2026-05-01 10:00\n");
    import_well(&tn_import_registrations, "event,learner\npast,sis:u2\nnext,sis:u2\nnext,sis:u1\n");
    put("manifest.csv", manifest);
    put("orgs.csv", NULL);
    put("classes.csv", NULL);
    put("users.csv", USERS_HEAD "u2,tobedeleted,2026-03-01T00:00:00Z,,,,,,,,,,,,,,,\r\n"
                                "u1,active,2026-03-01T00:00:00Z,true,s1,student,,,Maya,Rio,,,,,,,"
                                "05,\r\nu7,tobedeleted,,,,,,,,,,,,,,,,\r\n");
    put("enrollments.csv",
        MEMBERS_HEAD "e1,tobedeleted,2026-03-01T00:00:00Z,c1,s1,u1,student,,,\r\n");
    run_well("package");
    expect_counts(&import.counts, 0, 2, 0);
    assert_int_equal(remarked("left"), 1);
    assert_int_equal(remarked("missing"), 0);
    assert_int_equal(groups_of("Maya"), 1);
    assert_int_equal(groups_of("Bo"), 0);
    assert_int_equal(ask_number("SELECT count(*) FROM learner_pii WHERE given = 'Bo'"), 1);
    assert_int_equal(ask_number("SELECT count(*) FROM learner_pii WHERE family = 'Rio'"), 1);
    /* A registration that was for a day that is over says what was, and stays. */
    assert_int_equal(ask_number("SELECT count(*) FROM registration r JOIN event e ON e.id = r.event"
                                " WHERE r.status = 'cancelled' AND e.code = 'next'"),
                     1);
    assert_int_equal(ask_number("SELECT count(*) FROM registration WHERE status = 'cancelled'"), 1);
}

static void a_renamed_class_stays_one_and_keeps_its_card(void **state)
{
    (void)state;
    put_all();
    run_well("package");
    assert_int_equal(
        tn_db_exec(centre.db,
                   "INSERT INTO group_card (ecosystem, id, event, partner, title, issued, secret)"
                   " SELECT ecosystem, id, id, partner, name, 1, id FROM class_group WHERE title ="
                   " '4B'"),
        TN_OK);
    put("classes.csv", CLASSES_HEAD "c1,,,5B,05,,5B-1,homeroom,,s1,t1,,,\r\n"
                                    "c2,,,Chess,,,CH,scheduled,,s1,t1,,,\r\n");
    run_well("package");
    expect_part(GROUPS, 0, 1, 1, 0);
    assert_int_equal(ask_number("SELECT count(*) FROM learner_group WHERE title = '5B'"), 2);
    assert_int_equal(ask_number("SELECT count(*) FROM learner_group WHERE title = '4B'"), 0);
    assert_int_equal(ask_number("SELECT count(*) FROM group_card WHERE title = '5B'"), 1);
    assert_int_equal(ask_number("SELECT count(*) FROM group_card"), 1);
}

static void classes_of_one_title_are_told_apart(void **state)
{
    (void)state;
    put_all();
    put("classes.csv", CLASSES_HEAD "c1,,,Math,,,M-1,scheduled,,s1,t1,,,\r\n"
                                    "c2,,,Math,,,M-2,scheduled,,s1,t1,,,\r\n"
                                    "c3,,,Math,,,M-2,scheduled,,s1,t1,,,\r\n");
    run_well("package");
    assert_int_equal(ask_number("SELECT count(*) FROM learner_group WHERE title = 'Math (M-1)'"),
                     2);
    assert_int_equal(ask_number("SELECT count(*) FROM learner_group WHERE title = 'Math (c2)'"), 1);
    put("classes.csv", CLASSES_HEAD "c1,,,Math,,,M-1,scheduled,,s1,t1,,,\r\n"
                                    "c2,tobedeleted,,Math,,,M-2,scheduled,,s1,t1,,,\r\n"
                                    "c3,tobedeleted,,Math,,,M-2,scheduled,,s1,t1,,,\r\n");
    put("enrollments.csv", MEMBERS_HEAD "e1,,,c1,s1,u1,student,,,\r\ne3,,,c1,s1,u2,student,,,\r\n");
    run_well("package");
    expect_part(GROUPS, 0, 0, 1, 2);
    assert_int_equal(ask_number("SELECT count(*) FROM learner_group WHERE title = 'Math'"), 2);
    assert_int_equal(ask_number("SELECT count(*) FROM learner_group"), 2);
}

static void an_org_that_the_organizer_knows_is_that_partner(void **state)
{
    (void)state;
    char text[128];
    import_well(&tn_import_partners, "code,name,sector\n0101,Our Lincoln,afterschool\n");
    put_all();
    run_well("package");
    expect_part(PARTNERS, 1, 0, 1, 0);
    assert_int_equal(ask_number("SELECT count(*) FROM partner"), 2);
    ask_text("SELECT p.name FROM learner l JOIN partner p ON p.id = l.home_partner", text,
             sizeof(text));
    assert_string_equal(text, "Our Lincoln");
    /* And the other way round: a table of ours may go on about a partner that came from there. */
    import_well(&tn_import_partners,
                "code,name,sector,parent\nriverbend-unified,Riverbend,school,\n"
                "0101,Our Lincoln,school,riverbend-unified\n");
    assert_int_equal(ask_number("SELECT count(*) FROM partner"), 2);
    assert_int_equal(ask_number("SELECT count(*) FROM partner c JOIN partner p ON p.id = c.parent"),
                     1);
}

static void an_error_names_the_table_in_the_zip_and_keeps_everything_out(void **state)
{
    (void)state;
    put_all();
    put("users.csv", USERS_HEAD MAYA "u2,,,true,s7,student,bo,,Bo,,,,,,,,,\r\n"
                                     "u3,,,true,s1,student,no,,,,,,,,,,,\r\n"
                                     "u1,,,true,s1,student,,,Mo,,,,,,,,,\r\n");
    pack();
    run_badly("p.zip", "p.zip!users.csv: row 3, orgSourcedIds: there is no org with the sourcedId");
    assert_non_null(strstr(logged, "p.zip!users.csv: row 4, givenName: is empty"));
    assert_non_null(strstr(logged, "row 5, sourcedId: the same sourcedId u1 stands in row 2"));
    assert_int_equal(ask_number("SELECT count(*) FROM partner"), 0);
    assert_int_equal(ask_number("SELECT count(*) FROM learner"), 0);
    put_all();
    put("enrollments.csv", MEMBERS_HEAD "e1,,,c9,s1,u1,student,,,\r\ne2,,,c1,s1,u9,student,,,\r\n");
    run_badly("package", "package/enrollments.csv: row 2, classSourcedId: there is no class");
    assert_non_null(strstr(logged, "row 3, userSourcedId: there is no user"));
    put("orgs.csv", "sourcedId,name,type,parentSourcedId\na,A,school,b\nb,B,school,a\n");
    run_badly("package", "orgs.csv: row 2, parentSourcedId: this partner's parents lead back");
    assert_int_equal(ask_number("SELECT count(*) FROM partner"), 0);
}

static void a_manifest_says_what_is_wrong_with_the_package(void **state)
{
    (void)state;
    put_all();
    put("manifest.csv", "propertyName,value\noneroster.version,2.0\nfile.users,some\n");
    run_badly("package", "manifest.csv: row 2, oneroster.version: expected 1.1 or 1.2");
    assert_non_null(strstr(logged, "row 3, file.users: expected absent, bulk or delta"));
    put("manifest.csv", "propertyName,value\noneroster.version,1.1\nfile.users,bulk\n");
    put("users.csv", NULL);
    run_badly("package", "says file.users is bulk, but there is no users.csv");
    put("manifest.csv", NULL);
    put("orgs.csv", NULL);
    run_badly("package", "holds no manifest.csv and no users.csv");
    put_all();
    put("manifest.csv", NULL);
    run_well("package");
    assert_non_null(strstr(logged, "there is no manifest.csv"));
    expect_counts(&import.counts, 2, 0, 0);
    assert_int_equal(ask_number("SELECT count(*) FROM learner_alias WHERE source = 'oneroster'"),
                     2);
}

static void a_zip_that_nobody_should_trust_is_refused(void **state)
{
    (void)state;
    char path[160];
    zip_t *zip = new_zip();
    add_text(zip, "roster/users.csv", "a", 1);
    assert_int_equal(zip_close(zip), 0);
    run_badly("p.zip", "p.zip: holds a folder (roster/users.csv)");
    zip = new_zip();
    add_text(zip, "..\\users.csv", "a", 1);
    assert_int_equal(zip_close(zip), 0);
    run_badly("p.zip", "holds a folder");
    static char zeros[20 << 20];
    zip = new_zip();
    add_text(zip, "users.csv", zeros, sizeof(zeros));
    assert_int_equal(zip_close(zip), 0);
    run_badly("p.zip", "users.csv in it is larger than any table, or made to look so");
    zip = new_zip();
    add_text(zip, "users.csv", "sourcedId\n", 10);
    assert_int_equal(zip_file_set_encryption(zip, 0, ZIP_EM_AES_256, "word"), 0);
    assert_int_equal(zip_close(zip), 0);
    run_badly("p.zip", "users.csv in it is locked with a password");
    write_file("p.zip", "this is no zip");
    run_badly("p.zip", "p.zip: is no folder and no zip");
    /* One that was damaged on its way: the middle of its bytes is turned over. */
    put_all();
    pack();
    path_in("p.zip", path);
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    assert_int_equal(fseek(file, 60, SEEK_SET), 0);
    assert_true(fputs("damaged damaged", file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(run("p.zip"), TN_ERR_FORMAT);
    assert_non_null(strstr(logged, "p.zip!manifest.csv: "));
    assert_int_equal(ask_number("SELECT count(*) FROM partner"), 0);
    assert_int_equal(run("not-there.zip"), TN_ERR_IO);
}

static void packages_of_one_source_are_one_whole(void **state)
{
    (void)state;
    char a[160];
    char b[160];
    put_all();
    pack();
    put("users.csv", USERS_HEAD "u5,,,true,s1,student,,,Lin,Wu,,,,,,,02,\r\n" MAYA);
    put("enrollments.csv", MEMBERS_HEAD "e1,,,c1,s1,u1,student,,,\r\n");
    path_in("p.zip", a);
    path_in("package", b);
    const char *const files[] = {a, b};
    for (int i = 0; i < 2; i++) {
        import =
            (struct tn_import){.centre = &centre, .kind = &tn_import_oneroster, .now_ms = NOW_MS};
        logged[0] = '\0';
        assert_int_equal(tn_import_run(&import, files, 2, false), TN_OK);
        assert_int_equal(remarked("missing"), 0);
        assert_int_equal(ask_number("SELECT count(*) FROM learner"), 3);
        assert_int_equal(groups_of("Maya"), 2);
    }
    expect_counts(&import.counts, 0, 0, 4);
}

int main(void)
{
    tn_log_to(keep_log, NULL);
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_centre, drop_centre)
    const struct CMUnitTest tests[] = {
        TEST(students_come_in_with_their_school_and_classes),
        TEST(a_zip_gives_the_same_as_a_folder_and_again_changes_nothing),
        TEST(version_1_2_has_roles_and_preferred_names_in_any_order),
        TEST(who_is_in_no_bulk_file_any_more_stays_and_is_said),
        TEST(a_delta_takes_only_what_changed),
        TEST(a_renamed_class_stays_one_and_keeps_its_card),
        TEST(classes_of_one_title_are_told_apart),
        TEST(an_org_that_the_organizer_knows_is_that_partner),
        TEST(an_error_names_the_table_in_the_zip_and_keeps_everything_out),
        TEST(a_manifest_says_what_is_wrong_with_the_package),
        TEST(a_zip_that_nobody_should_trust_is_refused),
        TEST(packages_of_one_source_are_one_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
