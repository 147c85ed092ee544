/* A later set-up card, taken from the staff panel; or, before a first pack has brought the staff
 * cards that open one, from whoever holds it, as the first card was. The station stays the one it
 * is (its folder, its key, its log); what it is for changes at once, also where the pack that is
 * here says otherwise, until a pack comes that the centre made with the new card in mind. */
#include <string.h>

#include <sodium.h>

#include "turnout/log.h"

#include "kiosk/core/desk_switch.h"
#include "kiosk/core/staff_session.h"

static enum tn_status read_card(const struct tn_station *station, struct tn_bytes card,
                                struct tn_setup *out)
{
    enum tn_status status = tn_setup_read(card, &station->setup.sign_key, out);
    if (status != TN_OK && !tn_status_is_world(status) && status != TN_ERR_FORGED) {
        return TN_ERR_FORMAT;
    }
    if (status == TN_OK && !tn_id_equal(&out->ecosystem, &station->setup.ecosystem)) {
        return TN_ERR_FORGED;
    }
    return status;
}

/* Without a pack the card itself says what the station is for. */
static enum tn_status put_duty(struct tn_station *station, const struct tn_setup *setup)
{
    const struct tn_duty to = {setup->event, setup->role, setup->activity};
    return station->pack.db == NULL ? tn_sql_exec(station->db, "DELETE FROM switched")
                                    : tn_station_put_switched(station, &to, setup->station_name);
}

static enum tn_status put_entry(struct tn_station *station, const struct tn_setup *setup,
                                const struct tn_when *when)
{
    struct tn_buf body;
    struct tn_entry entry = tn_station_entry(station, TN_KIND_STAFF, "scan", when);
    entry.event = setup->event;
    entry.activity = setup->activity;
    tn_buf_init(&body, TN_BODY_MAX);
    tn_body_write_staff(&body, "set-up", setup->station_name);
    enum tn_status status = tn_station_put_body(station, &entry, &body, NULL);
    tn_buf_destroy(&body);
    return status;
}

static enum tn_status put(struct tn_station *station, const struct tn_setup *setup,
                          const struct tn_when *when)
{
    enum tn_status status = tn_station_begin(station);
    if (status != TN_OK) {
        return status;
    }
    status = tn_build_put_setup(station->db, setup, &station->device);
    if (status == TN_OK) {
        status = put_duty(station, setup);
    }
    if (status == TN_OK) {
        status = put_entry(station, setup, when);
    }
    status = tn_station_finish(station, status);
    station->is_fresh = false;
    return status;
}

/* The file beside the database is for the day that the database cannot be read; it is not worth
 * undoing a set-up for. */
static void keep_file(const struct tn_station *station, const struct tn_setup *setup)
{
    if (tn_kept_setup_put(station->dir, setup, &station->device) != TN_OK) {
        tn_log(TN_LOG_WARN,
               "%s: the set-up card was taken, but " TN_SETUP_CARD
               " beside the database is still the one before",
               station->dir);
    }
}

enum tn_status tn_station_set_up_again(struct tn_station *station, struct tn_bytes card,
                                       const struct tn_when *when)
{
    struct tn_setup setup = {0};
    enum tn_status status = tn_station_ready(station);
    if (status == TN_OK && station->pack.db != NULL) {
        status = tn_staff_session_check(station);
    }
    if (status != TN_OK) {
        return status;
    }
    status = read_card(station, card, &setup);
    if (status == TN_OK && setup.issued_ms < station->setup.issued_ms) {
        status = TN_ERR_STATE;
    }
    if (status == TN_OK) {
        status = put(station, &setup, when);
    }
    if (status == TN_OK) {
        station->setup = setup;
        keep_file(station, &setup);
    }
    sodium_memzero(&setup, sizeof setup);
    return status;
}
