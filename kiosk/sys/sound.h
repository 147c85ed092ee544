/* The sounds of results: short, one at a time, the newest wins. No audio device, or one that
 * breaks, is silence and nothing else until it is tried again. Main thread. */
#ifndef TURNOUT_SYS_SOUND_H
#define TURNOUT_SYS_SOUND_H

#include "kiosk/ui/event.h"

struct tn_sounds;

/* TN_ERR_NO_MEMORY. Opens no device yet. */
enum tn_status tn_sounds_create(struct tn_sounds **out);
void tn_sounds_free(struct tn_sounds *sounds);

/* How loud, 0 to 100 (the start); from the next sound on. */
void tn_sounds_volume(struct tn_sounds *sounds, int percent);

/* Notes a sound to play; takes no time, so that the frame comes first. */
void tn_sounds_ask(struct tn_sounds *sounds, enum tn_sound sound);

/* After the frame: plays what was asked for, and closes a device that has been silent for long. A
 * device that failed is tried again with the first sound after a minute. */
void tn_sounds_flush(struct tn_sounds *sounds, int64_t mono_ms);

/* When tn_sounds_flush should next be called; INT64_MAX where nothing is open. */
int64_t tn_sounds_deadline(const struct tn_sounds *sounds);

#endif
