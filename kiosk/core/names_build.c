/* What it takes to index a directory: one pass over its rows that folds each name and makes its
 * collation key, one sort by that key, and one sort of all words. Everything that tells a name,
 * keys too, lies in locked memory and is wiped at the end. */
#include "kiosk/core/names_build.h"

#include <string.h>

#include <sodium.h>

#include "turnout/cbor.h"

#include "kiosk/core/fold.h"
#include "kiosk/core/names_sort.h"

/* Longer keys are cut: names that agree so far sort by learner id. */
#define SORT_KEY_SIZE 256
#define TEXT_MAX INT32_MAX

/* A row as the pass over the CBOR leaves it. */
struct seen {
    struct tn_name_row row;
    uint32_t learner; /* the first bytes of the ids */
    uint32_t badge;
    bool has_badge;
};

struct build {
    struct tn_names *names;
    struct tn_locked seen;  /* struct seen */
    struct tn_locked keys;  /* collation keys */
    struct tn_locked order; /* struct tn_sorted */
};

static uint64_t load(const void *bytes, size_t count)
{
    uint64_t out = 0;
    for (size_t i = 0; i < count; i++) {
        out = out << 8 | ((const uint8_t *)bytes)[i];
    }
    return out;
}

/* Tells whether some word of a folded text begins with this one. */
static bool has_word(const char *text, const char *word, size_t len)
{
    while (text != NULL) {
        if (strncmp(text, word, len) == 0) {
            return true;
        }
        text = strchr(text, ' ');
        text = text == NULL ? NULL : text + 1;
    }
    return false;
}

/* Appends the words of display that full does not have: a nickname, or another script. */
static void add_words(char full[2 * TN_FOLD_SIZE], const char *display)
{
    size_t full_len = strlen(full);
    while (*display != '\0') {
        size_t len = strcspn(display, " ");
        if (!has_word(full, display, len)) {
            if (full_len > 0) {
                full[full_len++] = ' ';
            }
            memcpy(full + full_len, display, len);
            full_len += len;
            full[full_len] = '\0';
        }
        display += len + (display[len] == ' ');
    }
}

/* Tells whether a display name is the full one cut short ("Maya R."), and so adds no word. */
static bool is_short_for(const char *display, const char *full)
{
    size_t len = strlen(display);
    len -= len > 0 && display[len - 1] == '.' ? 1 : 0;
    return strncmp(display, full, len) == 0;
}

/* A name too long for the folded buffer is found by what fits. */
static enum tn_status fold_row(struct tn_names *names, const struct tn_directory_row *row,
                               struct tn_name_row *out)
{
    char full[2 * TN_FOLD_SIZE];
    char display[TN_FOLD_SIZE];
    enum tn_status status = tn_fold(row->full, full, TN_FOLD_SIZE);
    display[0] = '\0';
    if ((status == TN_OK || status == TN_ERR_LIMIT) && !is_short_for(row->display, row->full)) {
        status = tn_fold(row->display, display, sizeof display);
    }
    if (status == TN_OK || status == TN_ERR_LIMIT) {
        add_words(full, display);
        out->text = (uint32_t)names->text.len & TEXT_MAX;
        out->is_vowelless =
            tn_fold_is_vowelless(row->full) || tn_fold_is_vowelless(row->display) ? 1 : 0;
        status = names->text.len > TEXT_MAX - sizeof full
                     ? TN_ERR_LIMIT
                     : tn_locked_append(&names->text, full, strlen(full) + 1);
    }
    sodium_memzero(full, sizeof full);
    sodium_memzero(display, sizeof display);
    return status;
}

static enum tn_status add_key(struct build *build, const struct tn_directory_row *row,
                              uint32_t number)
{
    char key[SORT_KEY_SIZE] = {0};
    const char *name = row->full[0] != '\0' ? row->full : row->display;
    enum tn_status status = tn_fold_sort_key(name, key, sizeof key);
    struct tn_sorted item = {load(key, 8), (uint32_t)build->keys.len, number};
    if (status == TN_OK) {
        status = tn_locked_append(&build->keys, key, strlen(key) + 1);
    }
    if (status == TN_OK) {
        status = tn_names_sort_add(&build->order, &item);
    }
    sodium_memzero(key, sizeof key);
    sodium_memzero(&item, sizeof item);
    return status;
}

static enum tn_status add_row(struct build *build, size_t at, const struct tn_directory_row *row,
                              uint32_t number)
{
    struct seen seen = {
        .row.at = (uint32_t)at,
        .learner = (uint32_t)load(row->learner.b, 4),
        .badge = (uint32_t)load(row->badge.b, 4),
        .has_badge = !tn_id_is_none(&row->badge),
    };
    enum tn_status status = fold_row(build->names, row, &seen.row);
    if (status == TN_OK) {
        status = tn_locked_append(&build->seen, &seen, sizeof seen);
    }
    return status == TN_OK ? add_key(build, row, number) : status;
}

static enum tn_status read_rows(struct build *build)
{
    struct tn_names *names = build->names;
    const struct tn_bytes plain = {names->plain.data, names->plain.len};
    struct tn_cbor cbor;
    tn_cbor_init(&cbor, plain);
    tn_cbor_get_array(&cbor, 2, 2);
    if (tn_cbor_get_uint(&cbor) != TN_DIRECTORY_FORMAT) {
        return TN_ERR_FORMAT;
    }
    size_t count = tn_cbor_get_array(&cbor, 0, TN_DIRECTORY_ROWS_MAX);
    struct tn_directory_row row;
    enum tn_status status = TN_OK;
    for (uint32_t i = 0; i < count && status == TN_OK; i++) {
        size_t at = (size_t)(cbor.at - plain.data);
        tn_directory_read_row(&cbor, &row);
        status = cbor.status == TN_OK ? add_row(build, at, &row, i) : cbor.status;
    }
    sodium_memzero(&row, sizeof row);
    names->rows_count = count;
    return status == TN_OK ? tn_cbor_end(&cbor) : status;
}

static int by_key(const void *ctx, const struct tn_sorted *a, const struct tn_sorted *b)
{
    const struct tn_locked *keys = ctx;
    return strcmp((const char *)keys->data + a->at, (const char *)keys->data + b->at);
}

/* Copies what was sorted as pairs of (what, row), the shape of both tn_name_word and tn_name_id. */
static enum tn_status keep_pairs(struct tn_locked *out, const struct tn_locked *sorted, bool is_id)
{
    const struct tn_sorted *items = tn_sorted_items(sorted);
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < tn_sorted_count(sorted) && status == TN_OK; i++) {
        const uint32_t pair[2] = {is_id ? (uint32_t)items[i].key : items[i].at, items[i].row};
        status = tn_locked_append(out, pair, sizeof pair);
    }
    return status;
}

/* Numbers the rows by name, and sorts their ids. */
static enum tn_status number_rows(struct build *build)
{
    struct tn_names *names = build->names;
    struct tn_locked learners = {0};
    struct tn_locked badges = {0};
    enum tn_status status = tn_names_sort(&build->order, by_key, &build->keys);
    const struct tn_sorted *order = tn_sorted_items(&build->order);
    const struct seen *seen = (const struct seen *)(const void *)build->seen.data;
    for (uint32_t i = 0; i < names->rows_count && status == TN_OK; i++) {
        const struct seen *one = &seen[order[i].row];
        status = tn_locked_append(&names->rows, &one->row, sizeof one->row);
        if (status == TN_OK) {
            status = tn_names_sort_add(&learners, &(struct tn_sorted){one->learner, 0, i});
        }
        if (status == TN_OK && one->has_badge) {
            status = tn_names_sort_add(&badges, &(struct tn_sorted){one->badge, 0, i});
        }
    }
    status = status == TN_OK ? tn_names_sort(&learners, NULL, NULL) : status;
    status = status == TN_OK ? tn_names_sort(&badges, NULL, NULL) : status;
    status = status == TN_OK ? keep_pairs(&names->learners, &learners, true) : status;
    status = status == TN_OK ? keep_pairs(&names->badges, &badges, true) : status;
    names->learners_count = tn_sorted_count(&learners);
    names->badges_count = tn_sorted_count(&badges);
    tn_locked_destroy(&learners);
    tn_locked_destroy(&badges);
    return status;
}

int tn_names_squeezed(const char *a, const char *b)
{
    for (;;) {
        a += *a == ' ';
        b += *b == ' ';
        if (*a != *b || *a == '\0') {
            return (int)(unsigned char)*a - (int)(unsigned char)*b;
        }
        a++;
        b++;
    }
}

static int by_letters(const void *ctx, const struct tn_sorted *a, const struct tn_sorted *b)
{
    const struct tn_names *names = ctx;
    return tn_names_squeezed(tn_name_text(names, a->at), tn_name_text(names, b->at));
}

/* The first eight letters from here on, spaces left out, so that most comparisons are of numbers.
 */
static uint64_t first_letters(const char *text)
{
    uint64_t out = 0;
    for (int i = 0; i < 8; i++) {
        text += *text == ' ';
        out = out << 8 | (uint8_t)*text;
        text += *text != '\0';
    }
    return out;
}

static enum tn_status add_row_words(const struct tn_names *names, struct tn_locked *words,
                                    uint32_t row)
{
    uint32_t at = tn_name_rows(names)[row].text;
    const char *text = tn_name_text(names, at);
    enum tn_status status = TN_OK;
    for (uint32_t i = 0; text[i] != '\0' && status == TN_OK; i++) {
        if (i == 0 || text[i - 1] == ' ') {
            struct tn_sorted item = {first_letters(text + i), at + i, row};
            status = tn_names_sort_add(words, &item);
        }
    }
    return status;
}

static enum tn_status sort_words(struct tn_names *names)
{
    struct tn_locked words = {0};
    enum tn_status status = TN_OK;
    for (uint32_t i = 0; i < names->rows_count && status == TN_OK; i++) {
        status = add_row_words(names, &words, i);
    }
    status = status == TN_OK ? tn_names_sort(&words, by_letters, names) : status;
    status = status == TN_OK ? keep_pairs(&names->words, &words, false) : status;
    names->words_count = tn_sorted_count(&words);
    tn_locked_destroy(&words);
    return status;
}

enum tn_status tn_names_build(struct tn_names *names)
{
    struct build build = {.names = names};
    enum tn_status status = read_rows(&build);
    if (status == TN_OK) {
        status = number_rows(&build);
    }
    tn_locked_destroy(&build.seen);
    tn_locked_destroy(&build.keys);
    tn_locked_destroy(&build.order);
    return status == TN_OK ? sort_words(names) : status;
}
