/* SIGTERM and SIGINT as events, and who sent them: a Ctrl-C typed at a terminal that is not this
 * machine's console is somebody's wish to end the kiosk, not a key of its own seat. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/sys/signals.h"

#define WAIT_MS 20000

/* What a process in a terminal of its own comes back with. */
enum told { TOLD_QUIT = 10, TOLD_SEAT, TOLD_NOTHING, TOLD_FAILED };

/* Listens for one signal, after saying that it does. */
static enum told listen_once(void)
{
    static struct tn_queue queue;
    static struct tn_event event;
    struct tn_signals signals;
    if (tn_queue_init(&queue) != TN_OK || tn_signals_start(&signals, &queue) != TN_OK ||
        write(STDOUT_FILENO, ".", 1) != 1) {
        return TOLD_FAILED;
    }
    bool has_event = tn_queue_wait(&queue, &event, WAIT_MS);
    tn_signals_stop(&signals);
    tn_queue_destroy(&queue);
    if (!has_event || event.type != TN_EVENT_QUIT) {
        return TOLD_NOTHING;
    }
    return strcmp(event.control, TN_SIGNAL_SEAT) == 0 ? TOLD_SEAT : TOLD_QUIT;
}

/* Starts a listener, and gives its terminal. */
static pid_t start(int *terminal)
{
    char said = 0;
    pid_t pid = forkpty(terminal, NULL, NULL, NULL);
    if (pid == 0) {
        _exit((int)listen_once());
    }
    assert_true(pid > 0);
    assert_int_equal(read(*terminal, &said, 1), 1);
    assert_int_equal(said, '.');
    return pid;
}

static enum told ended(pid_t pid, int terminal)
{
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(close(terminal), 0);
    assert_true(WIFEXITED(status));
    return (enum told)WEXITSTATUS(status);
}

static void ctrl_c_in_a_terminal_is_a_wish_to_end(void **state)
{
    (void)state;
    int terminal = -1;
    pid_t pid = start(&terminal);
    assert_int_equal(write(terminal, "\x03", 1), 1);
    assert_int_equal(ended(pid, terminal), TOLD_QUIT);
}

static void a_signal_of_another_process_is_a_wish_to_end(void **state)
{
    static const int signals[] = {SIGTERM, SIGINT};
    (void)state;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        int terminal = -1;
        pid_t pid = start(&terminal);
        assert_int_equal(kill(pid, signals[i]), 0);
        assert_int_equal(ended(pid, terminal), TOLD_QUIT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ctrl_c_in_a_terminal_is_a_wish_to_end),
        cmocka_unit_test(a_signal_of_another_process_is_a_wish_to_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
