/* Requests against a station: one row each. A row reads what it needs from the request, calls core,
 * and leaves what came of it in the reply; whether that is an answer or a failure of the store is
 * decided in one place. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "kiosk/app/store.h"
#include "turnout/log.h"

struct call {
    struct tn_station_store *store;
    const struct tn_request *request;
    const struct tn_when *when;
    struct tn_reply *reply;
};

static enum tn_status do_lock(const struct call *call)
{
    tn_station_lock(call->store->station);
    return TN_OK;
}

static enum tn_status do_search(const struct call *call)
{
    return tn_station_search(call->store->station, call->request->text, call->reply->found.items,
                             &call->reply->found.count);
}

static enum tn_status do_code(const struct call *call)
{
    return tn_station_find_code(call->store->station, call->request->text, call->reply->found.items,
                                &call->reply->found.count);
}

static enum tn_status do_admit(const struct call *call)
{
    return tn_station_admit(call->store->station, &call->request->who, call->request->method,
                            call->when, &call->reply->record);
}

static enum tn_status do_admit_refused(const struct call *call)
{
    return tn_station_admit_refused(call->store->station, call->request->seq, call->when,
                                    &call->reply->record);
}

static enum tn_status do_group_confirm(const struct call *call)
{
    return tn_station_group_confirm(call->store->station, call->request->count, call->when,
                                    &call->reply->record);
}

static enum tn_status do_group_drop(const struct call *call)
{
    tn_station_group_drop(call->store->station);
    return TN_OK;
}

static enum tn_status do_headcount(const struct call *call)
{
    return tn_station_headcount(call->store->station, call->request->count, call->when,
                                &call->reply->seq);
}

static enum tn_status do_past(const struct call *call)
{
    return tn_station_past(call->store->station, call->when, (int64_t)call->request->first,
                           call->reply->past.items, &call->reply->past.count);
}

static enum tn_status do_undo(const struct call *call)
{
    return tn_station_undo(call->store->station, call->request->seq, call->when, &call->reply->seq);
}

/* The blank badge a request carries, or none. */
static const char *blank_of(const struct tn_request *request)
{
    return request->text[0] != '\0' ? request->text : NULL;
}

static enum tn_status do_register(const struct call *call)
{
    return tn_station_register(call->store->station, &call->request->form, blank_of(call->request),
                               call->when, &call->reply->handed);
}

static enum tn_status do_replace(const struct call *call)
{
    return tn_station_replace(call->store->station, &call->request->who, blank_of(call->request),
                              call->request->why, call->when, &call->reply->handed);
}

static enum tn_status do_tally(const struct call *call)
{
    return tn_station_tally(call->store->station, call->when, &call->reply->tally);
}

static enum tn_status do_roll(const struct call *call)
{
    return tn_station_roll(call->store->station, call->request->first, call->request->count,
                           &call->reply->roll);
}

static enum tn_status do_passport(const struct call *call)
{
    return tn_station_passport(call->store->station, &call->request->id, &call->reply->passport);
}

static enum tn_status do_activities(const struct call *call)
{
    return tn_station_activities(call->store->station, (size_t)call->request->first,
                                 &call->reply->activities);
}

static enum tn_status do_switch(const struct call *call)
{
    return tn_station_switch(call->store->station, call->request->role, &call->request->id,
                             call->when);
}

static enum tn_status do_partners(const struct call *call)
{
    return tn_station_partners(call->store->station, call->request->text,
                               (size_t)call->request->first, &call->reply->partners);
}

static enum tn_status do_clock(const struct call *call)
{
    return tn_station_clock(call->store->station, call->request->is_right, call->when);
}

static enum tn_status do_close(const struct call *call)
{
    return tn_station_close_day(call->store->station, call->when, &call->reply->seq);
}

static enum tn_status do_pin(const struct call *call)
{
    return tn_station_check_pin(call->store->station, call->request->text);
}

static enum tn_status do_setting(const struct call *call)
{
    return tn_station_set_setting(call->store->station, call->request->name, call->request->text);
}

static enum tn_status do_settings(const struct call *call)
{
    struct tn_settings *settings = &call->reply->settings;
    const struct {
        const char *name;
        char *out;
    } rows[] = {
        {TN_SETTING_WALK_IN, settings->walk_in}, {TN_SETTING_LANG, settings->lang},
        {TN_SETTING_THEME, settings->theme},     {TN_SETTING_VOLUME, settings->volume},
        {TN_SETTING_LOWER, settings->lower},     {TN_SETTING_LARGER, settings->larger},
        {TN_SETTING_STILL, settings->still},     {TN_SETTING_SPEECH, settings->speech},
    };
    enum tn_status status = TN_OK;
    for (size_t i = 0; status == TN_OK && i < sizeof rows / sizeof rows[0]; i++) {
        status = tn_station_setting(call->store->station, rows[i].name, rows[i].out);
    }
    return status;
}

/* Reads a set-up card's file: its bytes, or its digits as the QR symbol has them, at most as large
 * as a card can be. */
static enum tn_status read_card(const char *path, struct tn_buf *out)
{
    char bytes[TN_SETUP_TEXT_MAX + 1];
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        tn_log(TN_LOG_WARN, "%s: the set-up card cannot be opened: %s", path, strerror(errno));
        return TN_ERR_NOT_FOUND;
    }
    size_t len = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
    while (len > 0 && (bytes[len - 1] == '\n' || bytes[len - 1] == '\r')) {
        len--;
    }
    if (len == 0 || len > TN_SETUP_TEXT_MAX) {
        return TN_ERR_FORMAT;
    }
    if (bytes[0] == '0' + TN_BADGE_SETUP) {
        return tn_setup_from_digits(out, bytes, len);
    }
    (void)tn_buf_append(out, bytes, len);
    return out->status == TN_OK ? TN_OK : TN_ERR_FORMAT;
}

/* A fresh folder becomes a station; one that is set up is asked to change. */
static enum tn_status take_card(const struct call *call, struct tn_bytes card)
{
    struct tn_station_store *store = call->store;
    struct tn_setup setup;
    if (tn_station_store_open(store) == TN_OK) {
        return tn_station_set_up_again(store->station, card, call->when);
    }
    enum tn_status status = tn_setup_read(card, NULL, &setup);
    if (status == TN_OK) {
        status = tn_station_create(store->dir, &setup, &store->env, call->when->at_ms);
    }
    sodium_memzero(&setup, sizeof setup);
    if (status == TN_OK) {
        status = tn_station_store_open(store);
    }
    return status;
}

static enum tn_status do_set_up(const struct call *call)
{
    const struct tn_request *request = call->request;
    struct tn_buf card;
    tn_buf_init(&card, TN_SETUP_SIZE_MAX);
    enum tn_status status = request->path[0] != '\0'
                                ? read_card(request->path, &card)
                                : tn_setup_from_digits(&card, request->text, strlen(request->text));
    if (status == TN_OK) {
        status = take_card(call, tn_buf_bytes(&card));
    }
    tn_buf_destroy(&card);
    return status;
}

static const struct {
    enum tn_status (*run)(const struct call *call);
    bool may_be_fresh; /* works where there is no station yet */
} rows[TN_ASK_COUNT] = {
    [TN_ASK_LOCK] = {do_lock, false},
    [TN_ASK_SEARCH] = {do_search, false},
    [TN_ASK_CODE] = {do_code, false},
    [TN_ASK_ADMIT] = {do_admit, false},
    [TN_ASK_ADMIT_REFUSED] = {do_admit_refused, false},
    [TN_ASK_GROUP_CONFIRM] = {do_group_confirm, false},
    [TN_ASK_GROUP_DROP] = {do_group_drop, false},
    [TN_ASK_HEADCOUNT] = {do_headcount, false},
    [TN_ASK_PAST] = {do_past, false},
    [TN_ASK_UNDO] = {do_undo, false},
    [TN_ASK_REGISTER] = {do_register, false},
    [TN_ASK_REPLACE] = {do_replace, false},
    [TN_ASK_TALLY] = {do_tally, false},
    [TN_ASK_ROLL] = {do_roll, false},
    [TN_ASK_PASSPORT] = {do_passport, false},
    [TN_ASK_ACTIVITIES] = {do_activities, false},
    [TN_ASK_SWITCH] = {do_switch, false},
    [TN_ASK_PARTNERS] = {do_partners, false},
    [TN_ASK_CLOCK] = {do_clock, false},
    [TN_ASK_CLOSE] = {do_close, false},
    [TN_ASK_PIN] = {do_pin, false},
    [TN_ASK_SETTING] = {do_setting, false},
    [TN_ASK_SETTINGS] = {do_settings, false},
    [TN_ASK_SET_UP] = {do_set_up, true},
};

enum tn_status tn_station_store_ask(struct tn_station_store *store,
                                    const struct tn_request *request, const struct tn_when *when,
                                    struct tn_reply *reply)
{
    assert(request->type < TN_ASK_COUNT && rows[request->type].run != NULL);
    sodium_memzero(reply, sizeof *reply);
    reply->type = request->type;
    enum tn_status status = rows[request->type].may_be_fresh ? TN_OK : tn_station_store_open(store);
    if (status != TN_OK) {
        return status;
    }
    struct call call = {store, request, when, reply};
    status = rows[request->type].run(&call);
    if (tn_store_has_failed(status)) {
        return status;
    }
    reply->status = status;
    return TN_OK;
}
