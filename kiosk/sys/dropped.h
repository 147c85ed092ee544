/* Pictures dropped on the window: a badge's own file, or a photo of one, checks in as if it had
 * been held before a scanner. They are read one after the other by a thread, in a decoding process
 * that lives only while there is something to read. */
#ifndef TURNOUT_SYS_DROPPED_H
#define TURNOUT_SYS_DROPPED_H

#include <pthread.h>
#include <stdbool.h>

#include "kiosk/app/queue.h"

#define TN_DROPPED_MAX                                                                             \
    32 /* pictures that wait; more at once are told of in the log and not read                     \
        */

struct tn_dropped {
    struct tn_queue *queue; /* borrowed */
    pthread_mutex_t lock;   /* guards what follows */
    pthread_cond_t changed;
    char *paths[TN_DROPPED_MAX]; /* oldest first */
    size_t count;
    bool is_ending;
    bool has_thread; /* begun with the first picture */
    pthread_t thread;
};

/* Main thread, all of them. SIGPIPE must be ignored. */
void tn_dropped_init(struct tn_dropped *dropped, struct tn_queue *queue);

/* Waits for the picture that is being read; the queue has to be closed before. */
void tn_dropped_destroy(struct tn_dropped *dropped);

/* Takes a dropped file where it begins as PNG, JPEG or WebP files do; false: it is another file,
 * and the caller's. What it says comes as a SCAN event of source TN_SOURCE_PICTURE; a picture that
 * says nothing, as a scan of noise that had no end. */
bool tn_dropped_take(struct tn_dropped *dropped, const char *path);

#endif
