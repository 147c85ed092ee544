/* Locked memory straight from mmap. mremap moves page tables instead of bytes, so that growing
 * leaves no old copy of a name; libsodium's own allocator cannot grow, and hides whether the lock
 * was refused. */
#include "kiosk/core/locked.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <sodium.h>

#include "turnout/log.h"

/* Grows by half, and by this at least. */
#define STEP_MIN 65536

/* The size after growing to hold need bytes, in whole pages; 0 where that is no size. */
static size_t next_cap(const struct tn_locked *mem, size_t need)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t want =
        mem->cap == 0 ? need : mem->cap + (mem->cap / 2 > STEP_MIN ? mem->cap / 2 : STEP_MIN);
    if (want < need) {
        want = need;
    }
    return want > SIZE_MAX / 2 ? 0 : (want + page - 1) / page * page;
}

static void refuse(struct tn_locked *mem)
{
    static bool is_said;
    if (!is_said) {
        tn_log(TN_LOG_WARN, "names cannot be locked into memory (raise LimitMEMLOCK to 64M); "
                            "they stay out of core dumps all the same");
    }
    is_said = true;
    mem->is_refused = true;
}

/* Locked pages count against the limit as soon as they are mapped, so a grown mapping that does
 * not fit is let go of as a whole and grown unlocked. */
static uint8_t *remap(struct tn_locked *mem, size_t cap)
{
    void *data = mremap(mem->data, mem->cap, cap, MREMAP_MAYMOVE);
    if (data == MAP_FAILED && !mem->is_refused && munlock(mem->data, mem->cap) == 0) {
        data = mremap(mem->data, mem->cap, cap, MREMAP_MAYMOVE);
        if (data == MAP_FAILED) {
            mem->is_refused = mlock(mem->data, mem->cap) != 0;
        } else {
            refuse(mem);
        }
    }
    return data == MAP_FAILED ? NULL : data;
}

static uint8_t *map(struct tn_locked *mem, size_t cap)
{
    void *data = mmap(NULL, cap, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (data == MAP_FAILED) {
        return NULL;
    }
    (void)madvise(data, cap, MADV_DONTDUMP);
    (void)madvise(data, cap, MADV_DONTFORK);
    if (mlock(data, cap) != 0) {
        refuse(mem);
    }
    return data;
}

static enum tn_status grow(struct tn_locked *mem, size_t need)
{
    size_t cap = next_cap(mem, need);
    if (cap == 0) {
        return TN_ERR_NO_MEMORY;
    }
    uint8_t *data = mem->data == NULL ? map(mem, cap) : remap(mem, cap);
    if (data == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    mem->data = data;
    mem->cap = cap;
    return TN_OK;
}

enum tn_status tn_locked_take(struct tn_locked *mem, size_t len, size_t *at)
{
    if (len > SIZE_MAX / 2 - mem->len) {
        return TN_ERR_NO_MEMORY;
    }
    if (mem->len + len > mem->cap) {
        enum tn_status status = grow(mem, mem->len + len);
        if (status != TN_OK) {
            return status;
        }
    }
    *at = mem->len;
    mem->len += len;
    return TN_OK;
}

enum tn_status tn_locked_append(struct tn_locked *mem, const void *data, size_t len)
{
    size_t at = 0;
    enum tn_status status = tn_locked_take(mem, len, &at);
    if (status == TN_OK && len > 0) {
        memcpy(mem->data + at, data, len);
    }
    return status;
}

void tn_locked_destroy(struct tn_locked *mem)
{
    if (mem->data != NULL) {
        sodium_memzero(mem->data, mem->cap);
        (void)munlock(mem->data, mem->cap);
        (void)munmap(mem->data, mem->cap);
    }
    *mem = (struct tn_locked){0};
}
