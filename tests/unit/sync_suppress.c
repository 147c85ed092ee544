/* Which parts of a total may be published together, on tables worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sync/central/suppress.h"

#define PARTS_MAX 6

static void assert_table(const int64_t *parts, size_t count, const char *expected)
{
    bool withheld[PARTS_MAX] = {false};
    tn_suppress_table(parts, count, 10, withheld);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(withheld[i], expected[i] == '*');
    }
}

static void a_table_without_small_parts_is_shown_whole(void **state)
{
    (void)state;
    assert_table((const int64_t[]){10, 0, 25}, 3, "...");
    assert_table((const int64_t[]){0, 0}, 2, "..");
}

static void one_small_part_takes_the_least_other_with_it(void **state)
{
    (void)state;
    assert_table((const int64_t[]){40, 3, 20, 0}, 4, ".**.");
}

static void small_parts_that_are_few_together_take_another_with_them(void **state)
{
    (void)state;
    assert_table((const int64_t[]){4, 5, 50, 30}, 4, "**.*");
    assert_table((const int64_t[]){6, 7, 50, 30}, 4, "**..");
}

static void parts_that_can_only_be_one_learner_each_are_not_left_so(void **state)
{
    bool withheld[2] = {false};
    (void)state;
    tn_suppress_table((const int64_t[]){1, 1}, 2, 2, withheld);
    assert_true(withheld[0] && withheld[1]);
    bool three[3] = {false};
    tn_suppress_table((const int64_t[]){1, 1, 9}, 3, 2, three);
    assert_true(three[0] && three[1] && three[2]);
}

static void a_set_is_withheld_where_it_or_the_rest_is_small(void **state)
{
    (void)state;
    assert_true(tn_suppress_set(50, 9, 10));
    assert_true(tn_suppress_set(50, 41, 10));
    assert_false(tn_suppress_set(50, 40, 10));
    assert_false(tn_suppress_set(50, 50, 10));
    assert_false(tn_suppress_set(50, 0, 10));
}

/* Against every pair, without sorting. */
static bool is_safe_slowly(int64_t total, const int64_t *sets, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (tn_suppress_is_small(total - sets[i], 10)) {
            return false;
        }
        for (size_t j = i + 1; j < count; j++) {
            if (tn_suppress_is_small(sets[i] + sets[j] - total, 10)) {
                return false;
            }
        }
    }
    return true;
}

static void a_union_is_judged_as_by_looking_at_every_pair(void **state)
{
    uint32_t seed = 12345;
    int safe = 0;
    (void)state;
    for (int round = 0; round < 5000; round++) {
        int64_t sets[PARTS_MAX];
        int64_t total = 0;
        seed = seed * 1664525u + 1013904223u;
        const size_t count = seed >> 16 & 3;
        for (size_t i = 0; i < count; i++) {
            seed = seed * 1664525u + 1013904223u;
            sets[i] = 10 + (seed >> 16) % 60;
            total = sets[i] > total ? sets[i] : total;
        }
        seed = seed * 1664525u + 1013904223u;
        total += (seed >> 16) % 40;
        const bool expected = is_safe_slowly(total, sets, count);
        assert_int_equal(tn_suppress_union(total, sets, count, 10), expected);
        safe += expected;
    }
    assert_in_range(safe, 1000, 4500);
}

static void sums_are_rounded_by_what_one_learner_has(void **state)
{
    (void)state;
    static const struct {
        int64_t min_cell;
        int64_t most;
        int64_t step;
    } steps[] = {{10, 0, 10},      {10, 1, 10},
                 {10, 2, 20},      {10, 3, 50},
                 {10, 5, 50},      {10, 6, 100},
                 {10, 11, 200},    {10, 50, 500},
                 {10, 51, 1000},   {5, 3, 25},
                 {1, 99, 1},       {0, 99, 1},
                 {10, 999, 10000}, {10, 1000001, 20000000}};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        assert_int_equal(tn_suppress_step(steps[i].min_cell, steps[i].most), steps[i].step);
    }
    assert_true(tn_suppress_step(10, INT64_MAX) > 0); /* ends */
}

static void of_a_cut_none_and_few_are_withheld_alike(void **state)
{
    (void)state;
    assert_true(tn_suppress_is_cut_small(0, 10));
    assert_true(tn_suppress_is_cut_small(9, 10));
    assert_true(tn_suppress_is_cut_small(19, 10));
    assert_false(tn_suppress_is_cut_small(20, 10));
    assert_false(tn_suppress_is_cut_small(0, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_without_small_parts_is_shown_whole),
        cmocka_unit_test(one_small_part_takes_the_least_other_with_it),
        cmocka_unit_test(small_parts_that_are_few_together_take_another_with_them),
        cmocka_unit_test(parts_that_can_only_be_one_learner_each_are_not_left_so),
        cmocka_unit_test(a_set_is_withheld_where_it_or_the_rest_is_small),
        cmocka_unit_test(a_union_is_judged_as_by_looking_at_every_pair),
        cmocka_unit_test(sums_are_rounded_by_what_one_learner_has),
        cmocka_unit_test(of_a_cut_none_and_few_are_withheld_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
