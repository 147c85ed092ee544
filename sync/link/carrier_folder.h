/* The folders of a carrier, for the files that implement carrier.h: private to them. */
#ifndef TURNOUT_LINK_CARRIER_FOLDER_H
#define TURNOUT_LINK_CARRIER_FOLDER_H

#include "sync/link/carrier.h"

/* What a file is called until it is whole: its name and this. */
#define TN_CARRIER_NEW ".new"

#define TN_CARRIER_FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

/* Says what errno means of a file or folder here (NULL: of the carrier itself), and keeps the first
 * fault. */
enum tn_status tn_carrier_fail(struct tn_carrier *carrier, const char *name);

/* Makes what was created or renamed in an open folder durable. */
enum tn_status tn_carrier_sync_folder(struct tn_carrier *carrier, int folder, const char *name);

/* Opens the folder of a kind, and makes it where it is missing and is wanted. *out is closed by the
 * caller, -1 on failure. TN_ERR_NOT_FOUND is not said.
 * TN_ERR_FORMAT: something that is no folder has its name. */
enum tn_status tn_carrier_enter(struct tn_carrier *carrier, const struct tn_id *ecosystem,
                                enum tn_carrier_kind kind, bool is_wanted, int *out);

/* Calls each for the names of an open folder, in no order. */
enum tn_status tn_carrier_walk(struct tn_carrier *carrier, int folder, const char *name,
                               enum tn_status (*each)(void *ctx, const char *name), void *ctx);

/* Puts a file in place in an open folder. */
enum tn_status tn_carrier_put_in(struct tn_carrier *carrier, int folder, const char *name,
                                 struct tn_bytes bytes);

#endif
