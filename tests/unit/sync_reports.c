/* The kinds of reports, on the demo: what each says of a small world that was counted by hand. */
#include "sync/central/report.h"
#include "tests/unit/sync_world.h"

static struct tn_centre centre;

static void make_report(const char *name, const struct tn_report_filter *filter,
                        struct tn_report *out)
{
    const struct tn_report_kind *kind = tn_report_kind_find(name);
    assert_non_null(kind);
    tn_report_init(out, kind->name, kind->title);
    assert_int_equal(kind->make(&centre, filter, out), TN_OK);
    assert_int_equal(out->status, TN_OK);
}

/* A figure by its key, in whatever part lists it. */
static const struct tn_report_value *figure(const struct tn_report *report, const char *key)
{
    for (size_t p = 0; p < report->part_count; p++) {
        const struct tn_report_part *part = &report->parts[p];
        for (size_t i = 0; part->is_figures && i < part->row_count; i++) {
            if (strcmp(part->keys[i], key) == 0) {
                return &part->values[2 * i + 1];
            }
        }
    }
    fail_msg("the report has no figure %s", key);
    return NULL;
}

static void every_kind_has_a_name_of_its_own_and_is_found_by_it(void **state)
{
    (void)state;
    for (size_t i = 0; tn_report_kinds[i] != NULL; i++) {
        assert_ptr_equal(tn_report_kind_find(tn_report_kinds[i]->name), tn_report_kinds[i]);
        assert_non_null(tn_report_kinds[i]->summary);
    }
    assert_null(tn_report_kind_find("reache"));
}

static void reach_counts_the_stations_and_withholds_nothing_of_nobody(void **state)
{
    const struct tn_report_filter everything = {0};
    struct tn_report report;
    (void)state;
    make_report("reach", &everything, &report);
    assert_int_equal(figure(&report, "learners")->number, 0);
    assert_false(figure(&report, "learners")->is_withheld);
    assert_int_equal(figure(&report, "stations")->number, 3);
    assert_true(figure(&report, "imputed_share")->is_none);
    tn_report_destroy(&report);
}

static int setup(void **state)
{
    return world_setup(state) != 0 || tn_centre_open(central, &centre) != TN_OK;
}

static int teardown(void **state)
{
    tn_centre_close(&centre);
    return world_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_has_a_name_of_its_own_and_is_found_by_it),
        cmocka_unit_test(reach_counts_the_stations_and_withholds_nothing_of_nobody),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, setup, teardown) : 1;
}
