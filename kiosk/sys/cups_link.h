/* The few things asked of CUPS, each one question and one answer over a connection of its own, and
 * each over within a few seconds whatever the other side does. One thread. */
#ifndef TURNOUT_SYS_CUPS_LINK_H
#define TURNOUT_SYS_CUPS_LINK_H

#include <stdatomic.h>
#include <stdbool.h>

#include "kiosk/sys/printer.h"

#define TN_CUPS_ANSWER_MS 3000 /* how long one question may usually take in all */

enum tn_cups_answer {
    TN_CUPS_DONE,
    TN_CUPS_GONE,    /* nobody listens, or no answer in time */
    TN_CUPS_NOTHING, /* no such queue, no default queue, no such job */
    TN_CUPS_REFUSED,
};

struct tn_cups {
    char queue[TN_PRINTER_QUEUE_SIZE]; /* as asked for; empty: the default */
    char name[TN_PRINTER_QUEUE_SIZE];  /* as found by the last look */
    const atomic_bool *is_stopping;    /* cuts every wait short */
    int answer_ms;                     /* how long one question may take in all */
};

/* How the printer is: reason is NULL, or one of tn_printer_reason's. */
struct tn_cups_look {
    bool is_stopped;
    const char *reason;
};

enum tn_cups_answer tn_cups_look(struct tn_cups *cups, struct tn_cups_look *out);

/* Hands over one page of PDF as one request, to the queue of the last look, and gives the job's
 * number. TN_CUPS_GONE leaves open whether CUPS took it. */
enum tn_cups_answer tn_cups_print(struct tn_cups *cups, enum tn_label_kind kind,
                                  struct tn_bytes pdf, int *job);

/* How far a job is. progress changes when something moved. */
struct tn_cups_job {
    bool is_over;
    bool is_printed;
    int progress;
};

enum tn_cups_answer tn_cups_job(struct tn_cups *cups, int job, struct tn_cups_job *out);

/* Cancels a job; with is_purge CUPS forgets it and its document, which works for jobs that are
 * over: of one that still runs the document would stay. */
enum tn_cups_answer tn_cups_cancel(struct tn_cups *cups, int job, bool is_purge);

/* The reason for a keyword of printer-state-reasons ("media-empty-error"); NULL for one that stops
 * nothing ("none", "toner-low-report"). Static, any thread. */
const char *tn_cups_reason(const char *keyword);

#endif
