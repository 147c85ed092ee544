/* The CSV reader against everything a spreadsheet, an editor or a stranger does to a table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

#include "sync/exchange/check.h"
#include "sync/exchange/csv.h"
#include "sync/exchange/name.h"
#include "turnout/log.h"

enum { ID, NAME, GRADE };
static const struct tn_csv_column columns[] = {
    [ID] = {"id", true, 20, NULL},
    [NAME] = {"given_name", true, 0, tn_check_line},
    [GRADE] = {"grade", false, 0, tn_check_grade},
    {NULL, false, 0, NULL},
};

#define LOG_MAX 8192
static char logged[LOG_MAX];

static void keep_log(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    const size_t len = strlen(logged);
    (void)snprintf(logged + len, sizeof(logged) - len, "%s\n", line);
}

/* What was read: the rows as "id|name|grade;". */
static char rows[4096];
static uint64_t row_count;

static enum tn_status take(void *ctx, const struct tn_csv_row *row)
{
    (void)ctx;
    const size_t len = strlen(rows);
    (void)snprintf(rows + len, sizeof(rows) - len, "%s|%s|%s;", row->values[ID], row->values[NAME],
                   row->values[GRADE]);
    row_count++;
    return TN_OK;
}

static enum tn_status read_bytes(const char *bytes, size_t len, uint64_t *problems)
{
    char path[] = "/tmp/turnout-csv-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, len), (ssize_t)len);
    assert_int_equal(close(fd), 0);
    logged[0] = rows[0] = '\0';
    row_count = 0;
    struct tn_problems said = {.file = "roster.csv"};
    const struct tn_csv_reading reading = {
        .path = path, .columns = columns, .problems = &said, .each = take};
    enum tn_status status = tn_csv_read(&reading);
    tn_problems_end(&said);
    assert_int_equal(unlink(path), 0);
    *problems = said.count;
    return status;
}

#define READ(text, problems) read_bytes(text, sizeof(text) - 1, problems)

static void expect_rows(const char *bytes, size_t len, const char *wanted)
{
    uint64_t problems = 0;
    assert_int_equal(read_bytes(bytes, len, &problems), TN_OK);
    assert_string_equal(logged, "");
    assert_int_equal(problems, 0);
    assert_string_equal(rows, wanted);
}

static void columns_come_in_any_order_with_bom_crlf_and_quotes(void **state)
{
    (void)state;
    static const char text[] = "\xef\xbb\xbfGrade,Given Name,ID\r\n4,\"Maya \"\"M\"\"\",a1\r\n"
                               "K,\"Lee, Jo\",a2\r\n,Zo\xc3\xab,a3";
    expect_rows(text, sizeof(text) - 1, "a1|Maya \"M\"|4;a2|Lee, Jo|K;a3|Zo\xc3\xab|;");
}

static void line_ends_may_be_lf_or_cr_and_blank_rows_mean_nothing(void **state)
{
    (void)state;
    static const char lf[] = "id,given_name,grade\n\na1,Maya,\n,,\n\na2,Bo,1\n";
    static const char cr[] = "id,given_name\ra1,Maya\ra2,Bo\r";
    expect_rows(lf, sizeof(lf) - 1, "a1|Maya|;a2|Bo|1;");
    expect_rows(cr, sizeof(cr) - 1, "a1|Maya|;a2|Bo|;");
}

static void a_missing_column_is_named_with_those_there_may_be(void **state)
{
    (void)state;
    uint64_t problems = 0;
    assert_int_equal(READ("id,grade\na1,4\n", &problems), TN_ERR_FORMAT);
    assert_int_equal(problems, 1);
    assert_string_equal(logged, "roster.csv: column given_name is missing; the columns may be: id "
                                "(needed), given_name (needed), grade\n");
    assert_int_equal(READ("id;given_name\na1;Bo\n", &problems), TN_ERR_FORMAT);
    assert_non_null(strstr(logged, "must be separated by commas"));
}

static void an_unknown_column_is_noted_and_ignored(void **state)
{
    (void)state;
    uint64_t problems = 0;
    assert_int_equal(READ("id,given_name,shoe\na1,Maya,39\n", &problems), TN_OK);
    assert_int_equal(problems, 0);
    assert_non_null(strstr(logged, "column shoe is not one of ours"));
    assert_string_equal(rows, "a1|Maya|;");
}

static void a_column_that_comes_twice_is_refused(void **state)
{
    (void)state;
    uint64_t problems = 0;
    assert_int_equal(READ("id,given_name,ID\na1,Maya,a2\n", &problems), TN_ERR_FORMAT);
    assert_non_null(strstr(logged, "there twice"));
    assert_int_equal(row_count, 0);
}

static void every_bad_row_is_named_and_the_good_ones_are_read(void **state)
{
    (void)state;
    uint64_t problems = 0;
    assert_int_equal(
        READ("id,given_name,grade\na1,Maya,4\na2,,5\na3,Bo,13th\na4,Al\na5,Jo,K\n", &problems),
        TN_OK);
    assert_int_equal(problems, 3);
    assert_non_null(strstr(logged, "roster.csv: row 3, given_name: is empty"));
    assert_non_null(strstr(logged, "roster.csv: row 4, grade: expected a grade"));
    assert_non_null(strstr(logged, "roster.csv: row 5: has 2 fields where the header has 3"));
    assert_string_equal(rows, "a1|Maya|4;a5|Jo|K;");
}

static void bad_bytes_are_named_by_row_and_column(void **state)
{
    (void)state;
    uint64_t problems = 0;
    assert_int_equal(READ("id,given_name\na1,Jos\xe9\na2,M\0ya\na3,\xed\xa0\x80\n", &problems),
                     TN_OK);
    assert_int_equal(problems, 3);
    assert_non_null(strstr(logged, "row 2, given_name: is not UTF-8"));
    assert_non_null(strstr(logged, "row 3, given_name: holds a NUL"));
    assert_non_null(strstr(logged, "row 4, given_name: is not UTF-8"));
    assert_int_equal(row_count, 0);
    assert_int_equal(READ("\xff\xfei\0d\0", &problems), TN_ERR_FORMAT);
    assert_non_null(strstr(logged, "UTF-16"));
}

static void what_a_spreadsheet_saved_as_its_own_is_named_with_what_to_do(void **state)
{
    (void)state;
    uint64_t problems = 0;
    assert_int_equal(READ("PK\x03\x04\x14\0\x06\0", &problems), TN_ERR_FORMAT);
    assert_int_equal(problems, 1);
    assert_non_null(strstr(logged,
                           "is an Excel workbook or another spreadsheet and no CSV; save it "
                           "there as \"CSV UTF-8\" and import that"));
    assert_null(strstr(logged, "NUL"));
    assert_int_equal(READ("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", &problems), TN_ERR_FORMAT);
    assert_non_null(strstr(logged, "is an old Excel workbook (.xls)"));
    assert_int_equal(READ("PK,given_name\r\na1,Maya\r\n", &problems), TN_ERR_FORMAT);
    assert_null(strstr(logged, "workbook"));
}

static void a_row_after_line_breaks_keeps_its_row_number_and_its_line(void **state)
{
    (void)state;
    uint64_t problems = 0;
    assert_int_equal(READ("id,given_name,grade\r\n\"a\r\n1\",Maya,4\r\na2,Bo,x\r\n", &problems),
                     TN_OK);
    assert_int_equal(problems, 1);
    assert_non_null(strstr(logged, "row 3 (line 4), grade: expected"));
}

static void quotes_out_of_place_stop_the_reading(void **state)
{
    (void)state;
    uint64_t problems = 0;
    assert_int_equal(READ("id,given_name\na1,Ma\"ya\n", &problems), TN_ERR_FORMAT);
    assert_non_null(strstr(logged, "row 2: a quote mark is out of place"));
    assert_int_equal(READ("id,given_name\na1,\"Maya\na2,Bo\n", &problems), TN_ERR_FORMAT);
    assert_non_null(strstr(logged, "row 2: a quote that opens in this row is never closed"));
}

static void an_empty_file_is_said(void **state)
{
    (void)state;
    uint64_t problems = 0;
    assert_int_equal(READ("", &problems), TN_ERR_FORMAT);
    assert_non_null(strstr(logged, "is empty"));
    assert_int_equal(READ("\n\n", &problems), TN_ERR_FORMAT);
}

/* At the limit of a field, and one past it; the same for columns. */
static void limits_hold_exactly(void **state)
{
    (void)state;
    static char text[3 * TN_CSV_FIELD_MAX];
    uint64_t problems = 0;
    char field[TN_CSV_FIELD_MAX + 2];
    memset(field, 'x', sizeof(field));
    int len = snprintf(text, sizeof(text), "id,given_name\na1,%.*s\n", TN_CSV_FIELD_MAX, field);
    assert_int_equal(read_bytes(text, (size_t)len, &problems), TN_OK);
    assert_int_equal(row_count, 1);
    len = snprintf(text, sizeof(text), "id,given_name\na1,%.*s\n", TN_CSV_FIELD_MAX + 1, field);
    assert_int_equal(read_bytes(text, (size_t)len, &problems), TN_OK);
    assert_int_equal(problems, 1);
    assert_non_null(strstr(logged, "row 2, given_name: is longer than 4096 bytes"));
    len = snprintf(text, sizeof(text), "id,given_name");
    for (int i = 2; i < TN_CSV_COLUMNS_MAX; i++) {
        len += snprintf(text + len, sizeof(text) - (size_t)len, ",");
    }
    assert_int_equal(read_bytes(text, (size_t)len, &problems), TN_OK);
    text[len++] = ',';
    assert_int_equal(read_bytes(text, (size_t)len, &problems), TN_ERR_FORMAT);
    assert_non_null(strstr(logged, "more than 64 columns"));
}

static void an_unclosed_quote_does_not_eat_memory(void **state)
{
    (void)state;
    const size_t len = 4u << 20;
    char *text = malloc(len);
    assert_non_null(text);
    memset(text, 'x', len);
    memcpy(text, "id,given_name\na1,\"", 18);
    uint64_t problems = 0;
    assert_int_equal(read_bytes(text, len, &problems), TN_ERR_FORMAT);
    assert_non_null(strstr(logged, "is a closing quote missing?"));
    free(text);
}

static void only_twenty_problems_are_shown(void **state)
{
    (void)state;
    char text[2048];
    int len = snprintf(text, sizeof(text), "id,given_name\n");
    for (int i = 0; i < 25; i++) {
        len += snprintf(text + len, sizeof(text) - (size_t)len, "a%d,\n", i);
    }
    uint64_t problems = 0;
    assert_int_equal(read_bytes(text, (size_t)len, &problems), TN_OK);
    assert_int_equal(problems, 25);
    assert_non_null(strstr(logged, "row 21,"));
    assert_null(strstr(logged, "row 22,"));
    assert_non_null(strstr(logged, "and 5 more\n"));
}

static void write_one(enum tn_csv_for whom, const char *const *values, size_t count, char *out,
                      size_t size)
{
    FILE *file = fmemopen(out, size, "w");
    assert_non_null(file);
    assert_int_equal(tn_csv_write_row(file, whom, values, count), TN_OK);
    assert_int_equal(fclose(file), 0);
}

static void spreadsheets_get_no_formulas(void **state)
{
    (void)state;
    static const char *const values[] = {"=1+1", "+x", "-5", "@a", "\tb", "\rc", "plain", "a=b"};
    char out[256];
    write_one(TN_CSV_FOR_SPREADSHEET, values, 8, out, sizeof(out));
    assert_string_equal(out, "\"'=1+1\",\"'+x\",\"'-5\",\"'@a\",\"'\tb\",\"'\rc\",plain,a=b\r\n");
    write_one(TN_CSV_FOR_READING_BACK, values, 4, out, sizeof(out));
    assert_string_equal(out, "=1+1,+x,-5,@a\r\n");
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    static const char *const header[] = {"id", "given_name"};
    static const char *const values[] = {"a,1", "Ma\"ya\", Zo\xc3\xab"};
    char out[256];
    write_one(TN_CSV_FOR_READING_BACK, header, 2, out, sizeof(out));
    const size_t len = strlen(out);
    write_one(TN_CSV_FOR_READING_BACK, values, 2, out + len, sizeof(out) - len);
    expect_rows(out, strlen(out), "a,1|Ma\"ya\", Zo\xc3\xab|;");
}

static void values_are_checked_for_what_they_can_mean(void **state)
{
    (void)state;
    static const struct {
        tn_csv_check check;
        const char *value;
        bool is_good;
        int64_t number;
    } cases[] = {
        {tn_check_grade, "K", true, 0},
        {tn_check_grade, "pk", true, -1},
        {tn_check_grade, "12", true, 12},
        {tn_check_grade, "13", false, 0},
        {tn_check_grade, "-1", false, 0},
        {tn_check_year, "2015", true, 2015},
        {tn_check_year, "15", false, 0},
        {tn_check_zip3, "606", true, 606},
        {tn_check_zip3, "60601", false, 0},
        {tn_check_zip3, "6 6", false, 0},
        {tn_check_lang, "zh-Hans", true, 0},
        {tn_check_lang, "english", false, 0},
        {tn_check_lang, "en-", false, 0},
        {tn_check_yes, "Yes", true, 1},
        {tn_check_yes, "0", true, 0},
        {tn_check_yes, "maybe", false, 0},
        {tn_check_time, "2026-03-14T09:00:00-05:00", true, 1773496800000},
        {tn_check_time, "14.3.2026 9:00", false, 0},
        {tn_check_tz, "America/Chicago", true, 0},
        {tn_check_tz, "America/Nowhere", false, 0},
        {tn_check_tz, "../../../etc/passwd", false, 0},
        {tn_check_tz, "America", false, 0},
        {tn_check_sector, "After-school", true, 1},
        {tn_check_sector, "MUSEUMS", true, 6},
        {tn_check_sector, "schoolyard", false, 0},
        {tn_check_setting, "in-school", true, 0},
        {tn_check_setting, "In School", true, 0},
        {tn_check_setting, "in_school", true, 0},
        {tn_check_setting, "out-of-school", true, 1},
        {tn_check_setting, "Out of school", true, 1},
        {tn_check_setting, "After-school", true, 1},
        {tn_check_setting, "indoors", false, 0},
        {tn_check_setting, "online", false, 0},
        {tn_check_line, "a\nb", false, 0},
        {tn_check_code, "a b", false, 0},
        {tn_check_count, "-3", false, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int64_t number = 0;
        const char *expected = cases[i].check(cases[i].value, &number);
        if ((expected == NULL) != cases[i].is_good) {
            fail_msg("%s: %s", cases[i].value, expected == NULL ? "taken" : expected);
        }
        if (cases[i].is_good) {
            assert_int_equal(number, cases[i].number);
        }
    }
}

static void display_names_show_the_first_name_and_one_initial(void **state)
{
    (void)state;
    static const struct {
        const char *given, *preferred, *family, *display;
    } cases[] = {
        {"Maya", "", "Rivera", "Maya R."},
        {"Alejandra", "Ale", "de la Cruz", "Ale D."},
        {"Bo", "", "", "Bo"},
        {"José", "", "álvarez", "José Á."},
        {"小明", "", "王", "小明 王"},
        {"अदिति", "", "शर्मा", "अदिति श."},
        {"ليلى", "", "حداد", "ليلى ح."},
        {"Ann", "", "(Lee)", "Ann L."},
        {"Eva", "", "A\xcc\x8astr\xc3\xb6m", "Eva A\xcc\x8a."},
    };
    char display[TN_NAME_MAX + 1];
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tn_name_display(cases[i].given, cases[i].preferred, cases[i].family, display);
        assert_string_equal(display, cases[i].display);
    }
}

static void a_long_name_is_cut_between_letters(void **state)
{
    (void)state;
    char given[121];
    char display[TN_NAME_MAX + 1];
    for (size_t i = 0; i < 120; i += 2) {
        memcpy(given + i, "\xc3\xab", 2);
    }
    given[120] = '\0';
    tn_name_display(given, "", "Rivera", display);
    assert_true(strlen(display) <= TN_NAME_MAX);
    assert_string_equal(display + strlen(display) - 5, "\xc3\xab R.");
    tn_name_display(given, "", "", display);
    assert_int_equal(strlen(display), TN_NAME_MAX);
}

int main(void)
{
    tn_log_to(keep_log, NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_come_in_any_order_with_bom_crlf_and_quotes),
        cmocka_unit_test(line_ends_may_be_lf_or_cr_and_blank_rows_mean_nothing),
        cmocka_unit_test(a_missing_column_is_named_with_those_there_may_be),
        cmocka_unit_test(an_unknown_column_is_noted_and_ignored),
        cmocka_unit_test(a_column_that_comes_twice_is_refused),
        cmocka_unit_test(every_bad_row_is_named_and_the_good_ones_are_read),
        cmocka_unit_test(bad_bytes_are_named_by_row_and_column),
        cmocka_unit_test(what_a_spreadsheet_saved_as_its_own_is_named_with_what_to_do),
        cmocka_unit_test(a_row_after_line_breaks_keeps_its_row_number_and_its_line),
        cmocka_unit_test(quotes_out_of_place_stop_the_reading),
        cmocka_unit_test(an_empty_file_is_said),
        cmocka_unit_test(limits_hold_exactly),
        cmocka_unit_test(an_unclosed_quote_does_not_eat_memory),
        cmocka_unit_test(only_twenty_problems_are_shown),
        cmocka_unit_test(spreadsheets_get_no_formulas),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(values_are_checked_for_what_they_can_mean),
        cmocka_unit_test(display_names_show_the_first_name_and_one_initial),
        cmocka_unit_test(a_long_name_is_cut_between_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
