/* The open directory: private to core. The decrypted CBOR itself is kept as it is, in locked memory
 * (locked.h), with arrays of offsets into it: 100,000 rows take about 15 MB, twice that while they
 * are sorted. Rows are numbered in the order of their names as people expect them (ICU's root
 * collation), so that the smallest numbers of a set are its first names.
 *
 * search.h finds; this opens, looks up by id, and wipes. */
#ifndef KIOSK_CORE_NAMES_H
#define KIOSK_CORE_NAMES_H

#include "turnout/directory.h"

#include "kiosk/core/locked.h"

#define TN_DIRECTORY_NONCE_SIZE 24
#define TN_DIRECTORY_TAG_SIZE 16

/* One row: where its CBOR and its folded words are. */
struct tn_name_row {
    uint32_t at;
    uint32_t text : 31;
    uint32_t is_vowelless : 1; /* written in Arabic or Hebrew letters */
};

/* A word of a name, in the order of what is read from there on with its spaces left out. */
struct tn_name_word {
    uint32_t text;
    uint32_t row;
};

/* An id's first four bytes, big-endian, in ascending order. */
struct tn_name_id {
    uint32_t prefix;
    uint32_t row;
};

struct tn_names {
    struct tn_locked plain;
    struct tn_locked rows;     /* struct tn_name_row */
    struct tn_locked text;     /* folded names, each with its NUL */
    struct tn_locked words;    /* struct tn_name_word */
    struct tn_locked learners; /* struct tn_name_id */
    struct tn_locked badges;   /* struct tn_name_id; rows without a badge are not in it */
    struct tn_locked sets;     /* search.c's sets of rows */
    size_t rows_count;
    size_t words_count;
    size_t learners_count;
    size_t badges_count;
};

/* Opens a sealed directory into *names, which is zeroed or was destroyed. On failure it is
 * destroyed. TN_ERR_FORGED: the key is not its key, or it was altered. TN_ERR_FORMAT, TN_ERR_LIMIT:
 * not what directory.h says. TN_ERR_NO_MEMORY. */
enum tn_status tn_names_open(struct tn_names *names, struct tn_bytes sealed,
                             const struct tn_key *key, const struct tn_id *event);

/* Wipes everything. A zeroed or destroyed one is accepted. */
void tn_names_destroy(struct tn_names *names);

/* Reads row number `row`, which must be there. The caller wipes it. */
void tn_names_row(const struct tn_names *names, size_t row, struct tn_directory_row *out);

/* The row of a learner, or that of a badge. False where there is none; *out is then zero. The
 * caller wipes it. */
bool tn_names_by_learner(const struct tn_names *names, const struct tn_id *learner,
                         struct tn_directory_row *out);
bool tn_names_by_badge(const struct tn_names *names, const struct tn_id *badge,
                       struct tn_directory_row *out);

/* For the files of this module: the rows, the words in their order, and the folded text at an
 * offset, each borrowed. */
static inline const struct tn_name_row *tn_name_rows(const struct tn_names *names)
{
    return (const struct tn_name_row *)(const void *)names->rows.data;
}
static inline const struct tn_name_word *tn_name_words(const struct tn_names *names)
{
    return (const struct tn_name_word *)(const void *)names->words.data;
}
static inline const char *tn_name_text(const struct tn_names *names, uint32_t at)
{
    return (const char *)names->text.data + at;
}

#endif
