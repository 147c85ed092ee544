/* Writing a file of keys: one that was not there before, whole and durable, or not at all. */
#ifndef TURNOUT_CENTRAL_NEWFILE_H
#define TURNOUT_CENTRAL_NEWFILE_H

#include "turnout/buf.h"

/* Writes path with mode 0600. TN_ERR_EXISTS where it is there already, TN_ERR_NOT_FOUND where its
 * folder is not, TN_ERR_FULL, TN_ERR_READ_ONLY, TN_ERR_IO, TN_ERR_LIMIT; not logged. */
enum tn_status tn_newfile_write(const char *path, struct tn_bytes bytes);

/* What errno says of a file that could not be opened or written. */
enum tn_status tn_newfile_errno(void);

#endif
