/* Waits between tries, with chance in the test's hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sync/link/backoff.h"

/* Always this number. */
static void fill_number(void *ctx, void *out, size_t len)
{
    assert_int_equal(len, sizeof(uint64_t));
    memcpy(out, ctx, len);
}

static void waits_double_after_failures_up_to_the_maximum(void **state)
{
    static const int64_t wanted[] = {500, 1000, 2000, 4000, 5000, 5000, 5000};
    uint64_t number = 0; /* the least that chance gives */
    const struct tn_random least = {fill_number, &number};
    struct tn_backoff backoff;
    (void)state;
    tn_backoff_init(&backoff, 1000, 10000);
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        assert_int_equal(tn_backoff_after_failure(&backoff, 0, &least), wanted[i]);
    }
}

static void chance_adds_half_of_the_wait_at_most(void **state)
{
    uint64_t number = 500; /* of 0 to 500 */
    const struct tn_random most = {fill_number, &number};
    struct tn_backoff backoff;
    (void)state;
    tn_backoff_init(&backoff, 1000, 10000);
    assert_int_equal(tn_backoff_after_failure(&backoff, 0, &most), 1000);
    number = 501; /* which is 0 again */
    tn_backoff_init(&backoff, 1000, 10000);
    assert_int_equal(tn_backoff_after_failure(&backoff, 0, &most), 500);
}

static void a_success_ends_the_doubling_and_keeps_to_the_interval(void **state)
{
    struct tn_random_seeded seed;
    const struct tn_random random = tn_random_from_seed(&seed, 7);
    struct tn_backoff backoff;
    int64_t least = INT64_MAX;
    int64_t most = 0;
    (void)state;
    tn_backoff_init(&backoff, 60000, 600000);
    for (int i = 0; i < 5; i++) {
        (void)tn_backoff_after_failure(&backoff, 0, &random);
    }
    for (int i = 0; i < 1000; i++) {
        const int64_t wait = tn_backoff_after_success(&backoff, &random);
        least = wait < least ? wait : least;
        most = wait > most ? wait : most;
    }
    assert_in_range(least, 54000, 54200);
    assert_in_range(most, 65800, 66000);
    assert_in_range(tn_backoff_after_failure(&backoff, 0, &random), 30000, 60000);
}

static void the_hub_is_never_asked_sooner_than_it_said(void **state)
{
    struct tn_random_seeded seed;
    const struct tn_random random = tn_random_from_seed(&seed, 11);
    struct tn_backoff backoff;
    int64_t most = 0;
    (void)state;
    for (int i = 0; i < 1000; i++) {
        tn_backoff_init(&backoff, 1000, 10000);
        const int64_t wait = tn_backoff_after_failure(&backoff, 20000, &random);
        assert_true(wait >= 20000 && wait <= 22000);
        most = wait > most ? wait : most;
    }
    assert_true(most > 21500); /* and not all at the same moment */
}

static void a_hub_that_asks_for_too_much_patience_is_not_heeded(void **state)
{
    uint64_t number = 0;
    const struct tn_random least = {fill_number, &number};
    struct tn_backoff backoff;
    (void)state;
    tn_backoff_init(&backoff, 1000, 10000);
    assert_int_equal(tn_backoff_after_failure(&backoff, INT64_MAX, &least),
                     TN_BACKOFF_ASKED_MAX_MS);
}

static void no_number_of_failures_passes_the_maximum(void **state)
{
    uint64_t number = UINT64_MAX;
    const struct tn_random any = {fill_number, &number};
    struct tn_backoff backoff;
    (void)state;
    tn_backoff_init(&backoff, 1, INT64_MAX / 4);
    for (int i = 0; i < 100000; i++) {
        const int64_t wait = tn_backoff_after_failure(&backoff, 0, &any);
        assert_true(wait >= 0 && wait <= INT64_MAX / 4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_double_after_failures_up_to_the_maximum),
        cmocka_unit_test(chance_adds_half_of_the_wait_at_most),
        cmocka_unit_test(a_success_ends_the_doubling_and_keeps_to_the_interval),
        cmocka_unit_test(the_hub_is_never_asked_sooner_than_it_said),
        cmocka_unit_test(a_hub_that_asks_for_too_much_patience_is_not_heeded),
        cmocka_unit_test(no_number_of_failures_passes_the_maximum),
    };
    assert_int_equal(tn_crypto_init(), TN_OK);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
