/* `serve`: this centre as a hub, for stations that have a network, or a station for its siblings
 * where there is no centre. It runs until it is told to end
 * (SIGTERM, SIGINT), and then finishes what it is answering. The main thread only keeps time: it
 * cuts off who is too slow and tells systemd that all is well. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <systemd/sd-daemon.h>

#include "sync/cmd/common.h"
#include "sync/cmd/serve_centre.h"
#include "sync/cmd/serve_station.h"
#include "sync/link/hub.h"
#include "sync/link/hub_listen.h"
#include "turnout/log.h"

struct choice {
    const char *central;
    const char *station;
    const char *keys;
    const char *listen;
    bool is_verbose;
};

static void block_ends(sigset_t *ends, sigset_t *before)
{
    (void)sigemptyset(ends);
    (void)sigaddset(ends, SIGTERM);
    (void)sigaddset(ends, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, ends, before);
}

/* Once a second, until it is to end. A hub that hangs is not reported well, and systemd starts it
 * anew. */
static void keep_time(struct tn_hub *hub, const sigset_t *ends)
{
    const struct timespec second = {1, 0};
    while (sigtimedwait(ends, NULL, &second) < 0) {
        if (tn_hub_tick(hub)) {
            (void)sd_notify(0, "WATCHDOG=1");
        }
    }
}

/* Of a station no pin is said: its siblings know it by its key. */
static void say_start(const char *address, const struct tn_hub_key *key)
{
    char pin[TN_HUB_PIN_TEXT_SIZE];
    tn_hub_pin_write(key->pin, pin);
    if (key->is_tls13_only) {
        printf("Listening on https://%s for the other stations of this event\n", address);
    } else {
        printf("Listening on https://%s, pin %s\n", address, pin);
    }
    (void)fflush(stdout);
    (void)sd_notifyf(0, "READY=1\nSTATUS=Listening on https://%s", address);
}

static enum tn_exit serve(const struct tn_hub_params *params)
{
    char address[TN_HUB_ADDRESS_SIZE];
    struct tn_hub *hub = NULL;
    sigset_t ends;
    sigset_t before;
    tn_hub_listen_address(params->listen_fd, address);
    block_ends(&ends, &before);
    enum tn_status status = tn_hub_start(params, &hub);
    if (status == TN_OK) {
        say_start(address, params->key);
        keep_time(hub, &ends);
        (void)sd_notify(0, "STOPPING=1");
        tn_hub_stop(hub);
    }
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return tn_exit_of(status);
}

static enum tn_status open_door(const struct choice *c, int *fd)
{
    enum tn_status status = tn_hub_listen_handed(fd);
    if (status == TN_OK && c->listen != NULL) {
        tn_log(TN_LOG_WARN, "systemd handed over a socket, and --listen %s is left out", c->listen);
    }
    if (status == TN_ERR_NOT_FOUND && c->listen != NULL) {
        status = tn_hub_listen(c->listen, fd);
    }
    return status;
}

static enum tn_exit run_centre(const struct choice *c, struct tn_centre *centre,
                               const struct tn_keyring *keyring)
{
    struct tn_serve_centre behind = {0};
    struct tn_hub_key key = {0};
    bool is_new = false;
    int fd = -1;
    if (!keyring->has_transport) {
        tn_log(TN_LOG_ERROR,
               "%s: the transport part of the keyring, which opens bundles, is not "
               "there; a hub needs it and the signing part",
               tn_centre_keys_path(centre, c->keys));
        return TN_EXIT_PERSON;
    }
    enum tn_status status =
        tn_hub_key_get(tn_centre_keys_path(centre, c->keys), tn_now_ms(), &key, &is_new);
    status = status == TN_OK ? open_door(c, &fd) : status;
    if (status == TN_ERR_NOT_FOUND && c->listen == NULL) {
        tn_hub_key_free(&key);
        return tn_usage_error(&tn_cmd_serve, "--listen is missing");
    }
    if (status == TN_OK) {
        status = tn_serve_centre_begin(&behind, c->central, c->keys, centre, keyring);
    }
    const struct tn_hub_params params = {
        .listen_fd = fd, .key = &key, .ops = &tn_serve_centre_ops, .ctx = &behind};
    enum tn_exit code = status == TN_OK ? serve(&params) : TN_EXIT_WORLD;
    tn_serve_centre_end(&behind);
    tn_hub_key_free(&key);
    return code;
}

static enum tn_exit run_station(const struct choice *c)
{
    struct tn_sibling_answer *answers = calloc(1, sizeof *answers);
    struct tn_hub_key key = {0};
    int fd = -1;
    enum tn_status status =
        answers == NULL ? TN_ERR_NO_MEMORY : tn_serve_station_begin(c->station, answers, &key);
    bool is_ready = status == TN_OK;
    status = is_ready ? open_door(c, &fd) : status;
    enum tn_exit code = tn_exit_of(status);
    if (is_ready && status == TN_ERR_NOT_FOUND && c->listen == NULL) {
        code = tn_usage_error(&tn_cmd_serve, "--listen is missing");
    } else if (is_ready) {
        code = status == TN_OK ? TN_EXIT_DONE : TN_EXIT_WORLD;
    }
    const struct tn_hub_params params = {.listen_fd = fd,
                                         .key = &key,
                                         .ops = &tn_serve_station_ops,
                                         .ctx = answers,
                                         .limits = tn_serve_station_limits};
    if (status == TN_OK) {
        code = serve(&params);
    }
    if (answers != NULL) {
        tn_sibling_answer_destroy(answers);
    }
    free(answers);
    tn_hub_key_free(&key);
    return code;
}

static enum tn_exit run(int argc, char **argv)
{
    struct choice c = {0};
    bool is_help = false;
    struct tn_centre centre;
    struct tn_keyring keyring;
    const struct tn_option options[] = {
        {"central", &c.central, NULL},    {"station", &c.station, NULL},
        {"listen", &c.listen, NULL},      {"keys", &c.keys, NULL},
        {"verbose", NULL, &c.is_verbose}, {NULL, NULL, NULL},
    };
    enum tn_exit code = tn_options_take(&tn_cmd_serve, options, &argc, argv, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        return code;
    }
    if (argc > 1) {
        return tn_usage_error(&tn_cmd_serve, "%s: serve takes options only", argv[1]);
    }
    tn_log_level_max(c.is_verbose ? TN_LOG_INFO : TN_LOG_WARN);
    if (c.station != NULL) {
        bool is_both = c.central != NULL || c.keys != NULL;
        return is_both
                   ? tn_usage_error(&tn_cmd_serve, "--station goes without --central and --keys")
                   : run_station(&c);
    }
    code = tn_common_open_keys(&tn_cmd_serve, c.central, c.keys, &centre, &keyring);
    if (code != TN_EXIT_DONE) {
        return code;
    }
    code = run_centre(&c, &centre, &keyring);
    tn_keyring_wipe(&keyring);
    tn_centre_close(&centre);
    return code;
}

const struct tn_cmd tn_cmd_serve = {
    .name = "serve",
    .summary = "be the hub: let stations reconcile over HTTPS with this centre, or with each other",
    .usage =
        "  turnout-sync serve --central C --listen ADDRESS:PORT [--keys FILE] [--verbose]\n"
        "  turnout-sync serve --station DIR --listen ADDRESS:PORT [--verbose]\n"
        "\n"
        "Runs until SIGTERM or SIGINT, and then finishes what it is answering. Stations know\n"
        "it by the pin of its key (KEYS.hub.pem, made once), which it prints, and which their\n"
        "set-up cards carry (`station new --hub`). [::]:8443 listens at every address, port 0\n"
        "takes a free one; under systemd a socket unit may take the place of --listen. The\n"
        "keyring's signing and transport parts are needed. Anybody who reaches it may look\n"
        "at /healthz (200 or 503) and /metrics (for Prometheus); both tell nothing of people.\n"
        "--verbose logs each request.\n"
        "\n"
        "With --station a kiosk serves its siblings, where there is no centre: the others\n"
        "`reconcile STATION https://ADDRESS:PORT --watch`, know each other's entries from then\n"
        "on, and carry them to the centre. They know it by its own key from their packs, and\n"
        "nobody else is answered. It gives no receipts: nothing is purged because of it.\n",
    .run = run,
};
