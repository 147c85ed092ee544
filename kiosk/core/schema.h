/* The tables of station.db: private to core. */
#ifndef KIOSK_CORE_SCHEMA_H
#define KIOSK_CORE_SCHEMA_H

#include "kiosk/core/db.h"

/* From this version on `loose` tells what became of its rows. */
#define TN_SCHEMA_FATES 2

/* In `missing`, as last_seq: and onward, how many entries is not known. */
#define TN_ONWARD INT64_MAX
#define TN_ONWARD_SQL "9223372036854775807"

/* From this version on there are the tables of the desk. */
#define TN_SCHEMA_DESK 3

/* From this version on there is the row of what sync is doing. */
#define TN_SCHEMA_SYNC_STATE 4

/* From this version on what was purged is noted, and how far marks were carried out. */
#define TN_SCHEMA_FORGET 5

/* The version that the newest migration gives. */
extern const int tn_schema_version;

/* Brings a database to the newest version, each migration in one transaction. TN_ERR_STATE where
 * it is newer than this program; TN_ERR_DAMAGED where its version is not one there ever was. */
enum tn_status tn_schema_migrate(sqlite3 *db);

#endif
