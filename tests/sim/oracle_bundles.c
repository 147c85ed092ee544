/* The oracle's last part. Two stations are copied, as somebody copies a folder, and the day goes on
 * at the copies and at the originals, so that logs fork, and one blank badge goes to two people.
 * Then every log of every folder is cut into bundles at random places, and two fresh centres get
 * all of them, each in an order of its own, some of them again, deriving and opening forms now and
 * then. Their dumps must be the same bytes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "sync/central/ingest.h"
#include "sync/central/visits.h"
#include "sync/central/walkins.h"
#include "sync/cmd/cmd.h"
#include "sync/wire/bundle.h"
#include "tests/sim/sim.h"

#define SLICES_MAX 1024
#define SLICE_ENTRIES_MAX 30
#define COPIES 2
#define COPY_STEPS 40
#define ORDERS 2
#define LINE_SIZE 65536

/* All bundles there are. */
struct slices {
    struct tn_buf items[SLICES_MAX];
    size_t count;
};

struct cut {
    struct tn_sim *sim;
    struct tn_station *station;
    struct tn_station_info info;
    struct tn_sign_key key;
    struct slices *out;
};

static enum tn_status add_entry(void *ctx, const struct tn_entry *entry)
{
    return tn_bundle_add(ctx, entry);
}

static enum tn_status cut_one(struct cut *cut, const struct tn_log_head *head, uint64_t first,
                              uint64_t count)
{
    struct tn_bundle_writer writer;
    if (cut->out->count == SLICES_MAX) {
        return TN_ERR_LIMIT;
    }
    struct tn_buf *out = &cut->out->items[cut->out->count++];
    tn_buf_init(out, TN_BUNDLE_SIZE_MAX + 1024);
    tn_bundle_writer_init(&writer);
    writer.ecosystem = cut->info.ecosystem;
    writer.log = head->log;
    writer.first = first;
    enum tn_status status =
        tn_station_hash_at(cut->station, head->log_no, first - 1, &writer.before);
    if (status == TN_OK) {
        status = tn_station_entries(cut->station, head->log_no, first, count, add_entry, &writer);
    }
    if (status == TN_OK) {
        status = tn_bundle_finish(&writer, &cut->key, NULL, out);
    }
    tn_bundle_writer_destroy(&writer);
    return status;
}

static enum tn_status cut_log(void *ctx, const struct tn_log_head *head)
{
    struct cut *cut = ctx;
    enum tn_status status = TN_OK;
    if (head->last_seq == 0) {
        return TN_OK;
    }
    for (uint64_t first = head->first_seq; first <= head->last_seq && status == TN_OK;) {
        uint64_t left = head->last_seq - first + 1;
        uint64_t count = 1 + tn_sim_pick(cut->sim, SLICE_ENTRIES_MAX);
        count = count < left ? count : left;
        status = cut_one(cut, head, first, count);
        first += count;
    }
    return status;
}

static enum tn_status cut_station(struct tn_sim *sim, struct tn_sim_station *at, struct slices *out)
{
    struct cut cut = {.sim = sim, .station = at->station, .out = out};
    enum tn_status status = tn_station_info(at->station, &cut.info);
    if (status == TN_OK) {
        status = tn_station_sign_key(at->station, &cut.key);
    }
    if (status == TN_OK) {
        status = tn_station_logs(at->station, cut_log, &cut);
    }
    sodium_memzero(&cut, sizeof cut);
    return status;
}

/* What happens where nobody takes care: badges change hands every other time. */
static enum tn_status live(struct tn_sim *sim)
{
    enum tn_status status = TN_OK;
    for (int i = 0; i < COPY_STEPS && status == TN_OK; i++) {
        uint64_t what = tn_sim_pick(sim, 4);
        status = what == 0   ? tn_sim_register(sim)
                 : what == 1 ? tn_sim_replace(sim)
                             : tn_sim_step_away(sim);
    }
    return status;
}

/* A copy of a station's folder, to which things happen instead of to the original for a while. */
static enum tn_status live_apart(struct tn_sim *sim, int number, struct slices *out)
{
    char command[3 * TN_SIM_PATH_MAX];
    int index = (int)tn_sim_pick(sim, TN_SIM_STATIONS);
    struct tn_sim_station *at = &sim->stations[index];
    struct tn_sim_station original = *at;
    (void)snprintf(at->dir, sizeof at->dir, "%.*s/copy-%d", (int)strlen(sim->dir), sim->dir,
                   number);
    (void)snprintf(command, sizeof command, "cp -r '%s' '%s'", original.dir, at->dir);
    tn_station_close(at->station);
    at->station = original.station = NULL;
    enum tn_status status = system(command) == 0 ? tn_sim_reopen(sim, at) : TN_ERR_IO;
    status = status == TN_OK ? live(sim) : status;
    status = status == TN_OK ? cut_station(sim, at, out) : status;
    tn_station_close(at->station);
    *at = original;
    return status == TN_OK ? tn_sim_reopen(sim, at) : status;
}

static enum tn_status cut_all(struct tn_sim *sim, struct slices *out)
{
    enum tn_status status = TN_OK;
    sim->is_careless = true;
    for (int i = 0; i < COPIES && status == TN_OK; i++) {
        status = live_apart(sim, i, out);
    }
    status = status == TN_OK ? live(sim) : status;
    for (int i = 0; i < TN_SIM_STATIONS && status == TN_OK; i++) {
        status = cut_station(sim, &sim->stations[i], out);
    }
    return status;
}

static void shuffle(struct tn_sim *sim, struct slices *slices)
{
    for (size_t i = slices->count; i > 1; i--) {
        size_t j = (size_t)tn_sim_pick(sim, i);
        struct tn_buf kept = slices->items[i - 1];
        slices->items[i - 1] = slices->items[j];
        slices->items[j] = kept;
    }
}

/* Visits and forms, each only now and then, and at the end. */
static enum tn_status derive(struct tn_sim *sim, struct tn_centre *centre, bool is_last)
{
    uint64_t opened = 0;
    enum tn_status status = TN_OK;
    if (is_last || tn_sim_pick(sim, 5) == 0) {
        status = tn_visits_update(centre, sim->now_ms, NULL, NULL);
    }
    if (status == TN_OK && (is_last || tn_sim_pick(sim, 5) == 0)) {
        status = tn_walkins_open(centre, &sim->keyring, sim->now_ms, &opened);
    }
    return status;
}

static enum tn_status feed(struct tn_sim *sim, struct tn_centre *centre, struct slices *slices)
{
    struct tn_ack ack;
    enum tn_status status = TN_OK;
    shuffle(sim, slices);
    for (size_t i = 0; i < slices->count && status == TN_OK; i++) {
        status = tn_ingest_bundle(centre, tn_buf_bytes(&slices->items[i]), sim->now_ms, &ack);
        if (status == TN_OK && tn_sim_pick(sim, 4) == 0) {
            size_t again = (size_t)tn_sim_pick(sim, i + 1);
            status =
                tn_ingest_bundle(centre, tn_buf_bytes(&slices->items[again]), sim->now_ms, &ack);
        }
        status = status == TN_OK ? derive(sim, centre, false) : status;
    }
    return status == TN_OK ? derive(sim, centre, true) : status;
}

/* What `dump` prints goes to a file. */
static bool dump_to(const char *central, const char *path)
{
    char option[] = "--central";
    char name[TN_SIM_PATH_MAX + 32];
    char *argv[] = {option, option, name, NULL};
    (void)snprintf(name, sizeof name, "%s", central);
    (void)fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    FILE *file = fopen(path, "we");
    bool is_fine = file != NULL && kept >= 0 && dup2(fileno(file), STDOUT_FILENO) >= 0 &&
                   tn_cmd_dump.run(3, argv) == TN_EXIT_DONE;
    is_fine = fflush(stdout) == 0 && is_fine;
    is_fine = dup2(kept, STDOUT_FILENO) >= 0 && is_fine;
    (void)close(kept);
    return file != NULL && fclose(file) == 0 && is_fine;
}

/* A centre as it was in the morning, fed; its dump is `order`.txt. */
static bool make_centre(struct tn_sim *sim, struct slices *slices, int order)
{
    char command[3 * TN_SIM_PATH_MAX];
    char central[TN_SIM_PATH_MAX + 32];
    char text[TN_SIM_PATH_MAX + 32];
    struct tn_centre centre;
    (void)snprintf(central, sizeof central, "%s/order-%d.db", sim->dir, order);
    (void)snprintf(text, sizeof text, "%s/order-%d.txt", sim->dir, order);
    (void)snprintf(command, sizeof command, "cp '%s/start.db' '%s'", sim->dir, central);
    if (system(command) != 0 || tn_centre_open(central, &centre) != TN_OK) {
        return tn_sim_broken(sim, "a fresh centre cannot be opened", (uint64_t)order, 0);
    }
    /* These end with this process, so that nothing need be on the disk. */
    enum tn_status status = tn_db_exec(centre.db, "PRAGMA synchronous = OFF");
    status = status == TN_OK ? feed(sim, &centre, slices) : status;
    tn_centre_close(&centre);
    if (status != TN_OK) {
        return tn_sim_broken(sim, tn_status_text(status), (uint64_t)order, slices->count);
    }
    return dump_to(central, text) ||
           tn_sim_broken(sim, "a centre cannot be dumped", (uint64_t)order, 0);
}

/* Compares line by line, and shows the first two that differ. */
static bool are_same(struct tn_sim *sim)
{
    static char lines[ORDERS][LINE_SIZE];
    FILE *files[ORDERS];
    char path[TN_SIM_PATH_MAX + 32];
    char *read[ORDERS] = {lines[0], lines[1]};
    uint64_t line = 0;
    for (int i = 0; i < ORDERS; i++) {
        (void)snprintf(path, sizeof path, "%s/order-%d.txt", sim->dir, i);
        files[i] = fopen(path, "re");
    }
    bool is_same = files[0] != NULL && files[1] != NULL;
    while (is_same && read[0] != NULL) {
        for (int i = 0; i < ORDERS; i++) {
            read[i] = fgets(lines[i], LINE_SIZE, files[i]);
        }
        line++;
        is_same = (read[0] == NULL) == (read[1] == NULL) &&
                  (read[0] == NULL || strcmp(lines[0], lines[1]) == 0);
    }
    for (int i = 0; i < ORDERS; i++) {
        if (files[i] != NULL) {
            (void)fclose(files[i]);
        }
    }
    if (!is_same) {
        fprintf(stderr, "one:   %sother: %s", lines[0], lines[1]);
    }
    return (is_same && line > 1) ||
           tn_sim_broken(sim, "another order of bundles gives another centre", line, 0);
}

bool tn_sim_bundles_hold(struct tn_sim *sim)
{
    static struct slices slices;
    slices.count = 0;
    enum tn_status status = cut_all(sim, &slices);
    bool is_fine = status == TN_OK || tn_sim_broken(sim, tn_status_text(status), slices.count, 0);
    for (int i = 0; i < ORDERS && is_fine; i++) {
        is_fine = make_centre(sim, &slices, i);
    }
    is_fine = is_fine && are_same(sim);
    for (size_t i = 0; i < slices.count; i++) {
        tn_buf_destroy(&slices.items[i]);
    }
    return is_fine;
}
