/* The reach report attacked: random worlds are published, every report that can be printed is read,
 * and every sum and difference of what they show that counts learners again is looked at. */
#include "sync/central/reach.h"
#include "sync/central/suppress.h"
#include "sync/central/visited.h"
#include "tests/unit/sync_world.h"

#define MIN_CELL 10
#define EVENTS 3
#define SECTORS 3
#define PARTS (1 + SECTORS) /* stays, then the sectors */
#define SETS (PARTS + 2)    /* the parts, all learners, all who visited an activity */
#define PEOPLE_MAX 60
#define ROUNDS 150

/* Who did what at each event: bit 0 a stay, bits 1 and up a visit to that sector. */
struct world {
    int people;
    unsigned did[EVENTS][PEOPLE_MAX];
};

static struct tn_centre centre;
static char sectors[SECTORS][64];
static struct tn_id activities[SECTORS];
static struct tn_random_seeded seeded;
static struct tn_random rng;
static struct tn_report texts[EVENTS + 1]; /* of the reports that are looked at together */
static size_t text_count;

static unsigned draw(unsigned below)
{
    uint32_t value = 0;
    rng.fill(rng.ctx, &value, sizeof value);
    return value % below;
}

static void run_sql(const char *text)
{
    assert_int_equal(tn_db_exec(centre.db, text), TN_OK);
}

static struct tn_id event_id(int event)
{
    struct tn_id id = {{0}};
    id.b[0] = (uint8_t)(0xe0 + event);
    return id;
}

static void find_activities(void)
{
    static const char sql[] = "SELECT p.sector, a.id FROM activity a JOIN partner p ON p.id ="
                              " a.partner WHERE NOT EXISTS (SELECT 1 FROM activity b JOIN partner q"
                              " ON q.id = b.partner WHERE q.sector = p.sector AND b.id < a.id)"
                              " ORDER BY 1 LIMIT 3";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    assert_int_equal(tn_db_prepare(centre.db, sql, &stmt), TN_OK);
    for (int i = 0; i < SECTORS; i++) {
        assert_int_equal(tn_step(stmt, &has_row), TN_OK);
        assert_true(has_row);
        snprintf(sectors[i], sizeof sectors[i], "%s", tn_col_text(stmt, 0));
        tn_col_id(stmt, 1, &activities[i]);
    }
    tn_reset(stmt);
}

/* What one person did at one event, as visits. */
static void put_person(const struct world *w, int event, int who)
{
    struct tn_visit visits[PARTS] = {0};
    size_t count = 0;
    struct tn_id person = {{(uint8_t)(who + 1), 7}};
    struct tn_id at = event_id(event);
    for (int part = 0; part < PARTS; part++) {
        if ((w->did[event][who] & (1u << part)) != 0) {
            struct tn_visit *visit = &visits[count++];
            visit->badge.b[0] = 1;
            visit->ends = INT64_C(30) * 60000;
            visit->imputed = part > 0 || draw(2) == 0;
            if (part > 0) {
                visit->activity = activities[part - 1];
            }
        }
    }
    assert_int_equal(tn_visited_put(&centre, &at, &person, visits, count), TN_OK);
}

static void settle_world(const struct world *w)
{
    assert_int_equal(tn_db_begin(centre.db), TN_OK);
    run_sql("DELETE FROM visited");
    for (int e = 0; e < EVENTS; e++) {
        for (int i = 0; i < w->people; i++) {
            put_person(w, e, i);
        }
    }
    assert_int_equal(tn_db_commit(centre.db), TN_OK);
}

static void read_reach(const struct tn_id *event, struct tn_reach *out)
{
    const struct tn_report_filter filter = {.event = *event};
    tn_report_destroy(&texts[text_count]);
    tn_report_init(&texts[text_count], "reach", "Reach");
    assert_int_equal(tn_reach_read(&centre, &filter, &texts[text_count], out), TN_OK);
    text_count = (text_count + 1) % (sizeof texts / sizeof texts[0]);
}

/* Worlds at the edge: few people, most or hardly any of them at each thing. */
static struct world draw_world(void)
{
    static const unsigned chances[] = {0, 10, 50, 90, 100};
    struct world w = {.people = 8 + (int)draw(PEOPLE_MAX - 8)};
    for (int e = 0; e < EVENTS; e++) {
        unsigned came = chances[draw(5)];
        unsigned chance[PARTS];
        for (int part = 0; part < PARTS; part++) {
            chance[part] = chances[draw(5)];
        }
        for (int i = 0; i < w.people; i++) {
            for (int part = 0; part < PARTS && draw(100) < came; part++) {
                w.did[e][i] |= draw(100) < chance[part] ? 1u << part : 0;
            }
        }
    }
    return w;
}

static int64_t people_with(const struct world *w, int event, unsigned mask)
{
    int64_t count = 0;
    for (int i = 0; i < w->people; i++) {
        count += (w->did[event][i] & mask) != 0;
    }
    return count;
}

/* Goes through all sums of shown sets with whole weights from -2 to 2; those that are 0 or 1 for
 * every pattern a learner may have are counts of learners. member[set] has a bit for each pattern.
 */
static void attack(const uint32_t *member, const int64_t *counts, int sets, int patterns)
{
    int weights[SETS];
    for (int i = 0; i < sets; i++) {
        weights[i] = -2;
    }
    for (int at = 0; at < sets;) {
        bool is_count = true;
        int64_t value = 0;
        for (int p = 0; p < patterns && is_count; p++) {
            int sum = 0;
            for (int i = 0; i < sets; i++) {
                sum += (member[i] >> p & 1) != 0 ? weights[i] : 0;
            }
            is_count = sum == 0 || sum == 1;
        }
        for (int i = 0; i < sets; i++) {
            value += weights[i] * counts[i];
        }
        if (is_count && value > 0 && value < MIN_CELL) {
            fail_msg("%lld learners follow by subtraction", (long long)value);
        }
        for (at = 0; at < sets && weights[at] == 2; at++) {
            weights[at] = -2;
        }
        if (at < sets) {
            weights[at]++;
        }
    }
}

static const struct tn_reach_row *row_of(const struct tn_reach *r, const char *sector)
{
    for (size_t i = 0; i < r->sector_count; i++) {
        if (strcmp(r->sectors[i].sector, sector) == 0) {
            return &r->sectors[i];
        }
    }
    return NULL;
}

/* Which patterns may be: some part that anybody had, and none that nobody had (that is published).
 */
static int list_patterns(unsigned present, unsigned *out)
{
    int count = 0;
    for (unsigned p = 1; p < 1u << PARTS; p++) {
        if ((p & ~present) == 0) {
            out[count++] = p;
        }
    }
    return count;
}

static void attack_event(const struct world *w, int event, const struct tn_reach *r)
{
    unsigned patterns[1 << PARTS];
    uint32_t member[SETS] = {0};
    int64_t counts[SETS];
    unsigned masks[SETS];
    unsigned present = 0;
    int sets = 0;
    bool sector_hidden = false;
    for (int part = 0; part < PARTS; part++) {
        bool is_there = people_with(w, event, 1u << part) > 0;
        const struct tn_reach_row *row = part == 0 ? NULL : row_of(r, sectors[part - 1]);
        bool hidden = part == 0 ? r->stays.is_withheld : row != NULL && row->is_withheld;
        present |= is_there ? 1u << part : 0;
        sector_hidden = sector_hidden || (part > 0 && hidden);
        if (is_there && !hidden) {
            masks[sets++] = 1u << part;
        }
    }
    assert_false(sector_hidden && !r->visits.is_withheld);
    assert_false(r->stays.is_withheld && !r->minutes.is_withheld);
    masks[sets++] = (1u << PARTS) - 1;
    if (!r->visits.is_withheld) {
        masks[sets++] = (1u << PARTS) - 2;
    }
    int count = list_patterns(present, patterns);
    for (int i = 0; i < sets; i++) {
        counts[i] = people_with(w, event, masks[i]);
        for (int p = 0; p < count; p++) {
            member[i] |= (patterns[p] & masks[i]) != 0 ? 1u << p : 0;
        }
    }
    attack(member, counts, sets, count);
}

/* Whether anybody was only at events that are not shown. */
static bool has_others(const struct world *w, const int *shown, int sets)
{
    for (int i = 0; i < w->people; i++) {
        bool is_anywhere = false;
        bool is_shown = false;
        for (int e = 0; e < EVENTS; e++) {
            is_anywhere = is_anywhere || w->did[e][i] != 0;
        }
        for (int s = 0; s < sets; s++) {
            is_shown = is_shown || w->did[shown[s]][i] != 0;
        }
        if (is_anywhere && !is_shown) {
            return true;
        }
    }
    return false;
}

static int64_t count_all(const struct world *w)
{
    int64_t together = 0;
    for (int i = 0; i < w->people; i++) {
        bool is_in = false;
        for (int e = 0; e < EVENTS; e++) {
            is_in = is_in || w->did[e][i] != 0;
        }
        together += is_in;
    }
    return together;
}

static void attack_union(const struct world *w, const struct tn_reach *all,
                         const struct tn_reach *events)
{
    uint32_t member[SETS] = {0};
    int64_t counts[SETS];
    int shown[EVENTS];
    int sets = 0;
    const int64_t together = count_all(w);
    for (int e = 0; e < EVENTS; e++) {
        if (!events[e].is_withheld && events[e].learners.value > 0) {
            shown[sets] = e;
            counts[sets++] = events[e].learners.value;
        }
    }
    const int first = has_others(w, shown, sets) ? 0 : 1;
    int patterns = (1 << sets) - first;
    for (int p = 0; p < patterns; p++) {
        for (int s = 0; s < sets; s++) {
            member[s] |= ((unsigned)(p + first) >> s & 1) << p;
        }
    }
    if (all->learners.is_partial) {
        int64_t largest = 0;
        for (int s = 0; s < sets; s++) {
            largest = counts[s] > largest ? counts[s] : largest;
        }
        assert_int_equal(all->learners.value, largest);
    } else if (!all->learners.is_withheld) {
        assert_int_equal(all->learners.value, together);
        member[sets] = (uint32_t)((UINT64_C(1) << patterns) - 1);
        counts[sets++] = together;
    }
    assert_true(!all->learners.is_withheld || together < MIN_CELL);
    attack(member, counts, sets, patterns);
}

/* What the report of all events adds up is nothing that the events' own reports do not show. */
static void check_sums(const struct tn_reach *all, const struct tn_reach *events)
{
    int64_t sums[4] = {0};
    for (int e = 0; e < EVENTS; e++) {
        sums[0] += events[e].stays.value;
        sums[1] += events[e].visits.value;
        sums[2] += events[e].minutes.value;
        for (size_t i = 0; i < events[e].sector_count; i++) {
            sums[3] += events[e].sectors[i].visits;
            const struct tn_reach_row *row = &events[e].sectors[i];
            assert_true(row->learners == 0 || row->learners >= MIN_CELL);
        }
    }
    for (size_t i = 0; i < all->sector_count; i++) {
        sums[3] -= all->sectors[i].visits;
    }
    assert_int_equal(all->stays.value, sums[0]);
    assert_int_equal(all->visits.value, sums[1]);
    assert_int_equal(all->minutes.value, sums[2]);
    assert_int_equal(sums[3], 0);
}

static void no_difference_of_printed_reports_counts_few_learners(void **state)
{
    (void)state;
    const struct tn_id none = {{0}};
    int shown = 0;
    rng = tn_random_from_seed(&seeded, 23);
    for (int round = 0; round < ROUNDS; round++) {
        struct world w = draw_world();
        struct tn_reach all;
        struct tn_reach events[EVENTS];
        settle_world(&w);
        read_reach(&none, &all);
        for (int e = 0; e < EVENTS; e++) {
            struct tn_id id = event_id(e);
            read_reach(&id, &events[e]);
            assert_true(events[e].learners.value == 0 || events[e].learners.value >= MIN_CELL);
            if (!events[e].is_withheld) {
                attack_event(&w, e, &events[e]);
            }
        }
        attack_union(&w, &all, events);
        check_sums(&all, events);
        shown += !all.is_withheld && !all.learners.is_withheld && all.stays.value > 0;
        for (int e = 0; e < EVENTS; e++) {
            tn_reach_free(&events[e]);
        }
        tn_reach_free(&all);
    }
    assert_true(shown > ROUNDS / 20); /* or the rule would be safe by saying nothing */
}

/* The first `at_gate` of `people` stayed, the last `at_table` of them visited one sector. */
static void read_one(int people, int at_gate, int at_table, struct tn_reach *out)
{
    struct world w = {.people = people};
    struct tn_id id = event_id(0);
    for (int i = 0; i < people; i++) {
        w.did[0][i] = (i < at_gate ? 1u : 0) | (i >= people - at_table ? 2u : 0);
    }
    settle_world(&w);
    read_reach(&id, out);
}

static void one_learner_at_the_gate_is_not_told_by_any_figure(void **state)
{
    struct tn_reach r;
    (void)state;
    read_one(12, 1, 11, &r);
    assert_true(r.stays.is_withheld && r.minutes.is_withheld && r.imputed.is_withheld);
    assert_int_equal(r.stays.value + r.minutes.value + r.imputed.value, 0);
    tn_reach_free(&r);
    read_one(14, 9, 12, &r);
    assert_true(r.stays.is_withheld && r.visits.is_withheld && r.minutes.is_withheld);
    assert_int_equal(r.learners.value, 14);
    tn_reach_free(&r);
}

static void a_large_event_is_shown_whole(void **state)
{
    struct tn_reach r;
    (void)state;
    read_one(40, 40, 25, &r);
    assert_false(r.stays.is_withheld || r.visits.is_withheld || r.minutes.is_withheld);
    assert_int_equal(r.minutes.value, 40 * 30);
    assert_int_equal(r.sectors[0].visits, 25);
    tn_reach_free(&r);
}

static void a_small_event_does_not_follow_from_a_larger_one(void **state)
{
    const struct tn_id none = {{0}};
    struct world w = {.people = 15};
    struct tn_reach all;
    (void)state;
    for (int i = 0; i < 15; i++) {
        w.did[i < 12 ? 0 : 1][i] = 1;
    }
    settle_world(&w);
    read_reach(&none, &all);
    assert_int_equal(all.learners.value, 12); /* of 15: three would be those who were only there */
    assert_true(all.learners.is_partial);
    assert_int_equal(all.stays.value, 12);
    assert_int_equal(all.events_left_out, 1);
    tn_reach_free(&all);
}

static int setup(void **state)
{
    if (world_setup(state) != 0 || tn_centre_open(central, &centre) != TN_OK) {
        return 1;
    }
    find_activities();
    return 0;
}

static int teardown(void **state)
{
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        tn_report_destroy(&texts[i]);
    }
    tn_centre_close(&centre);
    return world_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_difference_of_printed_reports_counts_few_learners),
        cmocka_unit_test(one_learner_at_the_gate_is_not_told_by_any_figure),
        cmocka_unit_test(a_large_event_is_shown_whole),
        cmocka_unit_test(a_small_event_does_not_follow_from_a_larger_one),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, setup, teardown) : 1;
}
