/* Told by looks and by looking: what says :// is an address, and a name that ends in .db is a
 * database also before it is there, so that a slip in it is no new carrier. */
#include "sync/cmd/reconcile_end.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static bool has_file(const char *path, const char *name)
{
    char file[4096];
    struct stat st;
    int n = snprintf(file, sizeof file, "%s/%s", path, name);
    return n > 0 && (size_t)n < sizeof file && stat(file, &st) == 0;
}

/* An address without the s is a slip that is better said by whoever reads addresses of hubs. */
static bool is_hub(const char *word)
{
    return word == NULL || strncmp(word, "https://", 8) == 0 || strncmp(word, "http://", 7) == 0;
}

enum tn_end tn_end_of(const char *word)
{
    struct stat st;
    if (is_hub(word)) {
        return TN_END_HUB;
    }
    const size_t len = strlen(word);
    if (has_file(word, "station.db") || has_file(word, "device.key")) {
        return TN_END_STATION;
    }
    bool is_there = stat(word, &st) == 0;
    if (is_there && S_ISDIR(st.st_mode)) {
        return TN_END_CARRIER;
    }
    bool is_database =
        strstr(word, "://") != NULL || (len > 3 && strcmp(word + len - 3, ".db") == 0);
    return is_there || is_database ? TN_END_CENTRE : TN_END_NOTHING;
}
