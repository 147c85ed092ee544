/* A file that is written whole or not at all: beside its place first, readable by its owner alone,
 * then synced and moved there by its last step. Or standard output, which cannot promise that. */
#ifndef TURNOUT_EXCHANGE_OUTFILE_H
#define TURNOUT_EXCHANGE_OUTFILE_H

#include <stdio.h>

#include "turnout/status.h"

#define TN_OUTFILE_PATH_MAX 4096
#define TN_OUTFILE_TEMP ".turnout-new" /* what the name has behind it until then */

struct tn_outfile {
    FILE *file;       /* write here; errors are seen by tn_outfile_end */
    const char *path; /* borrowed; NULL: standard output */
    char temp[TN_OUTFILE_PATH_MAX];
};

/* Whether there is a folder for path, a file or a folder to be made, to lie in; asked before the
 * work is done. NULL, standard output, needs none. Said where there is not: TN_ERR_READ_ONLY. */
enum tn_status tn_outfile_check_folder(const char *path);

/* Opens it; path NULL is standard output. What stands at path already stays until the end. Errors
 * are logged: TN_ERR_FULL, TN_ERR_READ_ONLY, TN_ERR_EXISTS, TN_ERR_IO. */
enum tn_status tn_outfile_begin(const char *path, struct tn_outfile *out);

/* Puts the file in its place, where status, of what was done so far, is TN_OK; else takes it away.
 * Gives status, or what failed here, which is logged. */
enum tn_status tn_outfile_end(struct tn_outfile *out, enum tn_status status);

/* Makes what a rename did outlast a power cut. */
enum tn_status tn_outfile_sync_folder(const char *path);

/* The status of errno after a file that is to be written failed; one whose folder is not there is
 * TN_ERR_READ_ONLY. */
enum tn_status tn_outfile_status(int error);

#endif
