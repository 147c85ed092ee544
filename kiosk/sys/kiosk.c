/* Puts a kiosk's parts together and takes them apart in the opposite order. A folder that holds no
 * station yet waits for its set-up card; everything else may heal while it runs. */
#include "kiosk/sys/kiosk.h"

#include <stdio.h>

#include "kiosk/sys/clock.h"
#include "kiosk/sys/locale.h"
#include "kiosk/ui/settings.h"
#include "turnout/log.h"

static enum tn_exit open_demo(struct tn_kiosk *kiosk)
{
    if (kiosk->options->demo == NULL) {
        return TN_EXIT_DONE;
    }
    enum tn_status status = tn_demo_read(&kiosk->demo, kiosk->options->demo);
    if (status == TN_OK) {
        return TN_EXIT_DONE;
    }
    tn_demo_destroy(&kiosk->demo);
    return status == TN_ERR_FORMAT || status == TN_ERR_LIMIT ? TN_EXIT_USAGE : TN_EXIT_WORLD;
}

enum tn_exit tn_kiosk_open(struct tn_kiosk *kiosk, const struct tn_options *options)
{
    memset(kiosk, 0, sizeof *kiosk);
    kiosk->options = options;
    enum tn_exit failed = open_demo(kiosk);
    if (failed != TN_EXIT_DONE) {
        return failed;
    }
    if (tn_queue_init(&kiosk->queue) != TN_OK) {
        tn_log(TN_LOG_ERROR, "there is no memory to start");
        tn_demo_destroy(&kiosk->demo);
        return TN_EXIT_WORLD;
    }
    tn_dropped_init(&kiosk->dropped, &kiosk->queue);
    tn_preview_init(&kiosk->preview);
    struct tn_station_env env = {.random = tn_random_system()};
    if (options->script == NULL) {
        env.boot = tn_station_boot_id(); /* a flow's boot time counts from no boot at all */
    }
    enum tn_status status =
        tn_station_store_init(&kiosk->station, options->station, &env, &kiosk->store);
    if (status == TN_ERR_NOT_FOUND && options->setup == NULL) {
        tn_log(TN_LOG_WARN,
               "%s: there is no station in this folder yet; scan its set-up card at the kiosk, or "
               "try a demo: `turnout-sync demo DIR`, then `turnout-kiosk --station DIR/gate --demo "
               "DIR/badges.csv`",
               options->station);
    } else if (status != TN_OK && status != TN_ERR_NOT_FOUND) {
        tn_log(TN_LOG_WARN, "%s: the station cannot be used now (%s); trying again until it can",
               options->station, tn_status_text(status));
    }
    return TN_EXIT_DONE;
}

/* The clock in the corner is the event's, also where the station opens late or a pack moves it. */
static void take_zone(void *ctx, const struct tn_station_info *info)
{
    (void)ctx;
    tn_clock_set_zone(info->tz);
}

/* What staff has set, unless the command line says otherwise. A store that cannot answer is the
 * fault screen's affair. */
static void apply_settings(struct tn_kiosk *kiosk, const struct tn_store *store)
{
    const struct tn_options *options = kiosk->options;
    struct tn_model *model = &kiosk->runner.model;
    struct tn_request request = {.type = TN_ASK_SETTINGS};
    struct tn_when when = {model->now_ms, model->mono_ms};
    static struct tn_reply reply; /* main thread only, and large */
    model->home_lang = options->has_lang ? options->lang : tn_locale_lang();
    model->look.theme = options->theme;
    if (!model->is_fresh && store->ask(store->ctx, &request, &when, &reply) == TN_OK &&
        reply.status == TN_OK) {
        if (options->has_lang) {
            reply.settings.lang[0] = '\0';
        }
        if (options->has_theme) {
            reply.settings.theme[0] = '\0';
        }
        tn_settings_apply(model, &reply.settings);
    }
    model->lang = model->home_lang;
    model->shown_lang = model->home_lang;
}

/* What is wrong with the card that --setup names, for who is not at the screen. */
static const char *why_not(enum tn_status refused)
{
    switch (refused) {
    case TN_ERR_FORMAT:
        return "this is no set-up card; `turnout-sync station new` makes one, a file or digits";
    case TN_ERR_FORGED:
        return "this card is altered, or of another ecosystem; ask the organizers for a new one";
    case TN_ERR_STATE:
        return "this card is too old: this kiosk has had a newer one";
    default:
        return tn_status_text(refused);
    }
}

/* The card comes as one that is dropped on the screen, which shows what came of it too. */
static enum tn_exit take_card(struct tn_kiosk *kiosk, const char *path, const struct tn_when *when)
{
    const struct tn_setup_state *setup = &kiosk->runner.model.states.setup;
    struct tn_event card = {.type = TN_EVENT_FILE, .at_ms = when->at_ms, .mono_ms = when->mono_ms};
    (void)snprintf(card.text, sizeof card.text, "%s", path);
    card.len = strlen(card.text);
    tn_runner_event(&kiosk->runner, &card);
    if (setup->is_done) {
        return TN_EXIT_DONE;
    }
    if (setup->refused == TN_OK || setup->refused == TN_ERR_NOT_FOUND) {
        return TN_EXIT_WORLD; /* said where it was met */
    }
    tn_log(TN_LOG_ERROR, "--setup %s: %s", path, why_not(setup->refused));
    return TN_EXIT_PERSON;
}

enum tn_exit tn_kiosk_begin(struct tn_kiosk *kiosk, const struct tn_store *store,
                            const struct tn_runner_out *out, int64_t at_ms, int64_t mono_ms)
{
    struct tn_runner_out with_zone = *out;
    with_zone.facts = take_zone;
    tn_runner_init(&kiosk->runner, store, &with_zone, at_ms, mono_ms);
    struct tn_model *model = &kiosk->runner.model;
    const struct tn_options *options = kiosk->options;
    kiosk->runner.typist.wedge.rules = options->wedge;
    tn_demo_show(&kiosk->demo, model);
    model->is_windowed = options->is_windowed;
    for (int i = 0; i < TN_LANG_COUNT; i++) {
        model->has_lang[i] = kiosk->has_fonts == NULL || kiosk->has_fonts[i];
    }
    apply_settings(kiosk, store);
    const bool is_settled = !model->is_fresh && model->info.epoch != 0;
    if (options->setup != NULL && is_settled) {
        tn_log(TN_LOG_WARN,
               "--setup %s: this folder is a station already; staff can set it up anew from their "
               "panel (Switch activity, Set-up card)",
               options->setup);
    } else if (options->setup != NULL) {
        return take_card(kiosk, options->setup, &(struct tn_when){at_ms, mono_ms});
    }
    return TN_EXIT_DONE;
}

/* A folder that somebody named must be one; beyond that a kiosk without serial scanners is as good
 * as with them, and has been told so. Without a window they are only looked for in such a folder.
 */
static enum tn_status start_serial(struct tn_kiosk *kiosk)
{
    const struct tn_options *options = kiosk->options;
    struct tn_serial_params params = {
        .dir = tn_options_serial_dir(options), .usb_baud = options->baud, .queue = &kiosk->queue};
    if (options->is_headless && params.dir == NULL) {
        return TN_OK;
    }
    enum tn_status status = tn_serial_init(&kiosk->serial, &params);
    if (status != TN_OK) {
        return params.dir == NULL ? TN_OK : status;
    }
    status = tn_serial_start(&kiosk->serial);
    if (status != TN_OK) {
        tn_serial_destroy(&kiosk->serial);
        return status;
    }
    kiosk->has_serial = true;
    kiosk->source_count++;
    return TN_OK;
}

static bool is_auto(const struct tn_options *options)
{
    return strcmp(options->scanner, "auto") == 0 || tn_options_serial_dir(options) != NULL;
}

static enum tn_status start_lines(struct tn_kiosk *kiosk)
{
    const char *scanner = kiosk->options->scanner;
    if (is_auto(kiosk->options)) {
        return start_serial(kiosk);
    }
    enum tn_status status = tn_line_source_init(&kiosk->lines, scanner, &kiosk->queue);
    if (status != TN_OK) {
        return status;
    }
    tn_line_source_set_baud(&kiosk->lines, kiosk->options->baud);
    status = tn_line_source_start(&kiosk->lines);
    if (status != TN_OK) {
        tn_line_source_destroy(&kiosk->lines);
        return status;
    }
    kiosk->has_lines = true;
    kiosk->source_count++;
    return TN_OK;
}

static enum tn_status start_camera(struct tn_kiosk *kiosk)
{
    const struct tn_options *options = kiosk->options;
    struct tn_camera_wish wish = {
        .path = options->camera,
        .preview = &kiosk->preview,
        .settings = {.exposure_ms = options->exposure_ms, .focus = options->focus},
    };
    if (strcmp(options->camera, "none") == 0) {
        return TN_OK;
    }
    enum tn_status status = tn_camera_start(&wish, &kiosk->queue, &kiosk->camera);
    kiosk->source_count += status == TN_OK ? 1 : 0;
    return status;
}

enum tn_exit tn_kiosk_start(struct tn_kiosk *kiosk)
{
    if (tn_signals_start(&kiosk->signals, &kiosk->queue) != TN_OK) {
        return TN_EXIT_WORLD;
    }
    if (start_lines(kiosk) == TN_OK && start_camera(kiosk) == TN_OK) {
        return TN_EXIT_DONE;
    }
    tn_kiosk_stop(kiosk);
    return TN_EXIT_WORLD;
}

void tn_kiosk_stop(struct tn_kiosk *kiosk)
{
    tn_queue_close(&kiosk->queue);
    tn_camera_stop(kiosk->camera);
    kiosk->camera = NULL;
    if (kiosk->has_lines) {
        tn_line_source_interrupt(&kiosk->lines);
        tn_line_source_join(&kiosk->lines);
        tn_line_source_destroy(&kiosk->lines);
        kiosk->has_lines = false;
    }
    if (kiosk->has_serial) {
        tn_serial_interrupt(&kiosk->serial);
        tn_serial_join(&kiosk->serial);
        tn_serial_destroy(&kiosk->serial);
        kiosk->has_serial = false;
    }
    tn_signals_stop(&kiosk->signals);
}

void tn_kiosk_close(struct tn_kiosk *kiosk)
{
    tn_queue_close(&kiosk->queue);
    tn_dropped_destroy(&kiosk->dropped);
    tn_preview_destroy(&kiosk->preview);
    tn_station_store_destroy(&kiosk->station);
    tn_queue_destroy(&kiosk->queue);
    tn_demo_destroy(&kiosk->demo);
}
