/* Checking chains: the tail before the first frame, the whole in steps when nobody waits. */
#include "turnout/log.h"

#include "kiosk/core/forget_impl.h"
#include "kiosk/core/station_impl.h"

struct walk {
    struct tn_verify *state;
    struct tn_id log;
};

static enum tn_status check(void *ctx, const struct tn_entry *entry)
{
    struct walk *walk = ctx;
    struct tn_verify *state = walk->state;
    if (entry->seq != state->seq + 1) {
        return TN_ERR_DAMAGED;
    }
    enum tn_status status = tn_entry_check(entry, &state->hash, &walk->log);
    if (status == TN_OK) {
        state->seq = entry->seq;
        state->hash = entry->hash;
        state->entries++;
    }
    return status;
}

struct find {
    uint64_t log_no;
    struct tn_log_head head;
    bool is_found;
};

static enum tn_status at_or_after(void *ctx, const struct tn_log_head *head)
{
    struct find *find = ctx;
    if (!find->is_found && head->log_no >= find->log_no) {
        find->head = *head;
        find->is_found = true;
    }
    return TN_OK;
}

static enum tn_status fail(struct tn_station *station, struct tn_verify *state)
{
    state->bad_log_no = state->log_no;
    state->bad_seq = state->seq + 1;
    tn_log(TN_LOG_ERROR, "%s: the chain of log %llu does not hold at entry %llu", station->dir,
           (unsigned long long)state->bad_log_no, (unsigned long long)state->bad_seq);
    return TN_ERR_DAMAGED;
}

/* Up to `left` entries of one log; *left is what remains. */
static enum tn_status verify_log(struct tn_station *station, const struct tn_log_head *head,
                                 struct tn_verify *state, uint64_t *left)
{
    struct walk walk = {state, head->log};
    uint64_t before = state->entries;
    enum tn_status status =
        state->seq > 0 ? TN_OK : tn_forget_purged(station, head->log_no, &state->seq, &state->hash);
    if (status != TN_OK) {
        return status;
    }
    status = tn_station_entries(station, head->log_no, state->seq + 1, *left, check, &walk);
    *left -= state->entries - before;
    if (status == TN_ERR_DAMAGED) {
        return fail(station, state);
    }
    if (status != TN_OK || *left == 0) {
        return status;
    }
    /* The log's end. A receipt beyond it means that entries are gone. */
    if (state->seq < head->receipt_seq) {
        return fail(station, state);
    }
    state->log_no = head->log_no + 1;
    state->seq = 0;
    state->hash = (struct tn_hash){{0}};
    return TN_OK;
}

enum tn_status tn_station_verify(struct tn_station *station, struct tn_verify *state,
                                 uint64_t entries_max)
{
    uint64_t left = entries_max;
    while (left > 0 && !state->is_done) {
        struct find find = {.log_no = state->log_no};
        enum tn_status status = tn_station_logs(station, at_or_after, &find);
        if (status != TN_OK) {
            return status;
        }
        if (!find.is_found) {
            state->is_done = true;
            break;
        }
        state->log_no = find.head.log_no;
        status = verify_log(station, &find.head, state, &left);
        if (status != TN_OK) {
            return status;
        }
    }
    return TN_OK;
}

enum tn_status tn_station_check_tail(struct tn_station *station)
{
    uint64_t last = station->last_seq;
    struct tn_verify state = {.log_no = station->log_no};
    struct walk walk = {&state, station->log};
    state.seq = last > TN_STATION_TAIL ? last - TN_STATION_TAIL : 0;
    enum tn_status status = tn_station_hash_at(station, station->log_no, state.seq, &state.hash);
    if (status == TN_OK) {
        status = tn_station_entries(station, station->log_no, state.seq + 1, TN_STATION_TAIL + 1,
                                    check, &walk);
    }
    if (status == TN_ERR_DAMAGED || status == TN_ERR_NOT_FOUND) {
        return fail(station, &state);
    }
    return status;
}
