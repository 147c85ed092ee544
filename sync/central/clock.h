/* Corrected time. An entry keeps three facts: wall time, CLOCK_BOOTTIME and the boot that one
 * counts from. Within a boot CLOCK_BOOTTIME cannot be set, so one moment of it whose right time is
 * known, an anchor, gives the right time of every entry of that boot: measured ones before those a
 * person confirmed, of those the first of the boot. Anchors hold for every log of one station.
 *
 * A boot without an anchor keeps its wall time as long as that is in the order of its log. Where it
 * is not, the time is bounded: it goes on from the entry before it by CLOCK_BOOTTIME, not beyond
 * the next anchored boot. Where somebody said that the clock was wrong and it was set afterwards,
 * what came before that in the boot is counted back from there. Salvaged entries stand in no order,
 * so only anchors move them.
 *
 * Entries that go alike make a span; what is told of a span follows from its log's spans and the
 * station's anchors alone, whatever order they came in. */
#ifndef TURNOUT_CENTRAL_CLOCK_H
#define TURNOUT_CENTRAL_CLOCK_H

#include "sync/central/centre.h"

/* A boot whose clock was off by more, or whose time is not known better, is a conflict. */
#define TN_CLOCK_BOUND_MS (10 * 60000)

/* Where wall time and CLOCK_BOOTTIME part by more, or wall time goes back, a new span begins. */
#define TN_CLOCK_JUMP_MS 60000

/* How a time came about, the least certain last. */
enum tn_clock {
    TN_CLOCK_AS_IT_WAS,
    TN_CLOCK_ANCHORED,
    TN_CLOCK_SETTLED, /* a person decided, in a conflict: wall time and base */
    TN_CLOCK_BOUNDED,
    TN_CLOCK_DOUBTED, /* as it was, and somebody said that it was wrong */
};

struct tn_clock_told {
    enum tn_clock how;
    int64_t base; /* ANCHORED, BOUNDED: the time is mono_ms + base, within lo and hi */
    int64_t lo;
    int64_t hi;
};

struct tn_clock_span {
    int64_t first_seq;
    int64_t last_seq;
    struct tn_id boot; /* none: the station could not tell */
    bool is_salvaged;
    int64_t first_at;
    int64_t first_mono;
    int64_t last_at;
    int64_t last_mono;
    struct tn_clock_told told;

    /* Of the resolution under way: what its boot's clock entries and rulings say. ANCHORED, SETTLED
     * and BOUNDED with base; DOUBTED; else AS_IT_WAS. */
    enum tn_clock word;
    int64_t word_base;
    int64_t floor;
    int64_t ceiling;
    bool is_late;
    int64_t width_ms;          /* BOUNDED: how far the right time may lie from another */
    int64_t known_seq;         /* its last_seq as the database has it; 0: new */
    struct tn_clock_told kept; /* as the database has it */
};

/* A clock reading within bounds that sums of a few cannot overflow; an entry may hold any number.
 */
int64_t tn_clock_sane(int64_t ms);

/* The moment of an entry, as its span tells it. */
int64_t tn_clock_time(const struct tn_clock_told *told, int64_t at_ms, int64_t mono_ms);

/* Tells every span of a log, in the order of seq. Pure. */
void tn_clock_resolve(struct tn_clock_span *spans, size_t count);

/* Whether what is told of a resolved span is for a person to look at: the clock was off by more
 * than TN_CLOCK_BOUND_MS, the time is only known to lie within bounds that are wider, or somebody
 * said that it was wrong and nobody what was right. */
bool tn_clock_is_off(const struct tn_clock_span *span);

/* What a `clock` entry says, by its body (turnout/desk.h). */
enum tn_clock_word { TN_CLOCK_SAYS_NOTHING, TN_CLOCK_MEASURED, TN_CLOCK_RIGHT, TN_CLOCK_WRONG };
enum tn_clock_word tn_clock_read(struct tn_bytes body, int64_t *offset_ms);

/* An entry as far as clocks go. */
struct tn_clock_entry {
    int64_t seq;
    struct tn_id boot;
    int64_t at_ms;
    int64_t mono_ms;
    bool is_salvaged;
};

/* A log's spans as they are being brought up to date. Zero to start; tn_clock_free. */
struct tn_clock_log {
    int64_t log_no;
    struct tn_id id;
    struct tn_public_key pubkey;
    struct tn_clock_span *spans;
    size_t count;
    size_t max;
    struct tn_id *anchored; /* boots that new anchors are of */
    size_t anchored_count;
    size_t anchored_max;
};

void tn_clock_free(struct tn_clock_log *log);

/* Reads a log's spans as they are kept. */
enum tn_status tn_clock_open(struct tn_centre *centre, int64_t log_no, struct tn_clock_log *log);

/* Takes the next entry of the log. */
enum tn_status tn_clock_take(struct tn_clock_log *log, const struct tn_clock_entry *entry);

/* Keeps what a `clock` entry of the log says, after it was taken. */
enum tn_status tn_clock_anchor(struct tn_centre *centre, struct tn_clock_log *log,
                               const struct tn_clock_entry *entry, struct tn_bytes body);

/* Notes in the spans what anchors and rulings there are for their boots; settle asks it first. */
enum tn_status tn_clock_ask(struct tn_centre *centre, struct tn_clock_log *log);

/* An entry whose sighting got another time. */
struct tn_clock_moved {
    struct tn_id event;
    struct tn_id badge;
};

/* Resolves the log, keeps its spans, gives the sightings of entries that were taken before their
 * new times, and notes or drops its conflicts. New anchors are applied to the station's other logs
 * too. Each moved one is handed on. */
enum tn_status
tn_clock_settle(struct tn_centre *centre, struct tn_clock_log *log, int64_t now_ms,
                enum tn_status (*moved)(void *ctx, const struct tn_clock_moved *what), void *ctx);

/* The span that holds a seq; the log is open and has it. */
const struct tn_clock_span *tn_clock_span_of(const struct tn_clock_log *log, int64_t seq);

#endif
