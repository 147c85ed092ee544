/* Gap: participation against the population that somebody counted (population.csv): of each of its
 * figures, how many such young people there are and how many of them were seen. Each learner is
 * held against the figures of their place and of all places. Of what else figures count by,
 * language is the roster's; anything more only a learner who told it under a consent is counted by.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sync/central/report_kinds.h"
#include "sync/central/report_release.h"
#include "sync/central/suppress.h"
#include "sync/central/told.h"

#define PLACES 1000     /* three digits */
#define EVERYWHERE 1000 /* the figures of all places */
#define NOWHERE 1001    /* no place that a learner can be of */
#define DIMENSIONS_MAX 64

struct figure {
    const char *geo;
    const char *grades;
    int64_t lo;
    int64_t hi;
    const char *dimension;
    const char *value;
    const char *source;
    int64_t population;
    size_t place;
    size_t next; /* of the same place, from 1; 0: none */
    int64_t learners;
};

/* What figures count by and learners are asked for. */
struct dimension {
    const char *name;
    int64_t told; /* learners who said which of its values is theirs */
};

struct gap {
    struct figure *figures; /* as they are shown */
    size_t count;
    size_t of_place[NOWHERE + 1]; /* the first figure, from 1 */
    struct dimension dimensions[DIMENSIONS_MAX];
    size_t dimension_count;
    struct tn_told_reader *told;
    int64_t unplaced;
};

static size_t place_of(const char *geo)
{
    if (strcasecmp(geo, "all") == 0) {
        return EVERYWHERE;
    }
    return strlen(geo) == 3 && strspn(geo, "0123456789") == 3
               ? (size_t)((geo[0] - '0') * 100 + (geo[1] - '0') * 10 + (geo[2] - '0'))
               : NOWHERE;
}

/* Of whom a figure is: everybody, or those with a value of a dimension. */
static bool is_of_all(const struct figure *f)
{
    return strcasecmp(f->dimension, "all") == 0;
}

static bool is_of_language(const struct figure *f)
{
    return strcasecmp(f->dimension, "language") == 0;
}

static struct dimension *dimension_of(struct gap *g, const char *name)
{
    for (size_t i = 0; i < g->dimension_count; i++) {
        if (strcasecmp(g->dimensions[i].name, name) == 0) {
            return &g->dimensions[i];
        }
    }
    return NULL;
}

static enum tn_status take_figure(struct gap *g, struct tn_stmt *stmt, struct tn_report *report)
{
    if (g->count == TN_REPORT_ROWS_MAX) {
        return TN_ERR_LIMIT;
    }
    struct figure *f = &g->figures[g->count++];
    const char *year = tn_col_is_null(stmt, 8)
                           ? ""
                           : tn_report_text(report, " %lld", (long long)tn_col_int(stmt, 8));
    *f = (struct figure){
        .geo = tn_report_text(report, "%s", tn_col_text(stmt, 0)),
        .grades = tn_report_text(report, "%s", tn_col_text(stmt, 1)),
        .lo = tn_col_int(stmt, 2),
        .hi = tn_col_int(stmt, 3),
        .dimension = tn_report_text(report, "%s", tn_col_text(stmt, 4)),
        .value = tn_report_text(report, "%s", tn_col_text(stmt, 5)),
        .population = tn_col_int(stmt, 6),
        .source = tn_report_text(report, "%s%s", tn_col_text(stmt, 7), year),
        .place = place_of(tn_col_text(stmt, 0)),
    };
    f->next = g->of_place[f->place];
    g->of_place[f->place] = g->count;
    if (!is_of_all(f) && !is_of_language(f) && dimension_of(g, f->dimension) == NULL &&
        g->dimension_count < DIMENSIONS_MAX) {
        g->dimensions[g->dimension_count++].name = f->dimension;
    }
    return TN_OK;
}

static enum tn_status begin(void *state, struct tn_scope *scope)
{
    static const char sql[] =
        "SELECT geo, grade_band, grade_lo, grade_hi, dimension, value, n, source, year FROM"
        " ref_population WHERE ecosystem = $1 ORDER BY geo, dimension, value, grade_lo, grade_hi,"
        " year, id";
    struct gap *g = state;
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    g->figures = calloc(TN_REPORT_ROWS_MAX, sizeof *g->figures);
    if (g->figures == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    enum tn_status status = tn_centre_prepare(scope->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        status = take_figure(g, stmt, scope->report);
        if (status != TN_OK) {
            break;
        }
    }
    tn_reset(stmt);
    if (status == TN_OK && g->dimension_count > 0) {
        status = tn_told_create(scope->centre, scope->report->made_ms, &g->told);
    }
    return status;
}

/* Whether a language is the one a figure is of: "es" is also "es-MX". */
static bool is_lang(const char *lang, const char *value)
{
    const size_t len = strlen(value);
    return strncasecmp(lang, value, len) == 0 && (lang[len] == '\0' || lang[len] == '-');
}

/* What somebody told, beside what the roster has of them. */
struct person {
    const struct tn_attendee *who;
    const struct tn_told *told;
    size_t told_count;
};

static bool is_in(const struct figure *f, const struct person *p)
{
    if (p->who->grade < f->lo || p->who->grade > f->hi) {
        return false;
    }
    if (is_of_all(f)) {
        return true;
    }
    if (is_of_language(f)) {
        return is_lang(p->who->lang, f->value);
    }
    for (size_t i = 0; i < p->told_count; i++) {
        if (strcasecmp(p->told[i].dimension, f->dimension) == 0) {
            return strcasecmp(p->told[i].value, f->value) == 0;
        }
    }
    return false;
}

static void count_in(struct gap *g, size_t place, const struct person *p)
{
    for (size_t at = g->of_place[place]; at != 0; at = g->figures[at - 1].next) {
        g->figures[at - 1].learners += is_in(&g->figures[at - 1], p);
    }
}

static enum tn_status add(void *state, struct tn_scope *scope, const struct tn_attendee *who)
{
    struct gap *g = state;
    struct person person = {.who = who};
    const size_t place = place_of(who->zip3);
    const bool has_grade = who->grade != TN_GRADE_UNKNOWN;
    enum tn_status status = TN_OK;
    (void)scope;
    g->unplaced += place >= PLACES || !has_grade;
    if (g->told != NULL) {
        status = tn_told_of(g->told, &who->id, &person.told, &person.told_count);
    }
    for (size_t i = 0; i < person.told_count && status == TN_OK; i++) {
        struct dimension *dimension = dimension_of(g, person.told[i].dimension);
        if (dimension != NULL) {
            dimension->told++;
        }
    }
    if (has_grade) {
        count_in(g, EVERYWHERE, &person);
    }
    if (has_grade && place < PLACES) {
        count_in(g, place, &person);
    }
    return status;
}

/* Whether learners are asked what a figure counts by. Where hardly anybody told anything, nought or
 * little of a population would be read as who came, and not as who told. */
static bool is_asked(struct gap *g, const struct tn_scope *scope, const struct figure *f)
{
    const int64_t least = tn_suppress_unit(scope->centre->min_cell);
    const struct dimension *dimension = dimension_of(g, f->dimension);
    return f->lo >= TN_GRADE_FIRST && f->hi <= TN_GRADE_LAST && f->place != NOWHERE &&
           (is_of_all(f) || is_of_language(f) || (dimension != NULL && dimension->told >= least));
}

static void add_row(struct gap *g, const struct tn_scope *scope, const struct figure *f,
                    struct tn_report *out, struct tn_report_part *part)
{
    const struct tn_report_value population = {.number = f->population};
    const struct tn_report_value seen =
        is_asked(g, scope, f)
            ? tn_release_count(scope, f->learners, tn_release_hides(scope, f->learners))
            : (struct tn_report_value){.is_none = true};
    const struct tn_report_value values[] = {
        {.text = f->geo},
        {.text = f->grades},
        {.text = is_of_all(f) ? "all" : tn_report_text(out, "%s: %s", f->dimension, f->value)},
        population,
        seen,
        tn_release_share(&seen, &population),
        {.text = f->source},
    };
    tn_report_row(out, part, values);
}

static void add_rows(struct gap *g, const struct tn_scope *scope, struct tn_report *out)
{
    static const struct tn_report_column columns[] = {
        {"geo", "Place", TN_MEASURE_TEXT},
        {"grades", "Grades", TN_MEASURE_TEXT},
        {"of", "Of whom", TN_MEASURE_TEXT},
        {"population", "Population", TN_MEASURE_COUNT},
        {"learners", "Learners", TN_MEASURE_COUNT},
        {"share", "Share", TN_MEASURE_SHARE},
        {"source", "Population by", TN_MEASURE_TEXT},
    };
    struct tn_report_part *part =
        tn_report_table(out, "participation", "Participation against the population", columns, 7);
    part->chart = TN_CHART_BARS;
    part->chart_column = 5;
    for (size_t i = 0; i < g->count; i++) {
        add_row(g, scope, &g->figures[i], out, part);
    }
}

/* Who told nothing is in none of a dimension's rows, so how many told is said beside them. */
static void add_told(const struct gap *g, const struct tn_scope *scope, struct tn_report *out)
{
    static const struct tn_report_column columns[] = {{"dimension", "Of what", TN_MEASURE_TEXT},
                                                      {"learners", "Learners", TN_MEASURE_COUNT},
                                                      {"share", "Share", TN_MEASURE_SHARE}};
    if (g->dimension_count == 0) {
        return;
    }
    const struct tn_report_value total = tn_release_total(scope);
    struct tn_report_part *part =
        tn_report_table(out, "told", "Learners who let it be known", columns, 3);
    for (size_t i = 0; i < g->dimension_count; i++) {
        const struct dimension *d = &g->dimensions[i];
        const struct tn_report_value told =
            tn_release_count(scope, d->told, tn_release_hides(scope, d->told));
        const struct tn_report_value values[] = {
            {.text = d->name}, told, tn_release_share(&told, &total)};
        tn_report_row(out, part, values);
    }
}

static enum tn_status finish(void *state, struct tn_scope *scope, struct tn_report *out)
{
    struct gap *g = state;
    const struct tn_report_value unplaced =
        tn_release_count(scope, g->unplaced, tn_release_hides(scope, g->unplaced));
    struct tn_report_part *figures = tn_release_headline(scope, out, "Who takes part");
    tn_report_figure(out, figures, "unplaced", "Learners without a known place or grade",
                     TN_MEASURE_COUNT, &unplaced);
    add_rows(g, scope, out);
    add_told(g, scope, out);
    tn_report_note(out, "A place is the first three digits of a postal code. Learners are counted"
                        " with the grade, place and language that the roster has of them; without"
                        " those they are in no row.");
    if (g->dimension_count > 0) {
        tn_report_note(out, "What the roster does not have is counted of learners who let it be"
                            " known under a consent that holds today; those who did not are in"
                            " none of its rows, so that participation is at least what they say.");
    }
    tn_report_note(out,
                   "Population figures are those of population.csv. Where it counts by something"
                   " that fewer than %lld learners told, no participation is given.",
                   (long long)tn_suppress_unit(scope->centre->min_cell));
    tn_release_notes(scope, out);
    return out->status;
}

static void end(void *state)
{
    struct gap *g = state;
    tn_told_free(g->told);
    free(g->figures);
}

static enum tn_status make(struct tn_centre *centre, const struct tn_report_filter *filter,
                           struct tn_report *out)
{
    static const struct tn_survey survey = {.size = sizeof(struct gap),
                                            .is_rounded = true,
                                            .begin = begin,
                                            .add = add,
                                            .finish = finish,
                                            .end = end};
    return tn_survey_make(&survey, centre, filter, out);
}

const struct tn_report_kind tn_report_gap = {
    .name = "gap",
    .title = "Participation",
    .summary = "participation against the population",
    .pillar = "Measurement",
    .make = make,
};
