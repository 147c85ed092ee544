/* Names folded for comparing: lower case, no accents, other scripts in Latin letters, words parted
 * by one space; hyphens and full stops part words, apostrophes join them. Nicknames stay what they
 * are. By ICU's tables, so that no locale decides. */
#ifndef TURNOUT_CENTRAL_FOLD_H
#define TURNOUT_CENTRAL_FOLD_H

#include <stddef.h>

#include "turnout/status.h"

struct tn_fold;

/* The caller closes it. TN_ERR_STATE where ICU lacks its tables, which is logged. */
enum tn_status tn_fold_open(struct tn_fold **out);
void tn_fold_close(struct tn_fold *fold);

/* Folds UTF-8; what does not fit is cut. Bytes that are no UTF-8 are left out. */
void tn_fold_name(struct tn_fold *fold, const char *name, char *out, size_t out_size);

#endif
