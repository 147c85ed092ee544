/* ICU behind three calls. It reports a failed allocation badly (a transliterator that has no memory
 * may give back what it was given), so the memory hook keeps count itself. Memory that runs out
 * while ICU first loads a script may leave that script unfolded until the program starts again:
 * ICU remembers its failures. */
#include "kiosk/core/fold_icu.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>
#include <unicode/uclean.h>
#include <unicode/ucol.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "turnout/log.h"

#define RULES_MAX 512
#define ID_MAX 32

/* Marks and modifier letters (soft signs) go last, after what they tell has been used: s with acute
 * or dot is how ICU writes the Indic sh, r with a ring is their vowel ri. */
static const char *const rules[TN_ROUTE_COUNT] = {
    [TN_ROUTE_LATIN] = ":: NFKD; :: [[:M:][:Lm:]] Remove; :: Latin-ASCII; :: NFKD; :: Lower;",
    [TN_ROUTE_HAN] = ":: NFC; :: Han-Latin/Names; :: Any-Latin; :: NFKD;"
                     ":: [[:M:][:Lm:]] Remove; :: Latin-ASCII; :: NFKD; :: Lower;",
    [TN_ROUTE_OTHER] = ":: NFC; :: Russian-Latin/BGN; :: Any-Latin; :: Null;"
                       "\\u015B > sh; \\u1E63 > sh; r\\u0325 > ri;"
                       ":: NFKD; :: [[:M:][:Lm:]] Remove; :: Latin-ASCII; :: NFKD; :: Lower;",
};

static UTransliterator *routes[TN_ROUTE_COUNT];
static UCollator *collator;
/* An allocation has failed since this was last set to false. Whoever uses ICU in this process, on
 * whatever thread, allocates through the hook. */
static atomic_bool is_short;

static void *take(const void *ctx, size_t len)
{
    (void)ctx;
    void *out = malloc(len);
    if (out == NULL) {
        is_short = true;
    }
    return out;
}

/* Wipes what the allocator really gave; no header of ours, since memory from before the hook may
 * come here too. */
static void give(const void *ctx, void *old)
{
    (void)ctx;
    if (old != NULL) {
        sodium_memzero(old, malloc_usable_size(old));
        free(old);
    }
}

static void *take_again(const void *ctx, void *old, size_t len)
{
    void *out = take(ctx, len);
    if (out != NULL && old != NULL) {
        size_t old_len = malloc_usable_size(old);
        memcpy(out, old, old_len < len ? old_len : len);
        give(ctx, old);
    }
    return out;
}

static enum tn_status load_route(enum tn_fold_route route)
{
    UErrorCode error = U_ZERO_ERROR;
    UParseError where;
    UChar id[ID_MAX];
    UChar text[RULES_MAX];
    u_uastrcpy(id, "turnout");
    u_uastrcpy(text, rules[route]);
    routes[route] = utrans_openU(id, -1, UTRANS_FORWARD, text, -1, &where, &error);
    if (U_FAILURE(error) || is_short) {
        tn_log(TN_LOG_WARN, "ICU cannot fold names: %s", u_errorName(error));
        utrans_close(routes[route]);
        routes[route] = NULL;
        return TN_ERR_NO_MEMORY;
    }
    return TN_OK;
}

enum tn_status tn_fold_icu_init(void)
{
    static bool is_hooked;
    UErrorCode error = U_ZERO_ERROR;
    enum tn_status status = TN_OK;
    if (!is_hooked) {
        u_setMemoryFunctions(NULL, take, take_again, give, &error);
        is_hooked = true;
    }
    is_short = false;
    for (int i = 0; i < TN_ROUTE_COUNT && status == TN_OK; i++) {
        status = routes[i] == NULL ? load_route((enum tn_fold_route)i) : TN_OK;
    }
    if (status == TN_OK && collator == NULL) {
        collator = ucol_open("", &error);
        status = U_FAILURE(error) || is_short ? TN_ERR_NO_MEMORY : TN_OK;
    }
    return status;
}

enum tn_status tn_fold_icu_run(enum tn_fold_route route, struct tn_fold_text *text)
{
    UErrorCode error = U_ZERO_ERROR;
    int32_t limit = text->len;
    is_short = false;
    utrans_transUChars(routes[route], text->units, &text->len, TN_FOLD_UNITS, 0, &limit, &error);
    if (is_short) {
        return TN_ERR_NO_MEMORY;
    }
    return U_FAILURE(error) || text->len > TN_FOLD_UNITS ? TN_ERR_LIMIT : TN_OK;
}

enum tn_status tn_fold_icu_sort_key(const struct tn_fold_text *text, char *out, size_t out_size)
{
    is_short = false;
    int32_t len =
        ucol_getSortKey(collator, text->units, text->len, (uint8_t *)out, (int32_t)out_size);
    out[is_short || len == 0 ? 0 : out_size - 1] = '\0';
    return is_short || len == 0 ? TN_ERR_NO_MEMORY : TN_OK;
}
