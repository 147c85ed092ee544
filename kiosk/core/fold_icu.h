/* What folding asks of ICU: private to fold*.c. ICU's memory is wiped as it is freed, since it
 * works on names; that hook is set once a process, before the first table is loaded here. */
#ifndef KIOSK_CORE_FOLD_ICU_H
#define KIOSK_CORE_FOLD_ICU_H

#include <stdint.h>

#include <unicode/utypes.h>

#include "turnout/status.h"

/* UTF-16 units of any text that is folded, before and after. */
#define TN_FOLD_UNITS 2048

/* How a text becomes Latin. */
enum tn_fold_route {
    TN_ROUTE_LATIN, /* it is Latin: accents and case only */
    TN_ROUTE_HAN,   /* it holds Chinese characters: by pinyin, surnames as surnames */
    TN_ROUTE_OTHER,
    TN_ROUTE_COUNT
};

struct tn_fold_text {
    UChar units[TN_FOLD_UNITS];
    int32_t len;
};

/* Loads what is needed; fast once it has succeeded. TN_ERR_NO_MEMORY. */
enum tn_status tn_fold_icu_init(void);

/* Transliterates in place, down to lower case without marks. TN_ERR_LIMIT, TN_ERR_NO_MEMORY. */
enum tn_status tn_fold_icu_run(enum tn_fold_route route, struct tn_fold_text *text);

/* The collation key of a text, with its zero; cut at out_size. TN_ERR_NO_MEMORY. */
enum tn_status tn_fold_icu_sort_key(const struct tn_fold_text *text, char *out, size_t out_size);

#endif
