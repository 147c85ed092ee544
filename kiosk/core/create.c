/* Makes a station's folder. device.key comes last of the files that opening needs: until it is
 * there the folder holds no station and making one may be tried again; once it is, opening mends
 * whatever a power cut left undone. */
#include <stdio.h>

#include <sodium.h>

#include "turnout/log.h"

#include "kiosk/core/station_impl.h"

static enum tn_status lay_down(const char *dir, const struct tn_setup *setup,
                               const struct tn_device *device)
{
    sqlite3 *db = NULL;
    enum tn_status status = tn_kept_setup_put(dir, setup, device);
    if (status == TN_OK) {
        status = tn_build_begin(dir, setup, device, 1, &db);
    }
    if (status == TN_OK) {
        status = tn_build_end(dir, &db);
    }
    if (status == TN_OK) {
        status = tn_device_write(dir, device);
    }
    return status == TN_OK ? tn_build_place(dir) : status;
}

static enum tn_status first_entry(const char *dir, const struct tn_station_env *env, int64_t at_ms)
{
    struct tn_station *station = NULL;
    enum tn_status status = tn_station_open(dir, env, &station);
    if (status != TN_OK) {
        return status;
    }
    struct tn_entry entry = {
        .at_ms = at_ms,
        .event = tn_station_event(station),
        .activity = tn_station_activity(station),
    };
    (void)snprintf(entry.kind, sizeof entry.kind, "%s", tn_kind_name(TN_KIND_BOOT));
    status = tn_station_append(station, &entry);
    tn_station_close(station);
    return status;
}

enum tn_status tn_station_create(const char *dir, const struct tn_setup *setup,
                                 const struct tn_station_env *env, int64_t at_ms)
{
    struct tn_device device = {.incarnation = 1};
    enum tn_status status = tn_crypto_init();
    if (status == TN_OK) {
        status = tn_folder_create(dir);
    }
    if (status != TN_OK) {
        return status;
    }
    if (tn_folder_has(dir, TN_DEVICE_KEY) || tn_folder_has(dir, TN_STATION_DB)) {
        tn_log(TN_LOG_ERROR, "%s: holds a station already; choose another folder", dir);
        return TN_ERR_EXISTS;
    }
    tn_sign_key_create(&env->random, &device.key);
    env->random.fill(env->random.ctx, device.nonce.b, sizeof device.nonce.b);
    status = lay_down(dir, setup, &device);
    sodium_memzero(&device, sizeof device);
    return status == TN_OK ? first_entry(dir, env, at_ms) : status;
}
