/* Printing through CUPS. A thread of its own renders and hands over one job at a time and watches
 * it to its end; the main thread only copies a label into a bounded queue and reads how things
 * are. A printer, a queue or a CUPS that is slow, stopped or dead makes prints fail, never wait for
 * them: a job without progress for a while is cancelled, and the next one tries its own luck.
 *
 * A job is handed to CUPS once. Where it is not known whether CUPS took it, it counts as failed and
 * a person decides; the same badge is printed TN_PRINTER_COPIES_MAX times at most while the kiosk
 * runs. After its end a job is purged from CUPS, and with it the document. */
#ifndef TURNOUT_SYS_PRINTER_H
#define TURNOUT_SYS_PRINTER_H

#include "kiosk/sys/label.h"

#define TN_PRINTER_WAITING_MAX 8
#define TN_PRINTER_COPIES_MAX 3
#define TN_PRINTER_REMEMBERED_MAX                                                                  \
    256 /* badges whose copies are counted; the oldest is forgotten                                \
         */
#define TN_PRINTER_STALL_MS 15000
#define TN_PRINTER_REASON_SIZE 64
#define TN_PRINTER_QUEUE_SIZE 128

enum tn_printer_state {
    TN_PRINTER_NONE,    /* no CUPS, or no such queue: no printer here */
    TN_PRINTER_READY,   /* as far as CUPS knows */
    TN_PRINTER_BUSY,    /* a job is under way */
    TN_PRINTER_TROUBLE, /* reason says what; until the printer says it is gone, or a job succeeds */
    TN_PRINTER_STATE_COUNT
};

/* Every reason a health can have. */
enum tn_printer_reason {
    TN_REASON_NO_PRINTER,
    TN_REASON_NO_LABELS,
    TN_REASON_SILENT,
    TN_REASON_JAM,
    TN_REASON_OPEN,
    TN_REASON_NO_INK,
    TN_REASON_PAUSED,
    TN_REASON_REFUSES,
    TN_REASON_BROKEN,
    TN_REASON_COUNT
};

struct tn_printer_health {
    enum tn_printer_state state;
    char reason[TN_PRINTER_REASON_SIZE]; /* English source string for _(), or empty */
    unsigned waiting;                    /* jobs not ended, the one under way among them */
    unsigned printed;                    /* jobs since the start that CUPS says are done */
    unsigned failed;                     /* jobs since the start that were given up */
};

/* Zeroed: the default queue of the CUPS that libcups finds (CUPS_SERVER, client.conf, the local
 * socket), and the usual times. */
struct tn_printer_options {
    const char *queue;          /* NULL: the default */
    int stall_ms;               /* 0: TN_PRINTER_STALL_MS */
    int answer_ms;              /* 0: TN_CUPS_ANSWER_MS; how long CUPS may take for one answer */
    void (*changed)(void *ctx); /* may be NULL; on the printer's thread, when the health changed */
    void *ctx;
};

struct tn_printer;

/* Starts the thread; asks CUPS nothing yet. TN_ERR_LIMIT for too long a name, TN_ERR_NO_MEMORY,
 * TN_ERR_STATE where the system starts no thread. */
enum tn_status tn_printer_create(const struct tn_printer_options *options, struct tn_printer **out);

/* Cancels what is under way, drops what waits, ends the thread: within a second
 * where CUPS is on this machine. Accepts
 * NULL. */
void tn_printer_free(struct tn_printer *printer);

/* Copies a label into the queue and returns at once. TN_ERR_LIMIT where it is full; TN_ERR_EXISTS
 * where this badge waits or prints already, TN_ERR_STATE where it was printed often enough;
 * TN_ERR_FORMAT where the digits are no badge. Any thread. */
enum tn_status tn_printer_submit(struct tn_printer *printer, const struct tn_label *label);

/* How things are, as last heard; asks nobody. Any thread. NULL is TN_PRINTER_NONE. */
void tn_printer_health(struct tn_printer *printer, struct tn_printer_health *out);

/* The words of a reason, an English source string for _(); NULL past the last. Any thread. */
const char *tn_printer_reason(enum tn_printer_reason i);

#endif
