/* The simulated fair: a demo ecosystem through the very functions that the demo command uses, with
 * two more gates, and the secrets of its badges read back from the demo's table. */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "sync/cmd/demo.h"
#include "sync/link/enrol.h"
#include "sync/paper/mint.h"
#include "tests/sim/sim.h"

#define EVENT_CODE "fair"
#define LINE_SIZE 1024

/* SplitMix64: small, and the same everywhere. */
uint64_t tn_sim_pick(struct tn_sim *sim, uint64_t n)
{
    sim->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = sim->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % n;
}

/* The last fields of a demo table's first lines are badges' 48 digits. */
static enum tn_status read_table(const struct tn_sim *sim, const char *name, size_t wanted,
                                 struct tn_badge *out)
{
    char path[TN_SIM_PATH_MAX + 16];
    char line[LINE_SIZE];
    (void)snprintf(path, sizeof path, "%s/%s", sim->dir, name);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return TN_ERR_NOT_FOUND;
    }
    size_t count = 0;
    while (count < wanted && fgets(line, sizeof line, file) != NULL) {
        const char *last = strrchr(line, ',');
        if (last != NULL && tn_badge_decode(last + 1, strlen(last + 1), &out[count]) == TN_OK) {
            count++;
        }
    }
    (void)fclose(file);
    return count == wanted ? TN_OK : TN_ERR_FORMAT;
}

static enum tn_status read_badges(struct tn_sim *sim)
{
    struct tn_badge cards[2];
    enum tn_status status = read_table(sim, "badges.csv", TN_SIM_BADGES, sim->badges);
    sim->badge_count = TN_SIM_BADGES;
    if (status == TN_OK) {
        status = read_table(sim, "cards.csv", 2, cards);
    }
    if (status == TN_OK) {
        tn_badge_encode(&cards[0], sim->staff);
        tn_badge_encode(&cards[1], sim->group);
    }
    return status;
}

/* Blank badges printed ahead; and a copy of the centre as it is before the day begins. */
static enum tn_status prepare_day(struct tn_sim *sim)
{
    char path[TN_SIM_PATH_MAX + 32];
    struct tn_minted_list list = {0};
    struct tn_mint mint = {.centre = &sim->centre,
                           .keyring = &sim->keyring,
                           .random = sim->env.random,
                           .now_ms = sim->now_ms,
                           .blank = TN_SIM_BLANKS};
    enum tn_status status = tn_centre_event(&sim->centre, EVENT_CODE, &mint.event);
    status = status == TN_OK ? tn_mint_badges(&mint, &list) : status;
    for (size_t i = 0; status == TN_OK && i < TN_SIM_BLANKS; i++) {
        sim->blanks[i] = list.items[list.count - TN_SIM_BLANKS + i].badge;
    }
    tn_minted_destroy(&list);
    (void)snprintf(path, sizeof path, "VACUUM INTO '%s/start.db'", sim->dir);
    return status == TN_OK ? tn_db_exec(sim->centre.db, path) : status;
}

static enum tn_status open_centre(struct tn_sim *sim)
{
    char path[TN_SIM_PATH_MAX + 16];
    (void)snprintf(path, sizeof path, "%s/central.db", sim->dir);
    enum tn_status status = tn_centre_open(path, &sim->centre);
    if (status == TN_OK) {
        (void)snprintf(path, sizeof path, "%s/keys", sim->dir);
        status = tn_keyring_load(path, NULL, &sim->keyring);
    }
    return status;
}

static enum tn_status enrol(struct tn_sim *sim, const char *name, enum tn_role role)
{
    struct tn_enrol what = {.name = name, .role = role};
    char dir[TN_SIM_PATH_MAX + 32];
    (void)snprintf(dir, sizeof dir, "%s/%s", sim->dir, name);
    enum tn_status status = tn_centre_event(&sim->centre, EVENT_CODE, &what.event);
    if (status == TN_OK) {
        sim->now_ms = what.event.starts_ms;
        status = tn_enrol_station(&sim->centre, &sim->keyring, &what, dir, &sim->env, sim->now_ms);
    }
    return status;
}

static enum tn_status open_stations(struct tn_sim *sim)
{
    static const char *const names[TN_SIM_STATIONS] = {"gate", "robotics", "exit", "both", "desk"};
    for (int i = 0; i < TN_SIM_STATIONS; i++) {
        struct tn_sim_station *at = &sim->stations[i];
        int len = snprintf(at->dir, sizeof at->dir, "%s/%s", sim->dir, names[i]);
        if (len < 0 || (size_t)len >= sizeof at->dir) {
            return TN_ERR_LIMIT;
        }
        enum tn_status status = tn_sim_reopen(sim, at);
        if (status != TN_OK) {
            return status;
        }
    }
    return TN_OK;
}

enum tn_status tn_sim_open(struct tn_sim *sim, uint64_t seed, const char *dir)
{
    *sim = (struct tn_sim){.seed = seed, .state = seed};
    (void)snprintf(sim->dir, sizeof sim->dir, "%s", dir);
    sim->env.random = tn_random_from_seed(&sim->seeded, seed);
    sim->env.boot.b[0] = 1;
    const struct tn_demo demo = {.dir = dir, .learners = TN_SIM_BADGES, .seed = seed};
    enum tn_status status = tn_demo_build(&demo);
    if (status == TN_OK) {
        status = open_centre(sim);
    }
    if (status == TN_OK) {
        status = enrol(sim, "exit", TN_ROLE_EXIT);
    }
    if (status == TN_OK) {
        status = enrol(sim, "both", TN_ROLE_BOTH);
    }
    if (status == TN_OK) {
        status = prepare_day(sim);
    }
    if (status == TN_OK) {
        status = open_stations(sim);
    }
    return status == TN_OK ? read_badges(sim) : status;
}

void tn_sim_close(struct tn_sim *sim)
{
    for (int i = 0; i < TN_SIM_STATIONS; i++) {
        tn_station_close(sim->stations[i].station);
    }
    tn_centre_close(&sim->centre);
    tn_keyring_wipe(&sim->keyring);
    sodium_memzero(sim->badges, sizeof sim->badges);
    sodium_memzero(sim->blanks, sizeof sim->blanks);
}
