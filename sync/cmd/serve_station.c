/* A kiosk is no server: a tenth of a hub's memory and connections do for the stations of an event.
 */
#include "sync/cmd/serve_station.h"

#include <sodium.h>

#include "sync/cmd/common.h"
#include "sync/link/sibling_key.h"
#include "turnout/log.h"

const struct tn_hub_limits tn_serve_station_limits = {
    .connections = 128,
    .per_address = 64,
    .bodies_size = 64u * 1024 * 1024,
    .answers_size = 64u * 1024 * 1024,
};

static enum tn_status answer(void *ctx, enum tn_ask what, struct tn_bytes message,
                             struct tn_buf *out)
{
    return tn_sibling_answer(ctx, what, message, tn_now_ms(), out);
}

static enum tn_status idle(void *ctx)
{
    (void)ctx;
    return TN_OK; /* all of it was done with the answers */
}

static void count(void *ctx, struct tn_hub_counts *out)
{
    const struct tn_sibling_answer *answers = ctx;
    *out = (struct tn_hub_counts){answers->bundles, answers->entries};
}

const struct tn_hub_ops tn_serve_station_ops = {answer, idle, count};

static enum tn_status make_key(struct tn_station *station, const char *dir, struct tn_hub_key *key)
{
    struct tn_station_info info;
    struct tn_sign_key device = {0};
    enum tn_status status = tn_station_info(station, &info);
    if (status == TN_OK && info.siblings == 0) {
        tn_log(TN_LOG_ERROR,
               "%s: this station knows no other station of its event yet: reconcile it with the "
               "centre once, after all stations were made, so that it gets their keys",
               dir);
        return TN_ERR_STATE;
    }
    if (status == TN_OK) {
        status = tn_station_sign_key(station, &device);
    }
    if (status == TN_OK) {
        status = tn_sibling_key_make(&device, tn_now_ms(), key);
    }
    sodium_memzero(&device, sizeof device);
    return status;
}

enum tn_status tn_serve_station_begin(const char *dir, struct tn_sibling_answer *answers,
                                      struct tn_hub_key *key)
{
    const struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    struct tn_station *station = NULL;
    enum tn_status status = tn_station_open(dir, &env, &station);
    if (status != TN_OK) {
        tn_log(TN_LOG_ERROR, "%s: the station cannot be opened: %s", dir, tn_status_text(status));
        return status;
    }
    status = make_key(station, dir, key);
    tn_station_close(station);
    return status == TN_OK ? tn_sibling_answer_init(answers, dir, &env) : status;
}
