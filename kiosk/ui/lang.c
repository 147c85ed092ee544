/* The languages we speak. gettext's one switch while a program runs is the variable LANGUAGE and a
 * counter that tells it to look again; nothing else here touches the environment. Where no
 * catalogue is found the English of the source is shown. */
#include "kiosk/ui/lang.h"

#include <libintl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* gettext's own: each change makes it read LANGUAGE anew (GNU gettext manual, "Being a gettext
 * grok"). */
extern int _nl_msg_cat_cntr;

const struct tn_lang_row tn_langs[TN_LANG_COUNT] = {
    [TN_LANG_EN] = {"en", "en", "English", "Aa", false},
    [TN_LANG_ES] = {"es", "es", "Español", "ñáé¿", false},
    [TN_LANG_FR] = {"fr", "fr", "Français", "çéœ", false},
    [TN_LANG_VI] = {"vi", "vi", "Tiếng Việt", "ếệđưở", false},
    [TN_LANG_AR] = {"ar", "ar", "العربية", "العربية", true},
    [TN_LANG_HI] = {"hi", "hi", "हिन्दी", "हिन्दी", false},
    [TN_LANG_ZH_HANS] = {"zh-Hans", "zh_CN", "简体中文", "简体中文", false},
};

/* Chinese is ours only in simplified characters. */
static bool is_traditional(const char *code)
{
    return strncasecmp(code, "zh-Hant", 7) == 0 || strcasecmp(code, "zh-TW") == 0 ||
           strcasecmp(code, "zh-HK") == 0;
}

enum tn_lang tn_lang_from_code(const char *code)
{
    size_t len = strcspn(code, "-_");
    for (int i = 0; i < TN_LANG_COUNT; i++) {
        size_t own = strcspn(tn_langs[i].code, "-");
        if (own == len && strncasecmp(tn_langs[i].code, code, len) == 0 && !is_traditional(code)) {
            return (enum tn_lang)i;
        }
    }
    return TN_LANG_COUNT;
}

void tn_lang_use(enum tn_lang lang)
{
    static enum tn_lang used = TN_LANG_COUNT;
    if (lang == used || lang >= TN_LANG_COUNT) {
        return;
    }
    if (setenv("LANGUAGE", tn_langs[lang].catalog, 1) == 0) {
        _nl_msg_cat_cntr++;
        used = lang;
    }
}
