/* Pieces of one size, sorted, one after another in the file; then a merge that holds a part of
 * each. ChaCha20 counts blocks of 64 bytes from the file's start, so pieces and parts begin at
 * multiples of that. */
#include "sync/central/spill.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "turnout/log.h"

#define PIECES_MAX 4096

struct part {
    uint8_t *bytes; /* of the one buffer */
    size_t room;
    size_t have;
    size_t at;
    uint64_t from; /* what is left in the file */
    uint64_t to;
};

struct tn_spill {
    size_t size;
    size_t key_size;
    size_t room; /* bytes of a piece */
    size_t used;
    uint8_t *buffer;
    FILE *file;
    uint64_t written;
    uint64_t pieces;
    struct part *parts;
    uint8_t key[crypto_stream_chacha20_KEYBYTES];
};

enum tn_status tn_spill_open(size_t size, size_t key_size, size_t bytes, struct tn_spill **out)
{
    struct tn_spill *self = calloc(1, sizeof *self);
    *out = self;
    if (self == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    self->size = size;
    self->key_size = key_size;
    self->room = (bytes == 0 ? TN_SPILL_BYTES : bytes) / (2 * size) * (2 * size);
    self->buffer = malloc(self->room);
    randombytes_buf(self->key, sizeof self->key);
    return self->buffer == NULL || self->room == 0 ? TN_ERR_NO_MEMORY : TN_OK;
}

void tn_spill_close(struct tn_spill *spill)
{
    if (spill == NULL) {
        return;
    }
    if (spill->file != NULL) {
        (void)fclose(spill->file);
    }
    if (spill->buffer != NULL) {
        sodium_memzero(spill->buffer, spill->room);
    }
    free(spill->buffer);
    free(spill->parts);
    sodium_memzero(spill->key, sizeof spill->key);
    free(spill);
}

static int compare(const void *a, const void *b, void *ctx)
{
    return memcmp(a, b, *(const size_t *)ctx);
}

static void crypt(struct tn_spill *self, uint8_t *bytes, size_t len, uint64_t place)
{
    static const uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];
    (void)crypto_stream_chacha20_xor_ic(bytes, bytes, len, nonce, place / 64, self->key);
}

static enum tn_status fail(void)
{
    const int why = errno;
    tn_log(TN_LOG_ERROR, "a temporary file cannot be used: %s; see that %s has room", strerror(why),
           P_tmpdir);
    return why == ENOSPC ? TN_ERR_FULL : TN_ERR_IO;
}

static enum tn_status flush_piece(struct tn_spill *self)
{
    qsort_r(self->buffer, self->used / self->size, self->size, compare, &self->key_size);
    if (self->file == NULL && (self->file = tmpfile()) == NULL) {
        return fail();
    }
    crypt(self, self->buffer, self->used, self->written);
    if (fwrite(self->buffer, 1, self->used, self->file) != self->used) {
        return fail();
    }
    self->written += self->used;
    self->pieces++;
    self->used = 0;
    return self->pieces < PIECES_MAX ? TN_OK : TN_ERR_LIMIT;
}

enum tn_status tn_spill_add(struct tn_spill *spill, const void *record)
{
    if (spill->used == spill->room) {
        enum tn_status status = flush_piece(spill);
        if (status != TN_OK) {
            return status;
        }
    }
    memcpy(spill->buffer + spill->used, record, spill->size);
    spill->used += spill->size;
    return TN_OK;
}

static enum tn_status fill(struct tn_spill *self, struct part *part)
{
    const uint64_t left = part->to - part->from;
    const size_t want = left < part->room ? (size_t)left : part->room;
    part->at = 0;
    part->have = want;
    if (want == 0) {
        return TN_OK;
    }
    if (fseeko(self->file, (off_t)part->from, SEEK_SET) != 0 ||
        fread(part->bytes, 1, want, self->file) != want) {
        return fail();
    }
    crypt(self, part->bytes, want, part->from);
    part->from += want;
    return TN_OK;
}

/* Each piece gets a share of the buffer; where all fits in memory there is one, read already. */
enum tn_status tn_spill_sort(struct tn_spill *spill)
{
    const bool is_small = spill->pieces == 0;
    enum tn_status status = TN_OK;
    if (is_small) {
        qsort_r(spill->buffer, spill->used / spill->size, spill->size, compare, &spill->key_size);
    } else if (spill->used > 0) {
        status = flush_piece(spill);
    }
    const size_t count = is_small ? 1 : (size_t)spill->pieces;
    spill->parts = calloc(count, sizeof *spill->parts);
    if (spill->parts == NULL || status != TN_OK) {
        return status == TN_OK ? TN_ERR_NO_MEMORY : status;
    }
    if (is_small) {
        spill->parts[0] = (struct part){.bytes = spill->buffer, .have = spill->used};
        spill->pieces = 1;
        return TN_OK;
    }
    const size_t share = spill->room / count / (2 * spill->size) * (2 * spill->size);
    if (share == 0 || fflush(spill->file) != 0) {
        return share == 0 ? TN_ERR_LIMIT : fail();
    }
    for (size_t i = 0; i < count && status == TN_OK; i++) {
        const uint64_t end = (uint64_t)(i + 1) * spill->room;
        spill->parts[i] = (struct part){.bytes = spill->buffer + i * share,
                                        .room = share,
                                        .from = (uint64_t)i * spill->room,
                                        .to = end < spill->written ? end : spill->written};
        status = fill(spill, &spill->parts[i]);
    }
    return status;
}

/* A record stays where it is until the next call, which is when its part may be filled anew. */
enum tn_status tn_spill_next(struct tn_spill *spill, const void **record)
{
    struct part *first = NULL;
    *record = NULL;
    for (uint64_t i = 0; i < spill->pieces; i++) {
        struct part *part = &spill->parts[i];
        if (part->at == part->have && part->from < part->to) {
            enum tn_status status = fill(spill, part);
            if (status != TN_OK) {
                return status;
            }
        }
        if (part->at < part->have &&
            (first == NULL ||
             memcmp(part->bytes + part->at, first->bytes + first->at, spill->key_size) < 0)) {
            first = part;
        }
    }
    if (first != NULL) {
        *record = first->bytes + first->at;
        first->at += spill->size;
    }
    return TN_OK;
}
