/* Folding. Most names are ASCII and most others Latin with accents, which decomposing takes off for
 * a fraction of what a transliterator costs; only what is left goes through that. */
#include "sync/central/fold.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "turnout/log.h"

#define UNITS_MAX 512 /* UTF-16 units of a name, transliterated */

struct tn_fold {
    UTransliterator *to_latin;
    const UNormalizer2 *decomposed;
};

enum tn_status tn_fold_open(struct tn_fold **out)
{
    static const UChar id[] = u"Any-Latin; Latin-ASCII; Lower";
    UErrorCode error = U_ZERO_ERROR;
    *out = calloc(1, sizeof **out);
    if (*out == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    (*out)->to_latin = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &error);
    if (U_SUCCESS(error)) {
        (*out)->decomposed = unorm2_getNFKDInstance(&error);
    }
    if (U_FAILURE(error)) {
        tn_log(TN_LOG_ERROR, "ICU cannot fold names: %s", u_errorName(error));
        tn_fold_close(*out);
        *out = NULL;
        return TN_ERR_STATE;
    }
    return TN_OK;
}

void tn_fold_close(struct tn_fold *fold)
{
    if (fold != NULL) {
        if (fold->to_latin != NULL) {
            utrans_close(fold->to_latin);
        }
        free(fold);
    }
}

static bool is_ascii(const UChar *text, int32_t len)
{
    for (int32_t i = 0; i < len; i++) {
        if (text[i] >= 0x80) {
            return false;
        }
    }
    return true;
}

/* Takes marks out, in place; returns the new length. */
static int32_t drop_marks(UChar *text, int32_t len)
{
    int32_t kept = 0;
    for (int32_t i = 0; i < len; i++) {
        if (u_charType(text[i]) != U_NON_SPACING_MARK) {
            text[kept++] = text[i];
        }
    }
    return kept;
}

/* Brings other letters to ASCII as far as that goes. */
static int32_t make_ascii(struct tn_fold *fold, UChar *text, int32_t len)
{
    UChar apart[UNITS_MAX];
    UErrorCode error = U_ZERO_ERROR;
    int32_t n = unorm2_normalize(fold->decomposed, text, len, apart, UNITS_MAX, &error);
    if (U_SUCCESS(error)) {
        n = drop_marks(apart, n);
        if (is_ascii(apart, n)) {
            memcpy(text, apart, (size_t)n * sizeof *text);
            return n;
        }
    }
    error = U_ZERO_ERROR;
    int32_t limit = len;
    utrans_transUChars(fold->to_latin, text, &len, UNITS_MAX, 0, &limit, &error);
    return U_SUCCESS(error) ? limit : 0;
}

/* Lower-case letters and digits; anything but an apostrophe parts words. */
static void write_words(const UChar *text, int32_t len, char *out, size_t out_size)
{
    size_t n = 0;
    bool is_parted = false;
    for (int32_t i = 0; i < len && n + 2 < out_size; i++) {
        UChar c = text[i];
        if (c >= 'A' && c <= 'Z') {
            c = (UChar)(c - 'A' + 'a');
        }
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            if (is_parted && n > 0) {
                out[n++] = ' ';
            }
            is_parted = false;
            out[n++] = (char)c;
        } else if (c != '\'' && c != '`' && c != 0x2019) {
            is_parted = true;
        }
    }
    out[n] = '\0';
}

void tn_fold_name(struct tn_fold *fold, const char *name, char *out, size_t out_size)
{
    UChar text[UNITS_MAX];
    int32_t len = 0;
    UErrorCode error = U_ZERO_ERROR;
    (void)u_strFromUTF8WithSub(text, UNITS_MAX, &len, name, -1, U_SENTINEL, NULL, &error);
    if (U_FAILURE(error)) {
        len = error == U_BUFFER_OVERFLOW_ERROR ? UNITS_MAX : 0;
    }
    if (!is_ascii(text, len)) {
        for (int32_t i = 0; i < len; i++) { /* which ICU would make an accent of the letter */
            text[i] = text[i] == 0x2019 || text[i] == 0x2bc ? '\'' : text[i];
        }
        len = make_ascii(fold, text, len);
    }
    write_words(text, len, out, out_size);
}
