/* A deterministic simulation: one seed makes a small fair of real stations and a real centre, does
 * things to them in a random order, and then asks a naive model whether the centre holds exactly
 * what the screens said. A failing seed is printed and replays the same.
 *
 * Simulated: scans of every sort, groups, walk-ins with new and with blank badges, replaced badges,
 * adults, what is taken back, days that end, clocks that jump, kiosks restarted, kiosks killed in
 * the middle of a burst (a child process that is ended with SIGKILL), reconciles in any order and
 * repeated, with and without the keyring, a USB stick that goes between stations and centre and is
 * pulled out in the middle, a byte of an entry changed in the file of a closed
 * station, and at the end folders that are copied and bundles that come in any order. Time and
 * randomness come from the seed alone. */
#ifndef TURNOUT_SIM_H
#define TURNOUT_SIM_H

#include <stdbool.h>
#include <stdint.h>

#include "sync/central/centre.h"
#include "turnout/desk.h"
#include "turnout/station.h"

#define TN_SIM_STATIONS 5
#define TN_SIM_BADGES 24
#define TN_SIM_STEPS 120
#define TN_SIM_SEEN_MAX 4096
#define TN_SIM_PATH_MAX 4200
#define TN_SIM_BLANKS 12
#define TN_SIM_BLANKS_CAREFUL 8 /* the others are kept for where nobody takes care */
#define TN_SIM_HANDED_MAX 128
#define TN_SIM_COUNTS_MAX 256

/* What a screen said: the entry that a scan was told it became. */
struct tn_sim_seen {
    int station;
    struct tn_id log; /* that the station wrote then */
    uint64_t seq;
    struct tn_id badge; /* none: not known here, or none */
    char kind[TN_KIND_MAX + 1];
};

/* A badge that changed hands at a kiosk. */
struct tn_sim_handed {
    bool is_walkin;
    struct tn_id badge;
    struct tn_id old; /* none for a walk-in */
};

/* Adults, known by their moment: an entry that was salvaged has another place. */
struct tn_sim_count {
    int64_t at_ms;
    unsigned adults;
    bool is_undone;
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
    struct tn_badge badges[TN_SIM_BADGES + TN_SIM_HANDED_MAX]; /* of the roster, then handed out */
    size_t badge_count;
    struct tn_badge blanks[TN_SIM_BLANKS];
    size_t blanks_used;
    char staff[TN_BADGE_TEXT_SIZE];
    char group[TN_BADGE_TEXT_SIZE];
    struct tn_sim_handed handed[TN_SIM_HANDED_MAX];
    size_t handed_count;
    struct tn_sim_count counts[TN_SIM_COUNTS_MAX];
    size_t count_count;
    struct tn_sim_station stations[TN_SIM_STATIONS];
    unsigned damages;
    bool is_careless; /* one blank badge may be given to two at two stations */
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

/* A station, and which. */
struct tn_sim_station *tn_sim_station(struct tn_sim *sim, int *index);

/* Scans a text at a station some time after the last thing. */
enum tn_status tn_sim_scan(struct tn_sim *sim, struct tn_sim_station *at, const char *text,
                           bool in_group, struct tn_record *out);

/* Notes that a screen said that an entry was written. */
void tn_sim_note(struct tn_sim *sim, int station, const struct tn_id *badge, uint64_t seq,
                 const char *kind);

/* What happens at a desk, as rows of the table of steps: all take the simulation. */
enum tn_status tn_sim_group(struct tn_sim *sim);
enum tn_status tn_sim_register(struct tn_sim *sim);
enum tn_status tn_sim_replace(struct tn_sim *sim);
enum tn_status tn_sim_headcount(struct tn_sim *sim);
enum tn_status tn_sim_undo(struct tn_sim *sim);
enum tn_status tn_sim_close_day(struct tn_sim *sim);

/* And what happens to a stick: a station leaves its entries on it, or it comes to the centre. */
enum tn_status tn_sim_stick_load(struct tn_sim *sim);
enum tn_status tn_sim_stick_bring(struct tn_sim *sim);

/* The oracle's part about all that; and whether a second centre, to which everything comes by
 * another route, holds the same. */
bool tn_sim_desk_holds(struct tn_sim *sim);
bool tn_sim_routes_hold(struct tn_sim *sim);

/* Whether all bundles, in any order, cut anywhere and repeated, give the same dump, also where
 * folders were copied. The last question: the copies and what happens at them are in no centre. */
bool tn_sim_bundles_hold(struct tn_sim *sim);

/* Says what does not hold; always false. */
bool tn_sim_broken(const struct tn_sim *sim, const char *what, uint64_t a, uint64_t b);

/* One number of a statement with the ecosystem as $1. */
bool tn_sim_count(struct tn_sim *sim, const char *sql, uint64_t *out);

/* One random thing happens. */
enum tn_status tn_sim_step(struct tn_sim *sim);

/* One random thing happens at a station, away from the centre and from whoever damages files. */
enum tn_status tn_sim_step_away(struct tn_sim *sim);

/* Everything comes home, by a random route, and the centre is compared with what was seen. False:
 * an invariant is broken, and said. */
bool tn_sim_holds(struct tn_sim *sim);

#endif
