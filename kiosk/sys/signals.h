/* SIGTERM and SIGINT as an event in the queue, so that a kiosk ends between two scans and never
 * inside one. */
#ifndef TURNOUT_SYS_SIGNALS_H
#define TURNOUT_SYS_SIGNALS_H

#include <pthread.h>

#include "kiosk/app/queue.h"

/* What a QUIT event's control says where it was a Ctrl-C typed on this machine's own console, which
 * a kiosk that covers the screen takes for a key like any other; else it is empty. */
#define TN_SIGNAL_SEAT "seat"

struct tn_signals {
    struct tn_queue *queue; /* borrowed */
    int signal_fd;
    int stop_fd;
    pthread_t thread;
};

/* Blocks both signals for this thread and those it starts later, and begins to listen. Call before
 * any other thread exists. TN_ERR_STATE where the system refuses. */
enum tn_status tn_signals_start(struct tn_signals *signals, struct tn_queue *queue);

/* Ends the listening. */
void tn_signals_stop(struct tn_signals *signals);

#endif
