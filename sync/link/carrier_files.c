/* A carrier's files: each is put in place whole and durably, and read with a limit. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sync/link/carrier_folder.h"
#include "sync/wire/bundle.h"
#include "sync/wire/pack.h"
#include "turnout/log.h"
#include "turnout/receipt.h"

#define NEW_NAME_SIZE (TN_CARRIER_NAME_SIZE + sizeof TN_CARRIER_NEW)
#define HELLO_SIZE_MAX (128u * 1024)
#define ENVELOPE_SIZE_MAX 1024u

size_t tn_carrier_size_max(enum tn_carrier_kind kind)
{
    static const size_t sizes[TN_CARRIER_KIND_COUNT] = {
        [TN_CARRIER_HELLO] = HELLO_SIZE_MAX,
        [TN_CARRIER_BUNDLE] = TN_BUNDLE_SIZE_MAX + ENVELOPE_SIZE_MAX,
        [TN_CARRIER_RECEIPT] = TN_RECEIPT_SIZE_MAX,
        [TN_CARRIER_PACK] = TN_PACK_SIZE_MAX + ENVELOPE_SIZE_MAX,
    };
    return sizes[kind];
}

static enum tn_status write_all(struct tn_carrier *carrier, int fd, struct tn_bytes bytes,
                                const char *name)
{
    size_t done = 0;
    while (done < bytes.len) {
        ssize_t len = carrier->calls->write(fd, bytes.data + done, bytes.len - done);
        if (len < 0 && errno == EINTR) {
            continue;
        }
        if (len <= 0) {
            return tn_carrier_fail(carrier, name);
        }
        done += (size_t)len;
    }
    return carrier->calls->sync(fd) == 0 ? TN_OK : tn_carrier_fail(carrier, name);
}

static enum tn_status write_new(struct tn_carrier *carrier, int folder, const char *new_name,
                                struct tn_bytes bytes)
{
    (void)carrier->calls->remove(folder, new_name); /* what an earlier writer left */
    int fd = carrier->calls->create(folder, new_name, 0600);
    if (fd < 0) {
        return tn_carrier_fail(carrier, new_name);
    }
    enum tn_status status = write_all(carrier, fd, bytes, new_name);
    if (close(fd) != 0 && status == TN_OK) {
        status = tn_carrier_fail(carrier, new_name);
    }
    return status;
}

enum tn_status tn_carrier_put_in(struct tn_carrier *carrier, int folder, const char *name,
                                 struct tn_bytes bytes)
{
    char new_name[NEW_NAME_SIZE];
    (void)snprintf(new_name, sizeof new_name, "%s" TN_CARRIER_NEW, name);
    enum tn_status status = write_new(carrier, folder, new_name, bytes);
    if (status == TN_OK && carrier->calls->rename(folder, new_name, name) != 0) {
        status = tn_carrier_fail(carrier, name);
    }
    if (status != TN_OK) {
        (void)carrier->calls->remove(folder, new_name);
        return status;
    }
    return tn_carrier_sync_folder(carrier, folder, name);
}

enum tn_status tn_carrier_put(struct tn_carrier *carrier, const struct tn_id *ecosystem,
                              const struct tn_carrier_name *name, struct tn_bytes bytes)
{
    char file[TN_CARRIER_NAME_SIZE];
    int folder = -1;
    tn_carrier_name_write(name, file);
    enum tn_status status = tn_carrier_enter(carrier, ecosystem, name->kind, true, &folder);
    if (status == TN_OK) {
        status = tn_carrier_put_in(carrier, folder, file, bytes);
        (void)close(folder);
    }
    return status;
}

enum tn_status tn_carrier_remove(struct tn_carrier *carrier, const struct tn_id *ecosystem,
                                 enum tn_carrier_kind kind, const char *file)
{
    int folder = -1;
    enum tn_status status = tn_carrier_enter(carrier, ecosystem, kind, false, &folder);
    if (status != TN_OK) {
        return status == TN_ERR_NOT_FOUND || status == TN_ERR_FORMAT ? TN_OK : status;
    }
    if (carrier->calls->remove(folder, file) != 0 && errno != ENOENT) {
        status = tn_carrier_fail(carrier, file);
    }
    (void)close(folder);
    return status;
}

/* Reads an open file of a known size, and finds out where it is another by now. */
static enum tn_status read_all(struct tn_carrier *carrier, int fd, size_t size, const char *file,
                               struct tn_buf *out)
{
    size_t done = 0;
    uint8_t *to = tn_buf_room(out, size);
    if (to == NULL) {
        return out->status;
    }
    while (done < size) {
        ssize_t len = read(fd, to + done, size - done);
        if (len < 0 && errno == EINTR) {
            continue;
        }
        if (len <= 0) {
            errno = len == 0 ? EIO : errno;
            return tn_carrier_fail(carrier, file);
        }
        done += (size_t)len;
    }
    return TN_OK;
}

static enum tn_status get_from(struct tn_carrier *carrier, int folder, size_t size_max,
                               const char *file, struct tn_buf *out)
{
    struct stat st;
    /* Not blocking: what only looks like a file may be a pipe. */
    int fd = openat(folder, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT  ? TN_ERR_NOT_FOUND
               : errno == ELOOP ? TN_ERR_FORMAT
                                : tn_carrier_fail(carrier, file);
    }
    enum tn_status status = TN_OK;
    if (fstat(fd, &st) != 0) {
        status = tn_carrier_fail(carrier, file);
    } else if (!S_ISREG(st.st_mode)) {
        status = TN_ERR_FORMAT;
    } else if (st.st_size < 0 || (uint64_t)st.st_size > size_max) {
        status = TN_ERR_LIMIT;
    } else {
        status = read_all(carrier, fd, (size_t)st.st_size, file, out);
    }
    (void)close(fd);
    return status;
}

enum tn_status tn_carrier_get(struct tn_carrier *carrier, const struct tn_id *ecosystem,
                              enum tn_carrier_kind kind, const char *file, struct tn_buf *out)
{
    int folder = -1;
    enum tn_status status = tn_carrier_enter(carrier, ecosystem, kind, false, &folder);
    if (status == TN_OK) {
        status = get_from(carrier, folder, tn_carrier_size_max(kind), file, out);
        (void)close(folder);
    }
    return status;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Room for one more name; twice as much each time. */
static enum tn_status add_name(struct tn_carrier_list *list, const char *name)
{
    bool is_power = (list->count & (list->count - 1)) == 0;
    if (list->count == TN_CARRIER_FILES_MAX) {
        return TN_ERR_LIMIT;
    }
    if (is_power) {
        size_t room = list->count == 0 ? 1 : 2 * list->count;
        void *grown = realloc(list->names, room * sizeof *list->names);
        if (grown == NULL) {
            return TN_ERR_NO_MEMORY;
        }
        list->names = grown;
    }
    (void)snprintf(list->names[list->count], sizeof *list->names, "%s", name);
    list->count++;
    return TN_OK;
}

struct listing {
    struct tn_carrier_list *list;
    enum tn_carrier_kind kind;
};

static enum tn_status list_name(void *ctx, const char *name)
{
    struct listing *listing = ctx;
    return tn_carrier_is_named(listing->kind, name) ? add_name(listing->list, name) : TN_OK;
}

enum tn_status tn_carrier_list(struct tn_carrier *carrier, const struct tn_id *ecosystem,
                               enum tn_carrier_kind kind, struct tn_carrier_list *out)
{
    struct listing listing = {out, kind};
    int folder = -1;
    *out = (struct tn_carrier_list){0};
    enum tn_status status = tn_carrier_enter(carrier, ecosystem, kind, false, &folder);
    if (status != TN_OK) {
        return status == TN_ERR_NOT_FOUND || status == TN_ERR_FORMAT ? TN_OK : status;
    }
    status = tn_carrier_walk(carrier, folder, tn_carrier_folder(kind), list_name, &listing);
    (void)close(folder);
    if (status == TN_ERR_LIMIT) {
        tn_log(TN_LOG_ERROR,
               "%s: there are more than %d files under %s; bring the stick to the centre, which "
               "empties it, or use another one",
               carrier->path, TN_CARRIER_FILES_MAX, tn_carrier_folder(kind));
    }
    if (status != TN_OK) {
        tn_carrier_list_free(out);
    } else if (out->count > 0) {
        qsort(out->names, out->count, sizeof *out->names, by_name);
    }
    return status;
}

void tn_carrier_list_free(struct tn_carrier_list *list)
{
    free(list->names);
    *list = (struct tn_carrier_list){0};
}
