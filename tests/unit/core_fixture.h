/* What the station tests share: a folder that goes away, an ecosystem with a seed, badges, packs.
 * Everything random comes from one seed, so that a failure repeats. */
#ifndef TESTS_UNIT_CORE_FIXTURE_H
#define TESTS_UNIT_CORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "turnout/log.h"
#include "turnout/station.h"

#define FIXTURE_SEED 20260314
#define FIXTURE_AT_MS 1773478800000LL /* 2026-03-14T09:00:00Z */

struct fixture {
    char root[256];
    char dir[300];
    struct tn_random_seeded seeded;
    struct tn_station_env env;
    struct tn_sign_key sign_key;
    struct tn_key badge_key;
    struct tn_setup setup;
};

static inline void drop_line(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)line;
}

static inline void fixture_init(struct fixture *f, enum tn_role role)
{
    *f = (struct fixture){0};
    const char *tmp = getenv("TMPDIR");
    (void)snprintf(f->root, sizeof f->root, "%.200s/turnout-core-XXXXXX",
                   tmp == NULL ? "/tmp" : tmp);
    assert_non_null(mkdtemp(f->root));
    (void)snprintf(f->dir, sizeof f->dir, "%s/gate", f->root);
    assert_int_equal(tn_crypto_init(), TN_OK);
    if (getenv("TN_TEST_LOG") == NULL) {
        tn_log_to(drop_line, NULL);
    }
    f->env.random = tn_random_from_seed(&f->seeded, FIXTURE_SEED);
    f->env.boot = (struct tn_id){{1}};
    tn_sign_key_create(&f->env.random, &f->sign_key);
    f->env.random.fill(f->env.random.ctx, f->badge_key.b, sizeof f->badge_key.b);
    f->setup = (struct tn_setup){
        .ecosystem = {{7}},
        .ecosystem_name = "Riverside STEM",
        .sign_key = f->sign_key.public_key,
        .event = {{8}},
        .station_name = "Gate A",
        .role = role,
        .hub = "https://hub.example",
        .token = {{9}},
    };
}

/* Removes a folder of folders of files. */
static inline void remove_tree(const char *path)
{
    DIR *listing = opendir(path);
    if (listing != NULL) {
        const struct dirent *file = NULL;
        while ((file = readdir(listing)) != NULL) {
            char inner[1024];
            if (strcmp(file->d_name, ".") == 0 || strcmp(file->d_name, "..") == 0) {
                continue;
            }
            (void)snprintf(inner, sizeof inner, "%.700s/%s", path, file->d_name);
            if (unlink(inner) != 0) {
                remove_tree(inner);
            }
        }
        (void)closedir(listing);
    }
    (void)rmdir(path);
}

static inline void fixture_destroy(struct fixture *f)
{
    remove_tree(f->root);
    tn_log_to(NULL, NULL);
}

static inline struct tn_station *fixture_open(struct fixture *f)
{
    struct tn_station *station = NULL;
    assert_int_equal(tn_station_open(f->dir, &f->env, &station), TN_OK);
    assert_non_null(station);
    return station;
}

static inline struct tn_station *fixture_create(struct fixture *f)
{
    assert_int_equal(tn_station_create(f->dir, &f->setup, &f->env, FIXTURE_AT_MS), TN_OK);
    return fixture_open(f);
}

static inline void fixture_mint(struct fixture *f, enum tn_badge_type type, struct tn_badge *out)
{
    tn_badge_mint(type, &f->badge_key, &f->env.random, out);
}

/* A pack with the badge key, `revoked` (may be NULL) and a card named name for each badge. */
static inline uint64_t fixture_pack(struct fixture *f, uint64_t version,
                                    const struct tn_badge *badges, size_t count, const char *name,
                                    const struct tn_badge *revoked)
{
    struct tn_pack_head head = {
        .ecosystem = f->setup.ecosystem,
        .epoch = 1,
        .version = version,
        .event = f->setup.event,
        .event_title = "Science night",
        .tz = "America/Chicago",
        .starts_ms = FIXTURE_AT_MS,
        .ends_ms = FIXTURE_AT_MS + 3600000,
        .station_name = "Gate A",
        .role = f->setup.role,
        .activity = f->setup.activity,
        .repeat_ms = 4000,
    };
    struct tn_pack_builder *pack = NULL;
    uint64_t number = 0;
    assert_int_equal(tn_pack_begin(f->dir, &head, &pack), TN_OK);
    assert_int_equal(tn_pack_add_badge_key(pack, &f->badge_key), TN_OK);
    for (size_t i = 0; i < count; i++) {
        struct tn_card card = {.learner = {{5}}, .lang = "es"};
        card.learner.b[1] = (uint8_t)i;
        uint8_t sealed[TN_CARD_SIZE];
        struct tn_id id = tn_badge_id(&badges[i]);
        (void)snprintf(card.display, sizeof card.display, "%s", name);
        assert_int_equal(tn_card_seal(&card, &badges[i], &f->env.random, sealed), TN_OK);
        assert_int_equal(tn_pack_add_card(pack, &id, (struct tn_bytes){sealed, sizeof sealed}),
                         TN_OK);
    }
    if (revoked != NULL) {
        struct tn_id id = tn_badge_id(revoked);
        assert_int_equal(tn_pack_add_revoked(pack, &id), TN_OK);
    }
    assert_int_equal(tn_pack_finish(pack, &number), TN_OK);
    return number;
}

static inline enum tn_status fixture_scan(struct tn_station *station, const struct tn_badge *badge,
                                          struct tn_record *out)
{
    char text[TN_BADGE_TEXT_SIZE];
    tn_badge_encode(badge, text);
    struct tn_scan scan = {.at_ms = FIXTURE_AT_MS,
                           .mono_ms = 1000,
                           .method = "scan",
                           .text = text,
                           .len = TN_BADGE_DIGITS};
    return tn_station_record(station, &scan, out);
}

/* Checks the whole chain; gives how many entries it holds. */
static inline uint64_t fixture_verify(struct tn_station *station)
{
    struct tn_verify state = {0};
    while (!state.is_done) {
        assert_int_equal(tn_station_verify(station, &state, 7), TN_OK);
    }
    return state.entries;
}

#endif
