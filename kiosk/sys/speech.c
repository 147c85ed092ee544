/* The thread that owns espeak-ng: it takes the newest text, synthesizes it block by block, and
 * gives each block to SDL's queue; a newer text aborts the synthesis at its next block and empties
 * the queue. A whole text is synthesized in milliseconds and then lies in the queue, which is cheap
 * (44 kB a second of speech) and needs no second clock. */
#include "kiosk/sys/speech.h"

#include <errno.h>
#include <espeak-ng/speak_lib.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include <sodium.h>

#include "kiosk/sys/speech_out.h"
#include "turnout/log.h"

#define BLOCK_MS 50

/* A language of the screens and the voices for it, the best first. */
struct voice {
    const char *lang;
    const char *names[2];
};
static const struct voice voices[] = {
    {"en", {"en-us", "en"}}, {"es", {"es-419", "es"}}, {"fr", {"fr-fr", "fr"}}, {"vi", {"vi"}},
    {"ar", {"ar"}},          {"hi", {"hi"}},           {"zh", {"cmn"}},
};
#define VOICE_COUNT (sizeof voices / sizeof voices[0])

struct request {
    size_t voice;
    unsigned turn;
    int volume; /* percent */
    char text[TN_SPEECH_TEXT_MAX + 1];
};

struct tn_speech {
    const char *name[VOICE_COUNT]; /* of the voice that is there, or NULL; set before the thread */
    bool is_told[VOICE_COUNT + 1]; /* that a voice is missing; main thread */
    int volume;                    /* main thread */
    struct tn_speech_out out;
    struct tn_speech_ear ear; /* set before the thread */
    pthread_t thread;
    atomic_uint turn;     /* the newest; the thread compares at each block */
    pthread_mutex_t lock; /* guards the next three */
    pthread_cond_t asked; /* waits by the monotonic clock */
    bool is_stopping;
    bool is_asked;
    struct request request;
    /* The speech thread's own: */
    struct request now;
};

/* espeak-ng calls back without a word on whose text it is. Set before the thread starts. */
static struct tn_speech *the_speech;

static void *speak_on(void *arg);

/* Once in a process: espeak-ng 1.51 waits for ever when it is ended a second time, so it is never
 * ended at all. It sets the program's LC_CTYPE, which is not its to set, and starts a thread of its
 * own, which shall get no signals. */
static int start_espeak(void)
{
    static int rate_hz;
    if (rate_hz > 0) {
        return rate_hz;
    }
    char locale[64] = "C";
    const char *before = setlocale(LC_CTYPE, NULL);
    if (before != NULL) {
        (void)snprintf(locale, sizeof locale, "%s", before);
    }
    sigset_t all;
    sigset_t mask;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &mask);
    rate_hz =
        espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, BLOCK_MS, NULL, espeakINITIALIZE_DONT_EXIT);
    (void)pthread_sigmask(SIG_SETMASK, &mask, NULL);
    (void)setlocale(LC_CTYPE, locale);
    return rate_hz;
}

static void find_voices(struct tn_speech *speech)
{
    for (size_t i = 0; i < VOICE_COUNT; i++) {
        for (size_t n = 0; n < 2 && speech->name[i] == NULL; n++) {
            const char *name = voices[i].names[n];
            if (name != NULL && espeak_SetVoiceByName(name) == EE_OK) {
                speech->name[i] = name;
            }
        }
    }
}

static enum tn_status start_thread(struct tn_speech *speech)
{
    pthread_condattr_t by_monotonic;
    if (pthread_condattr_init(&by_monotonic) != 0) {
        return TN_ERR_NO_MEMORY;
    }
    (void)pthread_condattr_setclock(&by_monotonic, CLOCK_MONOTONIC);
    const int no_cond = pthread_cond_init(&speech->asked, &by_monotonic);
    (void)pthread_condattr_destroy(&by_monotonic);
    if (no_cond != 0) {
        return TN_ERR_NO_MEMORY;
    }
    if (pthread_mutex_init(&speech->lock, NULL) != 0) {
        (void)pthread_cond_destroy(&speech->asked);
        return TN_ERR_NO_MEMORY;
    }
    the_speech = speech;
    if (pthread_create(&speech->thread, NULL, speak_on, speech) != 0) {
        the_speech = NULL;
        (void)pthread_mutex_destroy(&speech->lock);
        (void)pthread_cond_destroy(&speech->asked);
        tn_log(TN_LOG_WARN, "no speech: the system starts no thread");
        return TN_ERR_STATE;
    }
    return TN_OK;
}

enum tn_status tn_speech_create(const struct tn_speech_ear *ear, struct tn_speech **out)
{
    if (the_speech != NULL) {
        return TN_ERR_EXISTS;
    }
    struct tn_speech *speech = calloc(1, sizeof *speech);
    if (speech == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    speech->volume = 100;
    speech->ear = ear == NULL ? (struct tn_speech_ear){0} : *ear;
    speech->out.rate_hz = start_espeak();
    if (speech->out.rate_hz <= 0) {
        tn_log(TN_LOG_INFO, "no speech: the data of espeak-ng is not installed");
        free(speech);
        return TN_ERR_NOT_FOUND;
    }
    find_voices(speech);
    enum tn_status status = start_thread(speech);
    if (status != TN_OK) {
        free(speech);
        return status;
    }
    *out = speech;
    return TN_OK;
}

void tn_speech_free(struct tn_speech *speech)
{
    if (speech == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&speech->lock);
    speech->is_stopping = true;
    atomic_fetch_add(&speech->turn, 1);
    (void)pthread_cond_signal(&speech->asked);
    (void)pthread_mutex_unlock(&speech->lock);
    (void)pthread_join(speech->thread, NULL);
    the_speech = NULL;
    (void)pthread_mutex_destroy(&speech->lock);
    (void)pthread_cond_destroy(&speech->asked);
    sodium_memzero(speech, sizeof *speech);
    free(speech);
}

/* The index of a language's voice, VOICE_COUNT for a language that is not ours. */
static size_t voice_of(const char *lang)
{
    const size_t len = lang == NULL ? 0 : strcspn(lang, "-_");
    for (size_t i = 0; i < VOICE_COUNT; i++) {
        if (strlen(voices[i].lang) == len && strncmp(voices[i].lang, lang, len) == 0) {
            return i;
        }
    }
    return VOICE_COUNT;
}

bool tn_speech_has(const struct tn_speech *speech, const char *lang)
{
    const size_t voice = voice_of(lang);
    return speech != NULL && voice < VOICE_COUNT && speech->name[voice] != NULL;
}

/* Copies what fits, in whole characters. */
static void copy_text(char out[TN_SPEECH_TEXT_MAX + 1], const char *text)
{
    size_t len = strnlen(text, TN_SPEECH_TEXT_MAX + 1);
    if (len > TN_SPEECH_TEXT_MAX) {
        len = TN_SPEECH_TEXT_MAX;
        while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80) {
            len--;
        }
    }
    memcpy(out, text, len);
    out[len] = '\0';
}

static void ask(struct tn_speech *speech, size_t voice, const char *text)
{
    (void)pthread_mutex_lock(&speech->lock);
    speech->request.voice = voice;
    speech->request.volume = speech->volume;
    copy_text(speech->request.text, text);
    speech->request.turn = atomic_fetch_add(&speech->turn, 1) + 1;
    speech->is_asked = true;
    (void)pthread_cond_signal(&speech->asked);
    (void)pthread_mutex_unlock(&speech->lock);
}

void tn_speech_say(struct tn_speech *speech, const char *lang, const char *text)
{
    if (speech == NULL) {
        return;
    }
    if (text == NULL || text[0] == '\0') {
        tn_speech_stop(speech);
        return;
    }
    const size_t voice = voice_of(lang);
    if (!tn_speech_has(speech, lang)) {
        if (!speech->is_told[voice]) {
            tn_log(TN_LOG_INFO, "no speech: espeak-ng has no voice for '%.*s'", TN_SPEECH_LANG_MAX,
                   lang == NULL ? "" : lang);
        }
        speech->is_told[voice] = true;
        tn_speech_stop(speech);
        return;
    }
    if (speech->ear.hear == NULL) {
        atomic_store(&speech->out.has_audio, tn_audio_begin() == NULL);
    }
    ask(speech, voice, text);
}

void tn_speech_stop(struct tn_speech *speech)
{
    if (speech != NULL) {
        ask(speech, VOICE_COUNT, "");
    }
}

void tn_speech_volume(struct tn_speech *speech, int percent)
{
    if (speech != NULL) {
        speech->volume = percent < 0 ? 0 : percent > 100 ? 100 : percent;
    }
}

/* What espeak-ng calls for each block; 1 aborts the text. */
static int take_block(short *samples, int count, espeak_EVENT *events)
{
    (void)events;
    struct tn_speech *speech = the_speech;
    if (atomic_load(&speech->turn) != speech->now.turn) {
        return 1;
    }
    if (samples == NULL || count <= 0) {
        return 0;
    }
    if (speech->ear.hear != NULL) {
        speech->ear.hear(speech->ear.ctx, speech->now.turn, samples, (size_t)count,
                         speech->out.rate_hz);
        return 0;
    }
    return tn_speech_out_play(&speech->out, samples, (size_t)count, speech->now.volume) ? 0 : 1;
}

static void synthesize(struct tn_speech *speech)
{
    const char *name = speech->name[speech->now.voice];
    espeak_SetSynthCallback(take_block);
    if (espeak_SetVoiceByName(name) != EE_OK ||
        espeak_SetParameter(espeakRATE, TN_SPEECH_WORDS_PER_MINUTE, 0) != EE_OK ||
        espeak_Synth(speech->now.text, strlen(speech->now.text) + 1, 0, POS_CHARACTER, 0,
                     espeakCHARS_UTF8, NULL, NULL) != EE_OK) {
        tn_log(TN_LOG_INFO, "no speech: espeak-ng refuses a text for the voice %s", name);
    }
}

/* Says the text in now, or only cuts where that is empty. */
static void speak(struct tn_speech *speech)
{
    const struct tn_speech_ear *ear = &speech->ear;
    tn_speech_out_cut(&speech->out);
    if (speech->now.text[0] != '\0' && (ear->hear != NULL || tn_speech_out_begin(&speech->out))) {
        synthesize(speech);
    }
    if (ear->hear != NULL) {
        ear->hear(ear->ctx, speech->now.turn, NULL, 0, speech->out.rate_hz);
    }
    sodium_memzero(&speech->now, sizeof speech->now);
}

/* Waits for a text to say; closes the device when it was silent for long. With the lock held. */
static void wait_for_text(struct tn_speech *speech)
{
    if (speech->out.device == 0) {
        (void)pthread_cond_wait(&speech->asked, &speech->lock);
        return;
    }
    const struct timespec until = {.tv_sec = speech->out.close_ms / 1000,
                                   .tv_nsec = speech->out.close_ms % 1000 * 1000000};
    if (pthread_cond_timedwait(&speech->asked, &speech->lock, &until) == ETIMEDOUT) {
        (void)pthread_mutex_unlock(&speech->lock);
        tn_speech_out_close(&speech->out);
        (void)pthread_mutex_lock(&speech->lock);
    }
}

static void *speak_on(void *arg)
{
    struct tn_speech *speech = arg;
    sigset_t all;
    (void)sigfillset(&all); /* signals are the listener's, see signals.h */
    (void)pthread_sigmask(SIG_BLOCK, &all, NULL);
    (void)pthread_mutex_lock(&speech->lock);
    while (!speech->is_stopping) {
        if (!speech->is_asked) {
            wait_for_text(speech);
            continue;
        }
        speech->now = speech->request;
        speech->is_asked = false;
        sodium_memzero(&speech->request, sizeof speech->request);
        (void)pthread_mutex_unlock(&speech->lock);
        speak(speech);
        (void)pthread_mutex_lock(&speech->lock);
    }
    (void)pthread_mutex_unlock(&speech->lock);
    tn_speech_out_close(&speech->out);
    return NULL;
}
