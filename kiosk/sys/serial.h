/* Serial scanners that find themselves: every ttyACM and ttyUSB of a folder, /dev as a rule, all at
 * once, plugged in and out as people like. A thread of its own reads them and pushes copied events;
 * whoever started it interrupts, joins and destroys. */
#ifndef TURNOUT_SYS_SERIAL_H
#define TURNOUT_SYS_SERIAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "kiosk/app/lines.h"
#include "kiosk/app/queue.h"

#define TN_SERIAL_DIR "/dev"
#define TN_SERIAL_MAX 8          /* scanners at once; one more is told in the log and left alone */
#define TN_SERIAL_NAME_MAX 15    /* "ttyACM" and a number */
#define TN_SERIAL_SILENCE_MS 100 /* ends a scan that has no CR or LF */

struct tn_serial_params {
    const char *dir; /* borrowed, as the queue; NULL: TN_SERIAL_DIR */
    int usb_baud;    /* of a ttyUSB; 0: TN_BAUD_DEFAULT */
    struct tn_queue *queue;
    /* As open(2) of the whole path, ready to be polled; NULL: open(2). For tests of what no pty
       does: a device that is held, or forbidden. */
    int (*open_port)(const char *path);
};

/* A device by its name in the folder. One that cannot be used keeps its row, so that this is told
 * once and not at each event. */
struct tn_serial_port {
    char name[TN_SERIAL_NAME_MAX + 1]; /* empty: a free row */
    int fd;                            /* -1: cannot be used */
    int refused;                       /* the errno that was told; 0: none */
    bool is_again;                     /* the name came anew while the old device was still open */
    int64_t heard_ms;                  /* boot time of the last byte */
    struct tn_lines lines;
};

struct tn_serial {
    struct tn_serial_params params;
    int stop_fd;
    int watch_fd;
    pthread_t thread;
    atomic_int open_count; /* scanners that can be heard now; all threads read it */
    /* The thread's own: */
    bool has_told_full;
    struct tn_serial_port ports[TN_SERIAL_MAX];
};

/* Begins to watch the folder. TN_ERR_NOT_FOUND where it is none, TN_ERR_IO where the system refuses
 * a watch; said in the log. */
enum tn_status tn_serial_init(struct tn_serial *serial, const struct tn_serial_params *params);

/* Starts the thread: what is plugged in is opened, and then whatever comes. */
enum tn_status tn_serial_start(struct tn_serial *serial);

/* How many scanners are there and can be heard. Any thread, from init to destroy. */
int tn_serial_count(struct tn_serial *serial);

/* Asks the thread to end; returns at once. Close the queue too, in case it waits there. */
void tn_serial_interrupt(struct tn_serial *serial);
void tn_serial_join(struct tn_serial *serial);
void tn_serial_destroy(struct tn_serial *serial);

#endif
