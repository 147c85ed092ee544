/* The bodies of the entries that a desk writes, written and read: private to core. desk.h says
 * what they look like. A body that is not of its form reads as false: what follows from it is then
 * left out, and the entry stays what it is. */
#ifndef KIOSK_CORE_BODY_H
#define KIOSK_CORE_BODY_H

#include <stdbool.h>

#include "turnout/card.h"
#include "turnout/desk.h"
#include "turnout/entry.h"
#include "turnout/walkin.h"

#define TN_BODY_WORD_MAX 15 /* "unverified", "replaced" */

/* The body an entry had when it was first written (salvaged.h), or the one it has. */
struct tn_bytes tn_body_of(const struct tn_entry *entry);

/* [1, word]: of a refusal, of an unverified scan, of the clock's answer. */
void tn_body_write_word(struct tn_buf *out, const char *word);
bool tn_body_read_word(struct tn_bytes body, char out[TN_BODY_WORD_MAX + 1]);

/* [1, number]: the seq of an undo, the adults of a headcount. */
void tn_body_write_number(struct tn_buf *out, uint64_t number);
bool tn_body_read_number(struct tn_bytes body, uint64_t *out);

/* [1]: of a close. */
void tn_body_write_plain(struct tn_buf *out);

/* [1, what, detail]: of a `staff` entry. */
void tn_body_write_staff(struct tn_buf *out, const char *what, const char *detail);

/* [1, sealed form, sealed card] of a register; card borrows from the body. */
void tn_body_write_register(struct tn_buf *out, const uint8_t form[TN_WALKIN_SIZE],
                            const uint8_t card[TN_CARD_SIZE]);
bool tn_body_read_register(struct tn_bytes body, struct tn_bytes *card);

/* [1, old badge id or null, why, sealed card] of a replace; card may be NULL: the body then ends
 * before it. As read, card borrows from the body and is empty where there is none. */
void tn_body_write_replace(struct tn_buf *out, const struct tn_id *old, enum tn_replace_why why,
                           const uint8_t *card);
bool tn_body_read_replace(struct tn_bytes body, struct tn_id *old, struct tn_bytes *card);

#endif
