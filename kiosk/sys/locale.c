/* gettext looks LANGUAGE up only outside the C locale, and Debian has just one other that is always
 * there: C.UTF-8. Everything a locale says beside the language (formats, sorting) is the event's or
 * ICU's affair, so the program runs in that one everywhere. */
#include "kiosk/sys/locale.h"

#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DOMAIN "turnout"

/* Beside the program as it is built, or beside its bin as it is installed. */
static const char *const places[] = {"locale", "../share/locale", "../locale", "../../locale"};

static bool find_catalogues(char out[PATH_MAX])
{
    char program[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
    if (len <= 0) {
        return false;
    }
    program[len] = '\0';
    char *slash = strrchr(program, '/');
    if (slash == NULL) {
        return false;
    }
    *slash = '\0';
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        int written = snprintf(out, PATH_MAX, "%s/%s", program, places[i]);
        char probe[PATH_MAX + 40];
        (void)snprintf(probe, sizeof probe, "%s/es/LC_MESSAGES/" DOMAIN ".mo", out);
        if (written > 0 && written < PATH_MAX && access(probe, R_OK) == 0) {
            return true;
        }
    }
    return false;
}

void tn_locale_start(void)
{
    char dir[PATH_MAX];
    (void)setlocale(LC_ALL, "C.UTF-8");
    (void)setlocale(LC_NUMERIC, "C");
    if (find_catalogues(dir)) {
        (void)bindtextdomain(DOMAIN, dir);
    }
    (void)bind_textdomain_codeset(DOMAIN, "UTF-8");
    (void)textdomain(DOMAIN);
    /* A variable that is there is changed in place, whatever other threads read meanwhile. */
    (void)setenv("LANGUAGE", "en", 1);
}

enum tn_lang tn_locale_lang(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && value[0] != '\0') {
            enum tn_lang lang = tn_lang_from_code(value);
            return lang < TN_LANG_COUNT ? lang : TN_LANG_EN;
        }
    }
    return TN_LANG_EN;
}
