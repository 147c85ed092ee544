/* Sounds through SDL's queue. An open device keeps a thread awake even in silence, so it is closed
 * some seconds after the last sound: opening it again costs a few milliseconds, and those come
 * after the frame. What failed is tried again after a minute, so that a loudspeaker
 * that is plugged in later is heard without a restart. */
#include "kiosk/sys/sound.h"

#include <SDL.h>

#include "kiosk/sys/audio.h"
#include "turnout/asset.h"
#include "turnout/log.h"

#define CLOSE_AFTER_MS 20000
#define RETRY_AFTER_MS 60000
#define PIECE_BYTES 4096u

static const char *const files[TN_SOUND_COUNT] = {
    [TN_SOUND_WELCOME] = "sounds/welcome.wav", [TN_SOUND_ALREADY] = "sounds/already.wav",
    [TN_SOUND_GOODBYE] = "sounds/goodbye.wav", [TN_SOUND_HELP] = "sounds/help.wav",
    [TN_SOUND_FAULT] = "sounds/fault.wav",
};

struct tn_sounds {
    bool is_mute; /* no device, or it failed: said once, until sounds were heard again */
    int64_t retry_ms;
    bool is_asked;
    enum tn_sound asked;
    SDL_AudioDeviceID device; /* 0: closed */
    int64_t played_ms;
    int volume; /* SDL's 0 to 128 */
    SDL_AudioSpec spec[TN_SOUND_COUNT];
    Uint8 *samples[TN_SOUND_COUNT];
    Uint32 len[TN_SOUND_COUNT];
};

static void mute(struct tn_sounds *sounds, const char *why)
{
    if (!sounds->is_mute) {
        tn_log(TN_LOG_INFO, "no sound: %s", why);
    }
    sounds->is_mute = true;
    tn_audio_close(&sounds->device);
}

enum tn_status tn_sounds_create(struct tn_sounds **out)
{
    struct tn_sounds *sounds = calloc(1, sizeof *sounds);
    if (sounds == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    sounds->volume = SDL_MIX_MAXVOLUME;
    if (!tn_audio_has_hardware()) {
        mute(sounds, "there is no sound device");
    }
    *out = sounds;
    return TN_OK;
}

void tn_sounds_free(struct tn_sounds *sounds)
{
    if (sounds == NULL) {
        return;
    }
    tn_audio_close(&sounds->device);
    for (size_t i = 0; i < TN_SOUND_COUNT; i++) {
        SDL_FreeWAV(sounds->samples[i]);
    }
    free(sounds);
}

void tn_sounds_volume(struct tn_sounds *sounds, int percent)
{
    percent = percent < 0 ? 0 : percent > 100 ? 100 : percent;
    sounds->volume = percent * SDL_MIX_MAXVOLUME / 100;
}

void tn_sounds_ask(struct tn_sounds *sounds, enum tn_sound sound)
{
    sounds->is_asked = true;
    sounds->asked = sound;
}

static bool load(struct tn_sounds *sounds, enum tn_sound sound)
{
    if (sounds->samples[sound] != NULL) {
        return true;
    }
    struct tn_bytes wav = tn_asset(files[sound]);
    if (wav.data == NULL) {
        mute(sounds, files[sound]);
        return false;
    }
    SDL_RWops *source = SDL_RWFromConstMem(wav.data, (int)wav.len);
    if (source == NULL || SDL_LoadWAV_RW(source, 1, &sounds->spec[sound], &sounds->samples[sound],
                                         &sounds->len[sound]) == NULL) {
        mute(sounds, SDL_GetError());
        return false;
    }
    return true;
}

static bool open_device(struct tn_sounds *sounds, const SDL_AudioSpec *spec)
{
    if (tn_audio_is_alive(sounds->device)) {
        return true;
    }
    tn_audio_close(&sounds->device); /* one that was unplugged has stopped */
    const char *why = tn_audio_begin();
    if (why != NULL) {
        mute(sounds, why);
        return false;
    }
    sounds->device = tn_audio_open(spec->freq, spec->format, spec->channels);
    if (sounds->device == 0) {
        mute(sounds, SDL_GetError());
        return false;
    }
    return true;
}

/* Queues a sound as loud as it should be, piece by piece. */
static bool queue_sound(struct tn_sounds *sounds, enum tn_sound sound)
{
    const SDL_AudioSpec *spec = &sounds->spec[sound];
    for (Uint32 at = 0; at < sounds->len[sound]; at += PIECE_BYTES) {
        const Uint32 len = SDL_min(sounds->len[sound] - at, PIECE_BYTES);
        Uint8 piece[PIECE_BYTES];
        memset(piece, spec->silence, len);
        SDL_MixAudioFormat(piece, sounds->samples[sound] + at, spec->format, len, sounds->volume);
        if (SDL_QueueAudio(sounds->device, piece, len) != 0) {
            return false;
        }
    }
    return true;
}

static bool start(struct tn_sounds *sounds, enum tn_sound sound)
{
    if (!load(sounds, sound) || !open_device(sounds, &sounds->spec[sound])) {
        return false;
    }
    SDL_ClearQueuedAudio(sounds->device);
    if (!queue_sound(sounds, sound)) {
        mute(sounds, SDL_GetError());
        return false;
    }
    return true;
}

void tn_sounds_flush(struct tn_sounds *sounds, int64_t mono_ms)
{
    if (sounds->is_asked && (!sounds->is_mute || mono_ms >= sounds->retry_ms)) {
        if (start(sounds, sounds->asked)) {
            sounds->is_mute = false;
            sounds->played_ms = mono_ms;
        } else {
            sounds->retry_ms = mono_ms + RETRY_AFTER_MS;
        }
    }
    sounds->is_asked = false;
    if (sounds->device != 0 && mono_ms >= sounds->played_ms + CLOSE_AFTER_MS) {
        tn_audio_close(&sounds->device);
    }
}

int64_t tn_sounds_deadline(const struct tn_sounds *sounds)
{
    return sounds->device == 0 ? INT64_MAX : sounds->played_ms + CLOSE_AFTER_MS;
}
