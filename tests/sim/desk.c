/* What happens at a desk and to whoever unlocked a station, as steps. An answer that says "not now"
 * (nobody of that code here, nothing to take back, a card that has ended by a wrong clock) is an
 * answer too, and leaves nothing to look for. */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "tests/sim/sim.h"

#define GROUP_ABSENT_MAX 4
#define ADULTS_MAX 20
#define GATE 0
#define DESK 4

/* Statuses of a station that is sound but says no. */
static enum tn_status but_for_no(enum tn_status status)
{
    return status == TN_ERR_STATE || status == TN_ERR_EXISTS || status == TN_ERR_NOT_FOUND ||
                   status == TN_ERR_FORGED
               ? TN_OK
               : status;
}

static struct tn_when when_at(struct tn_sim *sim, const struct tn_sim_station *at)
{
    sim->now_ms += 1 + (int64_t)tn_sim_pick(sim, 60000);
    return (struct tn_when){sim->now_ms + at->clock_ms, sim->now_ms};
}

static void note_count(struct tn_sim *sim, const struct tn_when *when, unsigned adults)
{
    if (sim->count_count < TN_SIM_COUNTS_MAX) {
        sim->counts[sim->count_count++] =
            (struct tn_sim_count){.at_ms = when->at_ms, .adults = adults};
    }
}

/* A class at the gate or the desk, some of it absent, now and then with adults. */
enum tn_status tn_sim_group(struct tn_sim *sim)
{
    static const struct tn_id none = {{0}};
    struct tn_record record;
    char text[TN_BADGE_TEXT_SIZE];
    int index = tn_sim_pick(sim, 2) == 0 ? GATE : DESK;
    struct tn_sim_station *at = &sim->stations[index];
    unsigned adults = (unsigned)tn_sim_pick(sim, 3);
    enum tn_status status = tn_sim_scan(sim, at, sim->group, false, &record);
    if (status != TN_OK || record.result != TN_RESULT_GROUP) {
        return status;
    }
    for (uint64_t i = tn_sim_pick(sim, GROUP_ABSENT_MAX); i > 0 && status == TN_OK; i--) {
        tn_badge_encode(&sim->badges[tn_sim_pick(sim, TN_SIM_BADGES)], text);
        struct tn_record one;
        status = tn_sim_scan(sim, at, text, true, &one);
        record.group.absent = one.group.title[0] != '\0' ? one.group.absent : record.group.absent;
        if (status == TN_OK && one.seq != 0) {
            return TN_OK; /* somebody of no member's badge was let in; the group was closed */
        }
    }
    struct tn_when when = when_at(sim, at);
    uint64_t people = record.group.members - record.group.absent;
    if (status == TN_OK) {
        status = tn_station_group_confirm(at->station, adults, &when, &record);
    }
    if (status != TN_OK) {
        return but_for_no(status);
    }
    uint64_t seq = record.seq;
    if (adults > 0) {
        tn_sim_note(sim, index, &none, seq, "headcount");
        note_count(sim, &when, adults);
        seq--;
    }
    for (uint64_t i = 0; i < people; i++) {
        tn_sim_note(sim, index, &none, seq - i, "check_in");
    }
    return TN_OK;
}

/* A badge that changed hands: it may be scanned from now on. blank NULL: made at the kiosk. */
static enum tn_status note_handed(struct tn_sim *sim, const struct tn_handed *handed,
                                  const struct tn_badge *blank, const struct tn_id *old)
{
    struct tn_badge badge;
    enum tn_status status = TN_OK;
    if (blank != NULL) {
        badge = *blank;
    } else {
        status = tn_badge_decode(handed->digits, strlen(handed->digits), &badge);
    }
    if (status == TN_OK && sim->handed_count < TN_SIM_HANDED_MAX) {
        sim->badges[sim->badge_count++] = badge;
        sim->handed[sim->handed_count++] =
            (struct tn_sim_handed){.is_walkin = old == NULL,
                                   .badge = handed->badge,
                                   .old = old == NULL ? (struct tn_id){{0}} : *old};
    }
    tn_badge_wipe(&badge);
    return status;
}

/* One of the blank badges that nobody takes care of: whoever has it by now. */
static const struct tn_badge *pick_blank(struct tn_sim *sim)
{
    uint64_t careless = TN_SIM_BLANKS - TN_SIM_BLANKS_CAREFUL;
    return &sim->blanks[TN_SIM_BLANKS_CAREFUL + tn_sim_pick(sim, careless)];
}

/* Every third one is a blank badge, as long as there are any. */
static const struct tn_badge *take_blank(struct tn_sim *sim, char text[TN_BADGE_TEXT_SIZE])
{
    bool are_left = sim->is_careless || sim->blanks_used < TN_SIM_BLANKS_CAREFUL;
    if (tn_sim_pick(sim, 3) != 0 || !are_left) {
        return NULL;
    }
    const struct tn_badge *blank =
        sim->is_careless ? pick_blank(sim) : &sim->blanks[sim->blanks_used];
    tn_badge_encode(blank, text);
    return blank;
}

enum tn_status tn_sim_register(struct tn_sim *sim)
{
    int index;
    char text[TN_BADGE_TEXT_SIZE] = "";
    struct tn_handed handed;
    struct tn_sim_station *at = tn_sim_station(sim, &index);
    const struct tn_badge *blank = take_blank(sim, text);
    struct tn_when when = when_at(sim, at);
    struct tn_walkin form = {.grade = "3-5", .consent = TN_CONSENT_PARENT, .lang = "es"};
    if (sim->handed_count == TN_SIM_HANDED_MAX) {
        return TN_OK;
    }
    (void)snprintf(form.given, sizeof form.given, "Walker%zu", sim->handed_count);
    enum tn_status status =
        tn_station_register(at->station, &form, blank == NULL ? NULL : text, &when, &handed);
    if (status != TN_OK) {
        return but_for_no(status);
    }
    sim->blanks_used += blank != NULL && !sim->is_careless;
    tn_sim_note(sim, index, &handed.badge, handed.record.seq - 1, "register");
    status = note_handed(sim, &handed, blank, NULL);
    sodium_memzero(&handed, sizeof handed);
    return status;
}

static enum tn_status replace_found(struct tn_sim *sim, int index, const struct tn_found *who,
                                    const struct tn_id *old)
{
    char text[TN_BADGE_TEXT_SIZE] = "";
    struct tn_handed handed;
    struct tn_sim_station *at = &sim->stations[index];
    const struct tn_badge *blank = take_blank(sim, text);
    struct tn_when when = when_at(sim, at);
    enum tn_status status = tn_station_replace(at->station, who, blank == NULL ? NULL : text,
                                               TN_WHY_LOST, &when, &handed);
    if (status != TN_OK) {
        return but_for_no(status);
    }
    sim->blanks_used += blank != NULL && !sim->is_careless;
    tn_sim_note(sim, index, &handed.badge, handed.record.seq, "replace");
    status = note_handed(sim, &handed, blank, old);
    sodium_memzero(&handed, sizeof handed);
    return status;
}

/* A volunteer types the code of somebody's badge and gives them another. */
enum tn_status tn_sim_replace(struct tn_sim *sim)
{
    int index;
    struct tn_record record;
    char code[TN_BADGE_CODE_SIZE];
    struct tn_found found[TN_FOUND_MAX];
    size_t count = 0;
    struct tn_sim_station *at = tn_sim_station(sim, &index);
    const struct tn_badge *lost = sim->is_careless && tn_sim_pick(sim, 2) == 0
                                      ? pick_blank(sim)
                                      : &sim->badges[tn_sim_pick(sim, sim->badge_count)];
    struct tn_id old = tn_badge_id(lost);
    if (sim->handed_count == TN_SIM_HANDED_MAX) {
        return TN_OK;
    }
    enum tn_status status = tn_sim_scan(sim, at, sim->staff, false, &record);
    if (status != TN_OK || record.result != TN_RESULT_STAFF) {
        return status;
    }
    tn_badge_code(&old, code);
    status = tn_station_find_code(at->station, code, found, &count);
    if (sim->is_careless && tn_sim_pick(sim, 3) == 0) {
        found[0] = (struct tn_found){.badge = old}; /* a badge is all that is known of them */
        count = 1;
    }
    if (status == TN_OK && count > 0 && tn_id_equal(&found[0].badge, &old)) {
        status = replace_found(sim, index, &found[0], &old);
    }
    tn_station_lock(at->station);
    return but_for_no(status);
}

enum tn_status tn_sim_headcount(struct tn_sim *sim)
{
    static const struct tn_id none = {{0}};
    int index;
    uint64_t seq = 0;
    struct tn_sim_station *at = tn_sim_station(sim, &index);
    struct tn_when when = when_at(sim, at);
    unsigned adults = 1 + (unsigned)tn_sim_pick(sim, ADULTS_MAX);
    enum tn_status status = tn_station_headcount(at->station, adults, &when, &seq);
    if (status == TN_OK) {
        tn_sim_note(sim, index, &none, seq, "headcount");
        note_count(sim, &when, adults);
    }
    return but_for_no(status);
}

/* Takes back one of the newest, whatever it is. */
enum tn_status tn_sim_undo(struct tn_sim *sim)
{
    static const struct tn_id none = {{0}};
    int index;
    uint64_t seq = 0;
    size_t count = 0;
    struct tn_past past[TN_PAST_MAX];
    struct tn_sim_station *at = tn_sim_station(sim, &index);
    struct tn_when when = when_at(sim, at);
    enum tn_status status = tn_station_past(at->station, &when, TN_UNDO_MS, past, &count);
    if (status != TN_OK || count == 0) {
        return status;
    }
    const struct tn_past *taken = &past[tn_sim_pick(sim, count)];
    status = tn_station_undo(at->station, taken->seq, &when, &seq);
    if (status != TN_OK) {
        return but_for_no(status);
    }
    tn_sim_note(sim, index, &none, seq, "undo");
    for (size_t i = 0; i < sim->count_count; i++) {
        struct tn_sim_count *one = &sim->counts[i];
        if (strcmp(taken->kind, "headcount") == 0 && one->at_ms == taken->at_ms) {
            one->is_undone = true;
        }
    }
    return TN_OK;
}

enum tn_status tn_sim_close_day(struct tn_sim *sim)
{
    static const struct tn_id none = {{0}};
    int index;
    uint64_t seq = 0;
    struct tn_sim_station *at = tn_sim_station(sim, &index);
    struct tn_when when = when_at(sim, at);
    enum tn_status status = tn_station_close_day(at->station, &when, &seq);
    if (status == TN_OK) {
        tn_sim_note(sim, index, &none, seq, "close");
    }
    return but_for_no(status);
}
