/* Entries by column: what a bundle holds of them. One after the other, entries differ little in
 * most columns, and what is left when those have shrunk to nothing is what nobody can shrink: the
 * badge, the learner and the salt.
 *
 *     [count, formats, kinds, methods, boots, events, activities, at, mono, erased, bodies, badges,
 *      learners, salts]
 *
 *     formats      ]
 *     kinds        ]  a column of few values: [[value, ...], [index, ...]], values in the order in
 *     methods      ]  which they first come, an index for each entry. Values are uints (formats),
 *     boots        ]  text (kinds, methods), or ids of 16 bytes, null where there is none
 *     events       ]
 *     activities   ]
 *     at           in ms: how much more than the one before, or than 0
 *     mono         the same, but how much more than `at` grew. Both are byte strings of 8 bytes an
 *                  entry, of the difference (64 bits, two's complement) as (d << 1) ^ (d >> 63):
 *                  first the highest byte of every entry, then the next of every entry, and so on
 *     erased       [[index, who hash (32 bytes)], ...], by index from 0
 *     bodies       [bytes or null, ...]
 *     badges       ]
 *     learners     ]  byte strings of 16 bytes an entry; zero bytes where there is none, and where
 *     salts        ]  the entry is erased
 *
 * All of it deterministic CBOR (cbor.h). Neither seq, nor hash, nor the who hash of an entry that
 * is not erased is written: they follow from the rest. */
#ifndef TURNOUT_WIRE_COLUMNS_H
#define TURNOUT_WIRE_COLUMNS_H

#include "turnout/entry.h"

/* A column of few values on its way. */
struct tn_column {
    struct tn_buf values; /* CBOR, one after the other */
    struct tn_buf starts; /* size_t: where each begins; one more: where the last one ends */
    struct tn_buf indexes;
    uint64_t count; /* of values */
    uint64_t last;  /* the index that came last */
};

enum {
    TN_COLUMN_FORMAT,
    TN_COLUMN_KIND,
    TN_COLUMN_METHOD,
    TN_COLUMN_BOOT,
    TN_COLUMN_EVENT,
    TN_COLUMN_ACTIVITY,
    TN_COLUMN_COUNT
};

/* Entries on their way. Zero it, init; add; write; destroy. One thread. */
struct tn_columns {
    struct tn_column few[TN_COLUMN_COUNT];
    struct tn_buf at; /* uint64_t, as this machine has them */
    struct tn_buf mono;
    struct tn_buf badges;
    struct tn_buf learners;
    struct tn_buf salts;
    struct tn_buf bodies;
    struct tn_buf erased;
    uint64_t count;
    uint64_t erased_count;
    int64_t last_at;
    int64_t last_mono;
};

void tn_columns_init(struct tn_columns *columns, size_t size_max);
void tn_columns_destroy(struct tn_columns *columns);

/* Adds one; its seq and hash are not looked at. TN_ERR_LIMIT, TN_ERR_NO_MEMORY. */
enum tn_status tn_columns_add(struct tn_columns *columns, const struct tn_entry *entry);

/* How many bytes it has grown to, about. */
size_t tn_columns_size(const struct tn_columns *columns);

/* Appends the CBOR; *wide gets how many bytes of it come before the columns that hardly shrink,
 * which are best packed apart. Failures stick in out->status. */
void tn_columns_write(const struct tn_columns *columns, struct tn_buf *out, size_t *wide);

/* Reads exactly count entries into entries, which the caller gives, zeroed; scratch holds count
 * numbers. seq and hash are left zero, and so is the who hash of entries that are not erased.
 * Bodies are borrowed from bytes. TN_ERR_FORMAT, TN_ERR_LIMIT. */
enum tn_status tn_columns_read(struct tn_bytes bytes, struct tn_entry *entries, size_t count,
                               uint32_t *scratch);

#endif
