/* What a station does besides taking scans: for groups, at a desk, and for whoever unlocked it
 * with a staff card. Like a scan, each is one fsynced transaction or nothing.
 *
 * Staff: scanning a staff card (tn_station_record gives TN_RESULT_STAFF) logs a `staff` entry and
 * opens the directory into locked memory of this handle; tn_station_lock wipes it. What needs a
 * staff card says TN_ERR_STATE without one.
 *
 * Bodies written here (CBOR): staff [1, "unlock"|"lock"|"switch"|"set-up", detail text];
 * undo [1, seq]; headcount [1, adults]; register [1, sealed form, sealed card] (walkin.h);
 * replace [1, old badge id or null, why, sealed card] (badge is the new one; without the card where
 * nobody knows whose it is, and so it was before there were any); close [1]; clock [1, "right" or
 * "wrong"] by a person, or [1, offset] where it was measured: what has to be added to at_ms, in ms.
 * `refused` [1, "tag" | "revoked" | "replaced" | "staff" | "group"]. */
#ifndef TURNOUT_DESK_H
#define TURNOUT_DESK_H

#include "turnout/station.h"
#include "turnout/walkin.h"

/* When something happens. */
struct tn_when {
    int64_t at_ms;
    int64_t mono_ms;
};

/* Wipes the directory and its key from memory. Writes nothing. */
void tn_station_lock(struct tn_station *station);

/* Somebody found by name or code. */
#define TN_FOUND_MAX 5
struct tn_found {
    struct tn_id learner;            /* none where only a badge is known */
    struct tn_id badge;              /* none where the learner has none */
    char name[TN_FULL_NAME_MAX + 1]; /* display; full where two found ones would read the same,
                                        with the badge's code where even that is the same; empty
                                        where no directory names this badge */
    bool is_in;                      /* as far as this station knows */
};

/* Whether a text says enough of a name to be searched for: two letters, or one that is a whole
 * syllable or more (Chinese, Korean, Japanese: a surname there is often one letter). UTF-8; any
 * thread. */
bool tn_search_is_enough(const char *text);

/* Finds names in the directory: folded by accent, case and script (ICU), nobody for a text that is
 * not enough, each word of the text the beginning of some word of a name, one typo forgiven from 4
 * letters on; exact before typo, then by name. Up to TN_FOUND_MAX. Wiped by the caller.
 * TN_ERR_STATE: locked; TN_ERR_NOT_FOUND: the pack has no directory. */
enum tn_status tn_station_search(struct tn_station *station, const char *text,
                                 struct tn_found out[TN_FOUND_MAX], size_t *count);

/* Every badge of the 9-digit code (badge.h), with the directory's name where it has one.
 * TN_ERR_STATE: locked; TN_ERR_FORMAT: the check digit is wrong. */
enum tn_status tn_station_find_code(struct tn_station *station, const char *code,
                                    struct tn_found out[TN_FOUND_MAX], size_t *count);

/* Checks a found learner in by hand: the role's entry with method "search" or "typed". */
enum tn_status tn_station_admit(struct tn_station *station, const struct tn_found *who,
                                const char *method, const struct tn_when *when,
                                struct tn_record *out);

/* Lets in whom the newest `refused` entry kept out: the role's entry, method "tap". */
enum tn_status tn_station_admit_refused(struct tn_station *station, uint64_t refused_seq,
                                        const struct tn_when *when, struct tn_record *out);

/* Checks in the open group (tn_scan.in_group) without its absent members: each one check_in (at an
 * activity a visit, at an exit a check_out; never a pass), method "group", and adults > 0 a
 * headcount, all in one transaction. out->result is WELCOME (VISIT, GOODBYE), out->seq the last
 * entry's. TN_ERR_STATE: no group is open. TN_ERR_LIMIT: nobody is left to check in, or more than
 * TN_ADULTS_MAX; the group stays open. */
enum tn_status tn_station_group_confirm(struct tn_station *station, unsigned adults,
                                        const struct tn_when *when, struct tn_record *out);
void tn_station_group_drop(struct tn_station *station);

#define TN_ADULTS_MAX 500

/* Adults without badges. TN_ERR_LIMIT for 0 or more than TN_ADULTS_MAX. */
enum tn_status tn_station_headcount(struct tn_station *station, unsigned adults,
                                    const struct tn_when *when, uint64_t *seq);

/* What may be undone: entries of the last UNDO_MS that count somebody and are not undone yet,
 * newest first. Names only while unlocked. */
#define TN_UNDO_MS 600000
#define TN_PAST_MAX 8
struct tn_past {
    uint64_t seq;
    char kind[TN_KIND_MAX + 1];
    int64_t at_ms;
    unsigned count;                  /* people: 1, or a headcount's adults */
    char name[TN_FULL_NAME_MAX + 1]; /* may be empty */
};
enum tn_status tn_station_past(struct tn_station *station, const struct tn_when *now,
                               int64_t window_ms, struct tn_past out[TN_PAST_MAX], size_t *count);

/* Takes one back by a compensating `undo` entry; presence is as if it had not been. TN_ERR_STATE:
 * undone already, too old, or of a kind that is not undone. */
enum tn_status tn_station_undo(struct tn_station *station, uint64_t undo_seq,
                               const struct tn_when *when, uint64_t *seq);

/* A badge handed out here. Holds a secret: wiped by the caller. */
struct tn_handed {
    char digits[TN_BADGE_TEXT_SIZE]; /* empty where a blank badge on paper was used */
    char code[TN_BADGE_CODE_SIZE];
    char name[TN_NAME_MAX + 1];
    struct tn_id badge;
    struct tn_record record; /* the check-in that came with it */
};

/* Registers a walk-in: seals the form, mints a badge (or ties the blank badge whose text is given;
 * NULL: none), and checks the learner in; register and the role's entry in one transaction.
 * TN_ERR_STATE: no vault key or no badge key to mint with; TN_ERR_FORGED: the blank badge is not
 * ours; TN_ERR_EXISTS: it is somebody's already. */
enum tn_status tn_station_register(struct tn_station *station, const struct tn_walkin *form,
                                   const char *blank, const struct tn_when *when,
                                   struct tn_handed *out);

enum tn_replace_why { TN_WHY_LOST, TN_WHY_DAMAGED, TN_WHY_OTHER, TN_WHY_COUNT };

/* "lost", "damaged", "other". */
const char *tn_replace_why_name(enum tn_replace_why why);

/* Gives a found learner another badge: minted here, or the blank one whose text is given (NULL:
 * mint). The old badge (the newest they got here, where they got one) is refused from now on. Needs
 * a staff card. The new card greets by the directory's display name. Errors as tn_station_register.
 * Checks nobody in. */
enum tn_status tn_station_replace(struct tn_station *station, const struct tn_found *who,
                                  const char *blank, enum tn_replace_why why,
                                  const struct tn_when *when, struct tn_handed *out);

/* Check-ins per quarter hour, the newest last, up to now; quarter hours of the wall clock. */
#define TN_QUARTERS_MAX 16
struct tn_tally {
    uint64_t today;   /* who came in at this station today (the event's zone), each once */
    uint64_t present; /* who is in, as far as this station knows */
    uint64_t adults;  /* of headcounts today */
    size_t quarters;
    int64_t first_ms; /* the beginning of quarter[0] */
    unsigned quarter[TN_QUARTERS_MAX];
};
enum tn_status tn_station_tally(struct tn_station *station, const struct tn_when *now,
                                struct tn_tally *out);

/* Who is in, for an evacuation: by name, those without a name last, by code. */
#define TN_ROLL_MAX 16
struct tn_roll {
    uint64_t total;
    uint64_t unnamed; /* of those, whom no directory names */
    uint64_t adults;
    size_t count; /* on this page */
    struct {
        char name[TN_FULL_NAME_MAX + 1]; /* empty: code says which badge */
        char code[TN_BADGE_CODE_SIZE];
    } rows[TN_ROLL_MAX];
};
/* Fills the page that starts at `first`, of `count_max` rows at most. Needs a staff card. */
enum tn_status tn_station_roll(struct tn_station *station, uint64_t first, size_t count_max,
                               struct tn_roll *out);

/* The event's activities as stamps for one learner or badge, as far as this station knows:
 * in the pack's order (step, then title), this station's own marked. */
#define TN_STAMPS_MAX 12
struct tn_stamp {
    char title[TN_TITLE_MAX + 1];
    bool is_done;
    bool is_here; /* this station's activity */
};
struct tn_passport {
    unsigned done;
    unsigned total;     /* of the event; may exceed count */
    bool is_checked_in; /* a gate has seen them */
    size_t count;
    struct tn_stamp stamps[TN_STAMPS_MAX]; /* done ones and this one first kept, if too many */
};
enum tn_status tn_station_passport(struct tn_station *station, const struct tn_id *who,
                                   struct tn_passport *out);

/* What staff may switch this station to within the event: its activities. */
#define TN_ACTIVITIES_PAGE 8
struct tn_activity_list {
    size_t total;
    size_t count;
    struct tn_pack_activity items[TN_ACTIVITIES_PAGE];
};
enum tn_status tn_station_activities(struct tn_station *station, size_t first,
                                     struct tn_activity_list *out);

/* Switches role (and activity, for TN_ROLE_ACTIVITY) until the centre says otherwise in a pack
 * whose own role or activity differs from what it is now. A `staff` entry. */
enum tn_status tn_station_switch(struct tn_station *station, enum tn_role role,
                                 const struct tn_id *activity, const struct tn_when *when);

/* Partners whose name's words begin as the text says (folded as in search; empty: all), by name. */
#define TN_PARTNERS_PAGE 6
struct tn_partner_list {
    size_t total;
    size_t count;
    struct tn_pack_partner items[TN_PARTNERS_PAGE];
};
enum tn_status tn_station_partners(struct tn_station *station, const char *text, size_t first,
                                   struct tn_partner_list *out);

/* The clock question's answer: a `clock` entry [1, "right"|"wrong"]. */
enum tn_status tn_station_clock(struct tn_station *station, bool is_right,
                                const struct tn_when *when);

/* Closes for the day: a `close` entry. The next check-in opens again by itself. */
enum tn_status tn_station_close_day(struct tn_station *station, const struct tn_when *when,
                                    uint64_t *seq);

/* TN_OK: it is the pack's PIN. TN_ERR_FORGED: it is not. TN_ERR_NOT_FOUND: the pack sets none.
 * Wrong ones are counted on the disk until the next right one (tn_station_info.pin_wrong), so that
 * whoever makes them wait longer each time need not begin anew with the program. Takes some tens of
 * milliseconds (Argon2id). */
enum tn_status tn_station_check_pin(struct tn_station *station, const char *pin);

/* Small settings of this station, kept in station.db; not part of the log. */
#define TN_SETTING_NAME_MAX 31
#define TN_SETTING_MAX 63
#define TN_SETTING_WALK_IN "walk-in"     /* "on" */
#define TN_SETTING_LANG "lang"           /* "es" */
#define TN_SETTING_THEME "theme"         /* "dark" */
#define TN_SETTING_VOLUME "volume"       /* "0" to "100" */
#define TN_SETTING_LOWER "lower"         /* "on" */
#define TN_SETTING_LARGER "larger"       /* "on" */
#define TN_SETTING_STILL "still"         /* "on": reduced motion */
#define TN_SETTING_SPEECH "speech"       /* "on" */
#define TN_SETTING_PIN_WRONG "pin-wrong" /* "3"; tn_station_check_pin's own */

/* Empty text where it was never set. */
enum tn_status tn_station_setting(struct tn_station *station, const char *name,
                                  char out[TN_SETTING_MAX + 1]);
enum tn_status tn_station_set_setting(struct tn_station *station, const char *name,
                                      const char *value);

/* Takes a set-up card from the staff panel, and without one on a station that no pack has reached
 * yet, since it knows no staff card: the event, name, role, hub and token change, the log and the
 * keys stay. TN_ERR_FORMAT: no set-up card; TN_ERR_FORGED: of another ecosystem, or
 * altered; TN_ERR_STATE: older than the one in use, or locked. */
enum tn_status tn_station_set_up_again(struct tn_station *station, struct tn_bytes card,
                                       const struct tn_when *when);

#endif
