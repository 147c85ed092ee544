/* A station: one kiosk's folder, with its log of entries (station.db), its identity (device.key)
 * and its current pack (pack-N.db).
 *
 *     station.db   SQLite, WAL, synchronous=FULL, STRICT tables, numbered migrations; readable with
 *                  any SQLite tool (the view `readable` has hexadecimal ids and dates)
 *     device.key   CBOR [1, Ed25519 seed, incarnation, incarnation nonce (16 bytes)], mode 0600
 *     setup.card   what the set-up card said, kept beside the database in case that is damaged
 *     log id     = BLAKE2b-128(device public key || incarnation nonce)
 *
 * Promises: a record that returned TN_OK is on the disk (fsync); it is one transaction with the
 * presence it changes; nothing is deleted before a receipt. A damaged station.db is set aside
 * whole under DIR/set-aside/; what proves itself is kept as an earlier log, what can only be read
 * is written anew into the log of a new incarnation (salvaged.h), and check-in goes on.
 *
 * One thread a handle. Several processes (the kiosk and sync) may have the same folder open; who
 * writes shares the folder's lock (flock), who mends has it alone. A handle whose files are taken
 * away brings them back with its next call. */
#ifndef TURNOUT_STATION_H
#define TURNOUT_STATION_H

#include <stdbool.h>

#include "turnout/card.h"
#include "turnout/entry.h"
#include "turnout/pack.h"
#include "turnout/receipt.h"
#include "turnout/setup.h"

/* Entries whose chain is checked before the first frame. */
#define TN_STATION_TAIL 64

struct tn_station;

/* What a station takes from outside: random and boot identity. */
struct tn_station_env {
    struct tn_random random;
    struct tn_id boot; /* changes with every boot of the machine */
};

/* The boot id Linux gives this boot (/proc/sys/kernel/random/boot_id), or none. */
struct tn_id tn_station_boot_id(void);

/* Makes a station folder from a set-up card: folder (0700), device.key, station.db. at_ms stamps
 * the first entry, a `boot`. TN_ERR_EXISTS where DIR already holds a station. */
enum tn_status tn_station_create(const char *dir, const struct tn_setup *setup,
                                 const struct tn_station_env *env, int64_t at_ms);

/* Opens a station, checks the chain's tail, and mends what needs mending: an old schema is
 * migrated, a damaged database is set aside (see tn_station_info.was_salvaged). Reads nothing that
 * grows with the number of cards. *out is NULL on failure. */
enum tn_status tn_station_open(const char *dir, const struct tn_station_env *env,
                               struct tn_station **out);

/* Opens a station only to read it (status, verify); writes nothing, mends nothing. */
enum tn_status tn_station_open_read(const char *dir, struct tn_station **out);

void tn_station_close(struct tn_station *station);

/* What the screen and the tools need to know; a snapshot. */
struct tn_station_info {
    struct tn_id ecosystem;
    char ecosystem_name[TN_TITLE_MAX + 1];
    struct tn_public_key sign_key;   /* the ecosystem's, from the set-up card */
    struct tn_public_key device_key; /* the station's own */
    struct tn_id log;                /* the log being written */
    char station_name[TN_TITLE_MAX + 1];
    enum tn_role role;
    struct tn_id event;
    struct tn_id activity;
    char event_title[TN_TITLE_MAX + 1];    /* empty before the first pack */
    char activity_title[TN_TITLE_MAX + 1]; /* empty at a gate */
    char tz[TN_TZ_MAX + 1];
    int64_t starts_ms;
    int64_t ends_ms;
    uint32_t repeat_ms;
    uint64_t epoch; /* of the current pack; 0 where there is none that opens */
    uint64_t pack_version;
    uint64_t entries;   /* in all logs here but siblings' */
    uint64_t waiting;   /* of those, entries that no receipt covers */
    uint64_t present;   /* how many are in, as far as this station knows */
    bool has_keys;      /* badges can be verified */
    bool has_vault;     /* the vault key is known: walk-ins can be sealed */
    bool has_pin;       /* the pack sets one */
    uint32_t pin_wrong; /* wrong PINs since the last right one, also before a start */
    bool has_walk_in;   /* a desk, or the setting TN_SETTING_WALK_IN is on */
    bool has_clock;     /* this boot has a `clock` entry */
    bool is_closed;     /* nobody was here since the newest `close` */
    bool is_unlocked;   /* a staff card has opened this handle */
    char staff_name[TN_TITLE_MAX + 1]; /* whose; empty while locked */
    uint32_t consent_age;              /* from the pack; 13 where there is none */
    uint64_t siblings;                 /* other stations of the event that the pack names */
    uint64_t siblings_heard;           /* of those, whose entries lie here */
    int64_t last_sync_ms;              /* when a receipt or a pack last arrived; 0: never */
    int64_t pack_ms;                   /* when the current pack arrived; 0: none */
    bool was_salvaged;                 /* this open set a damaged database aside */
};

/* Fills *out with the facts as of now; TN_ERR_IO and the like where they cannot be read. */
enum tn_status tn_station_info(struct tn_station *station, struct tn_station_info *out);

/* The same without what is counted or looked for in the log, which stays 0: who the station is, and
 * what its pack says. For whoever has a hundred stations to ask. */
enum tn_status tn_station_who(struct tn_station *station, struct tn_station_info *out);

/* Where the station's set-up card says that its hub is, and whom it must be. */
struct tn_station_hub {
    char address[TN_HUB_MAX + 1]; /* https://HOST[:PORT]; empty: the card names none */
    bool has_pin;
    uint8_t pin[TN_HASH_SIZE]; /* SHA-256 of the SubjectPublicKeyInfo of its key */
};
void tn_station_hub(const struct tn_station *station, struct tn_station_hub *out);

/* What salvages have left here, all of them together. Every row that could be read is also in the
 * table `loose` as it was, and the damaged files lie in DIR/set-aside/. */
struct tn_station_salvage {
    uint64_t rows;     /* set aside because the chain does not prove them */
    uint64_t appended; /* of those, written anew into a later log (salvaged.h) */
    uint64_t covered;  /* of those, at the centre already, as a receipt says */
    uint64_t unread;   /* of those, not fit to be written anew: only a person can tell */
    uint64_t waiting;  /* of the appended, those no receipt covers yet */
    uint64_t missing;  /* numbers that could not be read at all and that no receipt covers */
    uint64_t cut_logs; /* logs that end where nothing more could be read: how many entries came
                          after is not known */
};

/* Counts them; zeros where nothing was ever salvaged. Also on a station opened to read, and one
 * whose database is of an older version. */
enum tn_status tn_station_salvage(struct tn_station *station, struct tn_station_salvage *out);

/* What the screen shows for a scan. */
enum tn_result {
    TN_RESULT_NOISE,   /* not badge text: no entry */
    TN_RESULT_WELCOME, /* came in */
    TN_RESULT_ALREADY, /* was in already; an entry all the same */
    TN_RESULT_GOODBYE, /* went out */
    TN_RESULT_VISIT,   /* an activity's visit */
    TN_RESULT_REFUSED, /* a `refused` entry, and help */
    TN_RESULT_STAFF,   /* a staff card: a `staff` entry, and the station is unlocked (desk.h) */
    TN_RESULT_GROUP,   /* a group card: no entry yet; group says whom it brings (desk.h) */
    TN_RESULT_ABSENT,  /* a left-over badge of the open group: no entry; group counts it */
    TN_RESULT_SETUP,   /* a set-up card: no entry; only a staff panel or a fresh kiosk takes it */
    TN_RESULT_COUNT
};

struct tn_scan {
    int64_t at_ms;
    int64_t mono_ms;
    const char *method; /* "scan" or "tap" */
    const char *text;   /* borrowed; holds the secret */
    size_t len;
    bool in_group; /* the group screen is open: a member's badge means absent, or here after all */
};

/* A group card's group while it is being checked in. */
struct tn_group_tally {
    char title[TN_TITLE_MAX + 1]; /* wiped with the record */
    unsigned members;
    unsigned absent;
};

struct tn_record {
    enum tn_result result;
    uint64_t seq;               /* of the entry; 0 where none was written */
    bool is_verified;           /* false where the station has no keys yet */
    char name[TN_NAME_MAX + 1]; /* empty: greet without a name. Wiped by the caller */
    char lang[TN_LANG_MAX + 1];
    struct tn_id who;   /* the learner where a card named one, else the badge; none for noise */
    struct tn_id badge; /* none for noise */
    struct tn_group_tally group; /* GROUP, ABSENT, and WELCOME after a group was checked in */
};

/* Takes a scan all the way to the disk: decodes, verifies, opens the card, writes the role's entry
 * (or `refused`) and the presence in one fsynced transaction. TN_OK also for noise and refusals;
 * on any other status nothing was written and the same scan may be tried again. */
enum tn_status tn_station_record(struct tn_station *station, const struct tn_scan *scan,
                                 struct tn_record *out);

/* Appends one entry that is not a scan (boot, clock, staff, close ...). The caller fills kind,
 * at_ms, mono_ms, and where they are meant event, activity, method, badge, learner and body; seq,
 * salt, boot and hashes are filled here. */
enum tn_status tn_station_append(struct tn_station *station, struct tn_entry *entry);

/* Tells whether the disk takes a write now, without leaving one: TN_OK or why not. */
enum tn_status tn_station_probe(struct tn_station *station);

/* Housekeeping for a quiet moment: moves the WAL into the database, and lets go of the pack before
 * the current one. May take some milliseconds. */
enum tn_status tn_station_tidy(struct tn_station *station);

/* A check of the whole chain that can be done in steps. Zero it to start. */
struct tn_verify {
    uint64_t log_no; /* where it stands */
    uint64_t seq;
    struct tn_hash hash;
    uint64_t entries; /* checked so far */
    bool is_done;
    /* where status was TN_ERR_DAMAGED: the first entry that does not hold */
    uint64_t bad_log_no;
    uint64_t bad_seq;
};

/* Checks up to entries_max more entries. TN_OK: all of those hold. */
enum tn_status tn_station_verify(struct tn_station *station, struct tn_verify *state,
                                 uint64_t entries_max);

/* Closes *station, sets its database aside, salvages what can be read and opens the new
 * incarnation in its place. On failure *station is NULL. */
enum tn_status tn_station_set_aside(struct tn_station **station, const struct tn_station_env *env);

/* For sync. */

struct tn_log_head {
    uint64_t log_no;
    struct tn_id log;
    struct tn_public_key device_key;
    uint64_t first_seq;   /* the oldest entry still here */
    uint64_t last_seq;    /* 0: empty */
    struct tn_hash hash;  /* of that entry; zero bytes where it is empty */
    uint64_t receipt_seq; /* covered by a receipt up to here */
    uint64_t receipt_epoch;
    bool is_own;     /* the log this station writes now */
    bool is_sibling; /* another station's, carried here (sibling.h) */
};

/* Calls each for every log here, by log_no; a status other than TN_OK ends the walk and is
 * returned. */
enum tn_status tn_station_logs(struct tn_station *station,
                               enum tn_status (*each)(void *ctx, const struct tn_log_head *head),
                               void *ctx);

/* One of them by its id; out->log_no is 0 where it is not here. */
enum tn_status tn_station_log(struct tn_station *station, const struct tn_id *log,
                              struct tn_log_head *out);

/* The hash of one entry; zero bytes for seq 0. TN_ERR_NOT_FOUND. */
enum tn_status tn_station_hash_at(struct tn_station *station, uint64_t log_no, uint64_t seq,
                                  struct tn_hash *out);

/* Calls each for the entries of a log from seq `first`, at most count_max of them, in order. The
 * entry and its body are borrowed for the call. */
enum tn_status tn_station_entries(struct tn_station *station, uint64_t log_no, uint64_t first,
                                  uint64_t count_max,
                                  enum tn_status (*each)(void *ctx, const struct tn_entry *entry),
                                  void *ctx);

/* Signs with the device key. */
enum tn_status tn_station_sign(struct tn_station *station, const char *label,
                               struct tn_bytes message, struct tn_signature *out);

/* Notes that the right time was `offset_ms` more than this machine's clock said, at the moment
 * at_ms by that clock and mono_ms by CLOCK_BOOTTIME: a `clock` entry [1, offset], from which the
 * centre corrects every entry of this boot. */
enum tn_status tn_station_note_clock(struct tn_station *station, int64_t offset_ms, int64_t at_ms,
                                     int64_t mono_ms);

/* The token of the set-up card that the station goes by; the caller wipes it. */
enum tn_status tn_station_token(struct tn_station *station, struct tn_id *out);

/* A copy of the device's signing key for writing a bundle (signed.h); the caller wipes it. */
enum tn_status tn_station_sign_key(struct tn_station *station, struct tn_sign_key *out);

/* The key that bundles of the station's event are sealed with, and which event that is; the caller
 * wipes it. TN_ERR_NOT_FOUND before the first pack. */
enum tn_status tn_station_event_key(struct tn_station *station, struct tn_id *event,
                                    struct tn_key *out);

/* The centre's key that bundles are sealed to without it. */
enum tn_status tn_station_transport_key(struct tn_station *station, struct tn_public_key *out);

/* Honours a receipt: TN_ERR_FORGED where it is not the ecosystem's, TN_ERR_STATE where this
 * station's hash at that seq differs or it is for another log. Older receipts change nothing. */
enum tn_status tn_station_take_receipt(struct tn_station *station, struct tn_bytes receipt);

/* Switches to pack-N.db in one row and logs a `pack` entry, then removes older pack files.
 * TN_ERR_STATE where the pack is older than the current one or for another ecosystem. */
enum tn_status tn_station_switch_pack(struct tn_station *station, uint64_t number, int64_t at_ms);

#endif
