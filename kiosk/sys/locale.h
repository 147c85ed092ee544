/* Where the catalogues lie and which language a kiosk begins with: the edge that reads the
 * environment for them. Main thread, once, before any text is drawn. */
#ifndef TURNOUT_SYS_LOCALE_H
#define TURNOUT_SYS_LOCALE_H

#include "kiosk/ui/lang.h"

/* Sets gettext up on the catalogues beside the program (build/locale) or, where it is installed,
 * on PREFIX/share/locale. Without any the screens are English. */
void tn_locale_start(void);

/* The language that LC_ALL, LC_MESSAGES or LANG ask for; English where we do not speak it. */
enum tn_lang tn_locale_lang(void);

#endif
