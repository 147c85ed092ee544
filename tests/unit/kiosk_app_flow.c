/* Flow scripts, good ones and bad ones, against the real runner and a store in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "kiosk/app/flow_names.h"
#include "tests/unit/kiosk_fake_store.h"

#define START_MS 1773478800000LL
#define BADGE_A "111111111111111111111111111111111111111111111111"

static struct fake_store fake;
static struct tn_faulty_store faulty;
static struct tn_runner runner;
static struct tn_flow flow;
static struct tn_demo_badge badges[] = {{.name = "Zoë K.", .digits = BADGE_A}};
static int shots;

static enum tn_status on_shot(void *ctx, const char *name, const struct tn_draw *draw,
                              const struct tn_view *view)
{
    (void)ctx;
    (void)view;
    assert_string_equal(name, "one-shot");
    assert_true(draw->count > 0);
    shots++;
    return TN_OK;
}

static int begin(void **state)
{
    (void)state;
    struct tn_store store;
    struct tn_runner_out out = {0};
    fake = (struct fake_store){0};
    shots = 0;
    tn_faulty_store_init(&faulty, fake_store_of(&fake), &store);
    tn_runner_init(&runner, &store, &out, START_MS, 1000);
    flow = (struct tn_flow){.runner = &runner,
                            .faulty = &faulty,
                            .view = tn_view_of(1280, 800, 0, TN_THEME_LIGHT),
                            .at_ms = START_MS,
                            .mono_ms = 1000,
                            .badges = badges,
                            .badge_count = 1,
                            .shot = on_shot};
    return 0;
}

/* Runs a script from a file of its own, with what it complains about kept from the terminal. */
static enum tn_status run(const char *script)
{
    char path[] = "/tmp/turnout-flow-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, script, strlen(script)), (ssize_t)strlen(script));
    assert_int_equal(close(fd), 0);
    int terminal = dup(STDERR_FILENO);
    FILE *quiet = freopen("/dev/null", "w", stderr);
    assert_non_null(quiet);
    enum tn_status status = tn_flow_run(&flow, path);
    (void)fflush(stderr);
    (void)dup2(terminal, STDERR_FILENO);
    (void)close(terminal);
    assert_int_equal(unlink(path), 0);
    return status;
}

static void a_day_in_a_flow_holds(void **state)
{
    (void)state;
    assert_int_equal(run("# a comment\n"
                         "\n"
                         "expect screen idle   # and one after a step\n"
                         "expect entries 0\n"
                         "scan " BADGE_A "\n"
                         "expect screen welcome\n"
                         "expect text Ana G.\n"
                         "expect entries 1\n"
                         "wait 4000\n"
                         "expect screen idle\n"
                         "scan Zoë K.\n"
                         "expect entries 1\n"
                         "wait 6000\n"
                         "scan Zoë K.\n"
                         "expect entries 2\n"
                         "scan https://example.org/hello\n"
                         "expect screen help\n"
                         "tap ok\n"
                         "expect screen idle\n"
                         "scan\n"
                         "expect screen idle\n"
                         "type 12345\n"
                         "wait 500\n"
                         "expect screen idle\n"
                         "clock -86400000\n"
                         "clock +86400000\n"
                         "shot one-shot\n"),
                     TN_OK);
    assert_int_equal(shots, 1);
    assert_int_equal(fake.records, 2);
}

static void faults_come_and_go(void **state)
{
    (void)state;
    assert_int_equal(run("fault store full\n"
                         "scan " BADGE_A "\n"
                         "expect screen fault\n"
                         "expect entries 0\n"
                         "wait 5000\n"
                         "expect screen fault\n"
                         "fault store io\n"
                         "wait 2000\n"
                         "expect screen fault\n"
                         "fault none\n"
                         "wait 1100\n"
                         "expect screen idle\n"
                         "fault store slow\n"
                         "scan " BADGE_A "\n"
                         "expect screen welcome\n"
                         "expect entries 1\n"),
                     TN_OK);
    assert_true(flow.mono_ms > 1000 + 5000 + 2000 + 1100 + 1000); /* the slow disk took its time */
}

static void an_expectation_that_fails_is_told_from_a_line_that_is_no_step(void **state)
{
    (void)state;
    static const struct {
        const char *script;
        enum tn_status status;
    } rows[] = {
        {"expect screen welcome\n", TN_ERR_STATE},
        {"expect text Nobody here\n", TN_ERR_STATE},
        {"expect entries 1\n", TN_ERR_STATE},
        {"tap no-such-control\n", TN_ERR_STATE},
        {"dance\n", TN_ERR_FORMAT},
        {"expectscreen idle\n", TN_ERR_FORMAT},
        {"expect\n", TN_ERR_FORMAT},
        {"expect screen\n", TN_ERR_FORMAT},
        {"expect mood good\n", TN_ERR_FORMAT},
        {"expect entries many\n", TN_ERR_FORMAT},
        {"wait\n", TN_ERR_FORMAT},
        {"wait soon\n", TN_ERR_FORMAT},
        {"wait -5\n", TN_ERR_FORMAT},
        {"wait 86400001\n", TN_ERR_FORMAT},
        {"clock 5\n", TN_ERR_FORMAT},
        {"clock +x\n", TN_ERR_FORMAT},
        {"fault store\n", TN_ERR_FORMAT},
        {"fault everything\n", TN_ERR_FORMAT},
        {"shot ../../etc/passwd\n", TN_ERR_FORMAT},
        {"shot\n", TN_ERR_FORMAT},
        {"averyveryverylongverb\n", TN_ERR_FORMAT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin(NULL);
        assert_int_equal(run(rows[i].script), rows[i].status);
    }
    assert_int_equal(shots, 0);
}

static void a_name_that_no_demo_badge_has_is_no_scan(void **state)
{
    (void)state;
    assert_int_equal(run("scan Nobody Q.\n"), TN_ERR_FORMAT);
    assert_int_equal(run("scan zoë k.\n"), TN_ERR_FORMAT);
    assert_int_equal(fake.noises, 0);
    assert_int_equal(run("scan hello, world\nscan Zoë K. 2\n"), TN_OK);
    assert_int_equal(fake.noises, 2);
    flow.badge_count = 0; /* without names to choose from there is nothing to mistake */
    assert_int_equal(run("scan Nobody Q.\n"), TN_OK);
    assert_int_equal(fake.noises, 3);
}

static void near_names_are_told_the_nearest_first(void **state)
{
    (void)state;
    struct tn_demo_badge some[] = {{.name = "Maya Rossini"}, {.name = "Noah B."},
                                   {.name = "Mara T."},      {.name = "Maya R."},
                                   {.name = "Mayo R."},      {.name = "Li"}};
    struct tn_flow among = {.badges = some, .badge_count = sizeof some / sizeof some[0]};
    char near[TN_FLOW_NEAR_MAX];
    tn_flow_names_near(&among, "maya r", near);
    assert_string_equal(near, "\"Maya R.\", \"Mayo R.\", \"Mara T.\"");
    tn_flow_names_near(&among, "Wilhelmina Q.", near);
    assert_string_equal(near, "");
}

static void near_names_of_the_greatest_length_fit(void **state)
{
    (void)state;
    struct tn_demo_badge some[3];
    struct tn_flow among = {.badges = some, .badge_count = 3};
    char near[TN_FLOW_NEAR_MAX];
    char name[TN_NAME_MAX + 1] = "";
    for (size_t i = 0; i < 3; i++) {
        memset(some[i].name, 'a', TN_NAME_MAX);
        some[i].name[TN_NAME_MAX] = '\0';
    }
    memset(name, 'a', TN_NAME_MAX - 1);
    tn_flow_names_near(&among, name, near);
    assert_int_equal(strlen(near), 3 * (TN_NAME_MAX + 2) + 2 * 2);
    assert_true(tn_flow_is_name(some[0].name));
}

static void a_flow_stops_at_its_first_failure(void **state)
{
    (void)state;
    assert_int_equal(run("expect screen help\nscan " BADGE_A "\n"), TN_ERR_STATE);
    assert_int_equal(fake.records, 0);
}

static void a_line_of_the_maximum_runs_and_one_past_it_is_refused(void **state)
{
    (void)state;
    static char script[TN_FLOW_LINE_MAX + 3];
    memset(script, 'x', sizeof script - 1);
    memcpy(script, "scan ", 5);
    script[TN_FLOW_LINE_MAX - 1] = '\n';
    script[TN_FLOW_LINE_MAX] = '\0';
    assert_int_equal(run(script), TN_OK);
    assert_int_equal(fake.noises, 1);
    script[TN_FLOW_LINE_MAX - 1] = 'x';
    script[TN_FLOW_LINE_MAX] = 'x';
    script[TN_FLOW_LINE_MAX + 1] = '\n';
    assert_int_equal(run(script), TN_ERR_FORMAT);
    assert_int_equal(fake.noises, 1);
}

static void a_script_that_is_not_there_is_said(void **state)
{
    (void)state;
    assert_int_equal(tn_flow_run(&flow, "/nonexistent/turnout.flow"), TN_ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_day_in_a_flow_holds, begin),
        cmocka_unit_test_setup(faults_come_and_go, begin),
        cmocka_unit_test_setup(an_expectation_that_fails_is_told_from_a_line_that_is_no_step,
                               begin),
        cmocka_unit_test_setup(a_name_that_no_demo_badge_has_is_no_scan, begin),
        cmocka_unit_test(near_names_are_told_the_nearest_first),
        cmocka_unit_test(near_names_of_the_greatest_length_fit),
        cmocka_unit_test_setup(a_flow_stops_at_its_first_failure, begin),
        cmocka_unit_test_setup(a_line_of_the_maximum_runs_and_one_past_it_is_refused, begin),
        cmocka_unit_test_setup(a_script_that_is_not_there_is_said, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
