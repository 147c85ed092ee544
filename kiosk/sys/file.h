/* Whole files into memory. */
#ifndef TURNOUT_SYS_FILE_H
#define TURNOUT_SYS_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "turnout/status.h"

/* Reads a regular file of at most len_max bytes; the caller frees *out with free. An empty one is
 * TN_OK with len 0. TN_ERR_NOT_FOUND, TN_ERR_IO (a folder or a device, too), errno says why;
 * TN_ERR_LIMIT: it is larger; TN_ERR_NO_MEMORY. */
enum tn_status tn_file_read(const char *path, size_t len_max, uint8_t **out, size_t *len);

#endif
