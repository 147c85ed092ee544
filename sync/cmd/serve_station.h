/* The station behind `serve --station`: asked by the hub's worker alone. */
#ifndef TURNOUT_CMD_SERVE_STATION_H
#define TURNOUT_CMD_SERVE_STATION_H

#include "sync/link/hub.h"
#include "sync/link/sibling_answer.h"

extern const struct tn_hub_ops tn_serve_station_ops; /* ctx: a struct tn_sibling_answer */
extern const struct tn_hub_limits tn_serve_station_limits;

/* Readies a station's folder to serve: its key, and whose pack it has. TN_ERR_STATE, said, where it
 * has no pack, and so knows no siblings. The caller frees the key. */
enum tn_status tn_serve_station_begin(const char *dir, struct tn_sibling_answer *answers,
                                      struct tn_hub_key *key);

#endif
