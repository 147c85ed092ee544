/* The kinds of reports, each in a file of its own. Whoever wants one goes through the table in
 * report.h; only the table and tests name them. */
#ifndef TURNOUT_CENTRAL_REPORT_KINDS_H
#define TURNOUT_CENTRAL_REPORT_KINDS_H

#include "sync/central/report.h"

extern const struct tn_report_kind tn_report_reach;
extern const struct tn_report_kind tn_report_dosage;
extern const struct tn_report_kind tn_report_repeat;
extern const struct tn_report_kind tn_report_pathway;
extern const struct tn_report_kind tn_report_bridge;
extern const struct tn_report_kind tn_report_partner;
extern const struct tn_report_kind tn_report_gap;
extern const struct tn_report_kind tn_report_workforce;
extern const struct tn_report_kind tn_report_transition;
extern const struct tn_report_kind tn_report_21apr;
extern const struct tn_report_kind tn_report_quality;
extern const struct tn_report_kind tn_report_stations;

#endif
