/* A source of scans that are lines: standard input, a FIFO, a file, or a serial scanner. A thread
 * of its own reads and pushes copied events; whoever started it interrupts, joins and destroys. */
#ifndef TURNOUT_SYS_SCAN_STDIN_H
#define TURNOUT_SYS_SCAN_STDIN_H

#include <pthread.h>

#include "kiosk/app/lines.h"
#include "kiosk/app/queue.h"

struct tn_line_source {
    struct tn_queue *queue; /* borrowed */
    const char *path;       /* borrowed; NULL: standard input */
    int fd;                 /* -1 while a device is away */
    int stop_fd;
    int baud;       /* of a serial device; 0: the usual */
    bool is_device; /* comes back after it was unplugged */
    pthread_t thread;
    struct tn_lines lines; /* the thread's own */
};

/* Opens path ("stdin" is standard input). TN_ERR_NOT_FOUND, TN_ERR_IO, said in the log. */
enum tn_status tn_line_source_init(struct tn_line_source *source, const char *path,
                                   struct tn_queue *queue);

/* Sets the speed of a serial device, one that tn_baud_is_known; 0 is the usual. Before start. */
void tn_line_source_set_baud(struct tn_line_source *source, int baud);

/* Starts to read. At the end of a finite source one SCANS_END follows its last scan; a device that
 * goes away is looked for each second. */
enum tn_status tn_line_source_start(struct tn_line_source *source);

/* Asks the thread to end; returns at once. Close the queue too, in case it waits there. */
void tn_line_source_interrupt(struct tn_line_source *source);
void tn_line_source_join(struct tn_line_source *source);
void tn_line_source_destroy(struct tn_line_source *source);

#endif
