/* Demo badges out of a CSV file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "kiosk/sys/demo.h"
#include "turnout/log.h"

#define DIGITS "111111111111111111111111111111111111111111111111"

static struct tn_demo_list list;
static char said[1100];

static void hear(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)snprintf(said, sizeof said, "%s", line);
}

static int begin(void **state)
{
    (void)state;
    tn_log_to(hear, NULL);
    said[0] = '\0';
    list = (struct tn_demo_list){0};
    return 0;
}

static int end(void **state)
{
    (void)state;
    tn_demo_destroy(&list);
    return 0;
}

static enum tn_status read_text(const char *text)
{
    char path[] = "/tmp/turnout-demo-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(close(fd), 0);
    enum tn_status status = tn_demo_read(&list, path);
    assert_int_equal(unlink(path), 0);
    return status;
}

static void columns_come_in_any_order_with_marks_and_quotes(void **state)
{
    (void)state;
    assert_int_equal(read_text("\xEF\xBB\xBF"
                               "badge,code,display\r\n" DIGITS ",123,\"Zoë \"\"Z\"\" M.\"\r\n"
                               "\r\n" DIGITS ",124,Bo\r\n"),
                     TN_OK);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].name, "Zoë \"Z\" M.");
    assert_string_equal(list.items[0].digits, DIGITS);
    assert_string_equal(list.items[1].name, "Bo");
}

static void a_badge_without_a_name_is_not_for_the_strip(void **state)
{
    (void)state;
    assert_int_equal(read_text("learner,display,code,badge\n,,1," DIGITS "\nx,Bo,2," DIGITS "\n"),
                     TN_OK);
    assert_int_equal(list.count, 1);
}

static void the_strip_shows_the_first_ones(void **state)
{
    (void)state;
    static struct tn_model model;
    char text[4096] = "display,badge\n";
    size_t len = strlen(text);
    for (int i = 0; i < TN_DEMO_BADGES_MAX + 1; i++) {
        len += (size_t)snprintf(text + len, sizeof text - len, "N%d," DIGITS "\n", i);
    }
    assert_int_equal(read_text(text), TN_OK);
    tn_demo_show(&list, &model);
    assert_int_equal(list.count, TN_DEMO_BADGES_MAX + 1);
    assert_int_equal(model.demo_count, TN_DEMO_BADGES_MAX);
    assert_string_equal(model.demo[0].name, "N0");
}

static void bad_files_are_refused_with_the_row(void **state)
{
    (void)state;
    static const struct {
        const char *text, *row;
    } bad[] = {
        {"learner,code\n1,2\n", "row 1:"},
        {"display,badge\nBo,123\n", "row 2:"},
        {"display,badge\nBo," DIGITS "\nAna," DIGITS "1\n", "row 3:"},
        {"display,badge\nBo,\"" DIGITS "\n", "row 2:"},
        {"", "no badge"},
        {"display,badge\n", "no badge"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        begin(NULL);
        assert_int_not_equal(read_text(bad[i].text), TN_OK);
        assert_non_null(strstr(said, bad[i].row));
        end(NULL);
    }
    assert_int_equal(tn_demo_read(&list, "/nonexistent/badges.csv"), TN_ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(columns_come_in_any_order_with_marks_and_quotes, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_badge_without_a_name_is_not_for_the_strip, begin, end),
        cmocka_unit_test_setup_teardown(the_strip_shows_the_first_ones, begin, end),
        cmocka_unit_test_setup_teardown(bad_files_are_refused_with_the_row, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
