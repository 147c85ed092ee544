/* Transition: whether learners stay over the changes of school, from grade 5 to 6 and from 8 to 9.
 * The roster has a learner's grade of today, so the grade they were in follows from the school year
 * of a visit: learners are counted by grade and the set of school years they were seen in, and what
 * today is is known once all are. */
#include <stdlib.h>

#include "sync/central/report_kinds.h"
#include "sync/central/report_release.h"

#define YEARS_MAX 64 /* school years, the first begins in 1990 */
#define YEAR_FIRST 1990
#define AUGUST 8
#define DAY_MS INT64_C(86400000)
#define HISTORIES_MAX 200000

struct history {
    int64_t grade;
    uint64_t years; /* a bit for each */
    int64_t learners;
};

struct transition {
    struct history *list; /* a table by hash; learners 0: free */
    size_t room;
    size_t count;
    int newest;
};

/* The school year that begins in August, from YEAR_FIRST on; civil dates from days as in H.
 * Hinnant's chrono algorithms. */
static int school_year(int64_t at_ms)
{
    const int64_t days = (at_ms >= 0 ? at_ms : at_ms - DAY_MS + 1) / DAY_MS + 719468;
    const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const int64_t of_era = days - era * 146097;
    const int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    const int64_t from_march = (5 * of_year + 2) / 153; /* 0: March */
    const int64_t month = from_march < 10 ? from_march + 3 : from_march - 9;
    const int64_t civil = year + era * 400 + (month <= 2);
    const int64_t school = civil - (month < AUGUST) - YEAR_FIRST;
    return school < 0 ? 0 : school >= YEARS_MAX ? YEARS_MAX - 1 : (int)school;
}

static struct history *find(const struct transition *t, int64_t grade, uint64_t years)
{
    const uint64_t mixed = (years ^ (uint64_t)(grade + 3) << 58) * UINT64_C(0x9e3779b97f4a7c15);
    size_t at = (size_t)(mixed >> 32) & (t->room - 1);
    while (t->list[at].learners > 0 && (t->list[at].grade != grade || t->list[at].years != years)) {
        at = (at + 1) & (t->room - 1);
    }
    return &t->list[at];
}

static enum tn_status grow(struct transition *t)
{
    const struct transition before = *t;
    t->room = before.room == 0 ? 256 : 2 * before.room;
    t->list = calloc(t->room, sizeof *t->list);
    if (t->list == NULL || before.count > HISTORIES_MAX) {
        free(t->list);
        *t = before;
        return TN_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < before.room; i++) {
        if (before.list[i].learners > 0) {
            *find(t, before.list[i].grade, before.list[i].years) = before.list[i];
        }
    }
    free(before.list);
    return TN_OK;
}

static enum tn_status add(void *state, struct tn_scope *scope, const struct tn_attendee *who)
{
    struct transition *t = state;
    uint64_t years = 0;
    (void)scope;
    for (size_t i = 0; i < who->count; i++) {
        const int year = school_year(who->visits[i].starts);
        years |= UINT64_C(1) << year;
        t->newest = year > t->newest ? year : t->newest;
    }
    if (who->grade == TN_GRADE_UNKNOWN) {
        return TN_OK;
    }
    if (2 * t->count >= t->room && grow(t) != TN_OK) {
        return TN_ERR_NO_MEMORY;
    }
    struct history *history = find(t, who->grade, years);
    t->count += history->learners == 0;
    history->grade = who->grade;
    history->years = years;
    history->learners++;
    return TN_OK;
}

/* Learners seen while in a grade, and those of them seen in the school year after. Only years that
 * have a year after them count. */
static void count_change(const struct transition *t, int64_t grade, int64_t *seen, int64_t *kept)
{
    *seen = *kept = 0;
    for (size_t i = 0; i < t->room; i++) {
        const struct history *h = &t->list[i];
        const int64_t year = t->newest - (h->grade - grade);
        if (h->learners > 0 && year >= 0 && year < t->newest && (h->years >> year & 1) != 0) {
            *seen += h->learners;
            *kept += (h->years >> (year + 1) & 1) != 0 ? h->learners : 0;
        }
    }
}

static void add_change(const struct transition *t, const struct tn_scope *scope, int64_t grade,
                       struct tn_report *out, struct tn_report_part *part)
{
    const int64_t min_cell = scope->centre->min_cell;
    int64_t seen = 0;
    int64_t kept = 0;
    count_change(t, grade, &seen, &kept);
    const bool hides_seen = tn_release_hides(scope, seen);
    const struct tn_report_value before = tn_release_count(scope, seen, hides_seen);
    const struct tn_report_value after = tn_release_count(
        scope, kept,
        hides_seen || tn_release_hides(scope, kept) || (seen > kept && seen - kept < min_cell));
    const struct tn_report_value values[] = {
        {.text = tn_report_text(out, "Grade %lld to %lld", (long long)grade, (long long)grade + 1)},
        before,
        after,
        tn_release_share(&after, &before)};
    tn_report_row(out, part, values);
}

static enum tn_status finish(void *state, struct tn_scope *scope, struct tn_report *out)
{
    static const struct tn_report_column columns[] = {
        {"change", "Change of school", TN_MEASURE_TEXT},
        {"learners", "Learners seen before it", TN_MEASURE_COUNT},
        {"retained", "Of them seen the year after", TN_MEASURE_COUNT},
        {"share", "Share", TN_MEASURE_SHARE}};
    const struct transition *t = state;
    (void)tn_release_headline(scope, out, "Over the change of school");
    struct tn_report_part *part =
        tn_report_table(out, "changes", "Learners who stay when the school changes", columns, 4);
    part->chart = TN_CHART_BARS;
    part->chart_column = 3;
    add_change(t, scope, 5, out, part);
    add_change(t, scope, 8, out, part);
    tn_report_note(out,
                   "A school year begins in August. The grade somebody was in is worked out"
                   " from the roster's, as of the newest school year anybody was seen in"
                   " (%d-%02d), one grade a year.",
                   YEAR_FIRST + t->newest, (YEAR_FIRST + t->newest + 1) % 100);
    tn_release_notes(scope, out);
    return out->status;
}

static void end(void *state)
{
    struct transition *t = state;
    free(t->list);
}

static enum tn_status make(struct tn_centre *centre, const struct tn_report_filter *filter,
                           struct tn_report *out)
{
    static const struct tn_survey survey = {.size = sizeof(struct transition),
                                            .is_rounded = true,
                                            .add = add,
                                            .finish = finish,
                                            .end = end};
    return tn_survey_make(&survey, centre, filter, out);
}

const struct tn_report_kind tn_report_transition = {
    .name = "transition",
    .title = "Transition",
    .summary = "who stays over the changes of school, grades 5-6 and 8-9",
    .pillar = "Systems",
    .make = make,
};
