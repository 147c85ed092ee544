/* Who has asked for siblings, and what a station is taken to have heard. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sync/link/listeners.h"

static struct tn_listeners listeners;

static struct tn_listeners_note note_of(uint16_t station, uint8_t question)
{
    struct tn_listeners_note note = {.asked = {{question}}};
    memcpy(note.device_key.b, &station, sizeof station);
    return note;
}

static const struct tn_listener *find(uint16_t station)
{
    const struct tn_listeners_note note = note_of(station, 0);
    return tn_listeners_find(&listeners, &note.device_key);
}

static int begin(void **state)
{
    (void)state;
    return tn_listeners_init(&listeners) == TN_OK ? 0 : 1;
}

static int end(void **state)
{
    (void)state;
    tn_listeners_destroy(&listeners);
    return 0;
}

static void who_has_all_has_heard_it(void **state)
{
    (void)state;
    struct tn_listeners_note note = note_of(1, 1);
    note.there = 7;
    assert_null(find(1));
    tn_listeners_note(&listeners, &note);
    assert_int_equal(find(1)->heard, 0);
    note = note_of(1, 2);
    note.there = 7;
    note.is_all = true;
    tn_listeners_note(&listeners, &note);
    assert_int_equal(find(1)->heard, 7);
    assert_int_equal(listeners.count, 1);
    assert_null(find(2));
}

/* An answer may be lost once and twice; a question that differs begins anew. */
static void who_asks_the_same_for_the_third_time_has_what_it_can_use(void **state)
{
    (void)state;
    struct tn_listeners_note note = note_of(1, 1);
    note.there = 7;
    tn_listeners_note(&listeners, &note);
    tn_listeners_note(&listeners, &note);
    assert_int_equal(find(1)->heard, 0);
    note.asked = (struct tn_hash){{2}};
    for (int i = 1; i < TN_LISTENERS_ASKED_MAX; i++) {
        tn_listeners_note(&listeners, &note);
        assert_int_equal(find(1)->heard, 0);
    }
    tn_listeners_note(&listeners, &note);
    assert_int_equal(find(1)->heard, 7);
}

static void one_past_the_last_takes_the_place_of_the_first(void **state)
{
    (void)state;
    for (uint16_t i = 0; i < TN_LISTENERS_MAX; i++) {
        const struct tn_listeners_note note = note_of(i, 1);
        tn_listeners_note(&listeners, &note);
    }
    assert_non_null(find(0));
    assert_non_null(find(TN_LISTENERS_MAX - 1));
    for (uint16_t i = 0; i < 2; i++) {
        const struct tn_listeners_note note = note_of(TN_LISTENERS_MAX + i, 1);
        tn_listeners_note(&listeners, &note);
        assert_null(find(i));
        assert_non_null(find(TN_LISTENERS_MAX + i));
        assert_non_null(find(i + 1));
    }
    assert_int_equal(listeners.count, TN_LISTENERS_MAX);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(who_has_all_has_heard_it),
        TEST(who_asks_the_same_for_the_third_time_has_what_it_can_use),
        TEST(one_past_the_last_takes_the_place_of_the_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
