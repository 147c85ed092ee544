/* What sounds and speech share of SDL's audio: whether there is any, and the opening and closing
 * of devices one at a time, since SDL gives two threads that open at once the same number. */
#ifndef TURNOUT_SYS_AUDIO_H
#define TURNOUT_SYS_AUDIO_H

#include <stdbool.h>

#include <SDL.h>

/* Tells whether it is worth asking SDL. Main thread. */
bool tn_audio_has_hardware(void);

/* Starts SDL's audio once there is hardware; cheap when it has. NULL, or why there is no audio, as
 * text for the log (static or SDL's). Main thread. */
const char *tn_audio_begin(void);

/* Opens the default device for SDL_QueueAudio, at once playing; 0 where SDL refuses (SDL_GetError
 * tells). After tn_audio_begin. Any thread. */
SDL_AudioDeviceID tn_audio_open(int rate_hz, SDL_AudioFormat format, Uint8 channels);

/* Closes the device and sets it to 0; 0 is accepted. Any thread. */
void tn_audio_close(SDL_AudioDeviceID *device);

/* Tells whether an open device still plays; one that was unplugged does not. Any thread. */
bool tn_audio_is_alive(SDL_AudioDeviceID device);

#endif
