/* A carrier's folders. Everything is reached from one open folder to the next and never by a path,
 * without following links, so that nothing a stranger prepared on a stick leads elsewhere, and a
 * stick that was pulled out and replaced is not mistaken for the one that was opened. */
#include "sync/link/carrier_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "sync/link/carrier_fault.h"
#include "turnout/log.h"

enum tn_status tn_carrier_fail(struct tn_carrier *carrier, const char *name)
{
    int reason = errno;
    const struct tn_carrier_fault *fault = tn_carrier_fault_of(reason);
    if (carrier->is_trying && (fault->status == TN_ERR_FULL || fault->status == TN_ERR_READ_ONLY)) {
        return fault->status;
    }
    tn_log(TN_LOG_ERROR, "%s%s%s: %s [%s]", carrier->path, name == NULL ? "" : "/",
           name == NULL ? "" : name, tn_carrier_fault_text(fault->fault), strerror(reason));
    if (carrier->fault == TN_SYNC_WELL) {
        carrier->fault = fault->fault;
    }
    return fault->status;
}

/* Some file systems cannot sync a folder; they write it through by themselves or not at all. */
enum tn_status tn_carrier_sync_folder(struct tn_carrier *carrier, int folder, const char *name)
{
    bool is_done = carrier->calls->sync(folder) == 0 || errno == EINVAL || errno == ENOTSUP;
    return is_done ? TN_OK : tn_carrier_fail(carrier, name);
}

/* A file or a link where a folder should be is a stranger's, and no reason to stop. */
static enum tn_status not_entered(struct tn_carrier *carrier, const char *name)
{
    if (errno == ENOENT) {
        return TN_ERR_NOT_FOUND;
    }
    if (errno != ENOTDIR && errno != ELOOP) {
        return tn_carrier_fail(carrier, name);
    }
    tn_log(TN_LOG_WARN, "%s: there is a %s that is no folder; take it away", carrier->path, name);
    return TN_ERR_FORMAT;
}

/* A folder within another, made where it is missing and is wanted. */
static enum tn_status enter(struct tn_carrier *carrier, int at, const char *name, bool is_wanted,
                            int *out)
{
    *out = openat(at, name, TN_CARRIER_FOLDER_FLAGS);
    if (*out >= 0 || errno != ENOENT || !is_wanted) {
        return *out >= 0 ? TN_OK : not_entered(carrier, name);
    }
    if (carrier->calls->make_folder(at, name, 0700) != 0 && errno != EEXIST) {
        return tn_carrier_fail(carrier, name);
    }
    enum tn_status status = tn_carrier_sync_folder(carrier, at, name);
    *out = status == TN_OK ? openat(at, name, TN_CARRIER_FOLDER_FLAGS) : -1;
    return status == TN_OK && *out < 0 ? tn_carrier_fail(carrier, name) : status;
}

enum tn_status tn_carrier_enter(struct tn_carrier *carrier, const struct tn_id *ecosystem,
                                enum tn_carrier_kind kind, bool is_wanted, int *out)
{
    char hex[TN_ID_HEX_SIZE];
    int folder = -1;
    tn_id_hex(ecosystem, hex);
    *out = -1;
    enum tn_status status = enter(carrier, carrier->root, hex, is_wanted, &folder);
    if (status == TN_OK) {
        status = enter(carrier, folder, tn_carrier_folder(kind), is_wanted, out);
        (void)close(folder);
    }
    return status;
}

enum tn_status tn_carrier_walk(struct tn_carrier *carrier, int folder, const char *name,
                               enum tn_status (*each)(void *ctx, const char *name), void *ctx)
{
    enum tn_status status = TN_OK;
    const struct dirent *found = NULL;
    int fd = openat(folder, ".", TN_CARRIER_FOLDER_FLAGS);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (dir == NULL) {
        status = tn_carrier_fail(carrier, name);
        if (fd >= 0) {
            (void)close(fd);
        }
        return status;
    }
    errno = 0;
    while (status == TN_OK && (found = readdir(dir)) != NULL) {
        status = each(ctx, found->d_name);
        errno = 0;
    }
    if (status == TN_OK && errno != 0) {
        status = tn_carrier_fail(carrier, name);
    }
    (void)closedir(dir);
    return status;
}
