/* 21apr: attendance as the annual performance report of 21st Century Community Learning Centers
 * asks for it: hours by band, for the grade ranges of its performance measures. Ranges overlap, so
 * every cell is a set of its own. */
#include <stdio.h>
#include <string.h>

#include "sync/central/dose.h"
#include "sync/central/report_kinds.h"
#include "sync/central/report_release.h"
#include "sync/central/suppress.h"

#define GRADES (TN_GRADE_LAST - TN_GRADE_FIRST + 1)
#define BANDS_MAX (TN_REPORT_COLUMNS_MAX - 2)

/* Of the measures under the Government Performance and Results Act. */
static const struct range {
    const char *label;
    int64_t lo;
    int64_t hi;
    int64_t also_lo; /* a second stretch of grades; empty where lo is past hi */
    int64_t also_hi;
} ranges[] = {
    {"Grades 4-8", 4, 8, 1, 0},
    {"Grades 7-8 and 10-12", 7, 8, 10, 12},
    {"Grades 1-12", 1, 12, 1, 0},
    {"Grades 1-5", 1, 5, 1, 0},
    {"All grades, also unknown", TN_GRADE_UNKNOWN, TN_GRADE_LAST, 1, 0},
};

struct apr {
    struct tn_dose_band bands[BANDS_MAX];
    size_t band_count;
    int64_t cells[GRADES + 1][BANDS_MAX]; /* the last row: grade unknown */
};

static enum tn_status begin(void *state, struct tn_scope *scope)
{
    struct apr *a = state;
    struct tn_dose_band all[TN_DOSE_BANDS_MAX];
    size_t count = 0;
    enum tn_status status = tn_dose_read(scope->centre->db, scope->centre->no, all, &count);
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        if (strcmp(all[i].scheme, TN_DOSE_21CCLC) != 0) {
            continue;
        }
        if (a->band_count == BANDS_MAX) {
            return TN_ERR_LIMIT;
        }
        a->bands[a->band_count++] = all[i];
    }
    return status;
}

static enum tn_status add(void *state, struct tn_scope *scope, const struct tn_attendee *who)
{
    struct apr *a = state;
    const size_t grade =
        who->grade == TN_GRADE_UNKNOWN ? GRADES : (size_t)(who->grade - TN_GRADE_FIRST);
    (void)scope;
    for (size_t i = 0; i < a->band_count; i++) {
        a->cells[grade][i] += who->minutes >= a->bands[i].lo && who->minutes < a->bands[i].hi;
    }
    return TN_OK;
}

static bool is_in(const struct range *range, int64_t grade)
{
    return (grade >= range->lo && grade <= range->hi) ||
           (grade >= range->also_lo && grade <= range->also_hi);
}

static void sum_range(const struct apr *a, const struct range *range, int64_t *cells)
{
    for (size_t row = 0; row <= GRADES; row++) {
        const int64_t grade = row == GRADES ? TN_GRADE_UNKNOWN : (int64_t)row + TN_GRADE_FIRST;
        for (size_t i = 0; i < a->band_count && is_in(range, grade); i++) {
            cells[i] += a->cells[row][i];
        }
    }
}

/* A range's bands share its learners out. A cell is also withheld where those of the band outside
 * the range are few. */
static void add_range(const struct apr *a, const struct tn_scope *scope, const struct range *range,
                      const int64_t *all, struct tn_report *out, struct tn_report_part *part)
{
    int64_t cells[BANDS_MAX] = {0};
    int64_t learners = 0;
    bool withheld[BANDS_MAX] = {false};
    struct tn_report_value values[BANDS_MAX + 2] = {{.text = range->label}};
    sum_range(a, range, cells);
    for (size_t i = 0; i < a->band_count; i++) {
        learners += cells[i];
    }
    const bool hides_all = tn_release_hides(scope, learners);
    for (size_t i = 0; i < a->band_count; i++) {
        withheld[i] = hides_all || tn_suppress_set(all[i], cells[i], scope->centre->min_cell);
    }
    tn_suppress_table(cells, a->band_count, scope->centre->min_cell, withheld);
    values[1] = tn_release_count(scope, learners, hides_all);
    for (size_t i = 0; i < a->band_count; i++) {
        values[2 + i] = tn_release_count(scope, cells[i], withheld[i]);
    }
    tn_report_row(out, part, values);
}

static enum tn_status finish(void *state, struct tn_scope *scope, struct tn_report *out)
{
    const struct apr *a = state;
    const size_t count = sizeof ranges / sizeof ranges[0];
    struct tn_report_column columns[BANDS_MAX + 2] = {{"grades", "Grades", TN_MEASURE_TEXT},
                                                      {"learners", "Learners", TN_MEASURE_COUNT}};
    int64_t all[BANDS_MAX] = {0};
    for (size_t i = 0; i < a->band_count; i++) {
        columns[2 + i] = (struct tn_report_column){
            tn_report_text(out, "from_%lld_hours", (long long)a->bands[i].lo / 60),
            a->bands[i].label, TN_MEASURE_COUNT};
    }
    sum_range(a, &ranges[count - 1], all);
    (void)tn_release_headline(scope, out, "Attendance at 21st Century Community Learning Centers");
    struct tn_report_part *part = tn_report_table(out, "attendance", "Learners by grades and hours",
                                                  columns, a->band_count + 2);
    for (size_t i = 0; i < count; i++) {
        add_range(a, scope, &ranges[i], all, out, part);
    }
    tn_report_note(out, "Grade ranges are those of the federal performance measures, and overlap."
                        " Bands of hours are rows of the table dose_band, and may be changed there"
                        " when the program changes them.");
    tn_report_note(out,
                   "This is the form to publish. What the program's own system asks for of each"
                   " student is in `export`.");
    tn_release_notes(scope, out);
    return out->status;
}

static enum tn_status make(struct tn_centre *centre, const struct tn_report_filter *filter,
                           struct tn_report *out)
{
    static const struct tn_survey survey = {.size = sizeof(struct apr),
                                            .is_rounded = true,
                                            .begin = begin,
                                            .add = add,
                                            .finish = finish};
    return tn_survey_make(&survey, centre, filter, out);
}

const struct tn_report_kind tn_report_21apr = {
    .name = "21apr",
    .title = "21st CCLC attendance",
    .summary = "hours by band and grade range, for the annual performance report",
    .pillar = "Measurement",
    .make = make,
};
