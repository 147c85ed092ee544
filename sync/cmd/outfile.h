/* A file that --out names: whole and durable, or not there at all. What is written goes to another
 * name beside it first, so that a file that was there before stays whole until the new one is. */
#ifndef TURNOUT_CMD_OUTFILE_H
#define TURNOUT_CMD_OUTFILE_H

#include <stdio.h>

#include "turnout/status.h"

#define TN_OUTFILE_PATH_SIZE 4096

struct tn_outfile {
    FILE *file;
    const char *path; /* borrowed; NULL: standard output */
    char temp[TN_OUTFILE_PATH_SIZE];
};

/* Begins a file, or standard output where path is NULL. TN_ERR_LIMIT, TN_ERR_IO, TN_ERR_READ_ONLY;
 * said in the log. */
enum tn_status tn_outfile_begin(struct tn_outfile *out, const char *path);

/* Ends it. With TN_OK what was written gets its name, or the reason why not is said and given; with
 * another status nothing is left of it, and that status is given. */
enum tn_status tn_outfile_end(struct tn_outfile *out, enum tn_status status);

#endif
