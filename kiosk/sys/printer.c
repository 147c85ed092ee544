/* The printer's thread and its queue. The lock is held for copies only, never while CUPS is asked,
 * so that a check-in never waits here. A job that does not end, or whose CUPS went away, is
 * remembered and ended with the next looks: otherwise it would print a badge that was long
 * given out another way. */
#include "kiosk/sys/printer.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>

#include <sodium.h>

#include "kiosk/sys/cups_link.h"
#include "kiosk/sys/printer_copies.h"
#include "turnout/log.h"

#define POLL_MS 250
#define LOOK_MS 15000 /* how often an idle printer is looked at */
#define SOON_MS 1000  /* how often while a job of ours is not gone yet */
#define ORPHANS_MAX 16
#define TURNS_MAX 4 /* a job that keeps moving but never ends has this many times the stall */

struct tn_printer {
    pthread_t thread;
    struct tn_printer_options options; /* set before the thread */
    atomic_bool is_stopping;
    pthread_mutex_t lock; /* guards the next five */
    pthread_cond_t asked; /* waits by the monotonic clock */
    struct tn_label waiting[TN_PRINTER_WAITING_MAX];
    size_t waiting_count;
    struct tn_printer_copies copies;
    struct tn_printer_health health;
    /* The thread's own: */
    struct tn_cups cups;
    bool was_seen;   /* CUPS answered once: it is no longer "no printer" when it is silent */
    bool has_failed; /* the last job did, and the printer never said why */
    int orphans[ORPHANS_MAX];
    size_t orphan_count;
};

static void *print_on(void *arg);

static int64_t now_ms(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum tn_status start(struct tn_printer *printer)
{
    pthread_condattr_t by_monotonic;
    if (pthread_mutex_init(&printer->lock, NULL) != 0) {
        return TN_ERR_NO_MEMORY;
    }
    (void)pthread_condattr_init(&by_monotonic);
    (void)pthread_condattr_setclock(&by_monotonic, CLOCK_MONOTONIC);
    const int no_cond = pthread_cond_init(&printer->asked, &by_monotonic);
    (void)pthread_condattr_destroy(&by_monotonic);
    if (no_cond == 0 && pthread_create(&printer->thread, NULL, print_on, printer) == 0) {
        return TN_OK;
    }
    if (no_cond == 0) {
        (void)pthread_cond_destroy(&printer->asked);
    }
    (void)pthread_mutex_destroy(&printer->lock);
    tn_log(TN_LOG_WARN, "no printing: the system starts no thread");
    return TN_ERR_STATE;
}

enum tn_status tn_printer_create(const struct tn_printer_options *options, struct tn_printer **out)
{
    const char *queue = options->queue == NULL ? "" : options->queue;
    if (strlen(queue) >= TN_PRINTER_QUEUE_SIZE) {
        tn_log(TN_LOG_ERROR, "the printer's name has more than %d bytes",
               TN_PRINTER_QUEUE_SIZE - 1);
        return TN_ERR_LIMIT;
    }
    struct tn_printer *printer = calloc(1, sizeof *printer);
    if (printer == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    printer->options = *options;
    printer->options.queue = NULL; /* the caller's string may go */
    if (printer->options.stall_ms <= 0) {
        printer->options.stall_ms = TN_PRINTER_STALL_MS;
    }
    (void)snprintf(printer->cups.queue, sizeof printer->cups.queue, "%s", queue);
    printer->cups.is_stopping = &printer->is_stopping;
    printer->cups.answer_ms = options->answer_ms > 0 ? options->answer_ms : TN_CUPS_ANSWER_MS;
    enum tn_status status = start(printer);
    if (status != TN_OK) {
        free(printer);
        return status;
    }
    *out = printer;
    return TN_OK;
}

void tn_printer_free(struct tn_printer *printer)
{
    if (printer == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&printer->lock);
    atomic_store(&printer->is_stopping, true);
    (void)pthread_cond_signal(&printer->asked);
    (void)pthread_mutex_unlock(&printer->lock);
    (void)pthread_join(printer->thread, NULL);
    (void)pthread_cond_destroy(&printer->asked);
    (void)pthread_mutex_destroy(&printer->lock);
    sodium_memzero(printer, sizeof *printer);
    free(printer);
}

enum tn_status tn_printer_submit(struct tn_printer *printer, const struct tn_label *label)
{
    struct tn_badge badge;
    enum tn_status status =
        tn_badge_decode(label->digits, strnlen(label->digits, sizeof label->digits), &badge);
    const struct tn_id id = status == TN_OK ? tn_badge_id(&badge) : (struct tn_id){0};
    tn_badge_wipe(&badge);
    if (status != TN_OK || label->kind >= TN_LABEL_COUNT) {
        return TN_ERR_FORMAT;
    }
    (void)pthread_mutex_lock(&printer->lock);
    status = printer->waiting_count == TN_PRINTER_WAITING_MAX
                 ? TN_ERR_LIMIT
                 : tn_printer_copies_begin(&printer->copies, &id);
    if (status == TN_OK) {
        printer->waiting[printer->waiting_count] = *label;
        printer->waiting_count++;
        printer->health.waiting++;
        (void)pthread_cond_signal(&printer->asked);
    }
    (void)pthread_mutex_unlock(&printer->lock);
    return status;
}

void tn_printer_health(struct tn_printer *printer, struct tn_printer_health *out)
{
    *out = (struct tn_printer_health){.state = TN_PRINTER_NONE};
    if (printer != NULL) {
        (void)pthread_mutex_lock(&printer->lock);
        *out = printer->health;
        (void)pthread_mutex_unlock(&printer->lock);
    }
}

/* Says how things are; reason may be NULL. */
static void report(struct tn_printer *printer, enum tn_printer_state state, const char *reason)
{
    struct tn_printer_health *health = &printer->health;
    (void)pthread_mutex_lock(&printer->lock);
    const char *text = reason == NULL ? "" : reason;
    const bool is_new = health->state != state || strcmp(health->reason, text) != 0;
    health->state = state;
    (void)snprintf(health->reason, sizeof health->reason, "%s", text);
    (void)pthread_mutex_unlock(&printer->lock);
    if (is_new && printer->options.changed != NULL) {
        printer->options.changed(printer->options.ctx);
    }
}

/* Ends a job step by step: one that still runs is cancelled, one that is over is purged. True where
 * nothing of it is left. */
static bool settle(struct tn_printer *printer, int job)
{
    struct tn_cups_job seen = {0};
    const enum tn_cups_answer answer = tn_cups_job(&printer->cups, job, &seen);
    if (answer == TN_CUPS_DONE) {
        return tn_cups_cancel(&printer->cups, job, seen.is_over) != TN_CUPS_GONE && seen.is_over;
    }
    return answer != TN_CUPS_GONE;
}

/* Ends a job now, or step by step with the next looks. */
static void end_job(struct tn_printer *printer, int job)
{
    if (!settle(printer, job) && printer->orphan_count < ORPHANS_MAX) {
        printer->orphans[printer->orphan_count] = job;
        printer->orphan_count++;
    }
}

static void end_orphans(struct tn_printer *printer)
{
    size_t kept = 0;
    for (size_t i = 0; i < printer->orphan_count; i++) {
        if (!settle(printer, printer->orphans[i])) {
            printer->orphans[kept] = printer->orphans[i];
            kept++;
        }
    }
    printer->orphan_count = kept;
}

/* Looks at the printer; gives what is wrong with it, or NULL. */
static const char *look(struct tn_printer *printer, enum tn_printer_state *state)
{
    struct tn_cups_look seen = {0};
    const enum tn_cups_answer answer = tn_cups_look(&printer->cups, &seen);
    *state = TN_PRINTER_TROUBLE;
    if (answer == TN_CUPS_NOTHING || (answer == TN_CUPS_GONE && !printer->was_seen)) {
        *state = TN_PRINTER_NONE;
        return tn_printer_reason(TN_REASON_NO_PRINTER);
    }
    if (answer != TN_CUPS_DONE) {
        return tn_printer_reason(answer == TN_CUPS_GONE ? TN_REASON_SILENT : TN_REASON_REFUSES);
    }
    printer->was_seen = true;
    end_orphans(printer);
    *state = seen.reason == NULL ? TN_PRINTER_READY : TN_PRINTER_TROUBLE;
    return seen.reason;
}

static void look_while_idle(struct tn_printer *printer)
{
    enum tn_printer_state state;
    const char *reason = look(printer, &state);
    if (state != TN_PRINTER_READY || !printer->has_failed) {
        report(printer, state, reason);
    }
}

/* Waits for a label, or until a time; true where one waits. With the lock held. */
static bool wait_for_label(struct tn_printer *printer, int64_t until_ms)
{
    const struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};
    int code = 0;
    while (code == 0 && printer->waiting_count == 0 && !atomic_load(&printer->is_stopping)) {
        code = pthread_cond_timedwait(&printer->asked, &printer->lock, &until);
    }
    return printer->waiting_count > 0 && !atomic_load(&printer->is_stopping);
}

/* Waits a moment between two questions; false where the kiosk ends. */
static bool pause_polling(struct tn_printer *printer)
{
    const int64_t until_ms = now_ms() + POLL_MS;
    const struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};
    (void)pthread_mutex_lock(&printer->lock);
    int code = 0;
    while (code == 0 && !atomic_load(&printer->is_stopping)) {
        code = pthread_cond_timedwait(&printer->asked, &printer->lock, &until);
    }
    (void)pthread_mutex_unlock(&printer->lock);
    return !atomic_load(&printer->is_stopping);
}

/* Watches a job to its end; true where it was printed, else the reason. A job that CUPS no longer
 * knows is printed: a CUPS that keeps no history forgets it then. */
static bool watch(struct tn_printer *printer, int job, const char **reason)
{
    const int64_t start_ms = now_ms();
    int64_t moved_ms = start_ms;
    int progress = -1;
    *reason = tn_printer_reason(TN_REASON_SILENT);
    while (now_ms() - moved_ms < printer->options.stall_ms &&
           now_ms() - start_ms < (int64_t)TURNS_MAX * printer->options.stall_ms) {
        struct tn_cups_job seen = {0};
        const enum tn_cups_answer answer = tn_cups_job(&printer->cups, job, &seen);
        if (answer == TN_CUPS_NOTHING || (answer == TN_CUPS_DONE && seen.is_printed)) {
            *reason = NULL;
            return true;
        }
        enum tn_printer_state state;
        const char *wrong = look(printer, &state);
        *reason = wrong == NULL ? tn_printer_reason(TN_REASON_SILENT) : wrong;
        if (answer == TN_CUPS_DONE && seen.is_over) {
            *reason = wrong == NULL ? tn_printer_reason(TN_REASON_BROKEN) : wrong;
            return false;
        }
        if (answer == TN_CUPS_DONE && seen.progress != progress) {
            progress = seen.progress;
            moved_ms = now_ms();
        }
        report(printer, wrong == NULL ? TN_PRINTER_BUSY : TN_PRINTER_TROUBLE, wrong);
        if (!pause_polling(printer)) {
            return false;
        }
    }
    return false;
}

/* Prints one label; true where it was, else the reason. may_be_out tells whether a copy may exist.
 */
static bool print(struct tn_printer *printer, const struct tn_label *label, bool *may_be_out,
                  const char **reason)
{
    struct tn_buf pdf;
    enum tn_printer_state state;
    int job = 0;
    bool is_printed = false;
    *may_be_out = false;
    *reason = look(printer, &state);
    if (printer->cups.name[0] == '\0') {
        return false;
    }
    tn_buf_init(&pdf, TN_LABEL_PDF_MAX);
    if (tn_label_pdf(label, &pdf) != TN_OK) {
        *reason = tn_printer_reason(TN_REASON_BROKEN);
        goto end;
    }
    report(printer, TN_PRINTER_BUSY, *reason);
    switch (tn_cups_print(&printer->cups, label->kind, tn_buf_bytes(&pdf), &job)) {
    case TN_CUPS_DONE:
        is_printed = watch(printer, job, reason);
        *may_be_out = is_printed;
        end_job(printer, job);
        break;
    case TN_CUPS_GONE:
        *may_be_out = true;
        *reason = tn_printer_reason(TN_REASON_SILENT);
        break;
    default:
        *reason = tn_printer_reason(TN_REASON_REFUSES);
    }
end:
    tn_buf_destroy(&pdf);
    tn_label_end();
    return is_printed;
}

/* Prints a label that was taken from the queue, and keeps the books. */
static void serve(struct tn_printer *printer, const struct tn_label *label)
{
    struct tn_badge badge;
    struct tn_id id = {0};
    if (tn_badge_decode(label->digits, TN_BADGE_DIGITS, &badge) == TN_OK) {
        id = tn_badge_id(&badge);
    }
    tn_badge_wipe(&badge);
    bool may_be_out;
    const char *reason;
    const bool is_printed = print(printer, label, &may_be_out, &reason);
    (void)pthread_mutex_lock(&printer->lock);
    tn_printer_copies_end(&printer->copies, &id, may_be_out);
    printer->health.waiting--;
    printer->health.printed += is_printed ? 1 : 0;
    printer->health.failed += is_printed ? 0 : 1;
    (void)pthread_mutex_unlock(&printer->lock);
    printer->has_failed = !is_printed;
    if (is_printed) {
        report(printer, TN_PRINTER_READY, NULL);
    } else {
        const bool is_none = strcmp(reason, tn_printer_reason(TN_REASON_NO_PRINTER)) == 0;
        report(printer, is_none ? TN_PRINTER_NONE : TN_PRINTER_TROUBLE, reason);
        tn_log(TN_LOG_WARN, "a badge was not printed; printer: %s", reason);
    }
    if (printer->options.changed != NULL) { /* the counts have */
        printer->options.changed(printer->options.ctx);
    }
}

static void *print_on(void *arg)
{
    struct tn_printer *printer = arg;
    struct tn_label label;
    sigset_t all;
    (void)sigfillset(&all); /* signals are the listener's, see signals.h */
    (void)pthread_sigmask(SIG_BLOCK, &all, NULL);
    while (!atomic_load(&printer->is_stopping)) {
        look_while_idle(printer);
        (void)pthread_mutex_lock(&printer->lock);
        while (
            wait_for_label(printer, now_ms() + (printer->orphan_count > 0 ? SOON_MS : LOOK_MS))) {
            label = printer->waiting[0];
            printer->waiting_count--;
            memmove(&printer->waiting[0], &printer->waiting[1],
                    printer->waiting_count * sizeof label);
            tn_label_wipe(&printer->waiting[printer->waiting_count]);
            (void)pthread_mutex_unlock(&printer->lock);
            serve(printer, &label);
            tn_label_wipe(&label);
            (void)pthread_mutex_lock(&printer->lock);
        }
        (void)pthread_mutex_unlock(&printer->lock);
    }
    return NULL;
}
