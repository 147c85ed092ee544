/* Several files as one: a zip where the path says so, else a folder. Written whole or not at all,
 * for its owner's eyes alone; a folder that has anything in it is never written into. */
#ifndef TURNOUT_EXCHANGE_PACKAGE_H
#define TURNOUT_EXCHANGE_PACKAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "sync/exchange/outfile.h"

struct tn_package {
    const char *path; /* borrowed */
    char temp[TN_OUTFILE_PATH_MAX];
    void *zip;  /* of libzip; NULL: a folder */
    FILE *file; /* the file under way */
    const char *name;
    int64_t now_ms;
};

/* Begins one; now_ms is the time its files bear in a zip. Errors are logged. */
enum tn_status tn_package_begin(const char *path, int64_t now_ms, struct tn_package *out);

/* Begins a file in it, after the one before was ended: write to package->file. name is borrowed
 * until then, and has no folder. */
enum tn_status tn_package_open(struct tn_package *package, const char *name);

/* Ends the file, of which status says how it went so far. */
enum tn_status tn_package_close(struct tn_package *package, enum tn_status status);

/* Puts the package in its place where status is TN_OK, else takes it away. Gives status, or what
 * failed here. */
enum tn_status tn_package_end(struct tn_package *package, enum tn_status status);

#endif
