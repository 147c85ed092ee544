/* Scans by line through real files and FIFOs, with the thread that reads them. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "kiosk/sys/scan_stdin.h"
#include "turnout/log.h"

/* Long enough for the slowest machine; an event that never comes fails the test, not the run. */
#define WAIT_MS 20000

static struct tn_queue queue;
static struct tn_line_source source;
static char dir[] = "/tmp/turnout-lines-XXXXXX";
static char path[64];

static void hear(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)line;
}

static int begin(void **state)
{
    (void)state;
    tn_log_to(hear, NULL);
    memcpy(dir + sizeof dir - 7, "XXXXXX", 6);
    if (mkdtemp(dir) == NULL) {
        return -1;
    }
    (void)snprintf(path, sizeof path, "%s/scans", dir);
    return tn_queue_init(&queue) == TN_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    tn_queue_destroy(&queue);
    (void)unlink(path);
    return rmdir(dir);
}

static void write_file(const char *text)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static void expect_scan(const char *text)
{
    struct tn_event event;
    assert_true(tn_queue_wait(&queue, &event, WAIT_MS));
    assert_int_equal(event.type, TN_EVENT_SCAN);
    assert_string_equal(event.text, text);
    assert_string_equal(event.method, "scan");
    assert_true(event.at_ms > 0 && event.mono_ms > 0);
}

static void stop(void)
{
    tn_queue_close(&queue);
    tn_line_source_interrupt(&source);
    tn_line_source_join(&source);
    tn_line_source_destroy(&source);
}

static void a_file_gives_its_lines_and_then_its_end(void **state)
{
    (void)state;
    struct tn_event event;
    write_file("111\n\n222\nlast");
    assert_int_equal(tn_line_source_init(&source, path, &queue), TN_OK);
    assert_int_equal(tn_line_source_start(&source), TN_OK);
    expect_scan("111");
    expect_scan("");
    expect_scan("222");
    expect_scan("last");
    assert_true(tn_queue_wait(&queue, &event, WAIT_MS));
    assert_int_equal(event.type, TN_EVENT_SCANS_END);
    stop();
}

static void a_fifo_outlives_its_writers(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(tn_line_source_init(&source, path, &queue), TN_OK);
    assert_int_equal(tn_line_source_start(&source), TN_OK);
    write_file("111\n");
    expect_scan("111");
    write_file("222\n");
    expect_scan("222");
    stop();
}

static void more_lines_than_the_queue_holds_all_arrive(void **state)
{
    (void)state;
    static char text[8192];
    size_t len = 0;
    for (unsigned i = 0; i < 5 * TN_QUEUE_MAX; i++) {
        len += (size_t)snprintf(text + len, sizeof text - len, "%u\n", i);
    }
    write_file(text);
    assert_int_equal(tn_line_source_init(&source, path, &queue), TN_OK);
    assert_int_equal(tn_line_source_start(&source), TN_OK);
    for (unsigned i = 0; i < 5 * TN_QUEUE_MAX; i++) {
        char number[16];
        (void)snprintf(number, sizeof number, "%u", i);
        expect_scan(number);
    }
    stop();
}

static void an_interrupted_source_ends_though_its_queue_is_full(void **state)
{
    (void)state;
    static char text[4 * TN_QUEUE_MAX];
    memset(text, '\n', sizeof text - 1);
    write_file(text);
    assert_int_equal(tn_line_source_init(&source, path, &queue), TN_OK);
    assert_int_equal(tn_line_source_start(&source), TN_OK);
    stop();
}

static void a_scanner_that_is_not_there_is_said(void **state)
{
    (void)state;
    assert_int_equal(tn_line_source_init(&source, path, &queue), TN_ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_gives_its_lines_and_then_its_end, begin, end),
        cmocka_unit_test_setup_teardown(a_fifo_outlives_its_writers, begin, end),
        cmocka_unit_test_setup_teardown(more_lines_than_the_queue_holds_all_arrive, begin, end),
        cmocka_unit_test_setup_teardown(an_interrupted_source_ends_though_its_queue_is_full, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_scanner_that_is_not_there_is_said, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
