/* A hub's answers in this process, on the test's world. */
#ifndef TURNOUT_TESTS_SYNC_NEAR_HUB_H
#define TURNOUT_TESTS_SYNC_NEAR_HUB_H

#include "sync/central/centre.h"
#include "sync/link/hub_answer.h"
#include "tests/unit/sync_world.h"

struct near_hub {
    struct tn_centre centre;
    struct tn_keyring keyring;
    struct tn_hub_answer *hub; /* large */
};

static void open_near_hub(struct near_hub *near)
{
    assert_int_equal(tn_centre_open(central, &near->centre), TN_OK);
    assert_int_equal(tn_keyring_load("keys", NULL, &near->keyring), TN_OK);
    near->hub = calloc(1, sizeof *near->hub);
    assert_non_null(near->hub);
    assert_int_equal(tn_hub_answer_init(near->hub, &near->centre, &near->keyring, "keys"), TN_OK);
}

static void close_near_hub(struct near_hub *near)
{
    tn_hub_answer_destroy(near->hub);
    free(near->hub);
    tn_keyring_wipe(&near->keyring);
    tn_centre_close(&near->centre);
}

#endif
