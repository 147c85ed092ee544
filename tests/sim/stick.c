/* A USB stick goes round: stations leave their entries on it, the centre takes them, and now and
 * then it is pulled out in the middle, at a call that the seed picks. Whatever it brings, the
 * centre must be as if everything had come by the direct way. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "sync/link/carrier_bring.h"
#include "sync/link/carrier_centre.h"
#include "sync/link/carrier_load.h"
#include "tests/sim/sim.h"

#define PULLED_ONE_IN 3
#define CALLS 24 /* a pull comes before so many */

static uint64_t calls_left; /* until the stick is pulled out; 0: it stays in */
static bool is_out;

static bool is_pulled(void)
{
    if (calls_left > 0 && --calls_left == 0) {
        is_out = true;
    }
    errno = EIO;
    return is_out;
}

static int make_folder(int at, const char *name, mode_t mode)
{
    return is_pulled() ? -1 : tn_carrier_calls.make_folder(at, name, mode);
}

static int create(int at, const char *name, mode_t mode)
{
    return is_pulled() ? -1 : tn_carrier_calls.create(at, name, mode);
}

/* Of what is being written as it goes, half is there. */
static ssize_t write_some(int fd, const void *data, size_t len)
{
    bool was_out = is_out;
    if (!is_pulled()) {
        return write(fd, data, len);
    }
    if (!was_out) {
        (void)!write(fd, data, len / 2);
    }
    errno = EIO;
    return -1;
}

static int sync_file(int fd)
{
    (void)fd;
    return is_pulled() ? -1 : 0; /* nothing here outlives the program */
}

static int rename_file(int at, const char *from, const char *to)
{
    return is_pulled() ? -1 : tn_carrier_calls.rename(at, from, to);
}

static int remove_file(int at, const char *name)
{
    return is_pulled() ? -1 : tn_carrier_calls.remove(at, name);
}

static const struct tn_carrier_calls calls = {make_folder, create,      write_some,
                                              sync_file,   rename_file, remove_file};

static enum tn_status plug_in(struct tn_sim *sim, struct tn_carrier *carrier)
{
    char dir[TN_SIM_PATH_MAX + 16];
    (void)snprintf(dir, sizeof dir, "%s/stick", sim->dir);
    is_out = false;
    calls_left = tn_sim_pick(sim, PULLED_ONE_IN) == 0 ? 1 + tn_sim_pick(sim, CALLS) : 0;
    return tn_carrier_open(carrier, dir, TN_CARRIER_WRITE, &calls);
}

/* A stick that was pulled out has failed as it should. */
static enum tn_status verdict(enum tn_status status)
{
    return is_out && status == TN_ERR_IO ? TN_OK : status;
}

enum tn_status tn_sim_stick_load(struct tn_sim *sim)
{
    int index;
    struct tn_carrier carrier;
    struct tn_carrier_load result;
    struct tn_sim_station *at = tn_sim_station(sim, &index);
    const struct tn_carrier_load_with with = {.now_ms = sim->now_ms};
    enum tn_status status = plug_in(sim, &carrier);
    if (status == TN_OK) {
        status = tn_carrier_load(&carrier, at->station, at->dir, &with, &result);
        tn_carrier_close(&carrier);
    }
    return verdict(status);
}

enum tn_status tn_sim_stick_bring(struct tn_sim *sim)
{
    static struct tn_carrier_centre near; /* holds a hello */
    struct tn_far far;
    struct tn_carrier carrier;
    struct tn_carrier_brought result = {0};
    const struct tn_carrier_bring_with with = {.far = &far};
    enum tn_status status = plug_in(sim, &carrier);
    if (status == TN_OK) {
        tn_carrier_centre_begin(&near, &sim->centre, &sim->keyring, sim->now_ms, &far);
        status = tn_carrier_bring(&carrier, &sim->centre.id, &with, &result);
        tn_carrier_centre_end(&near);
        tn_carrier_brought_free(&result);
        tn_carrier_close(&carrier);
    }
    return verdict(status);
}
