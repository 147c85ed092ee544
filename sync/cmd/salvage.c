/* A damaged database is set aside and what can be read of it written anew; these are the sentences
 * about what that left. */
#include "sync/cmd/salvage.h"

#include <stdio.h>

#include "sync/cmd/common.h"
#include "turnout/log.h"

static struct tn_counted entries(uint64_t count)
{
    return tn_counted(count, "entry", "entries");
}

bool tn_salvage_has_losses(const struct tn_station_salvage *salvage)
{
    return salvage->unread > 0 || salvage->missing > 0 || salvage->cut_logs > 0;
}

bool tn_salvage_is_open(const struct tn_station_salvage *salvage)
{
    return salvage->waiting > 0 || tn_salvage_has_losses(salvage);
}

void tn_salvage_warn(const char *dir, const struct tn_station_salvage *salvage)
{
    if (salvage->unread > 0) {
        tn_log(TN_LOG_WARN,
               "%s: %s could not be made out and not counted; a person finds what is left of that "
               "in the table `loose` of %s/station.db, and all of it in %s/set-aside. Keep "
               "%s/set-aside",
               dir, entries(salvage->unread).text, dir, dir, dir);
    }
    if (salvage->missing > 0) {
        tn_log(TN_LOG_WARN,
               "%s: %s could not be read at all and not counted (the table `missing` has the "
               "numbers); keep %s/set-aside, and ask who was there",
               dir, entries(salvage->missing).text, dir);
    }
    if (salvage->cut_logs > 0) {
        tn_log(TN_LOG_WARN,
               "%s: a database was gone, or could not be read to its end: how many entries are "
               "lost is not known (the table `missing` says from which number on). Keep "
               "%s/set-aside, and ask who was there",
               dir, dir);
    }
}

void tn_salvage_tell(const char *dir, const struct tn_station_salvage *salvage)
{
    if (salvage->rows > 0) {
        printf("%s: a damaged database was set aside in %s/set-aside. Not proven of it: %s; of "
               "these written anew into the log: %llu, at the centre before: %llu.\n",
               dir, dir, entries(salvage->rows).text, (unsigned long long)salvage->appended,
               (unsigned long long)salvage->covered);
    }
    if (salvage->waiting > 0) {
        tn_log(TN_LOG_WARN,
               "%s: not at the centre yet: %s. Reconcile this station, and keep %s/set-aside until "
               "then",
               dir, tn_counted(salvage->waiting, "salvaged entry", "salvaged entries").text, dir);
    }
    tn_salvage_warn(dir, salvage);
}
