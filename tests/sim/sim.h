/* A deterministic simulation: one seed makes a small fair of real stations and a real centre, does
 * things to them in a random order, and then asks a naive model whether the centre holds exactly
 * what the screens said. A failing seed is printed and replays the same.
 *
 * Simulated: scans of every sort, clocks that jump, kiosks restarted, kiosks killed in the middle
 * of a burst (a child process that is ended with SIGKILL), reconciles in any order and repeated,
 * with and without the keyring, and a byte of an entry changed in the file of a closed station.
 * Time and randomness come from the seed alone. */
#ifndef TURNOUT_SIM_H
#define TURNOUT_SIM_H

#include <stdbool.h>
#include <stdint.h>

#include "sync/central/centre.h"
#include "turnout/station.h"

#define TN_SIM_STATIONS 4
#define TN_SIM_BADGES 24
#define TN_SIM_STEPS 120
#define TN_SIM_SEEN_MAX 4096
#define TN_SIM_PATH_MAX 4200

/* What a screen said: the entry that a scan was told it became. */
struct tn_sim_seen {
    int station;
    struct tn_id log; /* that the station wrote then */
    uint64_t seq;
    struct tn_id badge;
    enum tn_result result;
};

struct tn_sim_station {
    char dir[TN_SIM_PATH_MAX];
    int64_t clock_ms; /* how far its wall clock is off */
    struct tn_id log;
    struct tn_station *station;
};

struct tn_sim {
    uint64_t seed;
    uint64_t state; /* of the choices */
    char dir[TN_SIM_PATH_MAX];
    int64_t now_ms;
    struct tn_random_seeded seeded;
    struct tn_station_env env;
    struct tn_centre centre;
    struct tn_keyring keyring;
    struct tn_badge badges[TN_SIM_BADGES];
    struct tn_sim_station stations[TN_SIM_STATIONS];
    unsigned damages;
    size_t seen_count;
    struct tn_sim_seen seen[TN_SIM_SEEN_MAX];
};

/* A number below n from the seed's stream. */
uint64_t tn_sim_pick(struct tn_sim *sim, uint64_t n);

/* Makes the ecosystem, its stations and its badges below dir, which exists and is empty. */
enum tn_status tn_sim_open(struct tn_sim *sim, uint64_t seed, const char *dir);
void tn_sim_close(struct tn_sim *sim);

/* Opens a station's folder and notes which log it writes now. */
enum tn_status tn_sim_reopen(struct tn_sim *sim, struct tn_sim_station *at);

/* One random thing happens. */
enum tn_status tn_sim_step(struct tn_sim *sim);

/* Everything comes home, by a random route, and the centre is compared with what was seen. False:
 * an invariant is broken, and said. */
bool tn_sim_holds(struct tn_sim *sim);

#endif
