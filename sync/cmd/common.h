/* What several commands do alike: opening the centre and its keys, and printing rows of text that
 * line up. */
#ifndef TURNOUT_CMD_COMMON_H
#define TURNOUT_CMD_COMMON_H

#include <jansson.h>

#include "sync/central/centre.h"
#include "sync/cmd/cmd.h"

/* What is said of an address that no driver knows. */
#define TN_COMMON_NO_DRIVER                                                                        \
    "%s: not available in this version; give the path of an SQLite file, or postgresql://..."

/* Opens the centre --central names. A missing option or a form this version cannot open is usage;
 * errors are said. */
enum tn_exit tn_common_open(const struct tn_cmd *cmd, const char *central,
                            struct tn_centre *centre);

/* Opens the centre and the keyring, which must hold the signing part. */
enum tn_exit tn_common_open_keys(const struct tn_cmd *cmd, const char *central, const char *keys,
                                 struct tn_centre *centre, struct tn_keyring *keyring);

/* To be called once a keyring was opened that a command will use: where the database is an older
 * copy, whoever was erased since is erased again, and said. A server's role that may not erase
 * leaves that to one that may. */
enum tn_status tn_common_catch_up(struct tn_centre *centre, const struct tn_keyring *keyring,
                                  const char *keys);

/* Takes what was erased out of the pages of the file too. TN_ERR_BUSY, where somebody else has the
 * database open, is said with what to do. */
enum tn_status tn_common_scrub(struct tn_centre *centre, bool is_needed);

/* Writes a text and a line end into a new file that only its owner may read, durably, or leaves no
 * file. TN_ERR_EXISTS where it is there already; TN_ERR_FULL, TN_ERR_IO; said in the log. */
enum tn_status tn_common_write_private(const char *path, const char *text);

/* Whether a name from the command line is one: text on one line, as in a file that is imported, of
 * 1 to max bytes. */
bool tn_common_is_name(const char *name, size_t max);

/* A number with the noun it counts: "1 entry", "12 entries". */
struct tn_counted {
    char text[64];
};
struct tn_counted tn_counted(uint64_t count, const char *one, const char *many);

/* Whom `status` and `verify` are asked about: a centre or a station, one of the two. */
struct tn_subject {
    const char *central;
    const char *station;
    bool json;
};

/* Takes the words of such a command; see tn_options_take. */
enum tn_exit tn_common_subject(const struct tn_cmd *cmd, int argc, char **argv,
                               struct tn_subject *out, bool *is_help);

/* Says that a station cannot be read, and gives the exit code: a damaged one needs a person. */
enum tn_exit tn_common_no_station(const char *dir, enum tn_status status);

/* Pads to so many columns of a terminal; a text as wide as that or wider gets one space. */
void tn_common_pad(const char *text, int columns);

/* Brings visits up to date with entries that another role took in, where this one may. */
enum tn_status tn_common_derive(struct tn_centre *centre);

/* Appends what row makes of each row of a statement with the ecosystem as $1. */
enum tn_status tn_common_rows(struct tn_centre *centre, const char *sql,
                              json_t *(*row)(struct tn_stmt *stmt), json_t *out);

/* Prints the one object of --json, and lets go of it. */
void tn_common_json(json_t *object);

/* A duration as people say it: "3 min", "2 h", "4 days". out holds 32 bytes. */
void tn_common_ago(int64_t ms, char *out, size_t out_size);

#endif
