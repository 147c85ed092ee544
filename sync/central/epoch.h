/* Epochs: a centre that was restored from an older copy no longer holds what it gave receipts for.
 * Once it knows, it takes a new epoch: stations compare their receipts with that, and bring again
 * what is missing. It knows by its mark, a signed file beside the keyring (beside.h) that no
 * restored database takes back, or by the receipt that a station shows.
 *
 *     KEYS.CODE.mark   label "turnout mark v1", payload [1, ecosystem id, epoch, entries]
 *
 * entries: how many all logs have together; a branch counts what it shares too, so the number only
 * grows. */
#ifndef TURNOUT_CENTRAL_EPOCH_H
#define TURNOUT_CENTRAL_EPOCH_H

#include "sync/central/centre.h"

/* Compares the database with the mark, and takes a new epoch where it is behind; *is_new then, and
 * it is said. No mark is nothing to compare with. TN_ERR_FORGED: the mark is not ours (logged). */
enum tn_status tn_epoch_catch_up(struct tn_centre *centre, const char *keys_path, int64_t now_ms,
                                 bool *is_new);

/* Reads the epoch again: another program may have begun a new one since the centre was opened. */
enum tn_status tn_epoch_read(struct tn_centre *centre);

/* Writes the mark where it says less than the database does. */
enum tn_status tn_epoch_mark(struct tn_centre *centre, const struct tn_keyring *keyring,
                             const char *keys_path);

/* A station shows a receipt for entries that the centre asks for. Where it is this ecosystem's and
 * of this epoch, and the centre does not hold what it was given for, a new epoch begins; *is_new
 * then, and it is said. Whatever else it is changes nothing. Not within a transaction. */
enum tn_status tn_epoch_show(struct tn_centre *centre, struct tn_bytes receipt, int64_t now_ms,
                             bool *is_new);

#endif
