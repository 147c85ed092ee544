/* Reports attacked: random worlds are published, every report with every single filter is read, and
 * what follows from all of them together is worked out: rows share their total out, a filter's
 * learners and the rest are all learners, grades share everything out, days and events nest. Each
 * number is an interval (what is withheld or rounded is a wide one), and each of these sums narrows
 * the others until nothing changes. No number of 1 to min_cell - 1 learners may be narrowed to one
 * value. The same attack on the same worlds with small numbers withheld and nothing else must find
 * some, or it would prove nothing. */
#include "tests/unit/sync_reports.h"
#include "tests/unit/sync_world.h"

#define MIN_CELL 10
#define PEOPLE_MAX 70
#define EVENTS 3
#define GRADES 3
#define FILTERS (1 + EVENTS + 2 + GRADES + 2)
#define ROUNDS 5
#define SEED 41
#define VARS_MAX 4000
#define SUMS_MAX 4000
#define TERMS_MAX 16
#define NAME_SIZE 120
#define DAY_MS INT64_C(86400000)
#define START INT64_C(1759309200000)

struct var {
    char name[NAME_SIZE];
    int64_t lo;
    int64_t hi;
};

/* vars[0] is the sum of the others. */
struct sum {
    int vars[TERMS_MAX];
    int count;
};

static struct var vars[VARS_MAX];
static int var_count;
static struct sum sums[SUMS_MAX];
static int sum_count;
static struct tn_random_seeded seeded;
static struct tn_random rng;
static struct tn_report_filter filters[FILTERS];
static bool has_total;      /* the report shows how many in all */
static int64_t total_shown; /* of all events; 0: exactly */

enum {
    F_ALL,
    F_EVENT,
    F_PARTNER = F_EVENT + EVENTS,
    F_GRADE = F_PARTNER + 2,
    F_DAY = F_GRADE + GRADES
};

/* The tables whose rows share all learners out. */
static const struct {
    const char *report;
    const char *part;
} shared[] = {
    {"dosage", "bands_contact"}, {"dosage", "bands_21cclc"}, {"repeat", "events"},
    {"repeat", "returns"},       {"repeat", "weeks"},        {"bridge", "settings"},
};

/* Figures that are the learners of a set. */
static const struct {
    const char *report;
    const char *key;
} sets[] = {
    {"workforce", "learners_exposed"}, {"pathway", "learners_on_pathways"}, {"gap", "unplaced"}};

static unsigned draw(unsigned below)
{
    uint32_t value = 0;
    rng.fill(rng.ctx, &value, sizeof value);
    return value % below;
}

static int var_named(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int var_named(const char *format, ...)
{
    char name[NAME_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(name, sizeof name, format, args);
    va_end(args);
    for (int i = 0; i < var_count; i++) {
        if (strcmp(vars[i].name, name) == 0) {
            return i;
        }
    }
    assert_true(var_count < VARS_MAX);
    vars[var_count] = (struct var){.lo = 0, .hi = PEOPLE_MAX};
    memcpy(vars[var_count].name, name, sizeof name);
    return var_count++;
}

static void add_sum(const int *terms, int count)
{
    assert_true(sum_count < SUMS_MAX && count <= TERMS_MAX);
    memcpy(sums[sum_count].vars, terms, (size_t)count * sizeof *terms);
    sums[sum_count++].count = count;
}

static void narrow(int var, int64_t lo, int64_t hi)
{
    vars[var].lo = lo > vars[var].lo ? lo : vars[var].lo;
    vars[var].hi = hi < vars[var].hi ? hi : vars[var].hi;
}

/* What a printed number says. Raw numbers (of a report that withholds nothing) stand for a rule
 * that withholds small ones and does no more. */
static void take_number(int var, const struct tn_report_value *value, bool is_raw)
{
    if (is_raw && value->number > 0 && value->number < MIN_CELL) {
        narrow(var, 1, MIN_CELL - 1);
    } else if (!value->is_withheld) {
        narrow(var, value->number,
               value->number + (value->is_partial && !is_raw ? MIN_CELL - 1 : 0));
    }
}

static void settle(void)
{
    for (bool is_changed = true; is_changed;) {
        is_changed = false;
        for (int s = 0; s < sum_count; s++) {
            int64_t lo = 0;
            int64_t hi = 0;
            const struct var *total = &vars[sums[s].vars[0]];
            for (int i = 1; i < sums[s].count; i++) {
                lo += vars[sums[s].vars[i]].lo;
                hi += vars[sums[s].vars[i]].hi;
            }
            const int64_t before_lo = total->lo;
            const int64_t before_hi = total->hi;
            narrow(sums[s].vars[0], lo, hi);
            is_changed = is_changed || before_lo != total->lo || before_hi != total->hi;
            for (int i = 1; i < sums[s].count; i++) {
                const struct var before = vars[sums[s].vars[i]];
                narrow(sums[s].vars[i], total->lo - (hi - before.hi), total->hi - (lo - before.lo));
                const struct var *after = &vars[sums[s].vars[i]];
                const bool is_narrower = before.lo != after->lo || before.hi != after->hi;
                is_changed = is_changed || is_narrower;
                lo += after->lo - before.lo;
                hi += after->hi - before.hi;
            }
        }
    }
}

/* How many learners' numbers that must not be known are. */
static int count_known(bool is_raw)
{
    int known = 0;
    for (int i = 0; i < var_count; i++) {
        if (vars[i].lo > vars[i].hi) {
            fail_msg("%s is from %lld to %lld: the attack reasons wrongly", vars[i].name,
                     (long long)vars[i].lo, (long long)vars[i].hi);
        }
        if (vars[i].lo == vars[i].hi && vars[i].lo > 0 && vars[i].lo < MIN_CELL) {
            known++;
            if (!is_raw) {
                print_message("%s follows: %lld learners\n", vars[i].name, (long long)vars[i].lo);
            }
        }
    }
    return known;
}

/* A number of a report. Where the total is only "at least", so is a number that is
 * the same. */
static void take_cell(int var, int filter, const struct tn_report_value *value, bool is_raw)
{
    if (filter == F_ALL && value->is_partial && value->number == total_shown) {
        narrow(var, value->number, PEOPLE_MAX);
    } else {
        take_number(var, value, is_raw);
    }
}

/* Nought is printed, so what a report withholds beside its total is somebody. */
static void take_withheld(int var, const struct tn_report_value *value)
{
    if (has_total && value->is_withheld) {
        narrow(var, 1, PEOPLE_MAX);
    }
}

static void take_table(const struct tn_report *report, const char *key, int filter, bool is_raw)
{
    const struct tn_report_part *part = report_part(report, key);
    int terms[TERMS_MAX] = {var_named("learners/%d", filter)};
    int count = 1;
    assert_non_null(part);
    for (size_t row = 0; row < part->row_count; row++) {
        const struct tn_report_value *values = &part->values[row * part->column_count];
        const int cell = var_named("%s/%s/%s/%d", report->name, key, values[0].text, filter);
        take_cell(cell, filter, &values[1], is_raw);
        take_withheld(cell, &values[1]);
        terms[count++] = cell;
    }
    add_sum(terms, count);
}

/* Cells of grades against bands: a band's learners of some grades, and the rest of the band. */
static void take_apr(const struct tn_report *report, int filter, bool is_raw)
{
    const struct tn_report_part *part = report_part(report, "attendance");
    for (size_t row = 0; row < part->row_count; row++) {
        const struct tn_report_value *values = &part->values[row * part->column_count];
        int terms[TERMS_MAX] = {var_named("21apr/%s/%d", values[0].text, filter)};
        take_cell(terms[0], filter, &values[1], is_raw);
        for (size_t c = 2; c < part->column_count; c++) {
            const int cell =
                var_named("21apr/%s/%s/%d", values[0].text, part->columns[c].key, filter);
            take_cell(cell, filter, &values[c], is_raw);
            terms[c - 1] = cell;
            const int band[] = {
                var_named("dosage/bands_21cclc/%s/%d", part->columns[c].title, filter), cell,
                var_named("21apr/not %s/%s/%d", values[0].text, part->columns[c].key, filter)};
            add_sum(band, 3);
        }
        add_sum(terms, (int)part->column_count - 1);
        const int rest[] = {var_named("learners/%d", filter), terms[0],
                            var_named("21apr/not %s/%d", values[0].text, filter)};
        add_sum(rest, 3);
    }
}

static void take_set(const struct tn_report *report, const char *name, int filter,
                     const struct tn_report_value *value, bool is_raw)
{
    const int terms[] = {var_named("learners/%d", filter),
                         var_named("%s/%s/%d", report->name, name, filter),
                         var_named("%s/not %s/%d", report->name, name, filter)};
    take_cell(terms[1], filter, value, is_raw);
    add_sum(terms, 3);
}

static void take_sets(const struct tn_report *report, const char *key, int filter, bool is_raw)
{
    const struct tn_report_part *part = report_part(report, key);
    size_t column = 0;
    while (part != NULL && strcmp(part->columns[column].key, "learners") != 0) {
        column++;
    }
    for (size_t row = 0; part != NULL && row < part->row_count; row++) {
        const struct tn_report_value *values = &part->values[row * part->column_count];
        char name[64];
        snprintf(name, sizeof name, "%s %s", key, values[0].text);
        if (filter < F_EVENT + EVENTS && filter != F_ALL) {
            take_set(report, name, filter, &values[column], is_raw);
        }
    }
}

static void read_report(const char *name, int filter, bool is_raw)
{
    struct tn_report report;
    centre.min_cell = is_raw ? 1 : MIN_CELL;
    make_report(name, &filters[filter], &report);
    const struct tn_report_value *learners = report_figure(&report, "learners");
    has_total = !learners->is_withheld;
    total_shown = filter == F_ALL && learners->is_partial ? learners->number : 0;
    if (total_shown > 0) {
        narrow(var_named("learners/%d", filter), learners->number, PEOPLE_MAX);
    } else {
        take_number(var_named("learners/%d", filter), learners, is_raw);
    }
    for (size_t i = 0; i < sizeof shared / sizeof shared[0]; i++) {
        if (strcmp(shared[i].report, name) == 0) {
            take_table(&report, shared[i].part, filter, is_raw);
        }
    }
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        if (strcmp(sets[i].report, name) == 0) {
            take_set(&report, sets[i].key, filter, report_figure(&report, sets[i].key), is_raw);
        }
    }
    if (strcmp(name, "21apr") == 0) {
        take_apr(&report, filter, is_raw);
    }
    if (strcmp(name, "reach") == 0 || strcmp(name, "partner") == 0) {
        take_sets(&report, "sectors", filter, is_raw);
        take_sets(&report, "partners", filter, is_raw);
    }
    tn_report_destroy(&report);
}

/* A filter's learners and the others are all; days nest in each other; two events that are not the
 * third may be all. */
static void relate_filters(void)
{
    for (int f = 1; f < FILTERS; f++) {
        const int terms[] = {var_named("learners/%d", F_ALL), var_named("learners/%d", f),
                             var_named("not by filter %d", f)};
        add_sum(terms, 3);
    }
    const int days[] = {var_named("learners/%d", F_DAY + 1), var_named("learners/%d", F_DAY),
                        var_named("new on the second day")};
    add_sum(days, 3);
    const int first[] = {var_named("learners/%d", F_DAY), var_named("learners/%d", F_EVENT),
                         var_named("first day without its event")};
    add_sum(first, 3);
    int grades[TERMS_MAX] = {var_named("learners/%d", F_ALL)};
    for (int g = 0; g < GRADES; g++) {
        grades[1 + g] = var_named("learners/%d", F_GRADE + g);
    }
    add_sum(grades, 1 + GRADES);
}

/* Grades share every number of learners out. */
static void relate_grades(void)
{
    const int count = var_count;
    for (int i = 0; i < count; i++) {
        char name[NAME_SIZE];
        int terms[TERMS_MAX] = {i};
        memcpy(name, vars[i].name, sizeof name);
        char *filter = strrchr(name, '/');
        if (filter == NULL || strcmp(filter, "/0") != 0 || strncmp(name, "learners", 8) == 0) {
            continue;
        }
        *filter = '\0';
        for (int g = 0; g < GRADES; g++) {
            terms[1 + g] = var_named("%s/%d", name, F_GRADE + g);
        }
        add_sum(terms, 1 + GRADES);
    }
}

static int attack(bool is_raw)
{
    static const char *const names[] = {"reach",   "dosage",  "repeat", "bridge", "workforce",
                                        "pathway", "partner", "gap",    "21apr"};
    var_count = sum_count = 0;
    for (int f = 0; f < FILTERS; f++) {
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            read_report(names[i], f, is_raw);
        }
    }
    relate_filters();
    relate_grades();
    settle();
    return count_known(is_raw);
}

/* People at the edge: most or hardly any of them at each event, for a short or a long time. */
static void draw_world(void)
{
    static const unsigned chances[] = {8, 30, 60, 90, 100};
    static const int64_t lengths[] = {20, 70, 130, 300, 1000, 3000};
    static const char *const grades[GRADES] = {"3", "6", "9"};
    const int people = 25 + (int)draw(PEOPLE_MAX - 25);
    assert_int_equal(tn_db_exec(centre.db, "DELETE FROM visited; DELETE FROM learner"), TN_OK);
    const unsigned lengths_drawn = 1 + draw(6);
    unsigned came[EVENTS];
    for (int e = 0; e < EVENTS; e++) {
        came[e] = chances[draw(5)];
    }
    const unsigned rare = draw(12);
    for (int i = 1; i <= people; i++) {
        const unsigned grade = draw(12) < rare ? 0 : 1 + draw(GRADES - 1);
        put_learner((uint8_t)i, grades[grade], draw(9) == 0 ? NULL : "605", "en");
        for (int e = 0; e < EVENTS; e++) {
            struct done done[3] = {
                {0, START + e * 20 * DAY_MS, lengths[draw(lengths_drawn)], false}};
            size_t count = 1;
            for (int a = 0; a < 2; a++) {
                if (draw(100) < chances[draw(5)] / 2) {
                    done[count++] = (struct done){(uint8_t)('1' + 2 * e + a),
                                                  START + e * 20 * DAY_MS, 20, true};
                }
            }
            if (draw(100) < came[e]) {
                put_done((uint8_t)i, true, (uint8_t)('A' + e), done, count);
            }
        }
    }
}

static void lay_down_places(void)
{
    put_partner('P', 0, "P", "school");
    put_partner('Q', 0, "Q", "business");
    for (int e = 0; e < EVENTS; e++) {
        const int64_t at = START + e * 20 * DAY_MS;
        put_event((uint8_t)('A' + e), e == 1 ? "in-school" : "out-of-school", at, at + DAY_MS);
        for (int a = 0; a < 2; a++) {
            put_activity(&(struct activity){(uint8_t)('1' + 2 * e + a), (uint8_t)('A' + e),
                                            a == 0 ? 'P' : 'Q', NULL, a == 0 ? "talk" : NULL,
                                            1 + a});
        }
        filters[F_EVENT + e].event = report_id((uint8_t)('A' + e));
    }
    for (int g = 0; g < GRADES; g++) {
        filters[F_GRADE + g] = (struct tn_report_filter){
            .has_grades = true, .grade_lo = 3 + 3 * g, .grade_hi = 3 + 3 * g};
    }
    filters[F_PARTNER].partner = report_id('P');
    filters[F_PARTNER + 1].partner = report_id('Q');
    filters[F_DAY].to_ms = START + 10 * DAY_MS;
    filters[F_DAY + 1].to_ms = START + 30 * DAY_MS;
}

static void no_few_learners_follow_from_all_reports_together(void **state)
{
    int known_of_raw = 0;
    (void)state;
    rng = tn_random_from_seed(&seeded, SEED);
    print_message("seed %d\n", SEED);
    for (int round = 0; round < ROUNDS; round++) {
        draw_world();
        const int known = attack(false);
        if (known > 0) {
            fail_msg("%d numbers of few learners follow in round %d", known, round);
        }
        known_of_raw += attack(true);
    }
    assert_true(known_of_raw > ROUNDS); /* withholding small numbers alone gives many away */
}

static int setup(void **state)
{
    if (world_setup(state) != 0 || tn_centre_open(central, &centre) != TN_OK) {
        return 1;
    }
    lay_down_places();
    return 0;
}

static int teardown(void **state)
{
    tn_centre_close(&centre);
    return world_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_few_learners_follow_from_all_reports_together),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, setup, teardown) : 1;
}
