/* A growing byte buffer with a named maximum, and a borrowed view of bytes.
 *
 * Appending never half-succeeds: the first failure sticks in status and later appends do nothing,
 * so that a writer checks once, at its end. */
#ifndef TURNOUT_BUF_H
#define TURNOUT_BUF_H

#include <stddef.h>
#include <stdint.h>

#include "turnout/status.h"

/* Bytes somebody else owns. */
struct tn_bytes {
    const uint8_t *data;
    size_t len;
};

struct tn_buf {
    uint8_t *data;
    size_t len;
    size_t cap;
    size_t size_max;
    enum tn_status status;
};

/* Starts an empty buffer that may grow to size_max bytes. Allocates nothing yet. */
void tn_buf_init(struct tn_buf *buf, size_t size_max);

/* Wipes and frees what the buffer holds; zeroed and destroyed buffers are accepted. */
void tn_buf_destroy(struct tn_buf *buf);

/* Forgets the content (wiped) and a sticky failure, keeps the memory. */
void tn_buf_clear(struct tn_buf *buf);

/* Appends len bytes. TN_ERR_LIMIT past size_max, TN_ERR_NO_MEMORY; both stick. */
enum tn_status tn_buf_append(struct tn_buf *buf, const void *data, size_t len);

/* Room for len more bytes, counted as appended, for the caller to fill at once; borrowed. NULL
 * where there is none, and then the status sticks. */
uint8_t *tn_buf_room(struct tn_buf *buf, size_t len);

/* Appends the characters of a NUL-terminated text, without the NUL. */
enum tn_status tn_buf_text(struct tn_buf *buf, const char *text);

/* Appends formatted text, without a NUL. */
enum tn_status tn_buf_printf(struct tn_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What the buffer holds, borrowed until it next changes. */
struct tn_bytes tn_buf_bytes(const struct tn_buf *buf);

#endif
