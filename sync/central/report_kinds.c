/* The one table of reports. A new kind is a file report_NAME.c and a row here. */
#include "sync/central/report_kinds.h"

#include <string.h>

const struct tn_report_kind *const tn_report_kinds[] = {
    &tn_report_reach,
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
