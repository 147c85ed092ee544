/* The n-th of something fails, once or from then on: what the tests of failing memory and failing
 * disks count with. For one test file of a program. */
#ifndef TESTS_UNIT_FAILING_H
#define TESTS_UNIT_FAILING_H

#include <stdbool.h>

static long countdown;   /* the call that makes it 0 fails; 0: none does */
static bool is_for_good; /* and so do all after it */
static bool is_met;      /* that call was made */

static inline bool must_fail(void)
{
    if (is_met && is_for_good) {
        return true;
    }
    if (countdown == 0 || --countdown > 0) {
        return false;
    }
    is_met = true;
    return true;
}

/* Arms the failure of the n-th call from here; 0 ends all failing. */
static inline void fail_at(long n)
{
    is_met = false;
    countdown = n;
}

/* A test runs twice: with one call failing, and with all from that one on. */
static inline int fail_once(void **state)
{
    (void)state;
    is_for_good = false;
    return 0;
}

static inline int fail_for_good(void **state)
{
    (void)state;
    is_for_good = true;
    return 0;
}

#define TWICE(test)                                                                                \
    cmocka_unit_test_setup(test, fail_once), cmocka_unit_test_setup(test, fail_for_good)

#endif
