/* The corrections of a centre as `correct list` shows them, the newest first. */
#ifndef TURNOUT_CMD_CORRECT_LIST_H
#define TURNOUT_CMD_CORRECT_LIST_H

#include "sync/central/centre.h"

/* Prints all of them to standard output: as text, or as one JSON object. Events and activities go
 * by their codes, learners are only counted. */
enum tn_status tn_correct_list(struct tn_centre *centre, bool is_json);

#endif
