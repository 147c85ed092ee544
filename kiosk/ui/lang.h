/* The languages of the screens: one row each in lang.c. Catalogues are gettext's, from
 * assets/locale; a language is used from one draw list to the next without a restart. Main
 * thread. */
#ifndef TURNOUT_UI_LANG_H
#define TURNOUT_UI_LANG_H

#include <stdbool.h>

enum tn_lang {
    TN_LANG_EN,
    TN_LANG_ES,
    TN_LANG_FR,
    TN_LANG_VI,
    TN_LANG_AR,
    TN_LANG_HI,
    TN_LANG_ZH_HANS,
    TN_LANG_COUNT
};

struct tn_lang_row {
    const char *code;    /* BCP 47, as cards and --lang give it: "zh-Hans" */
    const char *catalog; /* what gettext calls it: "zh_CN" */
    const char *name;    /* by its own name: "简体中文" */
    const char *sample;  /* characters without which it cannot be shown */
    bool is_rtl;
};

/* Indexed by enum tn_lang. */
extern const struct tn_lang_row tn_langs[TN_LANG_COUNT];

/* The language of a BCP 47 tag, by its primary subtag ("es-MX" is es; "zh" and "zh-CN" are
 * zh-Hans, "zh-Hant" is none of ours); TN_LANG_COUNT for any other. */
enum tn_lang tn_lang_from_code(const char *code);

/* From here on gettext answers in this language, where its catalogue is found. */
void tn_lang_use(enum tn_lang lang);

#endif
