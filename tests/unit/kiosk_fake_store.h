/* A store in memory for the tests of the runner and of flows: it counts records and requests,
 * remembers the last of each, and fails on command. A scan is a badge where it is 48 digits and
 * noise otherwise. */
#ifndef TESTS_UNIT_KIOSK_FAKE_STORE_H
#define TESTS_UNIT_KIOSK_FAKE_STORE_H

#include "kiosk/app/store.h"
#include "kiosk/ui/event.h"

struct fake_store {
    enum tn_status fails; /* TN_OK: it works */
    uint64_t records;     /* entries written */
    uint64_t noises;
    uint64_t failures;
    uint64_t infos;
    uint64_t probes;
    uint64_t chores_left;
    uint64_t chores_done;
    uint32_t repeat_ms;
    bool can_register; /* there is a vault key, and there are badge keys and a PIN */
    bool is_unlocked;
    struct tn_sync_state sync;    /* what sync has written */
    uint64_t asked[TN_ASK_COUNT]; /* requests that were answered */
    struct tn_request request;    /* the last one, failed or not */
    enum tn_status answer;        /* what the next requests are told; TN_OK: yes */
    const char *method;           /* of the last scan */
    size_t len;
    char text[TN_SCAN_TEXT_MAX + 1];
};

/* Records 48 digits as a badge; the rest is noise. */
static inline enum tn_status fake_record(void *ctx, const struct tn_scan *scan,
                                         struct tn_record *out)
{
    struct fake_store *fake = ctx;
    *out = (struct tn_record){.result = TN_RESULT_NOISE};
    fake->method = scan->method;
    fake->len = scan->len;
    memcpy(fake->text, scan->text, scan->len);
    fake->text[scan->len] = '\0';
    if (scan->len != TN_BADGE_DIGITS || strspn(fake->text, "0123456789") != TN_BADGE_DIGITS) {
        fake->noises++;
        return TN_OK;
    }
    if (fake->fails != TN_OK) {
        fake->failures++;
        return fake->fails;
    }
    fake->records++;
    *out = (struct tn_record){.result = TN_RESULT_WELCOME, .seq = fake->records, .name = "Ana G."};
    return TN_OK;
}

/* Facts that follow from the counts; entries begin at two, as a real log does. */
static inline enum tn_status fake_info(void *ctx, struct tn_station_info *out)
{
    struct fake_store *fake = ctx;
    *out = (struct tn_station_info){.repeat_ms = fake->repeat_ms,
                                    .entries = fake->records + 2,
                                    .waiting = fake->records,
                                    .has_vault = fake->can_register,
                                    .has_keys = fake->can_register,
                                    .has_pin = fake->can_register,
                                    .has_clock = true,
                                    .is_unlocked = fake->is_unlocked,
                                    .event_title = "Fair",
                                    .station_name = "Gate"};
    fake->infos++;
    return fake->fails;
}

/* An empty answer, or `answer`, to whatever is asked. */
static inline enum tn_status fake_ask(void *ctx, const struct tn_request *request,
                                      const struct tn_when *when, struct tn_reply *reply)
{
    struct fake_store *fake = ctx;
    (void)when;
    *reply = (struct tn_reply){.type = request->type, .status = fake->answer};
    fake->request = *request;
    if (request->type == TN_ASK_LOCK) {
        fake->is_unlocked = false;
    } else if (fake->fails != TN_OK) {
        fake->failures++;
        return fake->fails;
    }
    if (request->type == TN_ASK_PAST) {
        reply->past.count = 1;
        reply->past.items[0].seq = 5;
    }
    fake->asked[request->type]++;
    return TN_OK;
}

/* As well as the store is. */
static inline enum tn_status fake_probe(void *ctx)
{
    struct fake_store *fake = ctx;
    fake->probes++;
    return fake->fails;
}

/* What sync has written. */
static inline enum tn_status fake_sync_state(void *ctx, struct tn_sync_state *out)
{
    struct fake_store *fake = ctx;
    *out = fake->sync;
    return fake->fails;
}

/* Takes one of chores_left. */
static inline enum tn_status fake_quiet(void *ctx, bool *more)
{
    struct fake_store *fake = ctx;
    fake->chores_done++;
    if (fake->chores_left > 0) {
        fake->chores_left--;
    }
    *more = fake->chores_left > 0;
    return fake->fails;
}

/* The table of calls; fake is borrowed. */
static inline struct tn_store fake_store_of(struct fake_store *fake)
{
    return (struct tn_store){.ctx = fake,
                             .record = fake_record,
                             .ask = fake_ask,
                             .info = fake_info,
                             .probe = fake_probe,
                             .sync_state = fake_sync_state,
                             .quiet = fake_quiet};
}

#endif
