/* Stations to measure on, made through the same calls that sync uses, with repeatable secrets. */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#define EVENT_STARTS_MS INT64_C(1773478800000) /* 2026-03-14T09:00:00Z */

static enum tn_status add_cards(struct tn_bench_station *on, struct tn_pack_builder *pack,
                                size_t cards)
{
    for (size_t i = 0; i < cards; i++) {
        struct tn_badge badge;
        tn_badge_mint(TN_BADGE_LEARNER, &on->badge_key, &on->random, &badge);
        struct tn_card card = {.lang = "en"};
        on->random.fill(on->random.ctx, card.learner.b, sizeof card.learner.b);
        (void)snprintf(card.display, sizeof card.display, "Learner %zu", i);
        uint8_t sealed[TN_CARD_SIZE];
        enum tn_status status = tn_card_seal(&card, &badge, &on->random, sealed);
        if (status != TN_OK) {
            return status;
        }
        struct tn_id id = tn_badge_id(&badge);
        status = tn_pack_add_card(pack, &id, (struct tn_bytes){sealed, sizeof sealed});
        if (status != TN_OK) {
            return status;
        }
        if (i < on->kept) {
            on->badges[i] = badge;
        }
    }
    return TN_OK;
}

static enum tn_status install_pack(struct tn_bench_station *on, const struct tn_setup *setup,
                                   size_t cards)
{
    struct tn_pack_head head = {.ecosystem = setup->ecosystem,
                                .epoch = 1,
                                .version = 1,
                                .event = setup->event,
                                .event_title = "City STEM Fair",
                                .tz = "UTC",
                                .starts_ms = EVENT_STARTS_MS,
                                .ends_ms = EVENT_STARTS_MS + INT64_C(8) * 3600 * 1000,
                                .station_name = "North gate",
                                .role = TN_ROLE_GATE};
    struct tn_pack_builder *pack = NULL;
    enum tn_status status = tn_pack_begin(on->dir, &head, &pack);
    if (status != TN_OK) {
        return status;
    }
    status = tn_pack_add_badge_key(pack, &on->badge_key);
    if (status == TN_OK) {
        status = add_cards(on, pack, cards);
    }
    if (status != TN_OK) {
        tn_pack_drop(pack);
        return status;
    }
    uint64_t number = 0;
    status = tn_pack_finish(pack, &number);
    struct tn_station *station = NULL;
    if (status == TN_OK) {
        status = tn_station_open(on->dir, &on->env, &station);
    }
    if (status == TN_OK) {
        status = tn_station_switch_pack(station, number, on->at_ms);
    }
    tn_station_close(station);
    return status;
}

enum tn_status tn_bench_station_make(struct tn_bench *bench, const char *name, size_t cards,
                                     size_t keep, struct tn_bench_station *out)
{
    *out = (struct tn_bench_station){.at_ms = EVENT_STARTS_MS, .kept = keep};
    (void)snprintf(out->dir, sizeof out->dir, "%s/%s", bench->work, name);
    out->random = tn_random_from_seed(&out->seeded, 2026);
    out->env = (struct tn_station_env){.random = out->random, .boot = tn_station_boot_id()};
    out->random.fill(out->random.ctx, out->badge_key.b, sizeof out->badge_key.b);
    out->badges = calloc(keep > 0 ? keep : 1, sizeof *out->badges);
    if (out->badges == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    struct tn_sign_key key;
    tn_sign_key_create(&out->random, &key);
    struct tn_setup setup = {.ecosystem_name = "Bench",
                             .sign_key = key.public_key,
                             .station_name = "North gate",
                             .role = TN_ROLE_GATE};
    out->random.fill(out->random.ctx, setup.ecosystem.b, sizeof setup.ecosystem.b);
    out->random.fill(out->random.ctx, setup.event.b, sizeof setup.event.b);
    enum tn_status status = tn_station_create(out->dir, &setup, &out->env, out->at_ms);
    if (status == TN_OK) {
        status = install_pack(out, &setup, cards);
    }
    sodium_memzero(&key, sizeof key);
    return status;
}

void tn_bench_station_free(struct tn_bench_station *station)
{
    free(station->badges);
    *station = (struct tn_bench_station){0};
}

enum tn_status tn_bench_scan(struct tn_bench_station *on, struct tn_station *station, size_t i,
                             struct tn_record *out)
{
    char text[TN_BADGE_TEXT_SIZE];
    tn_badge_encode(&on->badges[i % on->kept], text);
    on->at_ms += 100;
    struct tn_scan scan = {.at_ms = on->at_ms,
                           .mono_ms = on->at_ms - EVENT_STARTS_MS,
                           .method = "scan",
                           .text = text,
                           .len = TN_BADGE_DIGITS};
    return tn_station_record(station, &scan, out);
}
