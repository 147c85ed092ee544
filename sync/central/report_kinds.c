/* The one table of reports. A new kind is a file report_NAME.c and a row here. */
#include "sync/central/report_kinds.h"

#include <string.h>

const struct tn_report_kind *const tn_report_kinds[] = {
    &tn_report_reach,
    &tn_report_dosage,
    &tn_report_repeat,
    &tn_report_pathway,
    &tn_report_bridge,
    &tn_report_partner,
    &tn_report_gap,
    &tn_report_workforce,
    &tn_report_transition,
    &tn_report_21apr,
    &tn_report_quality,
    &tn_report_stations,
    NULL,
};

const struct tn_report_kind *tn_report_kind_find(const char *name)
{
    for (size_t i = 0; tn_report_kinds[i] != NULL; i++) {
        if (strcmp(tn_report_kinds[i]->name, name) == 0) {
            return tn_report_kinds[i];
        }
    }
    return NULL;
}
