/* The kiosk without a screen: scans by line with an answer a line, and flow scripts with a clock of
 * their own. Both run the very runner that a window runs. An answer is printed only after the
 * store's, and flushed at once: whoever reads it may rely on the entry. */
#include <errno.h>
#include <sys/stat.h>

#include "kiosk/app/flow.h"
#include "kiosk/sys/clock.h"
#include "kiosk/sys/kiosk.h"
#include "kiosk/sys/paint.h"
#include "kiosk/sys/pinyin.h"
#include "kiosk/ui/layout.h"
#include "turnout/log.h"

#define WAIT_MS_MAX 60000
#define GOLDEN_MAX 65536
/* A flow on a station without a pack begins here: 2026-01-01 09:00 UTC. */
#define FLOW_START_MS 1767258000000LL
#define FLOW_START_MONO_MS 3600000LL

struct answers {
    bool is_broken; /* nobody reads them any more */
};

static void print_answer(void *ctx, enum tn_screen screen, uint64_t seq)
{
    struct answers *answers = ctx;
    int len = seq != 0 ? printf("%s\t%llu\n", tn_screen_name(screen), (unsigned long long)seq)
                       : printf("%s\t\n", tn_screen_name(screen));
    if (len < 0 || fflush(stdout) != 0) {
        answers->is_broken = true;
    }
}

static int wait_ms(const struct tn_runner *runner, int64_t mono_ms)
{
    int64_t left_ms = tn_runner_deadline(runner) - mono_ms;
    if (left_ms < 0) {
        return 0;
    }
    return left_ms < WAIT_MS_MAX ? (int)left_ms : WAIT_MS_MAX;
}

/* Takes events until the input ends or somebody says so. */
static void loop(struct tn_kiosk *kiosk, const struct answers *answers)
{
    struct tn_event event;
    int64_t at_ms = 0;
    int64_t mono_ms = 0;
    int ended = 0;
    while (!kiosk->runner.is_done && !answers->is_broken) {
        tn_clock_now(&at_ms, &mono_ms);
        if (!tn_queue_wait(&kiosk->queue, &event, wait_ms(&kiosk->runner, mono_ms))) {
            event = (struct tn_event){.type = TN_EVENT_TICK};
            tn_clock_stamp(&event);
        }
        if (event.type == TN_EVENT_SCANS_END) {
            ended++;
        }
        tn_runner_event(&kiosk->runner, &event);
        if (ended > 0 && ended >= kiosk->source_count) {
            return;
        }
    }
}

enum tn_exit tn_headless_scans(struct tn_kiosk *kiosk)
{
    struct answers answers = {0};
    struct tn_runner_out out = {.ctx = &answers, .answered = print_answer};
    int64_t at_ms = 0;
    int64_t mono_ms = 0;
    tn_clock_now(&at_ms, &mono_ms);
    enum tn_exit failed = tn_kiosk_begin(kiosk, &kiosk->store, &out, at_ms, mono_ms);
    if (failed == TN_EXIT_DONE) {
        failed = tn_kiosk_start(kiosk);
    }
    if (failed != TN_EXIT_DONE) {
        return failed;
    }
    loop(kiosk, &answers);
    tn_kiosk_stop(kiosk);
    if (answers.is_broken) {
        tn_log(TN_LOG_ERROR, "the answers cannot be written: whoever read them went away");
        return TN_EXIT_WORLD;
    }
    return TN_EXIT_DONE;
}

static enum tn_status write_text(const char *path, const struct tn_draw *draw)
{
    struct tn_buf text;
    tn_buf_init(&text, GOLDEN_MAX);
    tn_draw_print(draw, &text);
    enum tn_status status = text.status;
    FILE *file = status == TN_OK ? fopen(path, "we") : NULL;
    if (file != NULL) {
        bool is_written = fwrite(text.data, 1, text.len, file) == text.len;
        is_written = fclose(file) == 0 && is_written;
        status = is_written ? TN_OK : TN_ERR_IO;
    } else if (status == TN_OK) {
        tn_log(TN_LOG_ERROR, "%s: cannot be written: %s", path, strerror(errno));
        status = TN_ERR_IO;
    }
    tn_buf_destroy(&text);
    return status;
}

/* Writes DIR/NAME.txt, which goldens compare, and DIR/NAME.png, which people look at. */
static enum tn_status write_shot(void *ctx, const char *name, const struct tn_draw *draw,
                                 const struct tn_view *view)
{
    const struct tn_kiosk *kiosk = ctx;
    char path[TN_PATH_MAX];
    int len = snprintf(path, sizeof path, "%s/%s.txt", kiosk->options->shots, name);
    if (len < 0 || (size_t)len >= sizeof path) {
        return TN_ERR_LIMIT;
    }
    enum tn_status status = write_text(path, draw);
    if (status != TN_OK) {
        return status;
    }
    (void)snprintf(path, sizeof path, "%s/%s.png", kiosk->options->shots, name);
    return tn_paint_png(draw, view, path);
}

static enum tn_exit exit_of(enum tn_status status)
{
    switch (status) {
    case TN_OK:
        return TN_EXIT_DONE;
    case TN_ERR_STATE:
        return TN_EXIT_PERSON;
    case TN_ERR_FORMAT:
        return TN_EXIT_USAGE;
    default:
        return TN_EXIT_WORLD;
    }
}

static enum tn_exit run_flow(struct tn_kiosk *kiosk, struct tn_faulty_store *faulty)
{
    const struct tn_options *options = kiosk->options;
    int64_t starts_ms = kiosk->runner.model.now_ms;
    struct tn_flow flow = {
        .runner = &kiosk->runner,
        .faulty = faulty,
        .view = tn_view_of(options->w_px, options->h_px, options->px_per_mm, options->theme),
        .at_ms = starts_ms,
        .mono_ms = FLOW_START_MONO_MS,
        .badges = kiosk->demo.items,
        .badge_count = kiosk->demo.count,
        .shot_ctx = kiosk,
        .shot = options->shots != NULL ? write_shot : NULL,
    };
    kiosk->runner.model.is_small = tn_page_of(&flow.view).is_compact;
    return exit_of(tn_flow_run(&flow, options->script));
}

static void spell(void *ctx, const char *pinyin, char *out, size_t out_size)
{
    (void)ctx;
    tn_pinyin_spell(pinyin, out, out_size);
}

enum tn_exit tn_headless_script(struct tn_kiosk *kiosk)
{
    struct tn_faulty_store faulty;
    struct tn_store store;
    struct tn_runner_out out = {.spell = spell};
    struct tn_station_info info = {0};
    const char *shots = kiosk->options->shots;
    if (shots != NULL && mkdir(shots, 0777) != 0 && errno != EEXIST) {
        tn_log(TN_LOG_ERROR, "%s: the folder for shots cannot be made: %s", shots, strerror(errno));
        return TN_EXIT_WORLD;
    }
    tn_faulty_store_init(&faulty, kiosk->store, &store);
    /* Where the facts cannot be read the runner shows the fault, and the flow may expect that. */
    int64_t starts_ms = FLOW_START_MS;
    if (kiosk->store.info(kiosk->store.ctx, &info) == TN_OK && info.starts_ms != 0) {
        starts_ms = info.starts_ms;
    }
    (void)tn_kiosk_begin(kiosk, &store, &out, starts_ms, FLOW_START_MONO_MS);
    return run_flow(kiosk, &faulty);
}
