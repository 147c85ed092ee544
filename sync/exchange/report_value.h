/* One value of a report as text. */
#ifndef TURNOUT_EXCHANGE_REPORT_VALUE_H
#define TURNOUT_EXCHANGE_REPORT_VALUE_H

#include "sync/central/report.h"

#define TN_REPORT_SAID_SIZE 32

/* For people: 1,234; hours with one decimal; a share as 12.3%; a day as 14 Mar 2026; * where it is
 * withheld and an en dash where there is none. The mark of a partial one is the caller's. Not for
 * TN_MEASURE_TEXT. */
void tn_report_say(const struct tn_report_value *value, enum tn_measure measure, const char *tz,
                   char out[TN_REPORT_SAID_SIZE]);

/* For machines: 1234; minutes; a share as 0.1234; a day as 2026-03-14; empty where it is withheld
 * or where there is none. Not for TN_MEASURE_TEXT. */
void tn_report_note_down(const struct tn_report_value *value, enum tn_measure measure,
                         const char *tz, char out[TN_REPORT_SAID_SIZE]);

/* The measure of one cell: a column's, or a figure's own. */
enum tn_measure tn_report_measure(const struct tn_report_part *part, size_t row, size_t column);

/* One cell. */
const struct tn_report_value *tn_report_at(const struct tn_report_part *part, size_t row,
                                           size_t column);

/* A TEXT cell's text, never NULL. */
const char *tn_report_text_at(const struct tn_report_part *part, size_t row, size_t column);

/* Whether a number stands there. */
bool tn_report_has(const struct tn_report_value *value);

/* What each mark means, as a sentence; min_cell is the ecosystem's. out holds 256 bytes. */
void tn_report_withheld_text(int64_t min_cell, char *out, size_t size);
extern const char tn_report_partial_text[];
extern const char tn_report_none_text[];

/* The largest value that is shown of a column, at least 1. */
int64_t tn_report_top(const struct tn_report_part *part, size_t column);

/* A day for a headline: "14 March 2026". */
void tn_report_day(int64_t at_ms, const char *tz, char out[TN_REPORT_SAID_SIZE]);

#endif
