/* The kinds of reports, each in a file of its own. Whoever wants one goes through the table in
 * report.h; only the table and tests name them. */
#ifndef TURNOUT_CENTRAL_REPORT_KINDS_H
#define TURNOUT_CENTRAL_REPORT_KINDS_H

#include "sync/central/report.h"

extern const struct tn_report_kind tn_report_reach;

#endif
