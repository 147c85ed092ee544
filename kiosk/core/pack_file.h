/* A pack as the station reads it: private to core. The file never changes once it has its name, so
 * one read transaction is held for as long as it is open, and a look-up takes no lock. */
#ifndef KIOSK_CORE_PACK_FILE_H
#define KIOSK_CORE_PACK_FILE_H

#include "turnout/pack.h"

#include "kiosk/core/db.h"

struct tn_pack_file {
    sqlite3 *db; /* NULL: none is open, and then every look-up finds nothing */
    sqlite3_stmt *card;
    sqlite3_stmt *revoked;
    sqlite3_stmt *siblings;
    sqlite3_stmt *sibling;
    sqlite3_stmt *group; /* NULL where the file is of the format before groups */
    bool has_desk;       /* it has the tables partner and grp */
    bool has_forget;     /* it has the tables forget_key and forgotten */
    struct tn_pack_head head;
    char activity_title[TN_TITLE_MAX + 1];
    struct tn_key badge_keys[TN_PACK_BADGE_KEYS_MAX];
    int badge_keys_count;
};

/* Opens DIR/pack-N.db and reads its head and keys; nothing that grows with the number of cards.
 * On failure the pack is closed. */
enum tn_status tn_pack_file_open(struct tn_pack_file *pack, const char *dir, uint64_t number);

/* Closes, and wipes the keys. A zeroed or closed pack is accepted. */
void tn_pack_file_close(struct tn_pack_file *pack);

/* Closes it but for its file, which *former gets in place of what it held; that is closed. The last
 * one who closes a file that was removed frees its blocks, some milliseconds' work of the disk's.
 */
void tn_pack_file_retire(struct tn_pack_file *pack, sqlite3 **former);

/* What of a pack cannot be read is not there: TN_ERR_NOT_FOUND in place of TN_ERR_DAMAGED, any
 * other status as it is. The centre brings a pack again; to whoever asks a station, TN_ERR_DAMAGED
 * means its log, which is then set aside. */
static inline enum tn_status tn_pack_file_status(enum tn_status status)
{
    return status == TN_ERR_DAMAGED ? TN_ERR_NOT_FOUND : status;
}

/* The sealed card of a badge. TN_ERR_NOT_FOUND: the pack has none. */
enum tn_status tn_pack_file_card(struct tn_pack_file *pack, const struct tn_id *badge,
                                 uint8_t out[TN_CARD_SIZE]);

/* TN_OK: the badge is revoked. TN_ERR_NOT_FOUND: it is not. */
enum tn_status tn_pack_file_revoked(struct tn_pack_file *pack, const struct tn_id *badge);

/* The group of a group card. TN_ERR_NOT_FOUND: the pack has none for this card; TN_ERR_FORGED and
 * the like: what it has does not open. The caller wipes it. */
enum tn_status tn_pack_file_group(struct tn_pack_file *pack, const struct tn_badge *card,
                                  struct tn_group *out);

/* How many stations the pack names besides the one of this key. */
enum tn_status tn_pack_file_siblings(struct tn_pack_file *pack, const struct tn_public_key *own,
                                     uint64_t *out);

/* Whether the pack names a station of this key. */
bool tn_pack_file_is_sibling(struct tn_pack_file *pack, const struct tn_public_key *key);

#endif
