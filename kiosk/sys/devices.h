/* What a kiosk has beside its screen: loudspeaker, voice, printer, disk. They are asked for by the
 * runner, told what the screen says after each frame, and looked at now and then; whatever of them
 * is missing or broken is a fact for the staff panel and never in the way of a scan. Main thread.
 */
#ifndef TURNOUT_SYS_DEVICES_H
#define TURNOUT_SYS_DEVICES_H

#include <pthread.h>

#include "kiosk/app/runner.h"
#include "kiosk/sys/printer.h"
#include "kiosk/sys/serial.h"
#include "kiosk/sys/sound.h"
#include "kiosk/sys/speech.h"

#define TN_SPOKEN_MAX 1024

struct tn_devices {
    enum tn_label_kind label; /* what badges are printed on */
    const char *station;      /* the folder whose disk is watched; borrowed */
    struct tn_sounds *sounds;
    struct tn_speech *speech;   /* NULL: no voices */
    struct tn_printer *printer; /* NULL: none could be started */
    pthread_t speller;          /* makes the table of pinyin, once; joined before it is asked */
    bool has_speller;
    bool is_spelling; /* the table is made, or being made */
    char event_title[TN_TITLE_MAX + 1];
    char said[TN_SPOKEN_MAX]; /* what the voice was last given */
    int64_t said_ms;          /* boot time at which that screen was entered */
    bool has_headset;
    struct tn_serial *serial; /* NULL: none are looked for; borrowed */
    int serial_count;         /* how many of those were there at the last look */
    int64_t look_ms;          /* boot time of the next look at headset and disk */
};

/* Readies the sounds; only memory can fail. */
enum tn_status tn_devices_open(struct tn_devices *devices, const char *station,
                               enum tn_label_kind label);

/* Starts what has a thread of its own, voice and printer: after the first frame, which must not
 * wait for them, and after the signals have theirs. */
void tn_devices_start(struct tn_devices *devices);
void tn_devices_close(struct tn_devices *devices);

/* Has a runner's wishes carried out: sound, print, look, spelling. ctx must be the devices. */
void tn_devices_play(struct tn_devices *devices, enum tn_sound sound);
void tn_devices_print(struct tn_devices *devices, const struct tn_handed *handed);
void tn_devices_look(struct tn_devices *devices, const struct tn_model *model);
void tn_devices_spell(struct tn_devices *devices, const char *pinyin, char *out, size_t out_size);

/* After a frame: plays what was asked for, and says what is new on the screen where the voice is on
 * or a headset is plugged in. */
void tn_devices_frame(struct tn_devices *devices, const struct tn_model *model,
                      const struct tn_draw *draw, int64_t mono_ms);

/* Whether the voice has to say a screen's words: where they are other than those it said last, a
 * countdown's numbers aside; or where the screen was entered anew since, as the next learner's
 * result is. */
bool tn_devices_is_news(const char *words, const char *said, bool is_entered, bool is_result);

/* Looks how things are; true where *out differs from what the model knows, and is to be sent as a
 * HEALTH event. */
bool tn_devices_health(struct tn_devices *devices, const struct tn_model *model, int64_t mono_ms,
                       struct tn_health *out);

/* When one of the last two should next be called. */
int64_t tn_devices_deadline(const struct tn_devices *devices);

#endif
