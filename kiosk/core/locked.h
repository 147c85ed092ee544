/* Memory for names: private to core. Pages of their own that are kept out of swap, core dumps and
 * child processes, that grow without leaving a copy behind, and that are wiped when they go.
 *
 * Where the system refuses to lock (RLIMIT_MEMLOCK), that is said once in the log and the memory
 * serves unlocked: a station that cannot lock pages still has to check people in. */
#ifndef KIOSK_CORE_LOCKED_H
#define KIOSK_CORE_LOCKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "turnout/status.h"

/* Zeroed is empty. One thread. */
struct tn_locked {
    uint8_t *data;   /* may move when it grows; NULL while cap is 0 */
    size_t len;      /* bytes in use */
    size_t cap;      /* bytes there are, whole pages */
    bool is_refused; /* the lock was refused */
};

/* Makes room for len more bytes, all zero, and counts them as in use; *at gets where they begin,
 * as an offset from data. TN_ERR_NO_MEMORY leaves it as it was. */
enum tn_status tn_locked_take(struct tn_locked *mem, size_t len, size_t *at);

/* Appends a copy of len bytes. */
enum tn_status tn_locked_append(struct tn_locked *mem, const void *data, size_t len);

/* Wipes and gives back everything. A zeroed or destroyed one is accepted. */
void tn_locked_destroy(struct tn_locked *mem);

#endif
