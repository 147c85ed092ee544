/* A store in memory for the tests of the runner and of flows: it counts records, remembers the last
 * scan, and fails on command. A scan is a badge where it is 48 digits and noise otherwise. */
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
    const char *method; /* of the last scan */
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
                                    .event_title = "Fair",
                                    .station_name = "Gate"};
    fake->infos++;
    return fake->fails;
}

/* As well as the store is. */
static inline enum tn_status fake_probe(void *ctx)
{
    struct fake_store *fake = ctx;
    fake->probes++;
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
                             .info = fake_info,
                             .probe = fake_probe,
                             .quiet = fake_quiet};
}

#endif
