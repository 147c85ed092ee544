/* Labels as they read from paper, through pdftoppm and zbarimg, and the printer's queue where CUPS
 * is missing or takes calls and never answers. A CUPS that works is tests/e2e/kiosk-print's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "kiosk/sys/cups_link.h"
#include "kiosk/sys/printer.h"
#include "kiosk/sys/printer_copies.h"
#include "turnout/log.h"

#define FOREVER_MS 3600000

static void hush(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx, (void)level, (void)line;
}

static struct tn_label label_of(enum tn_label_kind kind, unsigned n, const char *name)
{
    struct tn_label label = {.kind = kind};
    struct tn_badge badge;
    (void)snprintf(label.digits, sizeof label.digits, "1%039u%08u", n, 12345678u);
    (void)snprintf(label.name, sizeof label.name, "%s", name);
    (void)snprintf(label.event_title, sizeof label.event_title, "River City STEM Fair");
    assert_int_equal(tn_badge_decode(label.digits, TN_BADGE_DIGITS, &badge), TN_OK);
    const struct tn_id id = tn_badge_id(&badge);
    tn_badge_code(&id, label.code);
    return label;
}

/* The first line a shell command prints. */
static void first_line(const char *command, char *out, size_t size)
{
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    if (fgets(out, (int)size, pipe) == NULL) {
        out[0] = '\0';
    }
    out[strcspn(out, "\n")] = '\0';
    (void)pclose(pipe);
}

/* Writes the page to a file and reads its symbol and its size back. */
static void assert_reads_back(const struct tn_label *label, const char *page_size)
{
    char path[64] = "/tmp/turnout-label.XXXXXX";
    char command[256];
    char line[256];
    struct tn_buf pdf;
    tn_buf_init(&pdf, TN_LABEL_PDF_MAX);
    assert_int_equal(tn_label_pdf(label, &pdf), TN_OK);
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, pdf.data, pdf.len), pdf.len);
    assert_int_equal(close(fd), 0);
    tn_buf_destroy(&pdf);
    (void)snprintf(command, sizeof command,
                   "pdftoppm -r 203 -gray %s | zbarimg -q --raw - 2>/dev/null", path);
    first_line(command, line, sizeof line);
    assert_string_equal(line, label->digits);
    (void)snprintf(command, sizeof command, "pdfinfo %s | grep '^Page size'", path);
    first_line(command, line, sizeof line);
    assert_non_null(strstr(line, page_size));
    assert_int_equal(unlink(path), 0);
}

static void every_label_reads_back_at_the_density_of_a_label_printer(void **state)
{
    (void)state;
    static const char *const names[] = {
        "Maya R.",         "",          "Alexandria-Josephine Montgomery W.",
        "محمد عبد الرحمن", "आराध्या श.", "欧阳娜娜"};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct tn_label label = label_of(TN_LABEL_62X29, i + 1, names[i]);
        assert_reads_back(&label, "175.748 x 82.2047 pts");
        label.kind = TN_LABEL_BADGE_CARD;
        assert_reads_back(&label, "153.071 x 243.78 pts");
    }
    tn_label_end();
}

static void the_longest_name_still_leaves_the_symbol_readable(void **state)
{
    (void)state;
    struct tn_label label = label_of(TN_LABEL_62X29, 7, "");
    memset(label.name, 'W', sizeof label.name - 1);
    memset(label.event_title, 'M', sizeof label.event_title - 1);
    assert_reads_back(&label, "175.748");
    label.kind = TN_LABEL_BADGE_CARD;
    assert_reads_back(&label, "153.071");
    tn_label_end();
}

static enum tn_status draw(const struct tn_label *label, size_t size_max)
{
    struct tn_buf pdf;
    tn_buf_init(&pdf, size_max);
    const enum tn_status status = tn_label_pdf(label, &pdf);
    tn_buf_destroy(&pdf);
    return status;
}

static void what_is_no_badge_or_no_text_is_not_drawn(void **state)
{
    (void)state;
    const struct tn_label good = label_of(TN_LABEL_62X29, 1, "Maya R.");
    assert_int_equal(draw(&good, TN_LABEL_PDF_MAX), TN_OK);
    assert_int_equal(draw(&good, 1000), TN_ERR_LIMIT);
    struct tn_label bad = good;
    bad.digits[10] = 'x';
    assert_int_equal(draw(&bad, TN_LABEL_PDF_MAX), TN_ERR_FORMAT);
    bad = good;
    bad.digits[0] = '\0';
    assert_int_equal(draw(&bad, TN_LABEL_PDF_MAX), TN_ERR_FORMAT);
    bad = good;
    (void)snprintf(bad.name, sizeof bad.name, "\xff\xfe");
    assert_int_equal(draw(&bad, TN_LABEL_PDF_MAX), TN_ERR_FORMAT);
    tn_label_end();
}

static void the_words_of_cups_are_words_for_people(void **state)
{
    (void)state;
    assert_string_equal(tn_cups_reason("media-empty-error"), "Out of labels");
    assert_string_equal(tn_cups_reason("media-jam-warning"), "Paper jam");
    assert_string_equal(tn_cups_reason("offline-report"), "Not answering");
    assert_string_equal(tn_cups_reason("paused"), "Paused");
    assert_null(tn_cups_reason("none"));
    assert_null(tn_cups_reason("toner-low-warning"));
    assert_null(tn_cups_reason("media-low-report"));
    assert_null(tn_cups_reason(""));
    for (int i = 0; i < TN_REASON_COUNT; i++) {
        const char *text = tn_printer_reason((enum tn_printer_reason)i);
        assert_non_null(text);
        assert_true(strlen(text) < TN_PRINTER_REASON_SIZE);
    }
    assert_null(tn_printer_reason(TN_REASON_COUNT));
}

static void a_badge_is_printed_so_often_and_no_more(void **state)
{
    (void)state;
    static struct tn_printer_copies copies;
    struct tn_id id = {{1}};
    for (int i = 0; i < TN_PRINTER_COPIES_MAX; i++) {
        assert_int_equal(tn_printer_copies_begin(&copies, &id), TN_OK);
        assert_int_equal(tn_printer_copies_begin(&copies, &id), TN_ERR_EXISTS);
        tn_printer_copies_end(&copies, &id, false); /* what failed is free */
        assert_int_equal(tn_printer_copies_begin(&copies, &id), TN_OK);
        tn_printer_copies_end(&copies, &id, true);
    }
    assert_int_equal(tn_printer_copies_begin(&copies, &id), TN_ERR_STATE);
}

static void a_full_memory_of_badges_forgets_the_oldest_but_none_under_way(void **state)
{
    (void)state;
    static struct tn_printer_copies copies;
    struct tn_id first = {{1}};
    assert_int_equal(tn_printer_copies_begin(&copies, &first), TN_OK);
    for (int i = 0; i < 2 * TN_PRINTER_REMEMBERED_MAX; i++) {
        struct tn_id id = {{2, (uint8_t)i, (uint8_t)(i >> 8)}};
        assert_int_equal(tn_printer_copies_begin(&copies, &id), TN_OK);
        tn_printer_copies_end(&copies, &id, true);
    }
    assert_int_equal(copies.used, TN_PRINTER_REMEMBERED_MAX);
    assert_int_equal(tn_printer_copies_begin(&copies, &first), TN_ERR_EXISTS);
}

static char socket_path[64];
static int listener = -1;

/* A CUPS that takes calls and never says a word. */
static int deaf_cups(void **state)
{
    (void)state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)snprintf(socket_path, sizeof socket_path, "/tmp/turnout-cups-%d", (int)getpid());
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", socket_path);
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)unlink(socket_path);
    tn_log_to(hush, NULL);
    return listener >= 0 && setenv("CUPS_SERVER", socket_path, 1) == 0 &&
                   bind(listener, (struct sockaddr *)&address, sizeof address) == 0 &&
                   listen(listener, 16) == 0
               ? 0
               : -1;
}

static int no_cups(void **state)
{
    (void)state;
    tn_log_to(hush, NULL);
    return setenv("CUPS_SERVER", "/tmp/turnout-no-such-cups/sock", 1);
}

static int end(void **state)
{
    (void)state;
    tn_log_to(NULL, NULL);
    if (listener >= 0) {
        (void)close(listener);
        (void)unlink(socket_path);
        listener = -1;
    }
    return 0;
}

/* An answer may take an hour here: whoever waited for it would not end. */
static void a_deaf_cups_holds_up_neither_a_submit_nor_the_end(void **state)
{
    (void)state;
    struct tn_printer *printer = NULL;
    const struct tn_printer_options options = {.answer_ms = FOREVER_MS};
    assert_int_equal(tn_printer_create(&options, &printer), TN_OK);
    enum tn_status status = TN_OK;
    unsigned taken = 0;
    for (; status == TN_OK; taken += status == TN_OK) {
        const struct tn_label label = label_of(TN_LABEL_62X29, taken + 1, "Maya R.");
        status = tn_printer_submit(printer, &label);
        if (taken == 0) {
            assert_int_equal(tn_printer_submit(printer, &label), TN_ERR_EXISTS);
        }
    }
    assert_int_equal(status, TN_ERR_LIMIT);
    assert_in_range(taken, TN_PRINTER_WAITING_MAX, TN_PRINTER_WAITING_MAX + 1);
    struct tn_label bad = label_of(TN_LABEL_62X29, 99, "");
    bad.digits[5] = ' ';
    assert_int_equal(tn_printer_submit(printer, &bad), TN_ERR_FORMAT);
    struct tn_printer_health health;
    tn_printer_health(printer, &health);
    assert_int_equal(health.printed, 0);
    assert_in_range(health.waiting, 1, taken);
    tn_printer_free(printer);
}

static unsigned changes;

static void count_change(void *ctx)
{
    __atomic_add_fetch((unsigned *)ctx, 1, __ATOMIC_RELAXED);
}

static void without_cups_a_job_fails_and_says_no_printer(void **state)
{
    (void)state;
    struct tn_printer *printer = NULL;
    const struct tn_printer_options options = {.changed = count_change, .ctx = &changes};
    assert_int_equal(tn_printer_create(&options, &printer), TN_OK);
    const struct tn_label label = label_of(TN_LABEL_BADGE_CARD, 1, "Maya R.");
    assert_int_equal(tn_printer_submit(printer, &label), TN_OK);
    struct tn_printer_health health = {0};
    while (health.failed == 0) {
        tn_printer_health(printer, &health);
        (void)usleep(1000);
    }
    tn_printer_free(printer);
    assert_int_equal(health.waiting, 0);
    assert_true(changes > 0);
    assert_string_equal(health.reason, "No printer");
}

static void no_printer_at_all_is_accepted(void **state)
{
    (void)state;
    static char name[TN_PRINTER_QUEUE_SIZE + 1];
    struct tn_printer_health health;
    struct tn_printer *printer = NULL;
    tn_printer_health(NULL, &health);
    assert_int_equal(health.state, TN_PRINTER_NONE);
    tn_printer_free(NULL);
    memset(name, 'q', TN_PRINTER_QUEUE_SIZE);
    assert_int_equal(tn_printer_create(&(struct tn_printer_options){.queue = name}, &printer),
                     TN_ERR_LIMIT);
    name[TN_PRINTER_QUEUE_SIZE - 1] = '\0';
    assert_int_equal(tn_printer_create(&(struct tn_printer_options){.queue = name}, &printer),
                     TN_OK);
    tn_printer_free(printer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_label_reads_back_at_the_density_of_a_label_printer),
        cmocka_unit_test(the_longest_name_still_leaves_the_symbol_readable),
        cmocka_unit_test_setup_teardown(what_is_no_badge_or_no_text_is_not_drawn, no_cups, end),
        cmocka_unit_test(the_words_of_cups_are_words_for_people),
        cmocka_unit_test(a_badge_is_printed_so_often_and_no_more),
        cmocka_unit_test(a_full_memory_of_badges_forgets_the_oldest_but_none_under_way),
        cmocka_unit_test_setup_teardown(a_deaf_cups_holds_up_neither_a_submit_nor_the_end,
                                        deaf_cups, end),
        cmocka_unit_test_setup_teardown(without_cups_a_job_fails_and_says_no_printer, no_cups, end),
        cmocka_unit_test_setup_teardown(no_printer_at_all_is_accepted, no_cups, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
