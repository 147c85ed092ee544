/* A damaged database is set aside and what can be read of it written anew; these are the sentences
 * about what that left. */
#include "sync/cmd/salvage.h"

#include <stdio.h>

#include "turnout/log.h"

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
               "%s: %llu entries could not be made out and are not counted; a person finds what is "
               "left of them in the table `loose` of %s/station.db, and all of it in %s/set-aside",
               dir, (unsigned long long)salvage->unread, dir, dir);
    }
    if (salvage->missing > 0) {
        tn_log(TN_LOG_WARN,
               "%s: %llu entries could not be read at all and are not counted (the table `missing` "
               "has their numbers); keep %s/set-aside, and ask who was there",
               dir, (unsigned long long)salvage->missing, dir);
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
        printf("%s: a damaged database was set aside in %s/set-aside: of it %llu entries are not "
               "proven; %llu were written anew into the log, %llu were at the centre before.\n",
               dir, dir, (unsigned long long)salvage->rows, (unsigned long long)salvage->appended,
               (unsigned long long)salvage->covered);
    }
    if (salvage->waiting > 0) {
        tn_log(TN_LOG_WARN,
               "%s: %llu salvaged entries are not at the centre yet: reconcile this station, and "
               "keep %s/set-aside until then",
               dir, (unsigned long long)salvage->waiting, dir);
    }
    tn_salvage_warn(dir, salvage);
}
