/* `station new` in process. The set-up card takes the whole way a card on paper takes (written,
 * signed, read, checked), so that this path and that one cannot drift apart. */
#include "sync/link/enrol.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "sync/central/audit.h"
#include "sync/central/packing.h"
#include "sync/wire/pack.h"
#include "turnout/log.h"
#include "turnout/setup.h"

static enum tn_status check_name(struct tn_centre *centre, const struct tn_enrol *what)
{
    static const char sql[] =
        "SELECT 1 FROM kiosk WHERE ecosystem = $1 AND event = $2 AND station = $3 UNION SELECT 1"
        " FROM enrolment WHERE ecosystem = $1 AND event = $2 AND station = $3";
    struct tn_stmt *stmt = NULL;
    bool is_taken = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &what->event.id);
    tn_bind_text(stmt, 3, what->name);
    status = tn_step(stmt, &is_taken);
    tn_reset(stmt);
    if (status == TN_OK && is_taken) {
        tn_log(TN_LOG_ERROR, "%s already has a station named %s; choose another name",
               what->event.code, what->name);
        return TN_ERR_EXISTS;
    }
    return status;
}

/* Appends the signed card, and reads it back as a kiosk would. */
static enum tn_status make_card(struct tn_centre *centre, const struct tn_keyring *keyring,
                                const struct tn_enrol *what, struct tn_buf *card,
                                struct tn_setup *out)
{
    struct tn_setup setup = {
        .ecosystem = centre->id,
        .sign_key = centre->sign_key,
        .vault_key = centre->vault_key,
        .transport_key = keyring->transport_key,
        .event = what->event.id,
        .role = what->role,
        .activity = what->activity,
        .token = what->token,
        .issued_ms = what->now_ms,
    };
    snprintf(setup.ecosystem_name, sizeof setup.ecosystem_name, "%s", centre->name);
    snprintf(setup.station_name, sizeof setup.station_name, "%s", what->name);
    snprintf(setup.hub, sizeof setup.hub, "%s", what->hub == NULL ? "" : what->hub);
    setup.has_hub_pin = what->hub_pin != NULL;
    if (setup.has_hub_pin) {
        memcpy(setup.hub_pin, what->hub_pin, sizeof setup.hub_pin);
    }
    tn_setup_write(card, &setup, &keyring->signing);
    enum tn_status status = card->status;
    if (status == TN_OK) {
        status = tn_setup_read(tn_buf_bytes(card), &centre->sign_key, out);
    }
    sodium_memzero(&setup, sizeof setup);
    return status;
}

/* Notes a card that was made; device_key NULL: nobody has used it yet. */
static enum tn_status insert_enrolment(struct tn_centre *centre, const struct tn_setup *setup,
                                       const struct tn_public_key *device_key, int64_t now_ms)
{
    static const char sql[] =
        "INSERT INTO enrolment (ecosystem, token_hash, station, role, event, activity, device_key,"
        " issued, used) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    struct tn_hash hash = tn_token_hash(&setup->token);
    struct tn_stmt *stmt = NULL;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_bytes(stmt, 2, (struct tn_bytes){hash.b, TN_HASH_SIZE});
    tn_bind_text(stmt, 3, setup->station_name);
    tn_bind_text(stmt, 4, tn_role_name(setup->role));
    tn_bind_id(stmt, 5, &setup->event);
    tn_bind_id(stmt, 6, &setup->activity);
    tn_bind_int(stmt, 8, now_ms);
    if (device_key != NULL) {
        tn_bind_bytes(stmt, 7, (struct tn_bytes){device_key->b, TN_PUBLIC_KEY_SIZE});
        tn_bind_int(stmt, 9, now_ms);
    }
    return tn_run(stmt);
}

static enum tn_status make_known(struct tn_centre *centre, const struct tn_setup *setup,
                                 const struct tn_station_info *info, int64_t now_ms)
{
    struct tn_enrolled what = {.event = setup->event, .activity = setup->activity};
    enum tn_status status = tn_db_begin(centre->db);
    if (status != TN_OK) {
        return status;
    }
    (void)snprintf(what.station, sizeof what.station, "%s", setup->station_name);
    (void)snprintf(what.role, sizeof what.role, "%s", tn_role_name(setup->role));
    status = insert_enrolment(centre, setup, &info->device_key, now_ms);
    if (status == TN_OK) {
        status = tn_enrol_add_log(centre, &what, &info->log, &info->device_key);
    }
    if (status == TN_OK) {
        status = tn_audit_note(centre, now_ms, "station_new", what.station);
    }
    if (status == TN_OK) {
        return tn_db_commit(centre->db);
    }
    tn_db_rollback(centre->db);
    return status;
}

static enum tn_status first_pack(struct tn_centre *centre, const struct tn_keyring *keyring,
                                 struct tn_station *station, const struct tn_station_info *info,
                                 const char *dir, int64_t now_ms)
{
    struct tn_buf pack;
    uint64_t number = 0;
    tn_buf_init(&pack, TN_PACK_SIZE_MAX + 1024);
    struct tn_packing packing;
    tn_packing_init(&packing, centre, keyring);
    enum tn_status status =
        tn_packing_write(&packing, &(struct tn_packing_for){.device_key = info->device_key}, &pack);
    tn_packing_destroy(&packing);
    struct tn_sign_key device = {0};
    if (status == TN_OK) {
        status = tn_station_sign_key(station, &device);
    }
    if (status == TN_OK) {
        status = tn_pack_lay(tn_buf_bytes(&pack), &info->sign_key, &device, dir, &number);
    }
    sodium_memzero(&device, sizeof device);
    if (status == TN_OK) {
        status = tn_station_switch_pack(station, number, now_ms);
    }
    tn_buf_destroy(&pack);
    return status;
}

/* Takes a station away that the centre could not note: nobody would ever take its entries. The
 * folder goes too where nothing else is in it. */
static void unmake(const char *dir)
{
    static const char *const names[] = {"device.key", "station.db", "station.db-wal",
                                        "station.db-shm", "setup.card"};
    char path[4096];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        int n = snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        if (n > 0 && (size_t)n < sizeof path) {
            (void)unlink(path);
        }
    }
    (void)rmdir(dir);
}

static void draw_token(struct tn_enrol *what, const struct tn_random *random, int64_t now_ms)
{
    random->fill(random->ctx, what->token.b, TN_ID_SIZE);
    what->now_ms = now_ms;
}

enum tn_status tn_enrol_card(struct tn_centre *centre, const struct tn_keyring *keyring,
                             const struct tn_enrol *asked, const struct tn_random *random,
                             int64_t now_ms, struct tn_buf *digits)
{
    struct tn_enrol what = *asked;
    struct tn_setup setup = {0};
    struct tn_buf card;
    enum tn_status status = check_name(centre, asked);
    if (status != TN_OK) {
        return status;
    }
    tn_buf_init(&card, TN_SETUP_SIZE_MAX);
    draw_token(&what, random, now_ms);
    status = make_card(centre, keyring, &what, &card, &setup);
    if (status == TN_OK) {
        tn_setup_to_digits(digits, tn_buf_bytes(&card));
        status = digits->status;
    }
    if (status == TN_OK) {
        status = insert_enrolment(centre, &setup, NULL, now_ms);
    }
    if (status == TN_OK) {
        status = tn_audit_note(centre, now_ms, "station_card", setup.station_name);
    }
    tn_buf_destroy(&card);
    sodium_memzero(&setup, sizeof setup);
    sodium_memzero(&what, sizeof what);
    return status;
}

enum tn_status tn_enrol_station(struct tn_centre *centre, const struct tn_keyring *keyring,
                                const struct tn_enrol *asked, const char *dir,
                                const struct tn_station_env *env, int64_t now_ms)
{
    struct tn_enrol what = *asked;
    struct tn_buf card;
    struct tn_setup setup = {0};
    struct tn_station *station = NULL;
    struct tn_station_info info;
    bool is_made = false;
    bool is_known = false;
    enum tn_status status = check_name(centre, asked);
    if (status != TN_OK) {
        return status;
    }
    tn_buf_init(&card, TN_SETUP_SIZE_MAX);
    draw_token(&what, &env->random, now_ms);
    status = make_card(centre, keyring, &what, &card, &setup);
    tn_buf_destroy(&card);
    if (status == TN_OK) {
        status = tn_station_create(dir, &setup, env, now_ms);
        is_made = status == TN_OK;
    }
    if (status == TN_OK) {
        status = tn_station_open(dir, env, &station);
    }
    if (status == TN_OK) {
        status = tn_station_info(station, &info);
    }
    if (status == TN_OK) {
        status = make_known(centre, &setup, &info, now_ms);
        is_known = status == TN_OK;
    }
    if (status == TN_OK) {
        status = first_pack(centre, keyring, station, &info, dir, now_ms);
    }
    tn_station_close(station);
    if (is_made && !is_known) {
        unmake(dir);
    }
    sodium_memzero(&setup, sizeof setup);
    if (status != TN_OK) {
        tn_log(TN_LOG_ERROR, "%s: the station could not be made: %s", dir, tn_status_text(status));
    }
    return status;
}

static void log_unknown_activity(struct tn_centre *centre, const struct tn_central_event *event,
                                 const char *code)
{
    static const char sql[] =
        "SELECT code FROM activity WHERE ecosystem = $1 AND event = $2 ORDER BY code LIMIT 20";
    struct tn_stmt *stmt = NULL;
    struct tn_buf codes;
    bool has_row = false;
    tn_buf_init(&codes, 4096);
    if (tn_db_prepare(centre->db, sql, &stmt) == TN_OK) {
        tn_bind_int(stmt, 1, centre->no);
        tn_bind_id(stmt, 2, &event->id);
        while (tn_step(stmt, &has_row) == TN_OK && has_row) {
            tn_buf_printf(&codes, "%s%s", codes.len == 0 ? "" : ", ", tn_col_text(stmt, 0));
        }
        tn_reset(stmt);
    }
    tn_log(TN_LOG_ERROR, "%s has no activity with the code %s; %s%.*s", event->code, code,
           codes.len == 0 ? "it has none yet, see `turnout-sync import activities`" : "there are: ",
           (int)codes.len, codes.data == NULL ? "" : (const char *)codes.data);
    tn_buf_destroy(&codes);
}

enum tn_status tn_enrol_activity(struct tn_centre *centre, const struct tn_central_event *event,
                                 const char *code, struct tn_id *out)
{
    static const char sql[] =
        "SELECT id FROM activity WHERE ecosystem = $1 AND event = $2 AND code = $3";
    struct tn_stmt *stmt = NULL;
    bool has_row = false;
    enum tn_status status = tn_centre_prepare(centre, sql, &stmt);
    if (status != TN_OK) {
        return status;
    }
    tn_bind_id(stmt, 2, &event->id);
    tn_bind_text(stmt, 3, code);
    status = tn_step(stmt, &has_row);
    if (status == TN_OK && has_row) {
        tn_col_id(stmt, 0, out);
    }
    tn_reset(stmt);
    if (status == TN_OK && !has_row) {
        log_unknown_activity(centre, event, code);
        return TN_ERR_NOT_FOUND;
    }
    return status;
}
