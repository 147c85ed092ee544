/* Gap: participation against the population that somebody counted (population.csv): of each of its
 * figures, how many such young people there are and how many of them were seen. Learners are
 * counted by place, grade and language once, and each figure is a sum of those. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sync/central/report_kinds.h"
#include "sync/central/report_release.h"

#define PLACES 1001 /* the last: unknown */
#define GRADES (TN_GRADE_LAST - TN_GRADE_FIRST + 2)
#define LANGS_MAX 64 /* the last: all others */
#define LANG_SIZE 36

struct gap {
    char langs[LANGS_MAX][LANG_SIZE];
    size_t lang_count;
    uint32_t (*cells)[GRADES][LANGS_MAX]; /* by place */
    int64_t unplaced;
};

static enum tn_status begin(void *state, struct tn_scope *scope)
{
    struct gap *g = state;
    (void)scope;
    g->cells = calloc(PLACES, sizeof *g->cells);
    return g->cells == NULL ? TN_ERR_NO_MEMORY : TN_OK;
}

static size_t place_of(const char *zip3)
{
    return strlen(zip3) == 3 && strspn(zip3, "0123456789") == 3
               ? (size_t)((zip3[0] - '0') * 100 + (zip3[1] - '0') * 10 + (zip3[2] - '0'))
               : PLACES - 1;
}

static size_t lang_of(struct gap *g, const char *lang)
{
    for (size_t i = 0; i < g->lang_count; i++) {
        if (strcasecmp(g->langs[i], lang) == 0) {
            return i;
        }
    }
    if (g->lang_count == LANGS_MAX - 1) {
        return LANGS_MAX - 1;
    }
    (void)snprintf(g->langs[g->lang_count], LANG_SIZE, "%s", lang);
    return g->lang_count++;
}

static enum tn_status add(void *state, struct tn_scope *scope, const struct tn_attendee *who)
{
    struct gap *g = state;
    const size_t place = place_of(who->zip3);
    const size_t grade =
        who->grade == TN_GRADE_UNKNOWN ? GRADES - 1 : (size_t)(who->grade - TN_GRADE_FIRST);
    (void)scope;
    g->cells[place][grade][lang_of(g, who->lang)]++;
    g->unplaced += place == PLACES - 1 || grade == GRADES - 1;
    return TN_OK;
}

/* Whether a language is the one a figure is of: "es" is also "es-MX". */
static bool is_lang(const char *lang, const char *value)
{
    const size_t len = strlen(value);
    return strncasecmp(lang, value, len) == 0 && (lang[len] == '\0' || lang[len] == '-');
}

static int64_t sum_place(const struct gap *g, size_t place, int64_t lo, int64_t hi,
                         const bool *is_in)
{
    int64_t sum = 0;
    for (int64_t grade = lo; grade <= hi; grade++) {
        const uint32_t *cells = g->cells[place][grade - TN_GRADE_FIRST];
        for (size_t i = 0; i < LANGS_MAX; i++) {
            sum += is_in[i] ? cells[i] : 0;
        }
    }
    return sum;
}

struct figure {
    const char *geo;
    int64_t lo;
    int64_t hi;
    const char *dimension;
    const char *value;
};

/* How many learners a figure's population holds; -1 where that is not asked of learners. */
static int64_t count_figure(const struct gap *g, const struct figure *f)
{
    bool is_in[LANGS_MAX] = {false};
    const bool is_all = strcasecmp(f->dimension, "all") == 0;
    const bool is_everywhere = strcasecmp(f->geo, "all") == 0;
    const size_t place = place_of(f->geo);
    if ((!is_all && strcasecmp(f->dimension, "language") != 0) || f->lo < TN_GRADE_FIRST ||
        f->hi > TN_GRADE_LAST || (!is_everywhere && place == PLACES - 1)) {
        return -1;
    }
    for (size_t i = 0; i < LANGS_MAX; i++) {
        is_in[i] = is_all || (i < g->lang_count && is_lang(g->langs[i], f->value));
    }
    int64_t sum = 0;
    for (size_t i = 0; i < PLACES; i++) {
        sum += is_everywhere || i == place ? sum_place(g, i, f->lo, f->hi, is_in) : 0;
    }
    return sum;
}

static void add_row(const struct gap *g, const struct tn_scope *scope, struct tn_stmt *stmt,
                    struct tn_report *out, struct tn_report_part *part)
{
    const struct figure figure = {
        .geo = tn_report_text(out, "%s", tn_col_text(stmt, 0)),
        .lo = tn_col_int(stmt, 2),
        .hi = tn_col_int(stmt, 3),
        .dimension = tn_report_text(out, "%s", tn_col_text(stmt, 4)),
        .value = tn_report_text(out, "%s", tn_col_text(stmt, 5)),
    };
    const int64_t learners = count_figure(g, &figure);
    const struct tn_report_value population = {.number = tn_col_int(stmt, 6)};
    const struct tn_report_value seen =
        learners < 0 ? (struct tn_report_value){.is_none = true}
                     : tn_release_count(scope, learners, tn_release_hides(scope, learners));
    const char *year =
        tn_col_is_null(stmt, 8) ? "" : tn_report_text(out, " %lld", (long long)tn_col_int(stmt, 8));
    const struct tn_report_value values[] = {
        {.text = figure.geo},
        {.text = tn_col_text(stmt, 1)},
        {.text = strcasecmp(figure.dimension, "all") == 0
                     ? "all"
                     : tn_report_text(out, "%s: %s", figure.dimension, figure.value)},
        population,
        seen,
        tn_release_share(&seen, &population),
        {.text = tn_report_text(out, "%s%s", tn_col_text(stmt, 7), year)},
    };
    tn_report_row(out, part, values);
}

static enum tn_status add_rows(const struct gap *g, struct tn_scope *scope, struct tn_report *out)
{
    static const char sql[] =
        "SELECT geo, grade_band, grade_lo, grade_hi, dimension, value, n, source, year FROM"
        " ref_population WHERE ecosystem = $1 ORDER BY geo, dimension, value, grade_lo, grade_hi,"
        " year, id";
    static const struct tn_report_column columns[] = {
        {"geo", "Place", TN_MEASURE_TEXT},
        {"grades", "Grades", TN_MEASURE_TEXT},
        {"of", "Of whom", TN_MEASURE_TEXT},
        {"population", "Population", TN_MEASURE_COUNT},
        {"learners", "Learners", TN_MEASURE_COUNT},
        {"share", "Participation", TN_MEASURE_SHARE},
        {"source", "Population by", TN_MEASURE_TEXT},
    };
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    struct tn_report_part *part =
        tn_report_table(out, "participation", "Participation against the population", columns, 7);
    part->chart = TN_CHART_BARS;
    part->chart_column = 5;
    enum tn_status status = tn_centre_prepare(scope->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row && out->status == TN_OK) {
        add_row(g, scope, stmt, out, part);
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status finish(void *state, struct tn_scope *scope, struct tn_report *out)
{
    const struct gap *g = state;
    const struct tn_report_value unplaced =
        tn_release_count(scope, g->unplaced, tn_release_hides(scope, g->unplaced));
    struct tn_report_part *figures = tn_release_headline(scope, out, "Who takes part");
    tn_report_figure(out, figures, "unplaced", "Learners without a known place or grade",
                     TN_MEASURE_COUNT, &unplaced);
    enum tn_status status = add_rows(g, scope, out);
    tn_report_note(out, "A place is the first three digits of a postal code. Learners are counted"
                        " with the grade, place and language that the roster has of them; without"
                        " those they are in no row.");
    tn_report_note(out, "Population figures are those of population.csv. Where it counts by"
                        " something that is not asked of learners, no participation is given.");
    tn_release_notes(scope, out);
    return status == TN_OK ? out->status : status;
}

static void end(void *state)
{
    struct gap *g = state;
    free(g->cells);
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
