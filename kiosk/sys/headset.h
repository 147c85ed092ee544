/* Whether a headset is plugged in, as far as that can be known without asking for rights: the
 * kernel reports a jack that can sense its plug as a switch of an input device. Jacks that sense
 * nothing, USB and Bluetooth headsets and devices this user may not read are unknown, which counts
 * as no headset. */
#ifndef TURNOUT_SYS_HEADSET_H
#define TURNOUT_SYS_HEADSET_H

#include <stdbool.h>

/* True where some jack says that a plug is in. Looks at /sys and /dev/input anew each time (under
 * a millisecond): ask every few seconds, not each frame. Any thread. */
bool tn_headset_is_in(void);

/* The same from other places and another way to ask a device (tests). class_dir holds one folder
 * for each input device, dev_dir the device files; is_on tells a switch's state from an open
 * device, or false. */
bool tn_headset_is_in_at(const char *class_dir, const char *dev_dir, bool (*is_on)(int fd));

/* Tells whether a capability bitmap as sysfs writes it (hexadecimal words, the highest first) has
 * the bit; bits_per_word is the kernel's 64 or 32. */
bool tn_headset_has_bit(const char *bitmap, unsigned bit, unsigned bits_per_word);

#endif
