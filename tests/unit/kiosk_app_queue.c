/* The queue all sources share: order, its bound, and its end, with threads on both sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kiosk/app/queue.h"

#define PUSHERS 4
#define PUSHES 500

static struct tn_queue queue;

static int begin(void **state)
{
    (void)state;
    return tn_queue_init(&queue) == TN_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    tn_queue_destroy(&queue);
    return 0;
}

static struct tn_event numbered(int64_t number)
{
    return (struct tn_event){.type = TN_EVENT_TICK, .at_ms = number};
}

static void events_come_out_in_their_order(void **state)
{
    (void)state;
    struct tn_event out;
    for (int64_t round = 0; round < 3; round++) {
        for (int64_t i = 0; i < TN_QUEUE_MAX; i++) {
            struct tn_event event = numbered(i);
            assert_int_equal(tn_queue_push(&queue, &event), TN_OK);
        }
        for (int64_t i = 0; i < TN_QUEUE_MAX; i++) {
            assert_true(tn_queue_take(&queue, &out));
            assert_int_equal(out.at_ms, i);
        }
        assert_false(tn_queue_take(&queue, &out));
    }
}

static void *push_many(void *arg)
{
    int64_t first = (int64_t)(intptr_t)arg * PUSHES;
    for (int64_t i = 0; i < PUSHES; i++) {
        struct tn_event event = numbered(first + i);
        if (tn_queue_push(&queue, &event) != TN_OK) {
            return arg;
        }
    }
    return NULL;
}

/* Far more events than fit: pushers must wait, and none may be lost or come twice. */
static void many_threads_lose_nothing(void **state)
{
    (void)state;
    pthread_t threads[PUSHERS];
    bool seen[PUSHERS * PUSHES] = {false};
    int64_t newest[PUSHERS];
    for (intptr_t i = 0; i < PUSHERS; i++) {
        newest[i] = -1;
        assert_int_equal(pthread_create(&threads[i], NULL, push_many, (void *)i), 0);
    }
    for (size_t i = 0; i < PUSHERS * PUSHES; i++) {
        struct tn_event out;
        assert_true(tn_queue_wait(&queue, &out, -1));
        assert_false(seen[out.at_ms]);
        seen[out.at_ms] = true;
        assert_true(out.at_ms > newest[out.at_ms / PUSHES]);
        newest[out.at_ms / PUSHES] = out.at_ms;
    }
    for (size_t i = 0; i < PUSHERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
}

static void *push_one_more(void *arg)
{
    struct tn_event event = numbered(1000);
    *(enum tn_status *)arg = tn_queue_push(&queue, &event);
    return NULL;
}

static void a_full_queue_makes_the_pusher_wait_and_drops_nothing(void **state)
{
    (void)state;
    pthread_t thread;
    enum tn_status status = TN_STATUS_COUNT;
    struct tn_event out;
    for (int64_t i = 0; i < TN_QUEUE_MAX; i++) {
        struct tn_event event = numbered(i);
        assert_int_equal(tn_queue_push(&queue, &event), TN_OK);
    }
    assert_int_equal(pthread_create(&thread, NULL, push_one_more, &status), 0);
    for (int64_t i = 0; i < TN_QUEUE_MAX; i++) {
        assert_true(tn_queue_take(&queue, &out));
        assert_int_equal(out.at_ms, i);
    }
    assert_true(tn_queue_wait(&queue, &out, -1));
    assert_int_equal(out.at_ms, 1000);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(status, TN_OK);
}

static void closing_turns_a_waiting_pusher_away(void **state)
{
    (void)state;
    pthread_t thread;
    enum tn_status status = TN_STATUS_COUNT;
    for (int64_t i = 0; i < TN_QUEUE_MAX; i++) {
        struct tn_event event = numbered(i);
        assert_int_equal(tn_queue_push(&queue, &event), TN_OK);
    }
    assert_int_equal(pthread_create(&thread, NULL, push_one_more, &status), 0);
    tn_queue_close(&queue);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(status, TN_ERR_STATE);
}

static void a_closed_queue_gives_what_it_holds_and_then_nothing(void **state)
{
    (void)state;
    struct tn_event event = numbered(1);
    struct tn_event out;
    assert_int_equal(tn_queue_push(&queue, &event), TN_OK);
    tn_queue_close(&queue);
    assert_int_equal(tn_queue_push(&queue, &event), TN_ERR_STATE);
    assert_true(tn_queue_wait(&queue, &out, -1));
    assert_false(tn_queue_wait(&queue, &out, -1));
}

static void a_wait_ends_without_an_event(void **state)
{
    (void)state;
    struct tn_event out;
    assert_false(tn_queue_wait(&queue, &out, 0));
    assert_false(tn_queue_wait(&queue, &out, 1));
}

static void count_ring(void *ctx)
{
    ++*(int *)ctx;
}

static void each_push_rings_once(void **state)
{
    (void)state;
    int rings = 0;
    queue.doorbell = count_ring;
    queue.doorbell_ctx = &rings;
    struct tn_event event = numbered(1);
    assert_int_equal(tn_queue_push(&queue, &event), TN_OK);
    assert_int_equal(tn_queue_push(&queue, &event), TN_OK);
    assert_int_equal(rings, 2);
}

static void a_slot_is_wiped_when_it_is_taken(void **state)
{
    (void)state;
    struct tn_event event = {.type = TN_EVENT_SCAN, .len = 6, .text = "secret"};
    struct tn_event out;
    assert_int_equal(tn_queue_push(&queue, &event), TN_OK);
    assert_true(tn_queue_take(&queue, &out));
    assert_string_equal(out.text, "secret");
    assert_null(memmem(queue.items, sizeof queue.items, "secret", 6));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(events_come_out_in_their_order, begin, end),
        cmocka_unit_test_setup_teardown(many_threads_lose_nothing, begin, end),
        cmocka_unit_test_setup_teardown(a_full_queue_makes_the_pusher_wait_and_drops_nothing, begin,
                                        end),
        cmocka_unit_test_setup_teardown(closing_turns_a_waiting_pusher_away, begin, end),
        cmocka_unit_test_setup_teardown(a_closed_queue_gives_what_it_holds_and_then_nothing, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_wait_ends_without_an_event, begin, end),
        cmocka_unit_test_setup_teardown(each_push_rings_once, begin, end),
        cmocka_unit_test_setup_teardown(a_slot_is_wiped_when_it_is_taken, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
