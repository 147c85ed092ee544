/* The demo's ecosystem, built step by step in a folder that nobody sees until it is whole. */
#ifndef TURNOUT_CMD_DEMO_H
#define TURNOUT_CMD_DEMO_H

#include <stdint.h>

#include "sync/cmd/cmd.h"

#define TN_DEMO_PATH_MAX 4096
#define TN_DEMO_PICTURES_MAX 60 /* single pictures of badges; the sheets have all of them */

struct tn_demo {
    const char *dir;        /* where it is built */
    const char *central;    /* of the database, where it is not dir/central.db; else NULL */
    const char *keys_noted; /* where the keyring will be in the end; NULL where central is */
    uint64_t learners;
    uint64_t seed;
    int64_t now_ms; /* the event is under way then; 0: it keeps its own day, for repeating */
};

/* Builds everything in demo->dir, which exists and is empty. Failures are logged. */
enum tn_status tn_demo_build(const struct tn_demo *demo);

/* Removes a folder and all in it. */
void tn_demo_remove(const char *dir);

#endif
