/* `turnout-kiosk --decode PICTURE...`: what the QR symbols of picture files say. */
#ifndef TURNOUT_SYS_DECODE_H
#define TURNOUT_SYS_DECODE_H

#include "kiosk/sys/kiosk.h"

/* Prints `PICTURE<TAB>text` for each that holds a symbol: its text as it is, or, on a terminal,
 * with control characters as \xNN, since it is anybody's. TN_EXIT_PERSON where one holds none or is
 * no picture, TN_EXIT_WORLD where one cannot be read or nothing can be printed; all are looked at.
 */
enum tn_exit tn_decode_pictures(const struct tn_options *options);

#endif
