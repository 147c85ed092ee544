/* Serial scanners that are ptys, in a folder that stands in for /dev: plugged, scanned with and
 * pulled out again, with the thread that reads them. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "kiosk/sys/serial.h"
#include "kiosk/sys/serial_port.h"
#include "tests/unit/kiosk_pty.h"
#include "turnout/log.h"

/* Long enough for the slowest machine; what never comes fails the test, not the run. */
#define WAIT_MS 20000

static struct tn_queue queue;
static struct tn_serial serial;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards said */
static pthread_cond_t said_more = PTHREAD_COND_INITIALIZER;
static char said[8192];

static void hear(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)pthread_mutex_lock(&lock);
    size_t len = strlen(said);
    (void)snprintf(said + len, sizeof said - len, "%c %s\n", "EWI"[level], line);
    (void)pthread_cond_broadcast(&said_more);
    (void)pthread_mutex_unlock(&lock);
}

static int count_said(const char *words)
{
    int count = 0;
    for (const char *at = strstr(said, words); at != NULL; at = strstr(at + 1, words)) {
        count++;
    }
    return count;
}

/* Waits until the log has said it that many times, and no more. */
static void expect_said(const char *words, int times)
{
    struct timespec until;
    assert_int_equal(clock_gettime(CLOCK_REALTIME, &until), 0);
    until.tv_sec += WAIT_MS / 1000;
    (void)pthread_mutex_lock(&lock);
    int failed = 0;
    while (failed == 0 && count_said(words) < times) {
        failed = pthread_cond_timedwait(&said_more, &lock, &until);
    }
    int count = count_said(words);
    (void)pthread_mutex_unlock(&lock);
    assert_int_equal(count, times);
}

static int begin(void **state)
{
    (void)state;
    tn_log_to(hear, NULL);
    tn_log_level_max(TN_LOG_INFO);
    said[0] = '\0';
    memcpy(dir + sizeof dir - 7, "XXXXXX", 6);
    return mkdtemp(dir) != NULL && tn_queue_init(&queue) == TN_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    tn_queue_destroy(&queue);
    return rmdir(dir);
}

static void start(int (*open_port)(const char *path))
{
    struct tn_serial_params params = {.dir = dir, .queue = &queue, .open_port = open_port};
    assert_int_equal(tn_serial_init(&serial, &params), TN_OK);
    assert_int_equal(tn_serial_start(&serial), TN_OK);
}

static void stop(void)
{
    tn_queue_close(&queue);
    tn_serial_interrupt(&serial);
    tn_serial_join(&serial);
    tn_serial_destroy(&serial);
}

static struct tn_event take_scan(void)
{
    struct tn_event event;
    assert_true(tn_queue_wait(&queue, &event, WAIT_MS));
    assert_int_equal(event.type, TN_EVENT_SCAN);
    assert_string_equal(event.method, "scan");
    assert_true(event.at_ms > 0 && event.mono_ms > 0);
    return event;
}

static void expect_scan(const char *text)
{
    assert_string_equal(take_scan().text, text);
}

static void expect_nothing_more(void)
{
    struct tn_event event;
    assert_false(tn_queue_take(&queue, &event));
}

static void a_scanner_that_is_there_from_the_start_is_heard(void **state)
{
    (void)state;
    struct scanner scanner = plug("ttyACM0");
    start(NULL);
    send_text(&scanner, "111\r222\n333\r\n\r\n444\r");
    expect_scan("111");
    expect_scan("222");
    expect_scan("333");
    expect_scan("444");
    assert_int_equal(tn_serial_count(&serial), 1);
    expect_nothing_more();
    unplug(&scanner);
    stop();
}

static void a_scanner_comes_and_goes_as_it_likes(void **state)
{
    (void)state;
    start(NULL);
    for (int round = 1; round <= 5; round++) {
        struct scanner scanner = plug("ttyUSB3");
        send_text(&scanner, "111\r");
        expect_scan("111");
        assert_int_equal(tn_serial_count(&serial), 1);
        unplug(&scanner);
        expect_said("ttyUSB3: the scanner was unplugged", round);
    }
    expect_said("W ", 0);
    stop();
    assert_int_equal(tn_serial_count(&serial), 0);
}

/* The next one may have its name before the old one's end is noticed. */
static void one_that_is_swapped_at_once_is_heard_too(void **state)
{
    (void)state;
    start(NULL);
    struct scanner old = plug("ttyACM0");
    expect_said("a scanner is plugged in", 1);
    assert_int_equal(unlink(old.path), 0);
    struct scanner new = plug("ttyACM0");
    unplug(&(struct scanner){.master = old.master, .slave = old.slave, .path = "/nonexistent"});
    send_text(&new, "222\r");
    expect_scan("222");
    unplug(&new);
    stop();
}

static void two_at_once_do_not_mix(void **state)
{
    (void)state;
    struct scanner one = plug("ttyACM0");
    struct scanner two = plug("ttyUSB0");
    size_t ones = 0;
    size_t twos = 0;
    start(NULL);
    send_text(&one, "11");
    send_text(&two, "22");
    send_text(&two, "2\r");
    send_text(&one, "1\r");
    while (ones + twos < 6) { /* in pieces, where the machine stood still */
        struct tn_event event = take_scan();
        size_t all_ones = strspn(event.text, "1");
        size_t all_twos = strspn(event.text, "2");
        assert_true(all_ones == event.len || all_twos == event.len);
        ones += all_ones;
        twos += all_twos;
    }
    assert_int_equal(ones, 3);
    assert_int_equal(twos, 3);
    unplug(&one);
    unplug(&two);
    stop();
}

static void silence_ends_a_scan_without_an_end(void **state)
{
    (void)state;
    struct scanner scanner = plug("ttyACM0");
    start(NULL);
    send_text(&scanner, "12345");
    struct tn_event event = take_scan();
    assert_string_equal(event.text, "12345");
    assert_false(event.had_end);
    send_text(&scanner, "6\r");
    assert_true(take_scan().had_end);
    unplug(&scanner);
    stop();
}

static void half_a_scan_at_the_unplug_is_no_part_of_the_next(void **state)
{
    (void)state;
    struct scanner scanner = plug("ttyACM0");
    start(NULL);
    send_text(&scanner, "1\r999");
    expect_scan("1"); /* what was read with it is heard too, and the plug is pulled */
    unplug(&scanner);
    expect_said("the scanner was unplugged", 1);
    scanner = plug("ttyACM0");
    send_text(&scanner, "222\r");
    /* On a machine that stood still for a tenth of a second the half ended by silence before. */
    struct tn_event event = take_scan();
    if (!event.had_end) {
        assert_string_equal(event.text, "999");
        event = take_scan();
    }
    assert_string_equal(event.text, "222");
    unplug(&scanner);
    stop();
}

static void noise_and_a_line_of_ten_thousand_are_one_scan_each(void **state)
{
    (void)state;
    static char line[10000];
    struct scanner scanner = plug("ttyACM0");
    start(NULL);
    send_bytes(&scanner, "\0\xff\x11\x13\x03\x04 \x7f\r", 9);
    assert_int_equal(take_scan().len, 8);
    memset(line, '7', sizeof line - 1);
    line[sizeof line - 1] = '\r';
    send_bytes(&scanner, line, sizeof line);
    struct tn_event event = take_scan();
    size_t len = event.len;
    while (!event.had_end) { /* a slow machine may have taken a pause for its end */
        event = take_scan();
        len += event.len;
    }
    assert_int_equal(len, sizeof line - 1);
    send_text(&scanner, "111\r");
    expect_scan("111");
    unplug(&scanner);
    stop();
}

static void other_names_are_left_alone(void **state)
{
    (void)state;
    static const char *const names[] = {"ttyS0", "ttyACM", "ttyACM0x", "ttyUSB12345", "xttyUSB0"};
    struct scanner others[5];
    for (size_t i = 0; i < 5; i++) {
        others[i] = plug(names[i]);
    }
    start(NULL);
    struct scanner scanner = plug("ttyUSB12");
    send_text(&scanner, "1\r");
    expect_scan("1");
    assert_int_equal(tn_serial_count(&serial), 1);
    for (size_t i = 0; i < 5; i++) {
        unplug(&others[i]);
    }
    unplug(&scanner);
    stop();
}

static void eight_are_used_and_a_ninth_takes_the_place_of_one_that_left(void **state)
{
    (void)state;
    struct scanner many[TN_SERIAL_MAX];
    start(NULL);
    for (int i = 0; i < TN_SERIAL_MAX; i++) {
        char name[24];
        (void)snprintf(name, sizeof name, "ttyACM%d", i);
        many[i] = plug(name);
    }
    expect_said("a scanner is plugged in", TN_SERIAL_MAX);
    struct scanner late = plug("ttyACM20");
    expect_said("ttyACM20: no more than 8 serial scanners", 1);
    assert_int_equal(tn_serial_count(&serial), TN_SERIAL_MAX);
    unplug(&many[3]);
    send_text(&late, "1\r");
    expect_scan("1");
    for (int i = 0; i < TN_SERIAL_MAX; i++) {
        if (i != 3) {
            unplug(&many[i]);
        }
    }
    unplug(&late);
    expect_said("the scanner was unplugged", TN_SERIAL_MAX + 1);
    stop();
}

static atomic_int open_errno; /* what the next opens are told; 0: they work */

static int open_or_fail(const char *path)
{
    int why = atomic_load(&open_errno);
    if (why != 0) {
        errno = why;
        return -1;
    }
    return open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

/* Held by another, or not ours to read: told once, tried again when the folder has changed. */
static void a_device_that_is_refused_is_told_once_and_tried_again(void **state)
{
    (void)state;
    static const int whys[] = {EBUSY, EACCES};
    for (size_t i = 0; i < 2; i++) {
        said[0] = '\0';
        atomic_store(&open_errno, whys[i]);
        struct scanner scanner = plug("ttyACM0");
        start(open_or_fail);
        expect_said("W ttyACM0: this device cannot be used", 1);
        struct scanner other = plug("ttyUSB0"); /* an event; itself refused too */
        expect_said("W ttyUSB0: this device cannot be used", 1);
        expect_said("I ttyACM0: not yet", 1);
        expect_said("W ttyACM0", 1);
        atomic_store(&open_errno, 0);
        assert_int_equal(fchownat(AT_FDCWD, other.path, (uid_t)-1, getgid(), AT_SYMLINK_NOFOLLOW),
                         0); /* as udev does a moment after the plug */
        expect_said("a scanner is plugged in", 2);
        send_text(&scanner, "1\r");
        expect_scan("1");
        unplug(&scanner);
        unplug(&other);
        stop();
        tn_queue_destroy(&queue);
        assert_int_equal(tn_queue_init(&queue), TN_OK);
    }
}

static void what_is_no_terminal_is_refused(void **state)
{
    (void)state;
    char path[PATH_SIZE];
    name_path(path, "ttyACM0");
    assert_int_equal(mkfifo(path, 0600), 0);
    start(NULL);
    expect_said("W ttyACM0: this device cannot be used", 1);
    assert_int_equal(unlink(path), 0);
    struct scanner scanner = plug("ttyACM0");
    send_text(&scanner, "1\r");
    expect_scan("1");
    unplug(&scanner);
    stop();
}

static void a_folder_that_is_not_there_is_said(void **state)
{
    (void)state;
    struct tn_serial_params params = {.dir = "/nonexistent", .queue = &queue};
    assert_int_equal(tn_serial_init(&serial, &params), TN_ERR_NOT_FOUND);
    assert_int_equal(count_said("W /nonexistent: serial scanners are not looked for here"), 1);
}

static void it_ends_though_its_queue_is_full(void **state)
{
    (void)state;
    static char ends[2 * (2 * TN_QUEUE_MAX)];
    for (size_t i = 0; i < sizeof ends; i += 2) {
        memcpy(ends + i, "1\r", 2);
    }
    struct scanner scanner = plug("ttyACM0");
    start(NULL);
    send_bytes(&scanner, ends, sizeof ends);
    expect_said("a scanner is plugged in", 1);
    stop();
    unplug(&scanner);
}

static void a_port_is_raw_at_its_speed_and_nobody_elses(void **state)
{
    (void)state;
    struct scanner scanner = plug("ttyACM0");
    struct termios tty;
    assert_true(tn_serial_port_ready(scanner.slave, 19200));
    assert_int_equal(tcgetattr(scanner.slave, &tty), 0);
    assert_int_equal(cfgetispeed(&tty), B19200);
    assert_int_equal(tty.c_lflag & (ICANON | ECHO | ISIG), 0);
    assert_int_equal(tty.c_iflag & (ICRNL | IXON), 0);
    assert_int_equal(tty.c_cflag & (CLOCAL | CREAD | CSIZE | CSTOPB), CLOCAL | CREAD | CS8);
    int is_held = 0;
    assert_int_equal(ioctl(scanner.slave, TIOCGEXCL, &is_held), 0);
    assert_true(is_held != 0);
    unplug(&scanner);
    assert_int_equal(tn_serial_port_baud("ttyACM7", 9600), 115200);
    assert_int_equal(tn_serial_port_baud("ttyUSB7", 19200), 19200);
    assert_false(tn_baud_is_known(0));
    assert_false(tn_baud_is_known(9601));
    assert_true(tn_baud_is_known(TN_BAUD_DEFAULT));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_scanner_that_is_there_from_the_start_is_heard),
        CASE(a_scanner_comes_and_goes_as_it_likes),
        CASE(one_that_is_swapped_at_once_is_heard_too),
        CASE(two_at_once_do_not_mix),
        CASE(silence_ends_a_scan_without_an_end),
        CASE(half_a_scan_at_the_unplug_is_no_part_of_the_next),
        CASE(noise_and_a_line_of_ten_thousand_are_one_scan_each),
        CASE(other_names_are_left_alone),
        CASE(eight_are_used_and_a_ninth_takes_the_place_of_one_that_left),
        CASE(a_device_that_is_refused_is_told_once_and_tried_again),
        CASE(what_is_no_terminal_is_refused),
        CASE(a_folder_that_is_not_there_is_said),
        CASE(it_ends_though_its_queue_is_full),
        CASE(a_port_is_raw_at_its_speed_and_nobody_elses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
