/* Where spoken samples go: an audio device that is opened with the first text and closed some
 * seconds after the last, since an open one keeps the machine awake. One that fails is silence,
 * said once, and tried again after a minute. The speech thread's, but for `has_audio`. */
#ifndef TURNOUT_SYS_SPEECH_OUT_H
#define TURNOUT_SYS_SPEECH_OUT_H

#include <stdatomic.h>
#include <stdint.h>

#include "kiosk/sys/audio.h"

struct tn_speech_out {
    atomic_bool has_audio; /* the main thread started SDL's audio */
    int rate_hz;           /* set before the thread */
    SDL_AudioDeviceID device;
    bool is_mute; /* said once */
    int64_t retry_ms;
    int64_t close_ms; /* when to close the device, by the monotonic clock */
};

/* Drops what is queued: silence within 25 ms. */
void tn_speech_out_cut(struct tn_speech_out *out);

/* Makes the device ready for a new text; false where there is none now. */
bool tn_speech_out_begin(struct tn_speech_out *out);

/* Queues samples at a volume in percent; false where the device broke. */
bool tn_speech_out_play(struct tn_speech_out *out, const int16_t *samples, size_t count,
                        int volume);

/* Closes the device, to be opened again. */
void tn_speech_out_close(struct tn_speech_out *out);

#endif
