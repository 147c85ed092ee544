/* Names of pack files in a station's folder: private to core. */
#ifndef KIOSK_CORE_PACK_PATH_H
#define KIOSK_CORE_PACK_PATH_H

#include "kiosk/core/folder.h"

/* Writes DIR/pack-N.db. */
enum tn_status tn_pack_path(const char *dir, uint64_t number, char out[TN_PATH_SIZE]);

/* The highest N of pack-N.db (or pack-N.db.new) in dir; 0 where there is none. */
enum tn_status tn_pack_newest(const char *dir, uint64_t *out);

/* Removes every pack-M.db of dir with M below number; what cannot be removed is left and said. */
void tn_pack_remove_below(const char *dir, uint64_t number);

/* Removes every unfinished pack-N.db.new. */
void tn_pack_remove_unfinished(const char *dir);

#endif
