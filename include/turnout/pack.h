/* Packs: what the centre sends a station. On a station a pack is an SQLite file of its own,
 * pack-N.db, built aside by sync, fsynced once, and switched to by one row of station.db, so that
 * a scan never waits for sync.
 *
 * This header is the station's side: what a pack holds, and the builder that lays it down. The
 * signed CBOR that travels is sync/wire/pack.h. */
#ifndef TURNOUT_PACK_H
#define TURNOUT_PACK_H

#include "turnout/card.h"
#include "turnout/directory.h"
#include "turnout/forget.h"
#include "turnout/group.h"
#include "turnout/setup.h"
#include "turnout/staff.h"

#define TN_PACK_BADGE_KEYS_MAX 64
#define TN_TZ_MAX 63 /* bytes of an IANA zone name */
#define TN_PIN_HASH_MAX 127
#define TN_PIN_DIGITS_MIN 4
#define TN_PIN_DIGITS_MAX 8

/* What a pack says of itself and of the event. */
struct tn_pack_head {
    struct tn_id ecosystem;
    uint64_t epoch;
    uint64_t version; /* ordered by (epoch, version); an older one is refused */
    struct tn_id event;
    char event_title[TN_TITLE_MAX + 1];
    char tz[TN_TZ_MAX + 1];
    int64_t starts_ms;
    int64_t ends_ms;
    char station_name[TN_TITLE_MAX + 1];
    enum tn_role role;
    struct tn_id activity;
    uint32_t repeat_ms;      /* how long a badge must be away before it scans again */
    struct tn_key event_key; /* what bundles of this event are sealed with */
    uint32_t consent_age; /* from which a learner may consent alone; 0: the ecosystem says none */
    bool has_walk_in;     /* the event takes walk-ins at every gate, not at desks only */
    uint32_t retention_days; /* how long the station keeps what a receipt covers; 0: for ever */
    char pin[TN_PIN_HASH_MAX + 1]; /* libsodium's Argon2id text of the PIN; empty: none */
};

/* A school or another partner that a walk-in may name. */
struct tn_pack_partner {
    struct tn_id id;
    char name[TN_TITLE_MAX + 1];
};

struct tn_pack_activity {
    struct tn_id id;
    char code[TN_TITLE_MAX + 1];
    char title[TN_TITLE_MAX + 1];
    char strand[TN_TITLE_MAX + 1];
    uint32_t step;
};

/* A pack being built in DIR/pack-N.db.new. One thread. */
struct tn_pack_builder;

/* Starts building. Removes what an earlier, unfinished build left. The builder is the caller's to
 * finish or drop. */
enum tn_status tn_pack_begin(const char *station_dir, const struct tn_pack_head *head,
                             struct tn_pack_builder **out);

/* Adds one thing. badge keys come newest first; the first is the one to mint with. */
enum tn_status tn_pack_add_badge_key(struct tn_pack_builder *pack, const struct tn_key *key);
enum tn_status tn_pack_add_activity(struct tn_pack_builder *pack,
                                    const struct tn_pack_activity *activity);
enum tn_status tn_pack_add_card(struct tn_pack_builder *pack, const struct tn_id *badge,
                                struct tn_bytes sealed);
enum tn_status tn_pack_add_revoked(struct tn_pack_builder *pack, const struct tn_id *badge);
enum tn_status tn_pack_add_staff(struct tn_pack_builder *pack, const struct tn_staff_card *card);
enum tn_status tn_pack_add_station_key(struct tn_pack_builder *pack,
                                       const struct tn_public_key *key, const char *name);
enum tn_status tn_pack_add_partner(struct tn_pack_builder *pack,
                                   const struct tn_pack_partner *partner);
/* A group, sealed under the secret of its group card (group.h); card is that badge's id. */
enum tn_status tn_pack_add_group(struct tn_pack_builder *pack, const struct tn_id *card,
                                 struct tn_bytes sealed);
/* The directory as one sealed blob (directory.h). */
enum tn_status tn_pack_set_directory(struct tn_pack_builder *pack, struct tn_bytes sealed);

/* What is to be forgotten (forget.h): the key, then as many marks. */
enum tn_status tn_pack_set_forget_key(struct tn_pack_builder *pack, const struct tn_key *key);
enum tn_status tn_pack_add_forgotten(struct tn_pack_builder *pack,
                                     const struct tn_forget_mark *mark);

/* Fsyncs the file, gives it its name and frees the builder. The station switches to it with
 * tn_station_switch_pack. number gets the N of pack-N.db. */
enum tn_status tn_pack_finish(struct tn_pack_builder *pack, uint64_t *number);

/* Gives up: removes the unfinished file and frees the builder. Accepts NULL. */
void tn_pack_drop(struct tn_pack_builder *pack);

#endif
