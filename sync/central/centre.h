/* The centre: an open central database with the one ecosystem it is asked about. Commands open one,
 * do one thing, and close it. */
#ifndef TURNOUT_CENTRAL_CENTRE_H
#define TURNOUT_CENTRAL_CENTRE_H

#include "sync/central/db.h"
#include "sync/central/keyring.h"

/* Who uses the centre and why, for the audit log; NULL where nobody said. Borrowed. */
#define TN_ACTOR_BY_MAX 120
#define TN_ACTOR_WHY_MAX 500
struct tn_actor {
    const char *by;
    const char *why;
};

struct tn_centre {
    struct tn_db *db;
    int64_t no; /* ecosystem.no, the first part of every key */
    struct tn_id id;
    char code[64];
    char name[121];
    char tz[64];
    int64_t min_cell;
    int64_t consent_age;
    uint64_t epoch;
    struct tn_public_key sign_key;
    struct tn_public_key vault_key;
    char keys_path[4096];
    struct tn_actor actor;
    const struct tn_keyring *keyring; /* opens bundles; borrowed, NULL: not at hand */
    bool is_outside;    /* bundles come from outside this process: see tn_ingest_bundle */
    bool has_erase_key; /* tombstones.h */
    struct tn_key erase_key;
};

/* What init is told. */
struct tn_centre_new {
    const char *code;
    const char *name;
    const char *tz; /* NULL: UTC */
    const char *keys_path;
    const char *keys_noted; /* what the database keeps for keys_path; NULL: worked out */
    int64_t now_ms;
    struct tn_actor actor; /* who makes it */
};

/* Makes the database, where it is a file, and the ecosystem's row. The keyring is there already. */
enum tn_status tn_centre_create(const char *uri, const struct tn_centre_new *what,
                                const struct tn_keyring *keyring);

/* Opens an existing centre; errors are logged with what to do next. */
enum tn_status tn_centre_open(const char *uri, struct tn_centre *out);
void tn_centre_close(struct tn_centre *centre);

/* tn_db_prepare with the ecosystem bound as $1, which is how every statement about one begins. */
enum tn_status tn_centre_prepare(struct tn_centre *centre, const char *sql, struct tn_stmt **out);

/* Runs a statement that needs nothing but the ecosystem. */
enum tn_status tn_centre_run(struct tn_centre *centre, const char *sql);

/* The number that such a statement gives in its first row; 0 where there is none. */
enum tn_status tn_centre_number(struct tn_centre *centre, const char *sql, int64_t *out);

/* Finds and opens the keyring: keys_option (--keys), else $TURNOUT_KEYS, else the path noted at
 * init. The passphrase comes from $TURNOUT_PASSPHRASE or the terminal. Errors are logged. */
enum tn_status tn_centre_keys(const struct tn_centre *centre, const char *keys_option,
                              struct tn_keyring *out);

/* Where the keyring is: keys_option, else $TURNOUT_KEYS, else the path noted at init. Borrowed. */
const char *tn_centre_keys_path(const struct tn_centre *centre, const char *keys_option);

/* Loads a keyring by its path, asking for the passphrase where it has one. Errors are logged. */
enum tn_status tn_centre_load_keys(const char *path, struct tn_keyring *out);

/* id of an imported row = BLAKE2b-128(ecosystem id || kind || 0 || source || 0 || source id). */
struct tn_id tn_centre_id(const struct tn_id *ecosystem, const char *kind, const char *source,
                          const char *source_id);

/* An event by its code. TN_ERR_NOT_FOUND is logged with the codes there are. */
struct tn_central_event {
    struct tn_id id;
    char code[121];
    char title[121];
    char tz[64];
    int64_t starts_ms;
    int64_t ends_ms;
};
enum tn_status tn_centre_event(struct tn_centre *centre, const char *code,
                               struct tn_central_event *out);

/* Says that no `what`, as "event", has this code, and which codes there are, as a statement with
 * the ecosystem as $1 gives them; where there is none, that `import` brings them. */
void tn_centre_log_unknown(struct tn_centre *centre, const char *sql, const char *what,
                           const char *code);

#endif
