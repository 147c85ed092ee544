/* Days in words of the screen's language, without the C library's locales (which a kiosk need not
 * have installed): names of weekdays and months from tables, put together by patterns that a
 * translation may turn round. In the process's time zone, the event's. */
#ifndef TURNOUT_UI_DATES_H
#define TURNOUT_UI_DATES_H

#include <stddef.h>
#include <stdint.h>

#define TN_DATE_WORDS_SIZE 161 /* what a text of a draw list holds */

/* "Is it Saturday 14 March, 10:42?" */
void tn_date_question(int64_t at_ms, char out[TN_DATE_WORDS_SIZE]);

/* When something was, seen from now: "10:42" on the same day, else "14 March". */
void tn_date_short(int64_t at_ms, int64_t now_ms, char out[TN_DATE_WORDS_SIZE]);

#endif
