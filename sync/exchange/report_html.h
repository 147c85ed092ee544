/* The pieces of a report's page that are too large for one file; see report_print.h. */
#ifndef TURNOUT_EXCHANGE_REPORT_HTML_H
#define TURNOUT_EXCHANGE_REPORT_HTML_H

#include "sync/exchange/report_print.h"

#define TN_REPORT_ID_SIZE 48

/* Where a part stands on the page. */
struct tn_report_section {
    const struct tn_report_book *book;
    size_t which;               /* of its reports */
    char id[TN_REPORT_ID_SIZE]; /* of its elements */
    int level;                  /* of its heading, 2 to 5 */
};

/* A part with its heading: figures, or a chart and its table. */
void tn_report_html_part(FILE *file, const struct tn_report_section *section,
                         const struct tn_report_part *part);

/* A number with its marks, as people and as readers of screens take it. */
void tn_report_html_value(FILE *file, const struct tn_report_value *value, enum tn_measure measure,
                          const char *tz);

#endif
