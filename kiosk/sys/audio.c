/* Where there is no sound hardware SDL is not asked at all, since ALSA then fills the terminal with
 * complaints. */
#include "kiosk/sys/audio.h"

#include <pthread.h>
#include <unistd.h>

#define BUFFER_SAMPLES 512 /* 23 ms at 22,050 Hz: how late a sound that is cut falls silent */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards SDL's list of devices */

bool tn_audio_has_hardware(void)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    char socket[512] = "";
    if (runtime != NULL) {
        (void)snprintf(socket, sizeof socket, "%s/pulse/native", runtime);
    }
    return getenv("SDL_AUDIODRIVER") != NULL || getenv("PULSE_SERVER") != NULL ||
           access("/dev/snd/timer", F_OK) == 0 || (socket[0] != '\0' && access(socket, F_OK) == 0);
}

const char *tn_audio_begin(void)
{
    /* SDL counts its starts in one byte, so it is started once and not with each sound. */
    if (SDL_WasInit(SDL_INIT_AUDIO) != 0) {
        return NULL;
    }
    if (!tn_audio_has_hardware()) {
        return "there is no sound device";
    }
    return SDL_InitSubSystem(SDL_INIT_AUDIO) == 0 ? NULL : SDL_GetError();
}

SDL_AudioDeviceID tn_audio_open(int rate_hz, SDL_AudioFormat format, Uint8 channels)
{
    const SDL_AudioSpec want = {
        .freq = rate_hz, .format = format, .channels = channels, .samples = BUFFER_SAMPLES};
    (void)pthread_mutex_lock(&lock);
    const SDL_AudioDeviceID device = SDL_OpenAudioDevice(NULL, 0, &want, NULL, 0);
    (void)pthread_mutex_unlock(&lock);
    if (device != 0) {
        SDL_PauseAudioDevice(device, 0);
    }
    return device;
}

void tn_audio_close(SDL_AudioDeviceID *device)
{
    if (*device != 0) {
        (void)pthread_mutex_lock(&lock);
        SDL_CloseAudioDevice(*device);
        (void)pthread_mutex_unlock(&lock);
        *device = 0;
    }
}

bool tn_audio_is_alive(SDL_AudioDeviceID device)
{
    return device != 0 && SDL_GetAudioDeviceStatus(device) == SDL_AUDIO_PLAYING;
}
