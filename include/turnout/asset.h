/* Files of assets/ that are part of a program (icons, sounds, SQL, demo data): embedded at build,
 * so that a binary never looks for them. The table is generated; see the Makefile. */
#ifndef TURNOUT_ASSET_H
#define TURNOUT_ASSET_H

#include "turnout/buf.h"

/* The bytes of a file by its path below assets/ ("icons/badge.svg"), with a NUL after them that len
 * does not count; data is NULL where this program embeds no such file. Static storage, any
 * thread. */
struct tn_bytes tn_asset(const char *name);

#endif
