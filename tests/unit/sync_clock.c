/* Corrected time: the rule on a table of logs, and what it does to visits as entries, anchors and
 * copies arrive late, at the centre and again from scratch. */
#include "tests/unit/sync_central.h"
#include "tests/unit/sync_history.h"

#include "sync/central/clock.h"

/* One letter a boot, upper case where it has an anchor that says the clock was an hour behind; then
 * the wall time in minutes, and after a / CLOCK_BOOTTIME in minutes. The expected text is the
 * corrected time of each, with the number of how it came about, and ! where its span is for a
 * person to look at. */
static const struct {
    const char *name;
    const char *log;
    const char *expected;
} logs[] = {
    {"in order it stays", "a0/0 a10/10 a20/20", "0:0 10:0 20:0 "},
    {"an anchor moves its whole boot", "A0/0 A10/10 A9/20", "60:1! 70:1! 80:1! "},
    {"set back, it goes on from the one before", "a0/0 a10/10 a5/12 a8/15", "0:0 10:0 12:3 15:3 "},
    {"set forward, nobody knows better", "a0/0 a100/10 a110/20", "0:0 100:0 110:0 "},
    {"a boot of years ago begins where the one before ended", "A0/0 A9/9 b-99999/1 b-99990/10",
     "60:1! 69:1! 69:3! 78:3! "},
    {"it goes not beyond the next anchored one", "a0/0 b-99999/1 b-99000/1000 C40/7",
     "0:0 0:3! 100:3! 100:1! "},
    {"a boot of years ahead ends where the next anchored one begins", "a99999/1 a99999/5 B0/0",
     "56:3! 60:3! 60:1! "},
    {"and does not drag along what lies between", "a99999/1 b50/0 C0/0", "50:3! 50:0 60:1! "},
    {"a salvaged one stands in no order", "a50/50 s10/10 a51/51", "50:0 10:0 51:0 "},
    {"but an anchor moves it", "A50/50 S10/10", "110:1! 70:1! "},
    {"a boot a little behind is told well enough where the next is near", "a0/0 a10/10 b8/1 C-45/0",
     "0:0 10:0 10:3 15:1! "},
    {"but not where the next is far", "a0/0 a10/10 b8/1 C0/0", "0:0 10:0 10:3! 60:1! "},
    {"or where there is none", "a0/0 a10/10 b8/1", "0:0 10:0 10:3! "},
};

static void every_log_is_told_its_time(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof logs / sizeof logs[0]; i++) {
        struct tn_clock_log log = {0};
        struct tn_clock_entry entries[8];
        char text[256] = "";
        size_t count = 0;
        size_t len = 0;
        const char *at = logs[i].log;
        char boot = 0;
        long long wall = 0;
        long long mono = 0;
        int used = 0;
        while (sscanf(at, " %c%lld/%lld%n", &boot, &wall, &mono, &used) == 3) {
            struct tn_clock_entry *entry = &entries[count];
            char lower = (char)(boot | 0x20);
            *entry = (struct tn_clock_entry){.seq = (int64_t)++count,
                                             .at_ms = wall * MIN,
                                             .mono_ms = mono * MIN,
                                             .is_salvaged = lower == 's'};
            entry->boot.b[0] = (uint8_t)(lower == 's' ? 'a' : lower);
            assert_int_equal(tn_clock_take(&log, entry), TN_OK);
            struct tn_clock_span *span = &log.spans[log.count - 1];
            span->word = boot < 'a' ? TN_CLOCK_ANCHORED : TN_CLOCK_AS_IT_WAS;
            span->word_base = HOUR + (lower == 'c' ? span->first_at - span->first_mono : 0);
            at += used;
        }
        tn_clock_resolve(log.spans, log.count);
        for (size_t k = 0; k < count; k++) {
            const struct tn_clock_span *span = tn_clock_span_of(&log, (int64_t)k + 1);
            const struct tn_clock_told *told = &span->told;
            int64_t time = tn_clock_time(told, entries[k].at_ms, entries[k].mono_ms);
            len += (size_t)snprintf(text + len, sizeof text - len, "%lld:%d%s ",
                                    (long long)(time / MIN), told->how,
                                    tn_clock_is_off(span) ? "!" : "");
        }
        tn_clock_free(&log);
        print_message("%s\n", logs[i].name);
        assert_string_equal(text, logs[i].expected);
    }
}

static void any_number_in_an_entry_is_borne(void **state)
{
    (void)state;
    static const int64_t extremes[] = {INT64_MIN, INT64_MAX, 0, INT64_MAX, INT64_MIN};
    struct tn_clock_log log = {0};
    for (int64_t i = 0; i < 25; i++) {
        struct tn_clock_entry entry = {
            .seq = i + 1, .at_ms = extremes[i % 5], .mono_ms = extremes[i / 5]};
        entry.boot.b[0] = (uint8_t)(i / 7);
        assert_int_equal(tn_clock_take(&log, &entry), TN_OK);
    }
    for (size_t i = 0; i < log.count; i++) {
        log.spans[i].word = i % 3 == 0 ? TN_CLOCK_ANCHORED : TN_CLOCK_AS_IT_WAS;
        log.spans[i].word_base = tn_clock_sane(extremes[i % 5]);
    }
    tn_clock_resolve(log.spans, log.count);
    for (size_t i = 0; i < log.count; i++) {
        (void)tn_clock_is_off(&log.spans[i]);
        (void)tn_clock_time(&log.spans[i].told, INT64_MAX, INT64_MIN);
    }
    assert_in_range(log.count, 1, 25);
    tn_clock_free(&log);
}

static void a_body_that_says_nothing_is_no_anchor(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
        enum tn_clock_word word;
        int64_t offset;
    } bodies[] = {
        {"", 0, TN_CLOCK_SAYS_NOTHING, 0},
        {"\x82\x01\x65right", 8, TN_CLOCK_RIGHT, 0},
        {"\x82\x01\x65wrong", 8, TN_CLOCK_WRONG, 0},
        {"\x82\x01\x65maybe", 8, TN_CLOCK_SAYS_NOTHING, 0},
        {"\x82\x02\x65right", 8, TN_CLOCK_SAYS_NOTHING, 0},
        {"\x82\x01\x18\x64", 4, TN_CLOCK_MEASURED, 100},
        {"\x82\x01\x38\x63", 4, TN_CLOCK_MEASURED, -100},
        {"\x82\x01\x18", 3, TN_CLOCK_SAYS_NOTHING, 0},
        {"\x81\x01", 2, TN_CLOCK_SAYS_NOTHING, 0},
    };
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        int64_t offset = 1;
        const struct tn_bytes body = {(const uint8_t *)bodies[i].bytes, bodies[i].len};
        assert_int_equal(tn_clock_read(body, &offset), bodies[i].word);
        assert_int_equal(offset, bodies[i].offset);
    }
}

/* A gate that is an hour ahead, an exit that is right. */
static void make_day(struct history *h, struct history_log **in, struct history_log **out)
{
    *in = add_log(h, 1);
    *out = add_log(h, 2);
    (*in)->wall = 3 * HOUR;
    tell(h, *in, "check_in", 1, 0);
    tell(h, *out, "check_out", 1, 60 * MIN);
    arrive_all(h);
}

static void an_anchor_that_comes_late_pairs_in_and_out_anew(void **state)
{
    struct history *h = *state;
    struct history_log *in = NULL;
    struct history_log *out = NULL;
    make_day(h, &in, &out);
    assert_string_equal(visits(h), "1 60-60~ 1 180-480~ ");
    say(tell(h, in, "clock", 0, 2 * HOUR), NULL, -3 * HOUR);
    arrive_all(h);
    assert_string_equal(visits(h), "1 0-601 ");
    assert_int_equal(number(h, "SELECT count(*) FROM conflict WHERE type = 'clock'"), 1);
    assert_int_equal(number(h, "SELECT count(*) FROM entry WHERE at_ms = 1800010800000"), 1);
    assert_rebuilt(h);
}

static void the_anchor_of_a_later_log_holds_for_the_boot(void **state)
{
    struct history *h = *state;
    struct history_log *in = NULL;
    struct history_log *out = NULL;
    make_day(h, &in, &out);
    struct history_log *again = add_log(h, 1); /* its database was set aside in the same boot */
    struct history_log *other = add_log(h, 3);
    other->boot = 1; /* another station that claims the same boot moves nobody else's */
    say(tell(h, other, "clock", 0, 2 * HOUR), NULL, -9 * HOUR);
    arrive_all(h);
    assert_string_equal(visits(h), "1 60-60~ 1 180-480~ ");
    again->wall = 0;
    say(tell(h, again, "clock", 0, 2 * HOUR), "right", 0);
    arrive_all(h);
    assert_string_equal(visits(h), "1 0-601 ");
    assert_rebuilt(h);
}

static void a_measure_counts_before_a_word_and_the_first_of_a_kind(void **state)
{
    struct history *h = *state;
    struct history_log *log = add_log(h, 1);
    tell(h, log, "check_in", 1, 0);
    say(tell(h, log, "clock", 0, HOUR), "right", 0);
    tell(h, log, "check_out", 1, 2 * HOUR);
    say(tell(h, log, "clock", 0, 3 * HOUR), NULL, 5 * MIN);
    say(tell(h, log, "clock", 0, 4 * HOUR), NULL, 50 * MIN);
    arrive_all(h);
    assert_string_equal(visits(h), "1 5-1251 ");
    assert_int_equal(number(h, "SELECT count(*) FROM conflict WHERE type = 'clock'"), 0);
    assert_rebuilt(h);
}

static void a_battery_that_died_is_bounded_and_a_conflict_until_the_next_boot_tells(void **state)
{
    struct history *h = *state;
    struct history_log *log = add_log(h, 1);
    tell(h, log, "check_in", 1, 0);
    log->boot = 2;
    log->wall = -20 * 365 * DAY;
    tell(h, log, "check_out", 1, 60 * MIN);
    tell(h, log, "check_in", 2, 70 * MIN);
    arrive_all(h);
    assert_string_equal(visits(h), "1 0-03 2 10-480~3 ");
    assert_int_equal(number(h, "SELECT count(*) FROM conflict WHERE type = 'clock'"), 1);
    log->boot = 3;
    log->wall = 0;
    tell(h, log, "check_out", 2, 90 * MIN);
    arrive_all(h);
    assert_string_equal(visits(h), "1 0-03 2 10-903 ");
    assert_rebuilt(h);
}

static void a_clock_that_was_called_wrong_and_set_is_counted_back(void **state)
{
    struct history *h = *state;
    struct history_log *log = add_log(h, 1);
    log->wall = -20 * 365 * DAY;
    tell(h, log, "check_in", 1, 0);
    say(tell(h, log, "clock", 0, 5 * MIN), "wrong", 0);
    arrive_all(h);
    assert_int_equal(number(h, "SELECT clock FROM visit"), TN_CLOCK_DOUBTED);
    assert_int_equal(number(h, "SELECT count(*) FROM conflict WHERE type = 'clock'"), 1);
    log->wall = 0;
    tell(h, log, "check_out", 1, 60 * MIN);
    arrive_all(h);
    assert_string_equal(visits(h), "1 0-603 ");
    assert_rebuilt(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_log_is_told_its_time),
        cmocka_unit_test(any_number_in_an_entry_is_borne),
        cmocka_unit_test(a_body_that_says_nothing_is_no_anchor),
        cmocka_unit_test_setup_teardown(an_anchor_that_comes_late_pairs_in_and_out_anew,
                                        history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(the_anchor_of_a_later_log_holds_for_the_boot, history_setup,
                                        history_teardown),
        cmocka_unit_test_setup_teardown(a_measure_counts_before_a_word_and_the_first_of_a_kind,
                                        history_setup, history_teardown),
        cmocka_unit_test_setup_teardown(
            a_battery_that_died_is_bounded_and_a_conflict_until_the_next_boot_tells, history_setup,
            history_teardown),
        cmocka_unit_test_setup_teardown(a_clock_that_was_called_wrong_and_set_is_counted_back,
                                        history_setup, history_teardown),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
