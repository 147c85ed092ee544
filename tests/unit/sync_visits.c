/* The visit rule on a table of histories, and small cells under attack by differencing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sync/central/visits.h"
#include "turnout/crypto.h"

#define MIN 60000
#define EVENT_END (600 * MIN)

/* One letter a sighting: i in, o out, p pass, v visit; each 10 minutes after the one before. The
 * expected text is one `start-end` in minutes a visit, with ~ where it is imputed. */
static const struct {
    const char *name;
    const char *history;
    const char *expected;
} histories[] = {
    {"nothing is no visit", "", ""},
    {"in and never out lasts to the event's end", "i", "0-600~ "},
    {"in and out is a visit", "io", "0-10 "},
    {"in twice is one visit from the first", "iio", "0-20 "},
    {"a pass goes in, the next out", "pp", "0-10 "},
    {"three passes are a visit and an open one", "ppp", "0-10 20-600~ "},
    {"out without in is a visit of no length", "o", "0-0~ "},
    {"in, pass is out", "ip", "0-10 "},
    {"two stays", "ioio", "0-10 20-30 "},
    {"an activity lasts its default minutes", "v", "0-30~ "},
    {"again at the activity before its end is the same visit", "vvv", "0-30~ "},
    {"again after its end is another", "vvvvv", "0-30~ 30-60~ "},
    {"an activity does not end a stay", "ivo", "0-20 10-40~ "},
};

static enum tn_kind kind_of(char c)
{
    return c == 'i'   ? TN_KIND_CHECK_IN
           : c == 'o' ? TN_KIND_CHECK_OUT
           : c == 'p' ? TN_KIND_PASS
                      : TN_KIND_VISIT;
}

static void every_history_gives_its_visits(void **state)
{
    (void)state;
    for (size_t h = 0; h < sizeof histories / sizeof histories[0]; h++) {
        struct tn_sighting s[16] = {0};
        struct tn_visit visits[16];
        char text[256] = "";
        size_t n = strlen(histories[h].history);
        size_t len = 0;
        for (size_t i = 0; i < n; i++) {
            s[i].log.b[0] = 1;
            s[i].badge.b[0] = 2;
            s[i].seq = i + 1;
            s[i].at_ms = (int64_t)i * 10 * MIN;
            s[i].kind = kind_of(histories[h].history[i]);
            s[i].activity.b[0] = s[i].kind == TN_KIND_VISIT ? 7 : 0;
            s[i].default_min = 30;
        }
        size_t count = tn_visits_derive(s, n, EVENT_END, visits);
        for (size_t i = 0; i < count; i++) {
            len += (size_t)snprintf(text + len, sizeof text - len, "%lld-%lld%s ",
                                    (long long)visits[i].starts / MIN,
                                    (long long)visits[i].ends / MIN, visits[i].imputed ? "~" : "");
        }
        print_message("%s\n", histories[h].name);
        assert_string_equal(text, histories[h].expected);
    }
}

static void an_activity_ends_with_the_earlier_of_its_end_and_its_minutes(void **state)
{
    (void)state;
    struct tn_sighting s = {.kind = TN_KIND_VISIT, .activity_ends = 20 * MIN, .default_min = 30};
    struct tn_visit visit;
    assert_int_equal(tn_visits_derive(&s, 1, EVENT_END, &visit), 1);
    assert_int_equal(visit.ends, 20 * MIN);
    s.activity_ends = 200 * MIN;
    tn_visits_derive(&s, 1, EVENT_END, &visit);
    assert_int_equal(visit.ends, 30 * MIN);
    s.default_min = 0;
    tn_visits_derive(&s, 1, EVENT_END, &visit);
    assert_int_equal(visit.ends, 200 * MIN);
    s.activity_ends = 0;
    tn_visits_derive(&s, 1, EVENT_END, &visit);
    assert_int_equal(visit.ends, TN_DEFAULT_MINUTES * MIN);
}

/* The attacker has the total and what is shown: what is left must be at least the minimum, spread
 * over two cells or more, unless the whole group is withheld. */
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_history_gives_its_visits),
        cmocka_unit_test(an_activity_ends_with_the_earlier_of_its_end_and_its_minutes),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
