/* Learners without names: one row each, by a pseudonym that only this recipient's files share, with
 * a grade band, a place, a home partner and how much they took part. Every combination of the three
 * is one of at least min_cell learners: a rarer one gives up first the partner, then the place,
 * then the band, and learners who are few even so are left out. Rows are in the order of the
 * pseudonyms, so that two recipients cannot match their files line by line; for that all of them
 * are held in memory, about 130 bytes a learner. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sync/exchange/check.h"
#include "sync/exchange/export.h"
#include "sync/exchange/idset.h"

static const struct tn_export_counted without_partner = {
    "partners_withheld", "learner has no partner here, since too few are like them",
    "learners have no partner here, since too few are like them"};
static const struct tn_export_counted without_place = {
    "places_withheld", "learner has no zip3 here, since too few are like them",
    "learners have no zip3 here, since too few are like them"};
static const struct tn_export_counted without_band = {
    "bands_withheld", "learner has no grade band here, since too few are like them",
    "learners have no grade band here, since too few are like them"};
static const struct tn_export_counted left_out = {
    "learners_withheld", "learner was left out, since too few are like them",
    "learners were left out, since too few are like them"};

#define NONE (-1)
#define SCHOOL_AGE 5 /* years old when kindergarten begins */

static const struct {
    int64_t lo, hi;
    const char *text;
} bands[] = {{-1, 2, "PK-2"}, {3, 5, "3-5"}, {6, 8, "6-8"}, {9, 12, "9-12"}};
#define BANDS (sizeof bands / sizeof bands[0])

/* Levels of giving up: what is still told. */
enum level { WITH_PARTNER, WITH_PLACE, WITH_BAND, WITH_NOTHING, LEFT_OUT };

struct person {
    char pseudonym[TN_ID_HEX_SIZE];
    bool is_known; /* the learner's own row was met */
    enum level level;
    int band;
    int zip3;
    int partner; /* place in codes */
    uint32_t events;
    uint32_t visits;
    int64_t minutes;
};

struct people {
    struct tn_export *export;
    struct tn_idset places; /* learner -> place in list, from 1 */
    struct person *list;
    size_t count;
    size_t room;
    struct tn_idset partners; /* partner -> place in codes, from 1 */
    char (*codes)[TN_ATTENDED_TEXT_SIZE];
    size_t code_count;
};

static void drop_people(struct people *people)
{
    tn_idset_destroy(&people->places);
    tn_idset_destroy(&people->partners);
    free(people->list);
    free(people->codes);
}

static enum tn_status person_of(struct people *people, const struct tn_id *learner,
                                struct person **out)
{
    uint32_t place = (uint32_t)people->count + 1;
    enum tn_status status = tn_idset_add(&people->places, learner, &place);
    if (status == TN_ERR_EXISTS) {
        *out = &people->list[place - 1];
        return TN_OK;
    }
    if (status != TN_OK) {
        return status;
    }
    if (people->count == people->room) {
        const size_t room = people->room == 0 ? 256 : people->room * 2;
        void *more = realloc(people->list, room * sizeof *people->list);
        if (more == NULL) {
            return TN_ERR_NO_MEMORY;
        }
        people->list = more;
        people->room = room;
    }
    *out = &people->list[people->count++];
    **out = (struct person){.band = NONE, .zip3 = NONE, .partner = NONE};
    tn_export_pseudonym(people->export, learner, (*out)->pseudonym);
    return TN_OK;
}

/* Contact time as reports have it: the time at the event; where nobody checked in, at activities.
 */
static enum tn_status count_event(struct people *people, const struct tn_id *event)
{
    static const char sql[] =
        "SELECT v.learner, count(*), sum(CASE WHEN v.activity IS NULL THEN 1 ELSE 0 END),"
        " sum(CASE WHEN v.activity IS NULL THEN v.minutes ELSE 0 END), sum(CASE WHEN v.activity IS"
        " NULL THEN 0 ELSE v.minutes END) FROM visit v WHERE v.ecosystem = $1 AND v.event = $2 AND"
        " v.starts >= $3 AND v.starts < $4 AND v.learner IS NOT NULL GROUP BY v.who, v.learner";
    const struct tn_attended_filter *filter = &people->export->filter;
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    uint64_t visits = 0;
    enum tn_status status = tn_centre_prepare(people->export->centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, event);
    tn_bind_int(stmt, 3, filter->from_ms == 0 ? INT64_MIN : filter->from_ms);
    tn_bind_int(stmt, 4, filter->to_ms == 0 ? INT64_MAX : filter->to_ms);
    while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_id learner;
        struct person *person = NULL;
        tn_col_id(stmt, 0, &learner);
        status = person_of(people, &learner, &person);
        if (status != TN_OK) {
            break;
        }
        person->events++;
        person->visits += (uint32_t)tn_col_int(stmt, 1);
        person->minutes += tn_col_int(stmt, tn_col_int(stmt, 2) > 0 ? 3 : 4);
        visits += (uint64_t)tn_col_int(stmt, 1);
    }
    tn_reset(stmt);
    people->export->done += visits;
    return status;
}

static enum tn_status count_events(struct people *people)
{
    struct tn_attended_walk walk;
    struct tn_export *export = people->export;
    enum tn_status status = tn_attended_start(export->centre, &export->filter, &walk);
    for (size_t i = 0; i < walk.event_count && status == TN_OK; i++) {
        status = count_event(people, &walk.events[i].id);
        tn_export_tell(export, 0, walk.visits);
    }
    tn_attended_end(&walk);
    return status;
}

static enum tn_status read_partners(struct people *people)
{
    static const char sql[] = "SELECT id, code FROM partner WHERE ecosystem = $1 ORDER BY code";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    size_t room = 0;
    enum tn_status status = tn_centre_prepare(people->export->centre, sql, &stmt);
    while (status == TN_OK && (status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
        struct tn_id id;
        uint32_t place = (uint32_t)people->code_count + 1;
        if (people->code_count == room) {
            room = room == 0 ? 64 : room * 2;
            void *more = realloc(people->codes, room * sizeof *people->codes);
            if (more == NULL) {
                status = TN_ERR_NO_MEMORY;
                break;
            }
            people->codes = more;
        }
        (void)snprintf(people->codes[people->code_count++], TN_ATTENDED_TEXT_SIZE, "%s",
                       tn_col_text(stmt, 1));
        tn_col_id(stmt, 0, &id);
        status = tn_idset_add(&people->partners, &id, &place);
    }
    tn_reset(stmt);
    return status;
}

/* The band of a grade; where none is known, that of the age, by the year that runs. */
static int band_of(const char *grade, int64_t birth_year, int64_t year)
{
    int64_t number = 0;
    if (grade[0] == '\0' || tn_check_grade(grade, &number) != NULL) {
        if (birth_year == 0) {
            return NONE;
        }
        number = year - birth_year - SCHOOL_AGE;
    }
    for (size_t i = 0; i < BANDS; i++) {
        if (number >= bands[i].lo && number <= bands[i].hi) {
            return (int)i;
        }
    }
    return NONE;
}

static int64_t year_of(int64_t at_ms)
{
    const time_t at = (time_t)(at_ms / 1000);
    struct tm tm = {0};
    return gmtime_r(&at, &tm) == NULL ? 1970 : tm.tm_year + 1900;
}

static void describe(struct people *people, struct tn_stmt *stmt, struct person *person)
{
    struct tn_id partner;
    int64_t zip3 = NONE;
    person->is_known = true;
    person->band =
        band_of(tn_col_text(stmt, 1), tn_col_int(stmt, 2), year_of(people->export->now_ms));
    if (tn_check_zip3(tn_col_text(stmt, 3), &zip3) == NULL) {
        person->zip3 = (int)zip3;
    }
    tn_col_id(stmt, 4, &partner);
    if (!tn_id_is_none(&partner)) {
        person->partner = (int)tn_idset_find(&people->partners, &partner) - 1;
    }
}

/* All learners in pages by id, since asking for each who came would be a million questions. */
static enum tn_status describe_people(struct people *people)
{
    static const char sql[] =
        "SELECT id, grade, birth_year, zip3, home_partner FROM learner WHERE ecosystem = $1 AND"
        " id > $2 AND merged_into IS NULL AND erased_at IS NULL ORDER BY id LIMIT 1000";
    struct tn_id last = {0};
    enum tn_status status = TN_OK;
    bool has_row = true;
    while (status == TN_OK && has_row) {
        struct tn_stmt *stmt = NULL;
        size_t rows = 0;
        status = tn_centre_prepare(people->export->centre, sql, &stmt);
        if (status != TN_OK) {
            return status;
        }
        tn_bind_bytes(stmt, 2, (struct tn_bytes){last.b, TN_ID_SIZE});
        struct tn_id next = last;
        while ((status = tn_step(stmt, &has_row)) == TN_OK && has_row) {
            tn_col_id(stmt, 0, &next);
            const uint64_t place = tn_idset_find(&people->places, &next);
            if (place > 0) {
                describe(people, stmt, &people->list[place - 1]);
            }
            rows++;
        }
        tn_reset(stmt);
        last = next;
        has_row = rows > 0;
    }
    return status;
}

/* What a level still tells of somebody, as numbers that compare. */
static void cell_of(const struct person *person, int out[4])
{
    out[0] = (int)person->level;
    out[1] = person->level <= WITH_BAND ? person->band : NONE;
    out[2] = person->level <= WITH_PLACE ? person->zip3 : NONE;
    out[3] = person->level <= WITH_PARTNER ? person->partner : NONE;
}

static int compare_cells(const void *a, const void *b)
{
    int x[4];
    int y[4];
    cell_of(a, x);
    cell_of(b, y);
    for (int i = 0; i < 4; i++) {
        if (x[i] != y[i]) {
            return x[i] < y[i] ? -1 : 1;
        }
    }
    return 0;
}

static int compare_pseudonyms(const void *a, const void *b)
{
    return strcmp(((const struct person *)a)->pseudonym, ((const struct person *)b)->pseudonym);
}

/* Takes one level away from everybody whose cell of that level is too small. */
static void widen(struct people *people, enum level level)
{
    const size_t least =
        people->export->centre->min_cell < 1 ? 1 : (size_t)people->export->centre->min_cell;
    qsort(people->list, people->count, sizeof *people->list, compare_cells);
    for (size_t i = 0, end = 0; i < people->count; i = end) {
        end = i + 1;
        while (end < people->count && compare_cells(&people->list[i], &people->list[end]) == 0) {
            end++;
        }
        const bool is_small = people->list[i].level == level && end - i < least;
        for (size_t k = i; k < end && is_small; k++) {
            people->list[k].level = level + 1;
        }
    }
}

/* Those whose own row was not met were erased, or are no learner of this centre any more. */
static void forget_unknown(struct people *people)
{
    size_t kept = 0;
    for (size_t i = 0; i < people->count; i++) {
        if (people->list[i].is_known) {
            people->list[kept++] = people->list[i];
        }
    }
    people->count = kept;
}

static enum tn_status write_person(struct people *people, const struct person *person)
{
    struct tn_export *export = people->export;
    char zip3[8] = "";
    char events[16];
    char visits[16];
    char hours[32];
    const bool has_band = person->level <= WITH_BAND && person->band != NONE;
    const bool has_partner = person->level <= WITH_PARTNER && person->partner != NONE;
    if (person->level <= WITH_PLACE && person->zip3 != NONE) {
        (void)snprintf(zip3, sizeof zip3, "%03d", person->zip3);
    }
    (void)snprintf(events, sizeof events, "%" PRIu32, person->events);
    (void)snprintf(visits, sizeof visits, "%" PRIu32, person->visits);
    const int64_t halves = (person->minutes + 15) / 30;
    (void)snprintf(hours, sizeof hours, "%" PRId64 ".%d", halves / 2, halves % 2 == 0 ? 0 : 5);
    const char *const values[] = {person->pseudonym,
                                  has_band ? bands[person->band].text : "",
                                  zip3,
                                  has_partner ? people->codes[person->partner] : "",
                                  events,
                                  visits,
                                  hours};
    export->rows++;
    return tn_export_row(export, values, sizeof values / sizeof values[0]);
}

static enum tn_status write_people(struct people *people)
{
    static const char *const header[] = {"learner", "grade_band", "zip3", "partner",
                                         "events",  "visits",     "hours"};
    struct tn_export *export = people->export;
    enum tn_status status = tn_export_row(export, header, sizeof header / sizeof header[0]);
    qsort(people->list, people->count, sizeof *people->list, compare_pseudonyms);
    for (size_t i = 0; i < people->count && status == TN_OK; i++) {
        const struct person *person = &people->list[i];
        tn_export_note(export, &without_partner,
                       person->level >= WITH_PLACE && person->level < LEFT_OUT);
        tn_export_note(export, &without_place,
                       person->level >= WITH_BAND && person->level < LEFT_OUT);
        tn_export_note(export, &without_band, person->level == WITH_NOTHING);
        tn_export_note(export, &left_out, person->level == LEFT_OUT);
        if (person->level < LEFT_OUT) {
            status = write_person(people, person);
        }
    }
    return status;
}

static enum tn_status write_learners(struct tn_export *export)
{
    struct people people = {.export = export};
    enum tn_status status = count_events(&people);
    if (status == TN_OK) {
        status = read_partners(&people);
    }
    if (status == TN_OK) {
        status = describe_people(&people);
    }
    if (status == TN_OK) {
        forget_unknown(&people);
        for (enum level level = WITH_PARTNER; level < LEFT_OUT; level++) {
            widen(&people, level);
        }
        status = write_people(&people);
    }
    drop_people(&people);
    return status;
}

const struct tn_export_kind tn_export_learners = {
    .name = "learners",
    .thing = "learner",
    .things = "learners",
    .summary = "learners without names, by pseudonyms of the recipient --for names (CSV)",
    .holds = TN_EXPORT_PSEUDONYMS,
    .write = write_learners,
};
