/* The files pack-N.db of a folder. Only names of exactly that form are looked at, so that nothing
 * else in the folder is ever removed. */
#include "kiosk/core/pack_path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "turnout/log.h"

#define PREFIX "pack-"
#define NAME_SIZE 64

enum form { FORM_OTHER, FORM_DONE, FORM_UNFINISHED };

static enum form form_of(const char *name, uint64_t *number)
{
    if (strncmp(name, PREFIX, sizeof PREFIX - 1) != 0) {
        return FORM_OTHER;
    }
    const char *digits = name + sizeof PREFIX - 1;
    char *end = NULL;
    errno = 0;
    unsigned long long value = strtoull(digits, &end, 10);
    if (digits[0] < '1' || digits[0] > '9' || errno != 0 || value > INT64_MAX) {
        return FORM_OTHER;
    }
    *number = value;
    if (strcmp(end, ".db") == 0) {
        return FORM_DONE;
    }
    return strncmp(end, ".db.new", 7) == 0 ? FORM_UNFINISHED : FORM_OTHER;
}

enum tn_status tn_pack_path(const char *dir, uint64_t number, char out[TN_PATH_SIZE])
{
    char name[NAME_SIZE];
    (void)snprintf(name, sizeof name, PREFIX "%llu.db", (unsigned long long)number);
    return tn_folder_path(dir, name, out);
}

enum tn_status tn_pack_newest(const char *dir, uint64_t *out)
{
    *out = 0;
    DIR *listing = opendir(dir);
    if (listing == NULL) {
        return tn_folder_fail(dir, "cannot be listed");
    }
    const struct dirent *file = NULL;
    while ((file = readdir(listing)) != NULL) {
        uint64_t number = 0;
        if (form_of(file->d_name, &number) != FORM_OTHER && number > *out) {
            *out = number;
        }
    }
    (void)closedir(listing);
    return TN_OK;
}

/* Tells whether somebody is still building the file. */
static bool is_locked(int dir, const char *name)
{
    int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    bool is_held = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (fd >= 0) {
        (void)close(fd);
    }
    return is_held;
}

static void remove_where(const char *dir, enum form wanted, uint64_t below)
{
    DIR *listing = opendir(dir);
    if (listing == NULL) {
        return;
    }
    const struct dirent *file = NULL;
    while ((file = readdir(listing)) != NULL) {
        uint64_t number = 0;
        const char *name = file->d_name;
        if (form_of(name, &number) != wanted || number >= below ||
            (wanted == FORM_UNFINISHED && is_locked(dirfd(listing), name))) {
            continue;
        }
        if (unlinkat(dirfd(listing), name, 0) != 0) {
            tn_log(TN_LOG_WARN, "%s/%s: an old pack cannot be removed: %s", dir, name,
                   strerror(errno));
        }
    }
    (void)closedir(listing);
}

void tn_pack_remove_below(const char *dir, uint64_t number)
{
    remove_where(dir, FORM_DONE, number);
}

void tn_pack_remove_unfinished(const char *dir)
{
    remove_where(dir, FORM_UNFINISHED, UINT64_MAX);
}
