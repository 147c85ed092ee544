/* A growing byte buffer. It grows by doubling into fresh memory and wipes the old block, because
 * what it holds may be a secret and realloc would leave a copy behind; that costs one extra copy
 * a doubling. */
#include "turnout/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#define CAP_MIN 256

void tn_buf_init(struct tn_buf *buf, size_t size_max)
{
    *buf = (struct tn_buf){.size_max = size_max};
}

void tn_buf_destroy(struct tn_buf *buf)
{
    if (buf == NULL) {
        return;
    }
    if (buf->data != NULL) {
        sodium_memzero(buf->data, buf->cap);
        free(buf->data);
    }
    *buf = (struct tn_buf){0};
}

void tn_buf_clear(struct tn_buf *buf)
{
    if (buf->data != NULL) {
        sodium_memzero(buf->data, buf->len);
    }
    buf->len = 0;
    buf->status = TN_OK;
}

/* A power of two times CAP_MIN that holds `need`, or the maximum where doubling would pass it. */
static size_t grown(size_t cap, size_t need, size_t size_max)
{
    size_t next = cap < CAP_MIN ? CAP_MIN : cap;
    while (next < need && next <= size_max / 2) {
        next *= 2;
    }
    return next < need || next > size_max ? size_max : next;
}

static enum tn_status reserve(struct tn_buf *buf, size_t more)
{
    if (buf->status != TN_OK) {
        return buf->status;
    }
    if (more > buf->size_max - buf->len) {
        return buf->status = TN_ERR_LIMIT;
    }
    size_t need = buf->len + more;
    if (need <= buf->cap) {
        return TN_OK;
    }
    size_t cap = grown(buf->cap, need, buf->size_max);
    uint8_t *data = malloc(cap);
    if (data == NULL) {
        return buf->status = TN_ERR_NO_MEMORY;
    }
    if (buf->data != NULL) {
        memcpy(data, buf->data, buf->len);
        sodium_memzero(buf->data, buf->cap);
        free(buf->data);
    }
    buf->data = data;
    buf->cap = cap;
    return TN_OK;
}

enum tn_status tn_buf_append(struct tn_buf *buf, const void *data, size_t len)
{
    enum tn_status status = reserve(buf, len);
    if (status == TN_OK && len > 0) {
        memcpy(buf->data + buf->len, data, len);
        buf->len += len;
    }
    return status;
}

uint8_t *tn_buf_room(struct tn_buf *buf, size_t len)
{
    if (reserve(buf, len) != TN_OK) {
        return NULL;
    }
    buf->len += len;
    return buf->data + buf->len - len;
}

enum tn_status tn_buf_text(struct tn_buf *buf, const char *text)
{
    return tn_buf_append(buf, text, strlen(text));
}

enum tn_status tn_buf_printf(struct tn_buf *buf, const char *format, ...)
{
    if (buf->status != TN_OK) {
        return buf->status;
    }
    va_list args;
    va_list again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    assert(len >= 0);
    /* vsnprintf wants room for its NUL, which the buffer does not keep. */
    char *text = malloc((size_t)len + 1);
    if (text == NULL) {
        buf->status = TN_ERR_NO_MEMORY;
    } else {
        (void)vsnprintf(text, (size_t)len + 1, format, again);
        (void)tn_buf_append(buf, text, (size_t)len);
        sodium_memzero(text, (size_t)len + 1);
        free(text);
    }
    va_end(again);
    return buf->status;
}

struct tn_bytes tn_buf_bytes(const struct tn_buf *buf)
{
    return (struct tn_bytes){buf->data, buf->len};
}
