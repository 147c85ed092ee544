/* The command line: what is taken, what is refused, and that refusing says why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kiosk/sys/options.h"
#include "turnout/log.h"

#define ARGS_MAX 8

static struct tn_options options;
static int said;

static void hear(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    assert_int_equal(level, TN_LOG_ERROR);
    assert_true(strlen(line) > 20);
    said++;
}

static int begin(void **state)
{
    (void)state;
    tn_log_to(hear, NULL);
    said = 0;
    return setenv("XDG_DATA_HOME", "/data", 1);
}

static enum tn_status read_args(const char *const *args)
{
    char *argv[ARGS_MAX + 1] = {(char *)(uintptr_t) "turnout-kiosk"};
    int argc = 1;
    while (args[argc - 1] != NULL) {
        argv[argc] = (char *)(uintptr_t)args[argc - 1];
        argc++;
    }
    return tn_options_read(&options, argc, argv);
}

#define READ(...) read_args((const char *const[]){__VA_ARGS__, NULL})

static void nothing_said_is_the_whole_screen_of_the_default_station(void **state)
{
    (void)state;
    assert_int_equal(read_args((const char *const[]){NULL}), TN_OK);
    assert_string_equal(options.station, "/data/turnout/station");
    assert_false(options.is_windowed);
    assert_false(options.is_headless);
    assert_string_equal(options.scanner, "auto");
    assert_int_equal(options.theme, TN_THEME_LIGHT);
}

static void without_xdg_the_station_is_below_home(void **state)
{
    (void)state;
    assert_int_equal(unsetenv("XDG_DATA_HOME"), 0);
    assert_int_equal(setenv("HOME", "/home/ana", 1), 0);
    assert_int_equal(read_args((const char *const[]){NULL}), TN_OK);
    assert_string_equal(options.station, "/home/ana/.local/share/turnout/station");
}

static void values_come_after_a_space_or_a_sign(void **state)
{
    (void)state;
    assert_int_equal(READ("--station", "/s", "--windowed=640x480", "--theme=dark", "--demo=b.csv"),
                     TN_OK);
    assert_string_equal(options.station, "/s");
    assert_true(options.is_windowed);
    assert_int_equal(options.w_px, 640);
    assert_int_equal(options.h_px, 480);
    assert_int_equal(options.theme, TN_THEME_DARK);
    assert_string_equal(options.demo, "b.csv");
}

static void a_language_is_taken_by_its_tag(void **state)
{
    (void)state;
    static const struct {
        const char *tag;
        enum tn_lang lang;
    } rows[] = {{"es", TN_LANG_ES},
                {"es-MX", TN_LANG_ES},
                {"zh-Hans", TN_LANG_ZH_HANS},
                {"zh_CN.UTF-8", TN_LANG_ZH_HANS}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(READ("--lang", rows[i].tag), TN_OK);
        assert_int_equal(options.lang, rows[i].lang);
        assert_true(options.has_lang);
    }
    assert_int_equal(tn_lang_from_code("zh-Hant"), TN_LANG_COUNT);
    assert_int_equal(tn_lang_from_code(""), TN_LANG_COUNT);
}

static void a_script_needs_no_headless(void **state)
{
    (void)state;
    assert_int_equal(READ("--script", "a.flow", "--shots", "out"), TN_OK);
    assert_true(options.is_headless);
}

static void serial_scanners_are_looked_for_where_it_says(void **state)
{
    (void)state;
    assert_int_equal(READ("--scanner", "auto", "--baud", "19200"), TN_OK);
    assert_null(tn_options_serial_dir(&options));
    assert_int_equal(options.baud, 19200);
    assert_int_equal(READ("--headless", "--scanner", "auto:plugs"), TN_OK);
    assert_string_equal(tn_options_serial_dir(&options), "plugs");
    assert_int_equal(options.baud, 0);
    assert_int_equal(READ("--scanner", "/dev/ttyS0"), TN_OK);
    assert_null(tn_options_serial_dir(&options));
}

static void the_rules_of_scanners_that_type_can_be_set(void **state)
{
    (void)state;
    assert_int_equal(READ("--headless", "--script", "a.flow"), TN_OK);
    struct tn_wedge_rules rules = tn_wedge_rules_fill(&options.wedge);
    assert_int_equal(rules.silence_ms, 100);
    assert_int_equal(rules.scan_min, 20);
    assert_int_equal(rules.gap_ms, 35);
    assert_int_equal(READ("--wedge-silence", "2000", "--wedge-digits=48", "--wedge-gap", "500"),
                     TN_OK);
    rules = tn_wedge_rules_fill(&options.wedge);
    assert_int_equal(rules.silence_ms, 2000);
    assert_int_equal(rules.scan_min, 48);
    assert_int_equal(rules.gap_ms, 500);
    assert_int_equal(READ("--wedge-silence", "20", "--wedge-digits", "9", "--wedge-gap", "1"),
                     TN_OK);
}

static void what_will_not_do_is_a_usage_error_that_says_so(void **state)
{
    (void)state;
    static const char *const bad[][3] = {
        {"--windowed=640"},
        {"--windowed=640x48x"},
        {"--windowed=100x100"},
        {"--windowed=x"},
        {"--scanner", "camera"},
        {"--scanner", "auto:"},
        {"--baud", "9601"},
        {"--baud", "x"},
        {"--wedge-silence", "19"},
        {"--wedge-silence", "2001"},
        {"--wedge-digits", "8"},
        {"--wedge-digits", "49"},
        {"--wedge-digits", "20x"},
        {"--wedge-gap", "0"},
        {"--wedge-gap", "501"},
        {"--wedge-gap", "100"}, /* as long as the silence */
        {"--wedge-silence", "35"},
        {"--camera", "video0"},
        {"--lang", "tlh"},
        {"--theme", "pink"},
        {"--print", "poster"},
        {"--setup"},
        {"--px-per-mm", "0"},
        {"--px-per-mm", "4x"},
        {"--mirror", "/m"},
        {"--decode"},
        {"--nonsense"},
        {"nonsense"},
        {"--station"},
        {"--station="},
        {"--headless=yes"},
        {"--headless"},
        {"--shots", "out"},
        {"-V"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        said = 0;
        assert_int_equal(read_args(bad[i]), TN_ERR_FORMAT);
        assert_int_equal(said, 1);
    }
}

static void help_names_every_option(void **state)
{
    (void)state;
    static const char *const names[] = {
        "--station",       "--windowed",     "--scanner",   "--baud",    "--camera",
        "--lang",          "--theme",        "--px-per-mm", "--demo",    "--shots",
        "--headless",      "--script",       "--help",      "--verbose", "--version",
        "--wedge-silence", "--wedge-digits", "--wedge-gap"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_non_null(strstr(tn_options_help(), names[i]));
    }
    assert_int_equal(READ("--help"), TN_OK);
    assert_true(options.wants_help);
    assert_int_equal(READ("-h"), TN_OK);
    assert_true(options.wants_help);
    assert_int_equal(READ("--version"), TN_OK);
    assert_true(options.wants_version);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nothing_said_is_the_whole_screen_of_the_default_station, begin),
        cmocka_unit_test_setup(without_xdg_the_station_is_below_home, begin),
        cmocka_unit_test_setup(values_come_after_a_space_or_a_sign, begin),
        cmocka_unit_test_setup(a_language_is_taken_by_its_tag, begin),
        cmocka_unit_test_setup(a_script_needs_no_headless, begin),
        cmocka_unit_test_setup(serial_scanners_are_looked_for_where_it_says, begin),
        cmocka_unit_test_setup(the_rules_of_scanners_that_type_can_be_set, begin),
        cmocka_unit_test_setup(what_will_not_do_is_a_usage_error_that_says_so, begin),
        cmocka_unit_test_setup(help_names_every_option, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
