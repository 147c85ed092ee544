/* One row of the directory as CBOR: what is put comes back, up to every limit and not past it. */
#include "tests/unit/core_names.h"

static void a_row_comes_back_as_it_was_put(void **state)
{
    (void)state;
    struct tn_directory_row row = names_row(7, "", "");
    struct tn_directory_row back;
    struct tn_buf buf;
    struct tn_cbor cbor;
    memset(row.full, 'f', TN_FULL_NAME_MAX);
    memset(row.display, 'd', TN_NAME_MAX);
    memset(row.lang, 'l', TN_LANG_MAX);
    for (int with_badge = 0; with_badge < 2; with_badge++) {
        row.badge.b[0] = with_badge == 1 ? 9 : 0;
        row.badge.b[15] = row.badge.b[0];
        tn_buf_init(&buf, 1024);
        tn_directory_put_row(&buf, &row);
        assert_int_equal(buf.status, TN_OK);
        tn_cbor_init(&cbor, tn_buf_bytes(&buf));
        memset(&back, 0xee, sizeof back);
        tn_directory_read_row(&cbor, &back);
        assert_int_equal(tn_cbor_end(&cbor), TN_OK);
        assert_string_equal(back.full, row.full);
        assert_string_equal(back.display, row.display);
        assert_string_equal(back.lang, row.lang);
        assert_memory_equal(&back.learner, &row.learner, sizeof row.learner);
        assert_memory_equal(&back.badge, &row.badge, sizeof row.badge);
        tn_buf_destroy(&buf);
    }
}

static void a_row_past_a_limit_is_refused(void **state)
{
    (void)state;
    char name[TN_FULL_NAME_MAX + 2] = "";
    struct tn_id id = {{1}};
    struct tn_directory_row row;
    struct tn_buf buf;
    struct tn_cbor cbor;
    memset(name, 'n', sizeof name - 1);
    tn_buf_init(&buf, 1024);
    tn_cbor_put_array(&buf, 5);
    tn_cbor_put_id(&buf, &id);
    tn_cbor_put_text(&buf, "");
    tn_cbor_put_text(&buf, name);
    tn_cbor_put_text(&buf, "");
    tn_cbor_put_null(&buf);
    tn_cbor_init(&cbor, tn_buf_bytes(&buf));
    tn_directory_read_row(&cbor, &row);
    assert_int_equal(cbor.status, TN_ERR_LIMIT);
    tn_buf_destroy(&buf);
}

static void a_later_rows_parts_are_passed_over(void **state)
{
    (void)state;
    struct tn_directory_row row;
    struct tn_buf buf;
    struct tn_cbor cbor;
    tn_buf_init(&buf, 1024);
    tn_cbor_put_array(&buf, 6);
    tn_cbor_put_null(&buf);
    tn_cbor_put_text(&buf, "d");
    tn_cbor_put_text(&buf, "f");
    tn_cbor_put_text(&buf, "en");
    tn_cbor_put_null(&buf);
    tn_cbor_put_uint(&buf, 17);
    tn_cbor_init(&cbor, tn_buf_bytes(&buf));
    tn_directory_read_row(&cbor, &row);
    assert_int_equal(tn_cbor_end(&cbor), TN_OK);
    assert_string_equal(row.full, "f");
    tn_buf_destroy(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_comes_back_as_it_was_put),
        cmocka_unit_test(a_row_past_a_limit_is_refused),
        cmocka_unit_test(a_later_rows_parts_are_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
