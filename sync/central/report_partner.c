/* Partners: whom each met at its activities, by partner and by sector. Partners without a
 * visit and without staff hours are left out: most of them send learners and run nothing. */
#include <stdlib.h>
#include <string.h>

#include "sync/central/report_kinds.h"
#include "sync/central/report_release.h"
#include "sync/central/report_sets.h"

/* What a partner's people gave, where somebody said it. */
struct staff {
    bool is_said;
    int64_t minutes;
};

struct partners {
    size_t count;            /* the last is for activities that no partner ran */
    struct tn_set *partners; /* as in the scope */
    struct tn_set *sectors;  /* each at the place of its first partner */
    size_t *sector_of;
    struct staff *staff; /* of partners, as in the scope; the last is never said */
    uint64_t serial;
};

static void take_staff(struct partners *p, const struct tn_scope *scope,
                       const struct tn_id *partner, int64_t minutes)
{
    for (size_t i = 0; i < scope->partner_count; i++) {
        const bool is_in = !scope->has_partner || scope->partners[i].is_in;
        if (is_in && tn_id_equal(&scope->partners[i].id, partner)) {
            p->staff[i].is_said = true;
            p->staff[i].minutes += minutes;
        }
    }
}

/* The time that partners' people gave at the events of the filter: those that begin in its days. */
static enum tn_status read_staff(struct partners *p, const struct tn_scope *scope)
{
    static const char sql[] =
        "SELECT s.partner, sum(s.staff_min) FROM event_partner s JOIN event e ON e.ecosystem ="
        " s.ecosystem AND e.id = s.event WHERE s.ecosystem = $1 AND s.staff_min IS NOT NULL AND"
        " e.starts >= $2 AND e.starts < $3 AND (e.id = $4 OR $4 IS NULL) GROUP BY s.partner";
    const struct tn_report_filter *filter = scope->filter;
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(scope->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_int(stmt, 2, filter->from_ms == 0 ? INT64_MIN : filter->from_ms);
    tn_bind_int(stmt, 3, filter->to_ms == 0 ? INT64_MAX : filter->to_ms);
    tn_bind_id(stmt, 4, &filter->event);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_id partner;
        tn_col_id(stmt, 0, &partner);
        take_staff(p, scope, &partner, tn_col_int(stmt, 1));
    }
    tn_reset(stmt);
    return status;
}

static enum tn_status begin(void *state, struct tn_scope *scope)
{
    struct partners *p = state;
    p->count = scope->partner_count + 1;
    p->partners = calloc(p->count, sizeof *p->partners);
    p->sectors = calloc(p->count, sizeof *p->sectors);
    p->sector_of = calloc(p->count, sizeof *p->sector_of);
    p->staff = calloc(p->count, sizeof *p->staff);
    if (p->partners == NULL || p->sectors == NULL || p->sector_of == NULL || p->staff == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < p->count; i++) {
        const bool is_same = i > 0 && i < scope->partner_count &&
                             strcmp(scope->partners[i].sector, scope->partners[i - 1].sector) == 0;
        p->sector_of[i] = is_same ? p->sector_of[i - 1] : i;
    }
    return read_staff(p, scope);
}

static enum tn_status add(void *state, struct tn_scope *scope, const struct tn_attendee *who)
{
    struct partners *p = state;
    p->serial++;
    for (size_t i = 0; i < who->count; i++) {
        const struct tn_attended *visit = &who->visits[i];
        const uint32_t partner = visit->activity == TN_SCOPE_NONE
                                     ? TN_SCOPE_NONE
                                     : scope->activities[visit->activity].partner;
        const size_t at = partner == TN_SCOPE_NONE ? p->count - 1 : partner;
        if (!visit->is_stay) {
            tn_set_add(&p->partners[at], p->serial, visit->minutes);
            tn_set_add(&p->sectors[p->sector_of[at]], p->serial, visit->minutes);
        }
    }
    return TN_OK;
}

static struct tn_report_value staff_value(const struct staff *staff)
{
    return (struct tn_report_value){.number = staff->minutes, .is_none = !staff->is_said};
}

/* What the partners of one sector gave. */
static struct staff staff_of_sector(const struct partners *p, size_t sector)
{
    struct staff sum = {0};
    for (size_t i = 0; i < p->count; i++) {
        if (p->sector_of[i] == sector) {
            sum.is_said = sum.is_said || p->staff[i].is_said;
            sum.minutes += p->staff[i].minutes;
        }
    }
    return sum;
}

/* Whoever met nobody is left out, and where a filter cuts, whoever met few. */
static bool is_listed(const struct tn_scope *scope, const struct tn_set *set)
{
    return set->learners > 0 && !(scope->is_cut && tn_release_hides(scope, set->learners));
}

static void add_sectors(const struct partners *p, const struct tn_scope *scope,
                        struct tn_report *out)
{
    static const struct tn_report_column columns[] = {
        {"sector", "Sector", TN_MEASURE_TEXT},
        {"learners", "Learners", TN_MEASURE_COUNT},
        {"visits", "Visits", TN_MEASURE_COUNT},
        {"minutes", "Hours", TN_MEASURE_MINUTES},
        {"staff_minutes", "Staff hours", TN_MEASURE_MINUTES}};
    struct tn_report_part *part = tn_report_table(out, "sectors", "By sector", columns, 5);
    part->chart = TN_CHART_BARS;
    part->chart_column = 1;
    for (size_t i = 0; i < p->count; i++) {
        const struct staff staff = staff_of_sector(p, i);
        struct tn_report_value values[5] = {
            {.text = i < scope->partner_count ? scope->partners[i].sector : "(no partner)"}};
        const bool is_shown = is_listed(scope, &p->sectors[i]);
        if (is_shown || staff.is_said) {
            tn_set_values(scope, &p->sectors[i], values + 1);
            values[4] = staff_value(&staff);
            tn_report_row(out, part, values);
        }
    }
}

static void add_partners(const struct partners *p, const struct tn_scope *scope,
                         struct tn_report *out)
{
    static const struct tn_report_column columns[] = {
        {"partner", "Partner", TN_MEASURE_TEXT},
        {"sector", "Sector", TN_MEASURE_TEXT},
        {"learners", "Learners", TN_MEASURE_COUNT},
        {"visits", "Visits", TN_MEASURE_COUNT},
        {"minutes", "Hours", TN_MEASURE_MINUTES},
        {"staff_minutes", "Staff hours", TN_MEASURE_MINUTES},
        {"agreement", "Agreement until", TN_MEASURE_DATE}};
    struct tn_report_part *part = tn_report_table(out, "partners", "By partner", columns, 7);
    for (size_t i = 0; i < p->count; i++) {
        const struct tn_scope_partner *partner =
            i < scope->partner_count ? &scope->partners[i] : NULL;
        struct tn_report_value values[7] = {
            {.text = partner == NULL ? "(no partner)" : partner->name},
            {.text = partner == NULL ? "" : partner->sector}};
        values[6].is_none = partner == NULL || partner->agreement_expires == 0;
        values[6].number = values[6].is_none ? 0 : partner->agreement_expires;
        values[5] = staff_value(&p->staff[i]);
        if (is_listed(scope, &p->partners[i]) || p->staff[i].is_said) {
            tn_set_values(scope, &p->partners[i], values + 2);
            tn_report_row(out, part, values);
        }
    }
}

static enum tn_status finish(void *state, struct tn_scope *scope, struct tn_report *out)
{
    const struct partners *p = state;
    struct tn_report_value known = {.number = (int64_t)scope->partner_count};
    struct tn_report_value active = {0};
    struct tn_report_value agreed = {0};
    struct tn_report_value staff = {.is_none = true};
    for (size_t i = 0; i < scope->partner_count; i++) {
        active.number += p->partners[i].learners > 0;
        agreed.number += scope->partners[i].has_agreement;
        staff.is_none = staff.is_none && !p->staff[i].is_said;
        staff.number += p->staff[i].minutes;
    }
    struct tn_report_part *figures = tn_release_headline(scope, out, "Partners and learners");
    tn_report_figure(out, figures, "partners", "Partners of the ecosystem", TN_MEASURE_COUNT,
                     &known);
    tn_report_figure(out, figures, "partners_active", "Partners whose activities learners visited",
                     TN_MEASURE_COUNT, &active);
    tn_report_figure(out, figures, "agreements", "Partners with an agreement on data",
                     TN_MEASURE_COUNT, &agreed);
    tn_report_figure(out, figures, "staff_minutes", "Staff hours of partners", TN_MEASURE_MINUTES,
                     &staff);
    add_sectors(p, scope, out);
    add_partners(p, scope, out);
    tn_report_note(out, "A learner met by two partners counts once for each of them and once in the"
                        " total. Hours here are time at the partner's activities."
                        " Staff hours are those that partners gave at these events, whatever the"
                        " grades of learners; a dash is where nobody said them.");
    tn_release_notes(scope, out);
    return out->status;
}

static void end(void *state)
{
    struct partners *p = state;
    free(p->partners);
    free(p->sectors);
    free(p->sector_of);
    free(p->staff);
}

static enum tn_status make(struct tn_centre *centre, const struct tn_report_filter *filter,
                           struct tn_report *out)
{
    static const struct tn_survey survey = {.size = sizeof(struct partners),
                                            .is_rounded = true,
                                            .begin = begin,
                                            .add = add,
                                            .finish = finish,
                                            .end = end};
    return tn_survey_make(&survey, centre, filter, out);
}

const struct tn_report_kind tn_report_partner = {
    .name = "partner",
    .title = "Partners",
    .summary = "whom each partner and sector met",
    .pillar = "Partnerships",
    .make = make,
};
