/* The pieces of a report as text that are too large for one file; see report_print.h. */
#ifndef TURNOUT_EXCHANGE_REPORT_TEXT_H
#define TURNOUT_EXCHANGE_REPORT_TEXT_H

#include "sync/exchange/report_print.h"

/* A table with its head, of one row at least. */
void tn_report_text_table(FILE *file, const struct tn_report_part *part, const char *tz,
                          const struct tn_report_look *look);

#endif
