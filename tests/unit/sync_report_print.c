/* The printers of reports, on made-up ones with everything hard in them. What they write is read
 * back with the libraries its readers use, and counted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <csv.h>
#include <jansson.h>

#include "sync/exchange/chart.h"
#include "sync/exchange/check.h"
#include "sync/exchange/report_value.h"
#include "sync/exchange/text_width.h"
#include "tests/unit/sync_report_sample.h"

#define ALL SAMPLES /* the book of all samples */
enum { REACH, BRIDGE, PATHWAY, QUALITY, WORKFORCE };
#define LIBRARY "Riverbend Public Library"

static char *printed;
static size_t printed_len;

typedef enum tn_status (*printer)(FILE *file, const struct tn_report_book *book);

static const char *print(printer how, size_t which)
{
    const struct tn_report_book book = sample_book(which);
    free(printed);
    FILE *file = open_memstream(&printed, &printed_len);
    assert_non_null(file);
    assert_int_equal(how(file, &book), TN_OK);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(strlen(printed), printed_len);
    return printed;
}

static struct tn_report_look look = {80, false};

static enum tn_status text(FILE *file, const struct tn_report_book *book)
{
    return tn_report_print_text(file, book, &look);
}

static size_t count_of(const char *haystack, const char *needle)
{
    size_t count = 0;
    for (const char *at = strstr(haystack, needle); at != NULL; at = strstr(at + 1, needle)) {
        count++;
    }
    return count;
}

static void assert_holds(const char *haystack, const char *needle)
{
    if (strstr(haystack, needle) == NULL) {
        fail_msg("\"%s\" is not in:\n%.6000s", needle, haystack);
    }
}

/* The screen's column where a piece of the line that holds `row` ends. */
static size_t column_after(const char *page, const char *row, const char *piece)
{
    char line[1024];
    const char *at = strstr(page, row);
    assert_non_null(at);
    while (at > page && at[-1] != '\n') {
        at--;
    }
    (void)snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
    char *found = strstr(line, piece);
    assert_non_null(found);
    found[strlen(piece)] = '\0';
    return tn_text_width(line);
}

static void no_line_of_text_is_wider_than_the_terminal(void **state)
{
    static const size_t widths[] = {40, 61, 80, 132};
    (void)state;
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        look = (struct tn_report_look){widths[i], i % 2 == 1};
        for (size_t which = 0; which <= ALL; which++) {
            char *rest = (char *)(uintptr_t)print(text, which);
            for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
                const size_t len = strlen(line);
                if (tn_text_width(line) > widths[i]) {
                    fail_msg("wider than %zu: %s", widths[i], line);
                }
                if (len > 0 && line[len - 1] == ' ') {
                    fail_msg("space at the end of: %s|", line);
                }
            }
        }
    }
    look = (struct tn_report_look){80, false};
}

static void numbers_of_a_column_end_at_one_place_whatever_script_stands_before(void **state)
{
    (void)state;
    const char *page = print(text, REACH);
    const size_t end = column_after(page, LIBRARY, "1,204");
    assert_int_equal(column_after(page, "مركز", " 48"), end);
    assert_int_equal(column_after(page, "天空", "*"), end);
    assert_int_equal(column_after(page, "=HYPERLINK", " 30"), end);
    assert_int_equal(column_after(page, "The Society", " 310"), end);
    assert_int_equal(column_after(page, "Zoe", " 0"), end);
}

static void text_for_people_has_separators_hours_days_and_marks(void **state)
{
    (void)state;
    const char *page = print(text, REACH);
    assert_holds(page, "Reach of City <STEM> Ecosystem\n====");
    assert_holds(page, "Contact hours                           20,576.1\n");
    assert_holds(page, "Visits of activities                       3,112+\n");
    assert_holds(page, "Badges the centre does not know                *\n");
    assert_holds(page, "Share of visits with an imputed end        12.3%\n");
    assert_holds(page, "Share who came back within a year              –\n");
    assert_holds(page, "Last day with a visit                14 Mar 2026\n");
    assert_null(strstr(page, "…"));
    assert_holds(page, "fewer than 10 learners");
    assert_holds(page, "Notes\n-----\n- Contact hours are time at an event; where");
}

static void marks_are_explained_only_where_they_stand(void **state)
{
    (void)state;
    const char *page = print(text, BRIDGE);
    assert_null(strstr(page, "withheld"));
    assert_holds(page, "By district\n-----------\nNothing to show.\n");
    assert_null(strstr(print(tn_report_print_html, BRIDGE), "class=\"legend\""));
}

static void bars_are_drawn_only_where_a_screen_has_them(void **state)
{
    (void)state;
    assert_null(strstr(print(text, PATHWAY), "█"));
    look.has_bars = true;
    const char *page = print(text, PATHWAY);
    look.has_bars = false;
    assert_holds(page, "Tell a machine what to do       640  ██████████████████████████████\n");
    assert_holds(page, "Build one                       402  ██████████████████▊\n");
    assert_holds(page, "Clean it                          *\n");
}

/* Prints a table of one row at a width. */
static char *print_row(const struct tn_report_column *columns, size_t count,
                       const struct tn_report_value *row, size_t width)
{
    struct tn_report report;
    char *out = NULL;
    size_t len = 0;
    tn_report_init(&report, "row", "Row");
    tn_report_row(&report, tn_report_table(&report, "row", "Row", columns, count), row);
    struct tn_report_book book = sample_book(0);
    book.reports = &report;
    const struct tn_report_look narrow = {width, false};
    FILE *file = open_memstream(&out, &len);
    assert_int_equal(tn_report_print_text(file, &book, &narrow), TN_OK);
    (void)fclose(file);
    tn_report_destroy(&report);
    return out;
}

static void a_table_of_too_many_columns_is_set_in_panels(void **state)
{
    static const struct tn_report_column columns[] = {{"name", "Name", TN_MEASURE_TEXT},
                                                      {"a", "Partnership", TN_MEASURE_COUNT},
                                                      {"b", "Attendance", TN_MEASURE_COUNT},
                                                      {"c", "Participation", TN_MEASURE_COUNT},
                                                      {"d", "Registration", TN_MEASURE_COUNT}};
    const struct tn_report_value row[] = {
        {.text = "Everybody"}, {.number = 1}, {.number = 2}, {.number = 3}, {.number = 4}};
    (void)state;
    char *out = print_row(columns, 5, row, 40);
    assert_int_equal(count_of(out, "Everybody"), 2);
    assert_int_equal(count_of(out, "Partnership"), 1);
    assert_int_equal(count_of(out, "Registration"), 1);
    free(out);
}

static void a_text_too_long_for_its_column_goes_on_below_and_is_never_cut(void **state)
{
    static const struct tn_report_column columns[] = {{"type", "Type", TN_MEASURE_TEXT},
                                                      {"what", "What it means", TN_MEASURE_TEXT},
                                                      {"open", "Open", TN_MEASURE_COUNT}};
    const struct tn_report_value row[] = {
        {.text = "revoked_station"},
        {.text = "it was revoked; what it wrote since is kept and not counted"},
        {.number = 1234567, .is_partial = true}};
    (void)state;
    char *page = print_row(columns, 3, row, 50);
    assert_holds(page, "\nType             What it means               Open\n"
                       "-------------------------------------------------\n"
                       "revoked_station  it was revoked; what   1,234,567+\n"
                       "                 it wrote since is\n"
                       "                 kept and not counted\n\n");
    free(page);
}

static void a_word_is_broken_only_where_no_line_could_hold_it(void **state)
{
    static const struct tn_report_column columns[] = {{"what", "What", TN_MEASURE_TEXT},
                                                      {"open", "Open", TN_MEASURE_COUNT}};
    const struct tn_report_value row[] = {
        {.text = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrente"}, {.number = 12}};
    (void)state;
    char *page = print_row(columns, 2, row, 40);
    assert_holds(page, "Donaudampfschifffahrtsgesellschaft    12\n"
                       "skapitänswitwenrente\n");
    free(page);
}

/* CSV, read with libcsv: fields of the row that is being read, and what was found. */
struct sheet {
    char fields[16][256];
    size_t field;
    size_t rows;
    size_t withheld;
    size_t safe;
    long long learners;
};

static void take_field(void *data, size_t len, void *ctx)
{
    struct sheet *s = ctx;
    assert_true(s->field < 16);
    (void)snprintf(s->fields[s->field++], 256, "%.*s", (int)len, (const char *)data);
}

static void take_row(int end, void *ctx)
{
    struct sheet *s = ctx;
    (void)end;
    assert_int_equal(s->field, 13);
    s->field = 0;
    s->rows++;
    if (strcmp(s->fields[11], "true") == 0) {
        assert_string_equal(s->fields[9], "");
        s->withheld++;
    }
    if (strcmp(s->fields[3], "partners") == 0 && strcmp(s->fields[8], "learners") == 0) {
        s->learners += strtoll(s->fields[9], NULL, 10);
    }
    s->safe += strncmp(s->fields[5], "'=HYPERLINK", 11) == 0;
    assert_true(strchr("=+-@", s->fields[5][0]) == NULL || s->fields[5][0] == '\0');
}

static struct sheet read_sheet(const char *bytes)
{
    struct csv_parser parser;
    static struct sheet sheet;
    sheet = (struct sheet){0};
    assert_memory_equal(bytes, "\xef\xbb\xbf", 3);
    assert_int_equal(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI), 0);
    const size_t len = strlen(bytes) - 3;
    assert_int_equal(csv_parse(&parser, bytes + 3, len, take_field, take_row, &sheet), len);
    assert_int_equal(csv_fini(&parser, take_field, take_row, &sheet), 0);
    csv_free(&parser);
    return sheet;
}

static void csv_has_a_row_a_number_and_is_safe_in_a_spreadsheet(void **state)
{
    (void)state;
    const struct sheet one = read_sheet(print(tn_report_print_csv, REACH));
    assert_int_equal(one.rows, 1 + 8 + 7 * 4); /* head, figures, four numbers a partner */
    assert_int_equal(one.withheld, 1 + 4);
    assert_int_equal(one.safe, 4);
    assert_int_equal(one.learners, 1204 + 12 + 48 + 30 + 310);
    assert_holds(printed,
                 ",reach,partners,1," LIBRARY ",library,,minutes,61230,minutes,false,false\r\n");
    assert_holds(printed, "," LIBRARY ",library,,share,0.4312,share,");
    assert_holds(printed, "," LIBRARY ",library,,last,2026-03-14,date,");
    const struct sheet all = read_sheet(print(tn_report_print_csv, ALL));
    assert_int_equal(all.rows, 1 + 36 + (1 + 3 * 2) + (1 + 6 + 16) + (1 + SAMPLE_MANY) + (1 + 1));
}

static void a_row_of_texts_alone_keeps_them_as_values(void **state)
{
    static const struct tn_report_column columns[] = {{"station", "Station", TN_MEASURE_TEXT},
                                                      {"state", "State", TN_MEASURE_TEXT}};
    const struct tn_report_value row[] = {{.text = "North gate"}, {.text = "home"}};
    struct tn_report report;
    char *out = NULL;
    size_t len = 0;
    (void)state;
    tn_report_init(&report, "stations", "Stations");
    tn_report_row(&report, tn_report_table(&report, "all", "All", columns, 2), row);
    struct tn_report_book book = sample_book(0);
    book.reports = &report;
    FILE *file = open_memstream(&out, &len);
    assert_int_equal(tn_report_print_csv(file, &book), TN_OK);
    (void)fclose(file);
    assert_holds(out, ",stations,all,1,North gate,,,state,home,text,false,false\r\n");
    free(out);
    tn_report_destroy(&report);
}

static json_t *read_json(size_t which)
{
    json_error_t error;
    json_t *out = json_loads(print(tn_report_print_json, which), JSON_REJECT_DUPLICATES, &error);
    if (out == NULL) {
        fail_msg("line %d: %s", error.line, error.text);
    }
    return out;
}

static void json_says_null_and_which_for_what_is_withheld(void **state)
{
    const char *name = NULL;
    int learners = 0;
    int unknown_is_null = 0;
    int none_is_null = 0;
    double share = 0;
    const char *day = NULL;
    const char *withheld = NULL;
    const char *partial = NULL;
    (void)state;
    json_t *out = read_json(REACH);
    assert_int_equal(json_unpack(out, "{s:s, s:{s:i, s:f, s:s}, s:[s], s:[s]}", "name", &name,
                                 "figures", "learners", &learners, "imputed_share", &share,
                                 "last_day", &day, "withheld", &withheld, "partial", &partial),
                     0);
    const json_t *figures = json_object_get(out, "figures");
    unknown_is_null = json_is_null(json_object_get(figures, "unknown_badges"));
    none_is_null = json_is_null(json_object_get(figures, "return_share"));
    assert_string_equal(name, "reach");
    assert_int_equal(learners, 2792);
    assert_true(share > 0.12339 && share < 0.12341);
    assert_string_equal(day, "2026-03-14");
    assert_true(unknown_is_null && none_is_null);
    assert_string_equal(withheld, "unknown_badges");
    assert_string_equal(partial, "activity_visits");
    const json_t *rows = json_object_get(json_object_get(out, "tables"), "partners");
    assert_int_equal(json_array_size(rows), 7);
    const json_t *hidden = json_array_get(rows, 3);
    assert_true(json_is_true(json_object_get(hidden, "is_withheld")));
    assert_true(json_is_null(json_object_get(hidden, "learners")));
    assert_true(json_is_null(json_object_get(hidden, "minutes")));
    assert_true(json_is_true(json_object_get(json_array_get(rows, 4), "is_partial")));
    assert_true(json_is_false(json_object_get(json_array_get(rows, 0), "is_withheld")));
    json_decref(out);
}

static void json_of_all_has_every_report_and_the_filters(void **state)
{
    (void)state;
    const char *event = NULL;
    const char *to = NULL;
    json_t *out = read_json(ALL);
    assert_int_equal(
        json_unpack(out, "{s:{s:s, s:n, s:s}}", "filters", "event", &event, "partner", "to", &to),
        0);
    assert_string_equal(event, "fair");
    assert_string_equal(to, "2026-03-31");
    const json_t *reports = json_object_get(out, "reports");
    assert_int_equal(json_array_size(reports), SAMPLES);
    for (size_t i = 0; i < SAMPLES; i++) {
        const json_t *report = json_array_get(reports, i);
        assert_string_equal(json_string_value(json_object_get(report, "name")), samples[i].name);
        assert_true(json_is_object(json_object_get(report, "figures")));
        assert_true(json_is_object(json_object_get(report, "tables")));
    }
    json_decref(out);
}

/* Follows tags in and out; attributes hold no > since all text is escaped. */
static void assert_well_formed(const char *page)
{
    char open[64][16];
    size_t depth = 0;
    const char *at = page + strlen("<!doctype html>");
    while ((at = strchr(at, '<')) != NULL) {
        char name[16] = "";
        const char *end = strchr(at, '>');
        const bool is_close = at[1] == '/';
        assert_non_null(end);
        assert_int_equal(sscanf(at + 1 + is_close, "%15[a-z0-9]", name), 1);
        if (is_close) {
            if (depth == 0 || strcmp(open[depth - 1], name) != 0) {
                fail_msg("</%s> closes <%s>", name, depth == 0 ? "" : open[depth - 1]);
            }
            depth--;
        } else if (end[-1] != '/' && strcmp(name, "meta") != 0) {
            assert_true(depth < 64);
            (void)snprintf(open[depth++], 16, "%s", name);
        }
        at = strcmp(name, "style") == 0 && !is_close ? strstr(end, "</style>") : end;
    }
    assert_int_equal(depth, 0);
}

/* Each id stands once, and whatever refers to one finds it. */
static void assert_ids_meet(const char *page)
{
    char id[80];
    char all[96];
    for (const char *at = strstr(page, " id=\""); at != NULL; at = strstr(at + 1, " id=\"")) {
        assert_int_equal(sscanf(at, " id=\"%60[^\"]", id), 1);
        (void)snprintf(all, sizeof all, " id=\"%s\"", id);
        if (count_of(page, all) != 1) {
            fail_msg("%s stands %zu times", all, count_of(page, all));
        }
    }
    for (const char *at = strstr(page, "labelledby=\""); at != NULL;
         at = strstr(at + 1, "labelledby=\"")) {
        assert_int_equal(sscanf(at, "labelledby=\"%60[^\" ]", id), 1);
        (void)snprintf(all, sizeof all, " id=\"%s\"", id);
        assert_holds(page, all);
    }
}

static void the_page_is_well_formed_and_refers_to_nothing_outside(void **state)
{
    (void)state;
    for (size_t which = 0; which <= ALL; which++) {
        const char *page = print(tn_report_print_html, which);
        assert_well_formed(page);
        assert_ids_meet(page);
        assert_null(strstr(page, "<script"));
        assert_null(strstr(page, "src="));
        assert_null(strstr(page, "@import"));
        assert_null(strstr(page, " style=\""));
        assert_int_equal(count_of(page, "href=\""), count_of(page, "href=\"#"));
        assert_int_equal(count_of(page, "<h1"), 1);
        assert_int_equal(count_of(page, "<table"), count_of(page, "<caption"));
        assert_int_equal(count_of(page, "<svg role=\"img\""), count_of(page, "<desc "));
        assert_holds(page, "default-src 'none'; style-src 'sha256-");
    }
}

static void a_hostile_name_is_only_text_on_the_page(void **state)
{
    (void)state;
    const char *page = print(tn_report_print_html, REACH);
    assert_holds(page,
                 "<bdi>&lt;script&gt;alert(&#39;&quot;&amp;&quot;&#39;)&lt;/script&gt;</bdi>");
    assert_holds(page, "City &lt;STEM&gt; Ecosystem</title>");
}

static void charts_show_the_numbers_of_their_table(void **state)
{
    (void)state;
    const char *page = print(tn_report_print_html, REACH);
    assert_int_equal(count_of(page, "class=\"bar\""), 5); /* one is withheld, one is 0 */
    assert_int_equal(count_of(page, "class=\"withheld\""), 1);
    assert_int_equal(count_of(page, "<tr"), 1 + 7);
    assert_holds(page, "width=\"74.00%\" height=\"14\"");
    assert_holds(page, ">30+</text>");
    page = print(tn_report_print_html, PATHWAY);
    assert_int_equal(count_of(page, "<circle class=\"node"), 6);
    assert_int_equal(count_of(page, "<line class=\"way"), 4);
    assert_int_equal(count_of(page, "node withheld"), 1);
    assert_int_equal(count_of(page, "class=\"bar\""), 15);
    assert_holds(page, ">216</text>");
    page = print(tn_report_print_html, QUALITY);
    assert_int_equal(count_of(page, "class=\"bar\""), TN_CHART_BARS_MOST);
    assert_int_equal(count_of(page, "<tr"), 1 + SAMPLE_MANY);
    assert_holds(page, "The largest 12 of 200.");
    page = print(tn_report_print_html, WORKFORCE);
    assert_null(strstr(page, "<figure")); /* one bar says nothing */
}

static void the_page_of_all_has_the_five_pillars_as_a_path(void **state)
{
    (void)state;
    const char *page = print(tn_report_print_html, ALL);
    assert_int_equal(count_of(page, "<li><a href=\"#pillar-"), TN_REPORT_PILLARS);
    assert_int_equal(count_of(page, "<section class=\"pillar\""), TN_REPORT_PILLARS);
    assert_holds(page, "<span>Teaching &amp; Learning</span><strong>912</strong>"
                       "<em>Learners who took a step</em>");
}

static void a_figure_that_an_earlier_report_has_is_said_once(void **state)
{
    static const struct tn_report_column columns[] = {{"geo", "Place", TN_MEASURE_TEXT},
                                                      {"grades", "Grades", TN_MEASURE_TEXT},
                                                      {"learners", "Learners", TN_MEASURE_COUNT}};
    const struct tn_report_value rows[][3] = {{{.text = "605"}, {.text = "K-2"}, {.number = 40}},
                                              {{.text = "605"}, {.text = "3-5"}, {.number = 30}}};
    const struct tn_report_value shared = {.number = 4321};
    const struct tn_report_value own = {.number = 8765};
    struct tn_report two[2];
    char *out = NULL;
    size_t len = 0;
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        tn_report_init(&two[i], i == 0 ? "first" : "second", "Report");
        two[i].pillar = tn_report_pillars[i].name;
        struct tn_report_part *part = tn_report_figures(&two[i], "figures", "Figures");
        tn_report_figure(&two[i], part, "learners", "Shared", TN_MEASURE_COUNT, &shared);
    }
    tn_report_figure(&two[1], &two[1].parts[0], "own", "Own", TN_MEASURE_COUNT, &own);
    struct tn_report_part *table = tn_report_table(&two[1], "gap", "Gap", columns, 3);
    table->chart = TN_CHART_BARS;
    table->chart_column = 2;
    tn_report_row(&two[1], table, rows[0]);
    tn_report_row(&two[1], table, rows[1]);
    struct tn_report_book book = sample_book(ALL);
    book.reports = two;
    book.count = 2;
    static const printer printers[] = {text, tn_report_print_html, tn_report_print_json};
    static const size_t times[] = {1, 2, 2}; /* a page has it on its path too */
    for (size_t i = 0; i < 3; i++) {
        FILE *file = open_memstream(&out, &len);
        assert_int_equal(printers[i](file, &book), TN_OK);
        (void)fclose(file);
        assert_int_equal(count_of(out, i == 2 ? "4321" : "4,321"), times[i]);
        if (i == 1) {
            assert_holds(out, "<span>Systems</span><strong>8,765</strong><em>Own</em>");
            assert_holds(out, ">605 \u00b7 3-5</text>");
        }
        free(out);
    }
    tn_report_destroy(&two[0]);
    tn_report_destroy(&two[1]);
}

static void a_full_disk_is_said_by_every_printer(void **state)
{
    static const printer printers[] = {text, tn_report_print_csv, tn_report_print_json,
                                       tn_report_print_html};
    const struct tn_report_book book = sample_book(ALL);
    (void)state;
    for (size_t i = 0; i < sizeof printers / sizeof printers[0]; i++) {
        FILE *file = fopen("/dev/full", "w");
        assert_non_null(file);
        const enum tn_status status = printers[i](file, &book);
        (void)fclose(file);
        assert_int_equal(status, TN_ERR_FULL);
    }
}

static void widths_count_columns_and_not_characters(void **state)
{
    (void)state;
    assert_int_equal(tn_text_width("Zoe\u0308"), 3);
    assert_int_equal(tn_text_width("天空"), 4);
    assert_int_equal(tn_text_width("مركز"), 4);
    assert_int_equal(tn_text_width("a\u200b\tb"), 3);
    assert_int_equal(tn_text_word_width("a three-part word"), 10);
    assert_int_equal(tn_text_fitting("天空x", 3), strlen("天"));
    assert_int_equal(tn_text_fitting("天", 1), strlen("天"));
    struct tn_text_line line;
    const char *rest = "天空  Zoe\u0308 abc";
    assert_true(tn_text_take_line(&rest, 7, &line));
    assert_int_equal(tn_text_line_width(&line), 4);
    assert_true(tn_text_take_line(&rest, 7, &line));
    assert_int_equal(tn_text_line_width(&line), 7);
    assert_false(tn_text_take_line(&rest, 7, &line));
}

static void days_begin_at_midnight_of_the_zone(void **state)
{
    int64_t ms = 0;
    int64_t next_ms = 0;
    (void)state;
    assert_true(tn_local_day("2026-03-08", "America/Chicago", 0, &ms));
    assert_int_equal(ms, INT64_C(1772949600000)); /* 06:00 UTC */
    assert_true(tn_local_day("2026-03-08", "America/Chicago", 1, &next_ms));
    assert_int_equal(next_ms - ms, 23 * INT64_C(3600000)); /* summer time begins */
    assert_int_equal(tn_local_date(next_ms - 1, "America/Chicago").day, 8);
    assert_int_equal(tn_local_date(next_ms, "America/Chicago").day, 9);
    assert_false(tn_local_day("2026-02-29", "UTC", 0, &ms));
    assert_false(tn_local_day("2026-3-8", "UTC", 0, &ms));
    assert_false(tn_local_day("2026-03-08x", "UTC", 0, &ms));
    assert_false(tn_local_day("2026-03-08", "Nowhere/City", 0, &ms));
}

static int setup(void **state)
{
    (void)state;
    samples_make();
    for (size_t i = 0; i < SAMPLES; i++) {
        if (samples[i].status != TN_OK) {
            return 1;
        }
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    samples_free();
    free(printed);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_line_of_text_is_wider_than_the_terminal),
        cmocka_unit_test(numbers_of_a_column_end_at_one_place_whatever_script_stands_before),
        cmocka_unit_test(text_for_people_has_separators_hours_days_and_marks),
        cmocka_unit_test(marks_are_explained_only_where_they_stand),
        cmocka_unit_test(bars_are_drawn_only_where_a_screen_has_them),
        cmocka_unit_test(a_table_of_too_many_columns_is_set_in_panels),
        cmocka_unit_test(a_text_too_long_for_its_column_goes_on_below_and_is_never_cut),
        cmocka_unit_test(a_word_is_broken_only_where_no_line_could_hold_it),
        cmocka_unit_test(csv_has_a_row_a_number_and_is_safe_in_a_spreadsheet),
        cmocka_unit_test(a_row_of_texts_alone_keeps_them_as_values),
        cmocka_unit_test(json_says_null_and_which_for_what_is_withheld),
        cmocka_unit_test(json_of_all_has_every_report_and_the_filters),
        cmocka_unit_test(the_page_is_well_formed_and_refers_to_nothing_outside),
        cmocka_unit_test(a_hostile_name_is_only_text_on_the_page),
        cmocka_unit_test(charts_show_the_numbers_of_their_table),
        cmocka_unit_test(the_page_of_all_has_the_five_pillars_as_a_path),
        cmocka_unit_test(a_figure_that_an_earlier_report_has_is_said_once),
        cmocka_unit_test(a_full_disk_is_said_by_every_printer),
        cmocka_unit_test(widths_count_columns_and_not_characters),
        cmocka_unit_test(days_begin_at_midnight_of_the_zone),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
