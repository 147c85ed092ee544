/* Fuzz: flow scripts against the real runner and a store in memory. Whatever the script says, each
 * record is one entry, and the runner is left in a state that draws. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "kiosk/app/flow.h"
#include "tests/fuzz/memfile.h"
#include "tests/unit/kiosk_fake_store.h"
#include "turnout/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ignore(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)line;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct tn_runner runner;
    static struct tn_draw draw;
    struct fake_store fake = {.repeat_ms = 5000};
    struct tn_faulty_store faulty;
    struct tn_store store;
    const struct tn_runner_out out = {0};
    char path[TN_MEMFILE_PATH_SIZE];
    int fd = memfile_open(data, size, path);
    if (fd < 0 || tn_crypto_init() != TN_OK) {
        return 0;
    }
    tn_log_to(ignore, NULL);
    tn_faulty_store_init(&faulty, fake_store_of(&fake), &store);
    tn_runner_init(&runner, &store, &out, 0, 0);
    struct tn_flow flow = {
        .runner = &runner, .faulty = &faulty, .view = tn_view_of(1280, 800, 0, TN_THEME_LIGHT)};
    (void)tn_flow_run(&flow, path);
    tn_ui_draw(&runner.model, &flow.view, &draw);
    assert(draw.count > 0 && runner.model.screen < TN_SCREEN_COUNT);
    (void)close(fd);
    return 0;
}
