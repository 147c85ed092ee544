/* Sets of rows, one bit a row, because "every word matches" is an AND and "best first" is then
 * reading bits in order: rows are numbered by name.
 *
 * The text's words w1..wk may be joined in runs of up to three. reach[j] holds the rows that the
 * words before j can match: reach[j] = OR over i of (reach[i] AND rows matched by wi+1..wj joined).
 * Each set comes three times, by how well it must match; a worse one contains the better. */
#include "kiosk/core/search.h"

#include <string.h>

#include <sodium.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include "turnout/desk.h"

#include "kiosk/core/fold.h"
#include "kiosk/core/skeleton.h"

#define JOINED_MAX 3
#define RING (JOINED_MAX + 1)
#define STACK_WIPED 65536
#define LETTERS_MIN 2

enum match { MATCH_WHOLE, MATCH_BEGINNING, MATCH_TYPO, MATCH_COUNT };

/* The sets of one place in the text, or of one run of words. */
struct sets {
    uint64_t *rows[MATCH_COUNT];
};

struct search {
    struct tn_names *names;
    const struct tn_name_word *words;
    size_t set_len; /* in uint64_t */
    struct sets reach[RING];
    struct sets run;
    bool is_vowelless; /* the text is in Arabic or Hebrew letters */
};

/* A stretch of names->words. */
struct range {
    size_t from;
    size_t to;
};

/* The sets live in the directory's locked memory and are made at the first search. */
static enum tn_status init(struct search *search, struct tn_names *names)
{
    *search = (struct search){
        .names = names, .words = tn_name_words(names), .set_len = (names->rows_count + 63) / 64};
    size_t at = 0;
    enum tn_status status = TN_OK;
    if (names->sets.data == NULL) {
        size_t count = (RING + 1) * MATCH_COUNT;
        status = tn_locked_take(&names->sets, count * search->set_len * sizeof(uint64_t), &at);
    }
    uint64_t *rows = (uint64_t *)(void *)names->sets.data;
    for (int i = 0; i <= RING && status == TN_OK; i++) {
        for (int m = 0; m < MATCH_COUNT; m++) {
            (i < RING ? &search->reach[i] : &search->run)->rows[m] = rows;
            rows += search->set_len;
        }
    }
    return status;
}

static void fill(const struct search *search, struct sets *sets, int byte)
{
    for (int m = 0; m < MATCH_COUNT; m++) {
        memset(sets->rows[m], byte, search->set_len * sizeof(uint64_t));
    }
}

static void mark(uint64_t *set, uint32_t row)
{
    set[row / 64] |= UINT64_C(1) << (row % 64);
}

/* Compares a word of a name, from there on with its spaces left out, to len letters: 0 where it
 * begins with them. *rest gets what follows them. */
static int compare(const struct search *search, const struct tn_name_word *word,
                   const char *letters, size_t len, const char **rest)
{
    const char *text = tn_name_text(search->names, word->text);
    for (size_t i = 0; i < len; i++) {
        text += *text == ' ';
        if (*text != letters[i]) {
            return (int)(unsigned char)*text - (int)(unsigned char)letters[i];
        }
        text++;
    }
    *rest = text;
    return 0;
}

/* The words within a range that begin with these letters. */
static struct range find(const struct search *search, struct range within, const char *letters,
                         size_t len)
{
    const char *rest = NULL;
    struct range out = within;
    for (size_t high = within.to; out.from < high;) {
        size_t middle = out.from + (high - out.from) / 2;
        if (compare(search, &search->words[middle], letters, len, &rest) < 0) {
            out.from = middle + 1;
        } else {
            high = middle;
        }
    }
    size_t low = out.from;
    for (size_t high = within.to; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (compare(search, &search->words[middle], letters, len, &rest) == 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    out.to = low;
    return out;
}

static void mark_exact(struct search *search, const char *letters, size_t len)
{
    const struct range all = {0, search->names->words_count};
    struct range range = find(search, all, letters, len);
    for (size_t i = range.from; i < range.to; i++) {
        const struct tn_name_word *word = &search->words[i];
        const char *rest = NULL;
        (void)compare(search, word, letters, len, &rest);
        mark(search->run.rows[MATCH_BEGINNING], word->row);
        if (*rest == ' ' || *rest == '\0') {
            mark(search->run.rows[MATCH_WHOLE], word->row);
        }
    }
}

static void mark_typo(struct search *search, struct range within, const char *letters, size_t len)
{
    struct range range = find(search, within, letters, len);
    for (size_t i = range.from; i < range.to; i++) {
        mark(search->run.rows[MATCH_TYPO], search->words[i].row);
    }
}

/* Marks what one typo at a place leads to: each of the texts that the typist may have meant, all of
 * which begin with the letters before that place. */
static void mark_typos_at(struct search *search, struct range within, const char *letters,
                          size_t len, size_t at)
{
    char meant[TN_SEARCH_TYPO_LETTERS_MAX + 1];
    const char *rest = letters + at;
    size_t rest_len = len - at;
    memcpy(meant, letters, at);
    memcpy(meant + at, rest + 1, rest_len - 1);
    mark_typo(search, within, meant, len - 1); /* a letter too many */
    if (rest_len > 1) {
        memcpy(meant + at, rest, rest_len);
        meant[at] = rest[1];
        meant[at + 1] = rest[0];
        mark_typo(search, within, meant, len); /* two swapped */
    }
    for (char c = 'a'; c <= 'z'; c++) {
        meant[at] = c;
        memcpy(meant + at + 1, rest + 1, rest_len - 1);
        mark_typo(search, within, meant, len); /* a wrong letter */
        memcpy(meant + at + 1, rest, rest_len);
        mark_typo(search, within, meant, len + 1); /* a letter left out */
    }
    sodium_memzero(meant, sizeof meant);
}

static bool is_latin(const char *letters, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)letters[i] >= 0x80) {
            return false;
        }
    }
    return true;
}

static void mark_typos(struct search *search, const char *letters, size_t len)
{
    struct range within = {0, search->names->words_count};
    if (len < TN_SEARCH_TYPO_LETTERS_MIN || len > TN_SEARCH_TYPO_LETTERS_MAX ||
        !is_latin(letters, len)) {
        return;
    }
    for (size_t at = 0; at < len && within.from < within.to; at++) {
        within = find(search, within, letters, at);
        mark_typos_at(search, within, letters, len, at);
    }
}

static void mark_skeletons(struct search *search, const char *letters, size_t len)
{
    struct tn_skeleton skeleton;
    if (tn_skeleton_init(&skeleton, letters, len)) {
        const struct tn_name_row *rows = tn_name_rows(search->names);
        for (uint32_t i = 0; i < search->names->rows_count; i++) {
            bool may_match = search->is_vowelless || rows[i].is_vowelless;
            if (may_match &&
                tn_skeleton_is_in(&skeleton, tn_name_text(search->names, rows[i].text))) {
                mark(search->run.rows[MATCH_TYPO], i);
            }
        }
    }
    sodium_memzero(&skeleton, sizeof skeleton);
}

/* Fills search->run with the rows that have a word that begins with these letters. Words that were
 * joined are taken as typed: a typo would make one of them nothing. */
static void match_run(struct search *search, const char *letters, size_t len, bool is_joined)
{
    fill(search, &search->run, 0);
    mark_exact(search, letters, len);
    if (!is_joined) {
        mark_typos(search, letters, len);
    }
    mark_skeletons(search, letters, len);
    for (size_t i = 0; i < search->set_len; i++) {
        search->run.rows[MATCH_TYPO][i] |= search->run.rows[MATCH_BEGINNING][i];
    }
}

/* to |= from AND run */
static void extend(const struct search *search, const struct sets *from, struct sets *to)
{
    for (int m = 0; m < MATCH_COUNT; m++) {
        for (size_t i = 0; i < search->set_len; i++) {
            to->rows[m][i] |= from->rows[m][i] & search->run.rows[m][i];
        }
    }
}

/* Fills reach[word] from those before it. starts[i % RING] is where word i began. */
static void reach_word(struct search *search, size_t word, const char *const starts[RING],
                       const char *end)
{
    char letters[TN_FOLD_SIZE];
    fill(search, &search->reach[word % RING], 0);
    for (size_t joined = 1; joined <= JOINED_MAX && joined <= word; joined++) {
        size_t len = 0;
        for (const char *c = starts[(word - joined) % RING]; c < end; c++) {
            if (*c != ' ') {
                letters[len++] = *c;
            }
        }
        match_run(search, letters, len, joined > 1);
        extend(search, &search->reach[(word - joined) % RING], &search->reach[word % RING]);
    }
    sodium_memzero(letters, sizeof letters);
}

/* Gives how many words the folded text has; reach of that number is the answer. */
static size_t match_all(struct search *search, const char *folded)
{
    const char *starts[RING] = {0};
    size_t word = 0;
    fill(search, &search->reach[0], 0xff);
    while (*folded != '\0') {
        const char *end = folded + strcspn(folded, " ");
        starts[word % RING] = folded;
        word++;
        reach_word(search, word, starts, end);
        folded = *end == ' ' ? end + 1 : end;
    }
    return word;
}

static bool is_among(const size_t *rows, size_t count, size_t row)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i] == row) {
            return true;
        }
    }
    return false;
}

/* Whether a name holds the text in its own letters. */
static bool is_as_typed(const struct search *search, size_t number, const char *text)
{
    struct tn_directory_row row;
    tn_names_row(search->names, number, &row);
    bool is = strstr(row.full, text) != NULL || strstr(row.display, text) != NULL;
    sodium_memzero(&row, sizeof row);
    return is;
}

/* Reads the first rows of the answer: the best matches first. typed is NULL, or only the names that
 * are written so are read. */
static void collect(const struct search *search, const struct sets *answer, const char *typed,
                    size_t rows[TN_SEARCH_ROWS_MAX], size_t *count)
{
    for (int m = 0; m < MATCH_COUNT; m++) {
        for (size_t i = 0; i < search->set_len; i++) {
            uint64_t better = m > 0 ? answer->rows[m - 1][i] : 0;
            for (uint64_t left = answer->rows[m][i] & ~better; left != 0; left &= left - 1) {
                size_t row = i * 64 + (size_t)__builtin_ctzll(left);
                if (*count == TN_SEARCH_ROWS_MAX) {
                    return;
                }
                if (typed == NULL ? !is_among(rows, *count, row)
                                  : is_as_typed(search, row, typed)) {
                    rows[(*count)++] = row;
                }
            }
        }
    }
}

/* Whether a letter is a syllable by itself, and so says as much as two letters of an alphabet. */
static bool is_syllable(UChar32 code)
{
    switch (u_getIntPropertyValue(code, UCHAR_SCRIPT)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
        return true;
    default: /* a part of a Korean syllable that is still being typed is none */
        return u_getIntPropertyValue(code, UCHAR_HANGUL_SYLLABLE_TYPE) >= U_HST_LV_SYLLABLE;
    }
}

/* Counts the letters of a text, and those that are syllables. Vowel signs are letters to Unicode,
 * accents that were typed apart are none. */
static size_t count_letters(const char *text, size_t *syllables)
{
    const int32_t len = (int32_t)strnlen(text, TN_FULL_NAME_MAX);
    size_t count = 0;
    *syllables = 0;
    for (int32_t at = 0; at < len;) {
        UChar32 code = 0;
        U8_NEXT((const uint8_t *)text, at, len, code);
        if (code >= 0) {
            count += u_isUAlphabetic(code) || u_isdigit(code) ? 1 : 0;
            *syllables += is_syllable(code) ? 1 : 0;
        }
    }
    return count;
}

bool tn_search_is_enough(const char *text)
{
    size_t syllables = 0;
    return count_letters(text, &syllables) >= LETTERS_MIN || syllables > 0;
}

/* Copies a text without the spaces around it. */
static void trim(const char *text, char out[TN_FULL_NAME_MAX + 1])
{
    text += strspn(text, " ");
    size_t len = strnlen(text, TN_FULL_NAME_MAX);
    while (len > 0 && text[len - 1] == ' ') {
        len--;
    }
    memcpy(out, text, len);
    out[len] = '\0';
}

/* What is typed in syllables finds names that are written so before those that only sound so: there
 * may be many more, since a syllable sounds like the beginning of much. One that folds to a single
 * letter finds no others. */
static void answer(struct search *search, const char *text, const char *folded,
                   size_t rows[TN_SEARCH_ROWS_MAX], size_t *count)
{
    char typed[TN_FULL_NAME_MAX + 1];
    size_t syllables = 0;
    const struct sets *found = &search->reach[match_all(search, folded) % RING];
    (void)count_letters(text, &syllables);
    if (syllables > 0) {
        trim(text, typed);
        collect(search, found, typed, rows, count);
        sodium_memzero(typed, sizeof typed);
    }
    if (strlen(folded) >= LETTERS_MIN) {
        collect(search, found, NULL, rows, count);
    }
}

enum tn_status tn_search(struct tn_names *names, const char *text, size_t rows[TN_SEARCH_ROWS_MAX],
                         size_t *count)
{
    char folded[TN_FOLD_SIZE];
    struct search search;
    *count = 0;
    if (strnlen(text, TN_FULL_NAME_MAX + 1) > TN_FULL_NAME_MAX || names->rows_count == 0) {
        return TN_OK;
    }
    enum tn_status status = tn_fold(text, folded, sizeof folded);
    if (status == TN_OK && folded[0] != '\0' && tn_search_is_enough(text)) {
        status = init(&search, names);
        if (status == TN_OK) {
            search.is_vowelless = tn_fold_is_vowelless(text);
            answer(&search, text, folded, rows, count);
        }
    }
    sodium_memzero(folded, sizeof folded);
    sodium_stackzero(STACK_WIPED);
    return status == TN_ERR_LIMIT ? TN_OK : status;
}
