/* Stations that know each other, and go from one to the other over a network that is not there:
 * what tests of gossip over a network share. */
#ifndef TURNOUT_TESTS_SYNC_GATES_H
#define TURNOUT_TESTS_SYNC_GATES_H

#include "sync/link/gossip_hear.h"
#include "sync/link/gossip_pass.h"
#include "tests/unit/sync_world.h"

#define NOON INT64_C(1800000000000)

static int64_t now_ms;

static void clocks(int64_t *at_ms, int64_t *mono_ms)
{
    *at_ms = now_ms;
    *mono_ms = 5000000;
}

/* What `reconcile` does of all this, a minute later than the last time; passed NULL: to a hub,
 * which is handed what is carried of others. */
static enum tn_status go_to(const struct tn_far *far, const char *dir, bool has_clock,
                            struct tn_hash *passed, struct tn_gossip *gossip)
{
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    struct tn_reconcile out;
    struct tn_far_with with = {.far = far, .clocks = clocks, .has_clock_known = has_clock};
    *gossip = (struct tn_gossip){0};
    now_ms += 60000;
    assert_int_equal(tn_station_open(dir, &env, &station), TN_OK);
    enum tn_status status = tn_far_reconcile(station, dir, &with, &out);
    if (status == TN_OK) {
        status = passed == NULL ? tn_gossip_bring(station, dir, far, gossip)
                                : tn_gossip_pass(station, dir, far, passed, gossip);
    }
    if (status == TN_OK && (!with.says_siblings || with.has_siblings)) {
        status = tn_gossip_hear(station, dir, far, gossip);
    }
    tn_station_close(station);
    return status;
}

/* A gate of the fair; its name is its folder's. */
static void add_gate(const char *dir)
{
    gives(TN_EXIT_DONE,
          "station new --central central.db --event fair --name %s --role gate --out %s", dir, dir);
}

/* Gates besides the demo's own, which all know each other; NULL ends the names. Everything that was
 * new is at the centre. */
static void make_gates(const char *const dirs[])
{
    char dir[80];
    make_first();
    (void)snprintf(dir, sizeof dir, "%s/demo", first_root);
    (void)snprintf(central, sizeof central, "%s",
                   central_is_server() ? first_central : "central.db");
    assert_int_equal(chdir(dir), 0);
    for (int i = 0; dirs[i] != NULL; i++) {
        add_gate(dirs[i]);
    }
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    for (int i = 0; dirs[i] != NULL; i++) {
        gives(TN_EXIT_DONE, "reconcile %s central.db", dirs[i]);
    }
}

/* The set-up of a test: the gates, made once for all, at noon. */
static int begin_with(void **state, const char *const dirs[])
{
    if (first_pid == 0) {
        make_gates(dirs);
    }
    now_ms = NOON;
    return world_setup(state);
}

#endif
