/* The edges of a kiosk gathered, so that its loop knows one thing and not five. Nothing here waits:
 * the voice and the printer have threads of their own. */
#include "kiosk/sys/devices.h"

#include <string.h>
#include <sys/statvfs.h>

#include <sodium.h>

#include "kiosk/sys/headset.h"
#include "kiosk/sys/pinyin.h"
#include "kiosk/ui/screen.h"
#include "turnout/log.h"

/* How often headset, printer and disk are looked at. */
#define LOOK_MS 3000
#define DISK_LOW_MB 200
#define MB (1024u * 1024u)

enum tn_status tn_devices_open(struct tn_devices *devices, const char *station,
                               enum tn_label_kind label)
{
    *devices = (struct tn_devices){.station = station, .label = label};
    return tn_sounds_create(&devices->sounds);
}

/* The table of pinyin takes a quarter of a second, which no key should have to wait for. */
static void *warm_speller(void *unused)
{
    (void)unused;
    tn_pinyin_warm();
    return NULL;
}

static void join_speller(struct tn_devices *devices)
{
    if (devices->has_speller) {
        (void)pthread_join(devices->speller, NULL);
        devices->has_speller = false;
    }
}

void tn_devices_start(struct tn_devices *devices)
{
    /* Without a voice or a printer a kiosk is as good as with them. */
    if (tn_speech_create(NULL, &devices->speech) != TN_OK) {
        devices->speech = NULL;
    }
    if (tn_printer_create(&(struct tn_printer_options){0}, &devices->printer) != TN_OK) {
        devices->printer = NULL;
    }
}

/* Only where Chinese is spoken: the table is some megabytes. */
static void ready_speller(struct tn_devices *devices, const struct tn_model *model)
{
    if (model->lang == TN_LANG_ZH_HANS && !devices->is_spelling) {
        devices->is_spelling = true;
        devices->has_speller = pthread_create(&devices->speller, NULL, warm_speller, NULL) == 0;
    }
}

void tn_devices_close(struct tn_devices *devices)
{
    join_speller(devices);
    tn_printer_free(devices->printer);
    tn_speech_free(devices->speech);
    tn_sounds_free(devices->sounds);
    sodium_memzero(devices, sizeof *devices);
}

void tn_devices_play(struct tn_devices *devices, enum tn_sound sound)
{
    tn_sounds_ask(devices->sounds, sound);
}

void tn_devices_print(struct tn_devices *devices, const struct tn_handed *handed)
{
    struct tn_label label = {.kind = devices->label};
    if (devices->printer == NULL || handed->digits[0] == '\0') {
        return;
    }
    (void)snprintf(label.name, sizeof label.name, "%s", handed->name);
    (void)snprintf(label.digits, sizeof label.digits, "%s", handed->digits);
    (void)snprintf(label.code, sizeof label.code, "%s", handed->code);
    (void)snprintf(label.event_title, sizeof label.event_title, "%s", devices->event_title);
    enum tn_status status = tn_printer_submit(devices->printer, &label);
    if (status != TN_OK) {
        tn_log(TN_LOG_WARN, "a badge was not printed: %s", tn_status_text(status));
    }
    tn_label_wipe(&label);
}

void tn_devices_look(struct tn_devices *devices, const struct tn_model *model)
{
    (void)snprintf(devices->event_title, sizeof devices->event_title, "%s",
                   model->info.event_title);
    tn_sounds_volume(devices->sounds, model->volume);
    tn_speech_volume(devices->speech, model->volume);
    if (!model->is_speaking) {
        tn_speech_stop(devices->speech);
        devices->said[0] = '\0';
    }
}

void tn_devices_spell(struct tn_devices *devices, const char *pinyin, char *out, size_t out_size)
{
    join_speller(devices);
    tn_pinyin_spell(pinyin, out, out_size);
}

static size_t skip_number(const char *text)
{
    return strspn(text, "0123456789");
}

/* "Starting over in 9 seconds." is no other sentence than that in 8. */
static bool is_alike(const char *a, const char *b)
{
    while (*a != '\0' && *b != '\0') {
        size_t digits = skip_number(a);
        if ((digits > 0) != (skip_number(b) > 0) || (digits == 0 && *a != *b)) {
            return false;
        }
        a += digits > 0 ? digits : 1;
        b += digits > 0 ? skip_number(b) : 1;
    }
    return *a == *b;
}

bool tn_devices_is_news(const char *words, const char *said, bool is_entered, bool is_result)
{
    if (is_entered && (is_result || strcmp(words, said) != 0)) {
        return true;
    }
    return !is_alike(words, said);
}

/* Gives the voice the screen's words, once. */
static void speak(struct tn_devices *devices, const struct tn_model *model,
                  const struct tn_draw *draw)
{
    struct tn_buf buf;
    bool is_entered = model->screen_mono_ms != devices->said_ms;
    bool is_result = tn_screens[model->screen].is_result;
    tn_buf_init(&buf, TN_SPOKEN_MAX - 1);
    tn_draw_spoken(draw, &buf);
    (void)tn_buf_append(&buf, "", 1);
    const char *words = (const char *)buf.data;
    if (buf.status == TN_OK && tn_devices_is_news(words, devices->said, is_entered, is_result)) {
        (void)snprintf(devices->said, sizeof devices->said, "%s", words);
        tn_speech_say(devices->speech, tn_langs[model->shown_lang].code, devices->said);
    }
    devices->said_ms = model->screen_mono_ms;
    tn_buf_destroy(&buf);
}

void tn_devices_frame(struct tn_devices *devices, const struct tn_model *model,
                      const struct tn_draw *draw, int64_t mono_ms)
{
    tn_sounds_flush(devices->sounds, mono_ms);
    ready_speller(devices, model);
    if (devices->speech != NULL && (model->is_speaking || devices->has_headset)) {
        speak(devices, model, draw);
    }
}

static void look_at_disk(const struct tn_devices *devices, struct tn_health *health)
{
    struct statvfs disk;
    if (statvfs(devices->station, &disk) != 0) {
        health->disk = TN_PART_NONE;
        return;
    }
    health->disk_free_mb = (uint64_t)disk.f_bavail * disk.f_frsize / MB;
    health->disk = health->disk_free_mb < DISK_LOW_MB ? TN_PART_TROUBLE : TN_PART_WELL;
}

static void look_at_printer(struct tn_devices *devices, struct tn_health *health)
{
    static const enum tn_part_state states[TN_PRINTER_STATE_COUNT] = {
        [TN_PRINTER_NONE] = TN_PART_NONE,
        [TN_PRINTER_READY] = TN_PART_WELL,
        [TN_PRINTER_BUSY] = TN_PART_WELL,
        [TN_PRINTER_TROUBLE] = TN_PART_TROUBLE,
    };
    struct tn_printer_health printer;
    tn_printer_health(devices->printer, &printer);
    health->printer = states[printer.state];
    (void)snprintf(health->printer_reason, sizeof health->printer_reason, "%s", printer.reason);
}

/* A serial scanner is well as soon as it is there. Where the last one was pulled out somebody
 * should look, until a scan comes from anywhere. */
static void look_at_scanner(struct tn_devices *devices, struct tn_health *health)
{
    int count = devices->serial != NULL ? tn_serial_count(devices->serial) : 0;
    if (count > 0) {
        health->scanner = TN_PART_WELL;
    } else if (devices->serial_count > 0) {
        health->scanner = TN_PART_TROUBLE;
    }
    devices->serial_count = count;
}

static void note_printer(const struct tn_health *health)
{
    static const char *const states[] = {
        [TN_PART_NONE] = "none", [TN_PART_WELL] = "well", [TN_PART_TROUBLE] = "trouble"};
    tn_log(TN_LOG_INFO, "printer: %s %s", states[health->printer], health->printer_reason);
}

bool tn_devices_health(struct tn_devices *devices, const struct tn_model *model, int64_t mono_ms,
                       struct tn_health *out)
{
    if (mono_ms < devices->look_ms) {
        return false;
    }
    devices->look_ms = mono_ms + LOOK_MS;
    devices->has_headset = tn_headset_is_in();
    *out = model->health;
    look_at_disk(devices, out);
    look_at_printer(devices, out);
    look_at_scanner(devices, out);
    /* A few megabytes more or less are no news. */
    bool is_same_disk = out->disk == model->health.disk &&
                        out->disk_free_mb / 100 == model->health.disk_free_mb / 100;
    bool is_same_printer = out->printer == model->health.printer &&
                           strcmp(out->printer_reason, model->health.printer_reason) == 0;
    if (!is_same_printer) {
        note_printer(out);
    }
    bool is_same_scanner = out->scanner == model->health.scanner;
    return !is_same_disk || !is_same_printer || !is_same_scanner;
}

int64_t tn_devices_deadline(const struct tn_devices *devices)
{
    int64_t sounds_ms = tn_sounds_deadline(devices->sounds);
    return sounds_ms < devices->look_ms ? sounds_ms : devices->look_ms;
}
