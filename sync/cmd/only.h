/* The badges that a command is asked for by name: --only CODE|ID,... or --only @FILE. */
#ifndef TURNOUT_CMD_ONLY_H
#define TURNOUT_CMD_ONLY_H

#include "sync/central/badge_named.h"

#define TN_ONLY_MAX 20000
#define TN_ONLY_FILE_MAX (1024 * 1024)

/* Reads the words and looks each up. What is wrong is said. The caller frees *out, also after a
 * failure. */
enum tn_status tn_only_read(struct tn_centre *centre, const struct tn_central_event *event,
                            const char *words, struct tn_badge_named **out, size_t *count);

#endif
