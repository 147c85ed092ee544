/* A thread that sleeps on a signalfd. A handler could not push into the queue (it takes a lock),
 * and SDL's own handlers are polled, which an idle kiosk must not do. */
#include "kiosk/sys/signals.h"

#include <fcntl.h>
#include <linux/kd.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "kiosk/sys/clock.h"
#include "turnout/log.h"

/* Tells whether the terminal that may interrupt us is a console of this machine: one whose keyboard
 * is the kiosk's own. A terminal in a window, or over a network, is somebody else's. */
static bool is_on_console(void)
{
    char type = 0;
    int fd = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC);
    bool is_console = fd >= 0 && ioctl(fd, KDGKBTYPE, &type) == 0;
    if (fd >= 0) {
        (void)close(fd);
    }
    return is_console;
}

/* The kernel itself sends the SIGINT of a Ctrl-C; whoever runs kill(1) is a process. */
static struct tn_event quit_of(const struct signalfd_siginfo *info)
{
    struct tn_event event = {.type = TN_EVENT_QUIT};
    if (info->ssi_signo == SIGINT && info->ssi_code == SI_KERNEL && is_on_console()) {
        (void)snprintf(event.control, sizeof event.control, "%s", TN_SIGNAL_SEAT);
    }
    tn_clock_stamp(&event);
    return event;
}

static void *listen_for_signals(void *arg)
{
    struct tn_signals *signals = arg;
    struct pollfd fds[] = {{.fd = signals->stop_fd, .events = POLLIN},
                           {.fd = signals->signal_fd, .events = POLLIN}};
    while (fds[0].revents == 0) {
        if (poll(fds, 2, -1) < 0) {
            continue;
        }
        struct signalfd_siginfo info;
        if (fds[1].revents != 0 && read(signals->signal_fd, &info, sizeof info) == sizeof info) {
            struct tn_event event = quit_of(&info);
            (void)tn_queue_push(signals->queue, &event);
        }
    }
    return NULL;
}

enum tn_status tn_signals_start(struct tn_signals *signals, struct tn_queue *queue)
{
    sigset_t set;
    *signals = (struct tn_signals){.queue = queue, .signal_fd = -1, .stop_fd = -1};
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    /* A reader of our output that went away is an error to report, not a reason to die. */
    (void)signal(SIGPIPE, SIG_IGN);
    if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0) {
        goto fail;
    }
    signals->signal_fd = signalfd(-1, &set, SFD_CLOEXEC);
    signals->stop_fd = eventfd(0, EFD_CLOEXEC);
    if (signals->signal_fd < 0 || signals->stop_fd < 0) {
        goto fail;
    }
    if (pthread_create(&signals->thread, NULL, listen_for_signals, signals) != 0) {
        goto fail;
    }
    return TN_OK;

fail:
    tn_log(TN_LOG_ERROR, "the system refuses a signal listener");
    if (signals->signal_fd >= 0) {
        (void)close(signals->signal_fd);
    }
    if (signals->stop_fd >= 0) {
        (void)close(signals->stop_fd);
    }
    return TN_ERR_STATE;
}

void tn_signals_stop(struct tn_signals *signals)
{
    (void)eventfd_write(signals->stop_fd, 1);
    (void)pthread_join(signals->thread, NULL);
    (void)close(signals->signal_fd);
    (void)close(signals->stop_fd);
}
