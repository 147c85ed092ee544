/* Playing goes through SDL's queue: this thread never waits for the loudspeaker, and a cut is one
 * call. Loudness is set here and not in espeak-ng, whose own volume distorts. */
#include "kiosk/sys/speech_out.h"

#include "turnout/log.h"

#define LEAD_MS 200 /* silence first, so that a result's sound is heard before its words */
#define CLOSE_AFTER_MS 5000
#define RETRY_AFTER_MS 60000
#define PIECE_SAMPLES 1024

static int64_t now_ms(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void mute(struct tn_speech_out *out, const char *why)
{
    if (!out->is_mute) {
        tn_log(TN_LOG_INFO, "no speech: %s", why);
    }
    out->is_mute = true;
    out->retry_ms = now_ms() + RETRY_AFTER_MS;
    tn_audio_close(&out->device);
}

void tn_speech_out_close(struct tn_speech_out *out)
{
    tn_audio_close(&out->device);
}

void tn_speech_out_cut(struct tn_speech_out *out)
{
    if (out->device != 0) {
        SDL_ClearQueuedAudio(out->device);
    }
}

bool tn_speech_out_begin(struct tn_speech_out *out)
{
    static const int16_t silence[PIECE_SAMPLES];
    if (!tn_audio_is_alive(out->device)) {
        tn_audio_close(&out->device);
        if (out->is_mute && now_ms() < out->retry_ms) {
            return false;
        }
        if (!atomic_load(&out->has_audio)) {
            mute(out, "there is no sound device");
            return false;
        }
        out->device = tn_audio_open(out->rate_hz, AUDIO_S16SYS, 1);
        if (out->device == 0) {
            mute(out, SDL_GetError());
            return false;
        }
        out->is_mute = false;
    }
    for (int left = out->rate_hz * LEAD_MS / 1000; left > 0; left -= PIECE_SAMPLES) {
        (void)SDL_QueueAudio(out->device, silence, (Uint32)SDL_min(left, PIECE_SAMPLES) * 2);
    }
    out->close_ms = now_ms() + LEAD_MS + CLOSE_AFTER_MS;
    return true;
}

bool tn_speech_out_play(struct tn_speech_out *out, const int16_t *samples, size_t count, int volume)
{
    while (count > 0) {
        int16_t piece[PIECE_SAMPLES];
        const size_t n = SDL_min(count, PIECE_SAMPLES);
        for (size_t i = 0; i < n; i++) {
            piece[i] = (int16_t)(samples[i] * volume / 100);
        }
        if (SDL_QueueAudio(out->device, piece, (Uint32)(n * sizeof *piece)) != 0) {
            mute(out, SDL_GetError());
            return false;
        }
        out->close_ms += (int64_t)(n * 1000 / (size_t)out->rate_hz) + 1;
        samples += n;
        count -= n;
    }
    return true;
}
