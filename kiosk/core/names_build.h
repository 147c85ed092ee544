/* Indexing a directory that was decrypted: private to names*.c. */
#ifndef KIOSK_CORE_NAMES_BUILD_H
#define KIOSK_CORE_NAMES_BUILD_H

#include "kiosk/core/names.h"

/* Reads names->plain and fills all the rest of it. On failure some of it may be filled, and the
 * caller destroys it. TN_ERR_FORMAT, TN_ERR_LIMIT, TN_ERR_NO_MEMORY. */
enum tn_status tn_names_build(struct tn_names *names);

/* Compares the letters of two folded texts, their spaces left out. */
int tn_names_squeezed(const char *a, const char *b);

#endif
