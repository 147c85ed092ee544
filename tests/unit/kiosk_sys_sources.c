/* All sources of scans at once: a serial scanner, a scanner that types and a FIFO, in one queue
 * before one gate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "kiosk/app/runner.h"
#include "kiosk/sys/scan_stdin.h"
#include "kiosk/sys/serial.h"
#include "tests/unit/kiosk_fake_store.h"
#include "tests/unit/kiosk_pty.h"

/* Long enough for the slowest machine; what never comes fails the test, not the run. */
#define WAIT_MS 20000
#define BADGE "111111111111111111111111111111111111111111111111"

static struct tn_queue queue;
static struct tn_serial serial;

static int begin(void **state)
{
    (void)state;
    memcpy(dir + sizeof dir - 7, "XXXXXX", 6);
    return mkdtemp(dir) != NULL && tn_queue_init(&queue) == TN_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    tn_queue_destroy(&queue);
    return rmdir(dir);
}

static void push_keys(void)
{
    struct tn_event key = {.type = TN_EVENT_KEY, .scancode = 0x1E};
    for (int i = 0; i < TN_BADGE_DIGITS; i++) {
        assert_int_equal(tn_queue_push(&queue, &key), TN_OK);
    }
    key.scancode = 0x28; /* Enter */
    assert_int_equal(tn_queue_push(&queue, &key), TN_OK);
}

static int answers;

static void on_answer(void *ctx, enum tn_screen screen, uint64_t seq)
{
    (void)ctx;
    (void)screen;
    (void)seq;
    answers++;
}

/* Hands the queue's events to a runner, stamped in steps of a millisecond from *now_ms, until it
 * has answered that many scans. */
static void run_until(struct tn_runner *runner, int64_t *now_ms, int count)
{
    struct tn_event event;
    while (answers < count) {
        assert_true(tn_queue_wait(&queue, &event, WAIT_MS));
        *now_ms += 1;
        event.mono_ms = *now_ms;
        event.at_ms = 1773478800000LL + *now_ms;
        tn_runner_event(runner, &event);
    }
}

static void the_same_badge_from_every_source_within_the_window_is_one_scan(void **state)
{
    (void)state;
    static struct fake_store fake;
    static struct tn_runner runner;
    struct tn_line_source lines;
    char path[PATH_SIZE];
    int64_t now_ms = 1000000;
    fake = (struct fake_store){.repeat_ms = 5000};
    answers = 0;
    struct tn_store store = fake_store_of(&fake);
    struct tn_runner_out out = {.answered = on_answer};
    tn_runner_init(&runner, &store, &out, 1773478800000LL + now_ms, now_ms);
    name_path(path, "scans");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(tn_line_source_init(&lines, path, &queue), TN_OK);
    assert_int_equal(tn_line_source_start(&lines), TN_OK);
    struct scanner scanner = plug("ttyACM0");
    assert_int_equal(
        tn_serial_init(&serial, &(struct tn_serial_params){.dir = dir, .queue = &queue}), TN_OK);
    assert_int_equal(tn_serial_start(&serial), TN_OK);

    send_text(&scanner, BADGE "\r\n");
    run_until(&runner, &now_ms, 1);
    push_keys();
    run_until(&runner, &now_ms, 2);
    FILE *fifo = fopen(path, "we");
    assert_non_null(fifo);
    assert_true(fputs(BADGE "\n", fifo) >= 0);
    assert_int_equal(fclose(fifo), 0);
    run_until(&runner, &now_ms, 3);
    assert_int_equal(fake.records, 1);

    now_ms += 5000; /* away for the whole window: a visit of its own */
    send_text(&scanner, BADGE "\r\n");
    run_until(&runner, &now_ms, 4);
    assert_int_equal(fake.records, 2);

    tn_queue_close(&queue);
    tn_serial_interrupt(&serial);
    tn_serial_join(&serial);
    tn_serial_destroy(&serial);
    tn_line_source_interrupt(&lines);
    tn_line_source_join(&lines);
    tn_line_source_destroy(&lines);
    unplug(&scanner);
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            the_same_badge_from_every_source_within_the_window_is_one_scan, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
