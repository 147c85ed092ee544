/* Whether a headset is plugged in, as far as that can be known: a jack that senses its plug is a
 * control of its sound card (for whoever may play sound) and a switch of an input device (for
 * whoever may read that). Jacks that sense nothing, USB and Bluetooth headsets are unknown, which
 * counts as no headset. */
#ifndef TURNOUT_SYS_HEADSET_H
#define TURNOUT_SYS_HEADSET_H

#include <stdbool.h>

/* True where some jack says that a plug is in. Looks at all cards and devices anew each time (a
 * millisecond or so): ask every few seconds, not each frame. Any thread. */
bool tn_headset_is_in(void);

/* The same from other places and another way to ask a device (tests). class_dir holds one folder
 * for each input device, dev_dir the device files; is_on tells the switch of an open device. */
bool tn_headset_is_in_at(const char *class_dir, const char *dev_dir, bool (*is_on)(int fd));

/* Tells whether a capability bitmap as sysfs writes it (hexadecimal words, the highest first) has
 * the bit; word_bits is the kernel's 64 or 32. */
bool tn_headset_has_bit(const char *bitmap, unsigned bit, unsigned word_bits);

/* Tells whether a sound card's control of that name is the jack of a headset: "Headphone Jack",
 * "Front Headphone Jack", but no microphone's and no "Headphone Playback Switch". */
bool tn_headset_is_jack(const char *name);

#endif
