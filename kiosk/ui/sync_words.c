/* The words for what sync is doing. A state is old news by its own clock's time: a kiosk that
 * starts in the morning does not ask for yesterday's stick. */
#include "kiosk/ui/sync_words.h"

#include <stdio.h>

struct fault_words {
    const char *what;
    const char *advice;
    bool is_passing; /* by itself; of no concern where nothing waits */
};

static const struct fault_words faults[TN_SYNC_FAULT_COUNT] = {
    [TN_SYNC_NO_NETWORK] = {N_("No network"),
                            N_("Check-ins are safe here. They are sent when there is a network."),
                            true},
    [TN_SYNC_PORTAL] = {N_("The Wi-Fi asks for a login"),
                        N_("Check-ins are safe here. Ask whoever runs the Wi-Fi to let this kiosk "
                           "through."),
                        true},
    [TN_SYNC_WRONG_CERTIFICATE] = {N_("That is not our hub"),
                                   N_("Something else answers in its place. Call the organizers."),
                                   false},
    [TN_SYNC_HUB_BUSY] = {N_("The centre is busy"),
                          N_("Check-ins are safe here. It is tried again by itself."), true},
    [TN_SYNC_REFUSED] = {N_("The centre said no"),
                         N_("Give this kiosk to the organizers as it is. Nothing is lost."), false},
    [TN_SYNC_STICK_FULL] = {N_("The stick is full"), N_("Use another one. Nothing is lost."),
                            false},
    [TN_SYNC_STICK_READ_ONLY] = {N_("The stick is locked"),
                                 N_("Move its little switch, or use another one."), false},
    [TN_SYNC_STICK_PULLED] = {N_("The stick came out too soon"),
                              N_("Put it back in. Nothing is lost."), false},
    [TN_SYNC_DISK] = {N_("Something broke while copying"),
                      N_("Check-ins are safe here. Call the organizers."), false},
    [TN_SYNC_DAMAGED] = {N_("The stick cannot be read"), N_("Use another one. Nothing is lost."),
                         false},
    [TN_SYNC_NO_KEYS_YET] = {N_("This kiosk has no keys yet"),
                             N_("Bring it a stick from the organizers first."), false},
};

void tn_sync_take(struct tn_model *model, const struct tn_event *event, struct tn_effects *effects)
{
    (void)effects;
    int64_t age_ms = event->at_ms - event->sync.at_ms;
    model->sync = event->sync;
    model->sync_mono_ms = model->mono_ms - (age_ms > 0 ? age_ms : 0);
}

/* How long a state is news. */
static int64_t shown_ms(const struct tn_sync_state *sync)
{
    switch (sync->phase) {
    case TN_SYNC_COPYING:
        return TN_SYNC_STALE_MS;
    case TN_SYNC_COPIED:
        return TN_SYNC_COPIED_MS;
    case TN_SYNC_FAILED:
        return TN_SYNC_FAILED_MS;
    default:
        return 0;
    }
}

/* What goes over a network does so by itself and is nobody's business at the door. */
int64_t tn_sync_due(const struct tn_model *model)
{
    int64_t due_ms = model->sync_mono_ms + shown_ms(&model->sync);
    bool is_stick = model->sync.via == TN_SYNC_STICK;
    return is_stick && model->mono_ms < due_ms ? due_ms : INT64_MAX;
}

bool tn_sync_is_shown(const struct tn_model *model)
{
    return tn_sync_due(model) != INT64_MAX;
}

bool tn_sync_is_copying(const struct tn_model *model)
{
    return model->sync.phase == TN_SYNC_COPYING &&
           model->mono_ms < model->sync_mono_ms + TN_SYNC_STALE_MS;
}

bool tn_sync_is_trouble(const struct tn_model *model)
{
    return model->sync.phase == TN_SYNC_FAILED &&
           (model->info.waiting > 0 || !faults[model->sync.fault].is_passing);
}

bool tn_sync_is_on_stick(const struct tn_model *model)
{
    return model->sync.phase == TN_SYNC_COPIED && model->sync.via == TN_SYNC_STICK &&
           model->info.waiting > 0 && model->info.waiting <= model->sync.waiting;
}

int64_t tn_sync_last_ms(const struct tn_model *model)
{
    return model->sync.spoke_ms > model->info.last_sync_ms ? model->sync.spoke_ms
                                                           : model->info.last_sync_ms;
}

/* A copy that is over, over a network or a stick, was a talk with siblings too. */
int64_t tn_sync_heard_ms(const struct tn_model *model)
{
    const int64_t centre_ms = tn_sync_last_ms(model);
    bool is_later = model->sync.phase == TN_SYNC_COPIED && model->sync.at_ms > centre_ms;
    return is_later ? model->sync.at_ms : centre_ms;
}

/* What is damaged without a stick is not the stick. */
static const struct fault_words *words_of(const struct tn_sync_state *sync)
{
    bool is_other = sync->fault == TN_SYNC_DAMAGED && sync->via != TN_SYNC_STICK;
    return &faults[is_other ? TN_SYNC_DISK : sync->fault];
}

const char *tn_sync_fault_short(const struct tn_sync_state *sync)
{
    const struct fault_words *words = words_of(sync);
    return words->what == NULL ? "" : _(words->what);
}

const char *tn_sync_fault_advice(const struct tn_sync_state *sync)
{
    const struct fault_words *words = words_of(sync);
    return words->advice == NULL ? "" : _(words->advice);
}

void tn_sync_count_words(const struct tn_sync_state *sync, char out[TN_SYNC_WORDS_SIZE])
{
    out[0] = '\0';
    if (sync->all > 0) {
        /* Translators: entries copied so far, of how many. */
        snprintf(out, TN_SYNC_WORDS_SIZE, _("%1$llu of %2$llu"), (unsigned long long)sync->done,
                 (unsigned long long)sync->all);
    }
}
