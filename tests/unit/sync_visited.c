/* The rows that reports read: what is laid down comes back, one event at a time, and they say the
 * same as `visit`. */
#include "sync/central/dose.h"
#include "sync/central/visited.h"
#include "tests/unit/sync_world.h"

#define VISITS 3

static struct tn_centre centre;
static struct tn_visited *list;
static size_t room;

static struct tn_id id_of_byte(uint8_t first)
{
    struct tn_id id = {{0}};
    id.b[0] = first;
    id.b[15] = 1;
    return id;
}

static struct tn_visit visit_at(int64_t starts, int64_t minutes, uint8_t activity)
{
    struct tn_visit visit = {.starts = starts, .ends = starts + minutes * 60000};
    visit.badge = id_of_byte(9);
    if (activity != 0) {
        visit.activity = id_of_byte(activity);
        visit.imputed = true;
    }
    return visit;
}

static size_t read_row(const struct tn_id *who)
{
    static const char sql[] = "SELECT visits FROM visited WHERE ecosystem = $1 AND who = $2";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    size_t count = 0;
    assert_int_equal(tn_centre_prepare(&centre, sql, &stmt), TN_OK);
    tn_bind_id(stmt, 2, who);
    assert_int_equal(tn_step(stmt, &has_row), TN_OK);
    if (has_row) {
        assert_int_equal(tn_visited_read(tn_col_bytes(stmt, 0), &list, &room, &count), TN_OK);
    }
    tn_reset(stmt);
    return count;
}

static void an_event_is_replaced_and_taken_out_beside_the_others(void **state)
{
    const struct tn_id who = id_of_byte(9);
    const struct tn_id events[] = {id_of_byte(2), id_of_byte(1)};
    const struct tn_visit visits[VISITS] = {visit_at(5000, 90, 0), visit_at(-7, 20, 4),
                                            visit_at(INT64_C(4102444800000), 0, 0)};
    (void)state;
    assert_int_equal(tn_visited_put(&centre, &events[0], &who, visits, 2), TN_OK);
    assert_int_equal(tn_visited_put(&centre, &events[1], &who, visits + 2, 1), TN_OK);
    assert_int_equal(read_row(&who), 3);
    assert_true(list[0].event == tn_visited_key(&events[1]));
    assert_true(list[0].starts == INT64_C(4102444800000) && list[0].is_badge);
    assert_true(list[1].minutes == 90 && list[1].activity == 0 && !list[1].imputed);
    assert_true(list[2].starts == -7 && list[2].imputed);
    assert_true(list[2].activity == tn_visited_key(&visits[1].activity));
    assert_int_equal(tn_visited_put(&centre, &events[0], &who, visits, 1), TN_OK);
    assert_int_equal(read_row(&who), 2);
    assert_int_equal(tn_visited_put(&centre, &events[0], &who, NULL, 0), TN_OK);
    assert_int_equal(tn_visited_put(&centre, &events[1], &who, NULL, 0), TN_OK);
    assert_int_equal(read_row(&who), 0);
}

static void a_row_that_was_cut_is_damaged(void **state)
{
    uint8_t row[] = {0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 1};
    size_t count = 0;
    (void)state;
    assert_int_equal(tn_visited_read((struct tn_bytes){row, sizeof row}, &list, &room, &count),
                     TN_ERR_DAMAGED);
    row[11] = 1;
    assert_int_equal(tn_visited_read((struct tn_bytes){row, sizeof row}, &list, &room, &count),
                     TN_OK);
    assert_int_equal(count, 1);
    for (size_t len = 1; len < sizeof row; len++) {
        assert_int_equal(tn_visited_read((struct tn_bytes){row, len}, &list, &room, &count),
                         TN_ERR_DAMAGED);
    }
}

/* Minutes and how many, by both tables. */
static void assert_same(int64_t visits)
{
    static const char sql[] = "SELECT visits FROM visited WHERE ecosystem = $1";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    int64_t all = 0;
    int64_t minutes = 0;
    assert_int_equal(tn_centre_prepare(&centre, sql, &stmt), TN_OK);
    while (tn_step(stmt, &has_row) == TN_OK && has_row) {
        size_t count = 0;
        assert_int_equal(tn_visited_read(tn_col_bytes(stmt, 0), &list, &room, &count), TN_OK);
        all += (int64_t)count;
        for (size_t i = 0; i < count; i++) {
            minutes += list[i].minutes;
        }
    }
    tn_reset(stmt);
    assert_int_equal(all, visits);
    assert_int_equal(central_ask(central, "SELECT count(*) FROM visit"), visits);
    assert_int_equal(central_ask(central, "SELECT coalesce(sum(minutes), 0) FROM visit"), minutes);
}

static void visits_and_their_rows_say_the_same_also_after_a_rebuild(void **state)
{
    (void)state;
    scan("gate", 1, 5, INT64_C(1773500400000));
    scan("gate", 2, 3, INT64_C(1773504000000));
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_same(5);
    assert_int_equal(tn_visits_rebuild(&centre, INT64_C(1773600000000)), TN_OK);
    assert_same(5);
}

static void a_new_ecosystem_has_bands_of_contact_time_without_gaps(void **state)
{
    struct tn_dose_band bands[TN_DOSE_BANDS_MAX];
    size_t count = 0;
    (void)state;
    assert_int_equal(tn_dose_read(centre.db, centre.no, bands, &count), TN_OK);
    assert_int_equal(count, 12);
    for (size_t i = 0; i < count; i++) {
        bool is_first = i == 0 || strcmp(bands[i].scheme, bands[i - 1].scheme) != 0;
        assert_true(bands[i].lo == (is_first ? 0 : bands[i - 1].hi));
    }
    assert_true(bands[count - 1].hi == INT64_MAX);
}

static int setup(void **state)
{
    return world_setup(state) != 0 || tn_centre_open(central, &centre) != TN_OK;
}

static int teardown(void **state)
{
    tn_centre_close(&centre);
    free(list);
    return world_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_is_replaced_and_taken_out_beside_the_others),
        cmocka_unit_test(a_row_that_was_cut_is_damaged),
        cmocka_unit_test(visits_and_their_rows_say_the_same_also_after_a_rebuild),
        cmocka_unit_test(a_new_ecosystem_has_bands_of_contact_time_without_gaps),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, setup, teardown) : 1;
}
