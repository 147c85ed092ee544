/* Speech: says one text at a time through espeak-ng, the newest at once and instead of the one
 * before. Synthesis and playing have a thread of their own, so that no call here waits for either.
 * No voice for a language, no audio device, or one that breaks: silence, and one line in the log.
 *
 * Languages are those of the screens (en, es, fr, vi, ar, hi, zh-Hans); a region or script after
 * the language ("es-MX") is ignored. All calls are the main thread's. */
#ifndef TURNOUT_SYS_SPEECH_H
#define TURNOUT_SYS_SPEECH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "turnout/status.h"

#define TN_SPEECH_TEXT_MAX                                                                         \
    1000 /* bytes of one text; the rest, from a whole character on, is unsaid */
#define TN_SPEECH_LANG_MAX 16
#define TN_SPEECH_WORDS_PER_MINUTE 150 /* for children, and for those who learn the language */

struct tn_speech;

/* Gets the samples instead of the loudspeaker (tests): count of 16-bit mono samples at rate_hz of
 * turn number `turn`, which counts the calls of tn_speech_say and tn_speech_stop from 1. Count 0
 * is that turn's end, spoken out or cut. Called on the speech thread. */
struct tn_speech_ear {
    void (*hear)(void *ctx, unsigned turn, const int16_t *samples, size_t count, int rate_hz);
    void *ctx;
};

/* Readies the voices (some 30 ms) and starts the thread; opens no audio device yet. ear may be
 * NULL: the loudspeaker. There is one in a process, since espeak-ng keeps its state in globals:
 * TN_ERR_EXISTS for a second. TN_ERR_NOT_FOUND where espeak-ng's data is not installed,
 * TN_ERR_NO_MEMORY, TN_ERR_STATE where the system starts no thread. */
enum tn_status tn_speech_create(const struct tn_speech_ear *ear, struct tn_speech **out);

/* Cuts what is being said and ends the thread. Accepts NULL, as all calls below do. */
void tn_speech_free(struct tn_speech *speech);

/* Says a text of UTF-8; what is being said is cut. Both strings are copied, and wiped when said.
 * NULL or an empty text only cuts. */
void tn_speech_say(struct tn_speech *speech, const char *lang, const char *text);

/* Cuts what is being said. */
void tn_speech_stop(struct tn_speech *speech);

/* Tells whether there is a voice for the language. */
bool tn_speech_has(const struct tn_speech *speech, const char *lang);

/* How loud, 0 to 100 (the start); from the next text on. */
void tn_speech_volume(struct tn_speech *speech, int percent);

#endif
