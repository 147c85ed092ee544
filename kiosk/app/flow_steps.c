/* What each step of a flow does to the runner. Steps use the same events a window would send, key
 * by key and tick by tick, so nothing is tested that a person could not do. Time is the flow's
 * own: it moves only where a step says so, and ticks come exactly at the runner's deadlines. */
#include "kiosk/app/flow_steps.h"

#include <errno.h>
#include <stdarg.h>

#include "kiosk/app/flow_names.h"

/* A scanner's pace and a person's. */
#define SCANNER_GAP_MS 2
#define TYPING_GAP_MS 150
#define WAIT_MS_MAX 86400000LL

enum {
    USAGE_OTHER = 0x38, /* any key that is no digit */
    USAGE_1 = 0x1E,
    USAGE_0 = 0x27,
    USAGE_ENTER = 0x28,
};

__attribute__((format(printf, 3, 4))) static enum tn_status
fail(struct tn_flow_run *run, enum tn_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(run->why, sizeof run->why, format, args);
    va_end(args);
    return status;
}

void tn_flow_draw(struct tn_flow_run *run)
{
    tn_ui_draw(&run->flow->runner->model, &run->flow->view, &run->draw);
}

/* Sends an event stamped with the flow's time, and lets a slow store take its time. */
static void send(struct tn_flow *flow, struct tn_event *event)
{
    event->at_ms = flow->at_ms;
    event->mono_ms = flow->mono_ms;
    tn_runner_event(flow->runner, event);
    if (flow->faulty != NULL) {
        flow->at_ms += flow->faulty->slow_ms;
        flow->mono_ms += flow->faulty->slow_ms;
        flow->faulty->slow_ms = 0;
    }
}

static void tick(struct tn_flow *flow)
{
    struct tn_event event = {.type = TN_EVENT_TICK};
    send(flow, &event);
}

/* Lets time pass, with a tick at each of the runner's deadlines as a window's loop gives them. */
static void pass(struct tn_flow *flow, int64_t wait_ms)
{
    int64_t end_ms = flow->mono_ms + wait_ms;
    for (;;) {
        int64_t next_ms = tn_runner_deadline(flow->runner);
        if (next_ms <= flow->mono_ms) {
            next_ms = flow->mono_ms + 1;
        }
        if (next_ms > end_ms) {
            break;
        }
        flow->at_ms += next_ms - flow->mono_ms;
        flow->mono_ms = next_ms;
        tick(flow);
    }
    if (flow->mono_ms < end_ms) {
        flow->at_ms += end_ms - flow->mono_ms;
        flow->mono_ms = end_ms;
    }
}

static uint16_t usage_of(char c)
{
    if (c == '0') {
        return USAGE_0;
    }
    return c >= '1' && c <= '9' ? (uint16_t)(USAGE_1 + (c - '1')) : USAGE_OTHER;
}

static void press(struct tn_flow *flow, uint16_t usage)
{
    struct tn_event event = {.type = TN_EVENT_KEY, .scancode = usage};
    send(flow, &event);
}

/* Where demo badges have names, a name that none of them has is a slip and not a scan. */
static enum tn_status no_such_name(struct tn_flow_run *run, const char *name)
{
    char near[TN_FLOW_NEAR_MAX];
    tn_flow_names_near(run->flow, name, near);
    return fail(run, TN_ERR_FORMAT, "no demo badge is called \"%s\"%s%s; see --demo's file", name,
                near[0] != '\0' ? "; near it there are: " : "", near);
}

static enum tn_status do_scan(struct tn_flow_run *run, const char *rest)
{
    const char *digits = tn_flow_badge_of(run->flow, rest);
    if (digits == NULL && run->flow->badge_count > 0 && tn_flow_is_name(rest)) {
        return no_such_name(run, rest);
    }
    for (const char *c = digits != NULL ? digits : rest; *c != '\0'; c++) {
        press(run->flow, usage_of(*c));
        pass(run->flow, SCANNER_GAP_MS);
    }
    press(run->flow, USAGE_ENTER);
    return TN_OK;
}

static enum tn_status do_type(struct tn_flow_run *run, const char *rest)
{
    for (const char *c = rest; *c != '\0'; c++) {
        press(run->flow, usage_of(*c));
        pass(run->flow, TYPING_GAP_MS);
    }
    return TN_OK;
}

static enum tn_status do_tap(struct tn_flow_run *run, const char *rest)
{
    tn_flow_draw(run);
    if (strlen(rest) > TN_CONTROL_MAX || tn_draw_control(&run->draw, rest) == NULL) {
        return fail(run, TN_ERR_STATE, "there is no control \"%.*s\" on this screen",
                    TN_CONTROL_MAX, rest);
    }
    struct tn_event event = {.type = TN_EVENT_TAP};
    (void)snprintf(event.control, sizeof event.control, "%s", rest);
    send(run->flow, &event);
    return TN_OK;
}

/* A whole number, and nothing after it. */
static bool read_number(const char *text, long long *out)
{
    char *end = NULL;
    errno = 0;
    *out = strtoll(text, &end, 10);
    return errno == 0 && end != text && *end == '\0';
}

static enum tn_status do_wait(struct tn_flow_run *run, const char *rest)
{
    long long wait_ms = 0;
    if (!read_number(rest, &wait_ms) || wait_ms < 0 || wait_ms > WAIT_MS_MAX) {
        return fail(run, TN_ERR_FORMAT, "wait takes milliseconds, 0 to %lld", WAIT_MS_MAX);
    }
    pass(run->flow, wait_ms);
    return TN_OK;
}

static enum tn_status do_clock(struct tn_flow_run *run, const char *rest)
{
    long long jump_ms = 0;
    if ((rest[0] != '+' && rest[0] != '-') || !read_number(rest, &jump_ms)) {
        return fail(run, TN_ERR_FORMAT, "clock takes +MS or -MS");
    }
    run->flow->at_ms += jump_ms;
    tick(run->flow);
    return TN_OK;
}

static enum tn_status expect_screen(struct tn_flow_run *run, const char *name)
{
    const char *now = tn_screen_name(run->flow->runner->model.screen);
    if (strcmp(now, name) == 0) {
        return TN_OK;
    }
    return fail(run, TN_ERR_STATE, "expected screen %s, but it is %s", name, now);
}

static enum tn_status expect_text(struct tn_flow_run *run, const char *text)
{
    tn_flow_draw(run);
    if (tn_draw_has_text(&run->draw, text)) {
        return TN_OK;
    }
    return fail(run, TN_ERR_STATE, "expected the text \"%.200s\" on the screen", text);
}

static enum tn_status expect_entries(struct tn_flow_run *run, const char *text)
{
    long long expected = 0;
    if (!read_number(text, &expected)) {
        return fail(run, TN_ERR_FORMAT, "expect entries takes a number");
    }
    struct tn_station_info info = {0};
    const struct tn_store *store = &run->flow->runner->store;
    enum tn_status status = store->info(store->ctx, &info);
    if (status != TN_OK) {
        return fail(run, status, "the station cannot be asked: %s", tn_status_text(status));
    }
    long long now = (long long)(info.entries - run->entries_before);
    if (now == expected) {
        return TN_OK;
    }
    return fail(run, TN_ERR_STATE, "expected %lld entries, but there are %lld", expected, now);
}

/* What comes after the first word of text, where that word is `word`; else NULL. */
static const char *after_word(const char *text, const char *word)
{
    size_t len = strlen(word);
    if (strncmp(text, word, len) != 0 || (text[len] != ' ' && text[len] != '\0')) {
        return NULL;
    }
    return text + len + strspn(text + len, " ");
}

static enum tn_status do_expect(struct tn_flow_run *run, const char *rest)
{
    static const struct tn_flow_step facts[] = {
        {"screen", expect_screen},
        {"text", expect_text},
        {"entries", expect_entries},
    };
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        const char *what = after_word(rest, facts[i].verb);
        if (what != NULL && *what != '\0') {
            return facts[i].run(run, what);
        }
    }
    return fail(run, TN_ERR_FORMAT, "expect takes: screen NAME, text TEXT or entries N");
}

static enum tn_status do_fault(struct tn_flow_run *run, const char *rest)
{
    static const struct {
        const char *text;
        enum tn_store_fault fault;
    } faults[] = {
        {"none", TN_STORE_WELL},
        {"store full", TN_STORE_FULL},
        {"store io", TN_STORE_IO},
        {"store slow", TN_STORE_SLOW},
    };
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        if (strcmp(rest, faults[i].text) == 0 && run->flow->faulty != NULL) {
            run->flow->faulty->fault = faults[i].fault;
            return TN_OK;
        }
    }
    return fail(run, TN_ERR_FORMAT, "fault takes: store full, store io, store slow or none");
}

/* Names become files, so they are kept plain. */
static bool is_plain_name(const char *name)
{
    size_t plain = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
    return plain > 0 && plain <= 64 && name[plain] == '\0';
}

static enum tn_status do_shot(struct tn_flow_run *run, const char *rest)
{
    if (!is_plain_name(rest)) {
        return fail(run, TN_ERR_FORMAT, "shot takes a name of letters, digits, - and _");
    }
    if (run->flow->shot == NULL) {
        return TN_OK;
    }
    tn_flow_draw(run);
    enum tn_status status =
        run->flow->shot(run->flow->shot_ctx, rest, &run->draw, &run->flow->view);
    if (status != TN_OK) {
        return fail(run, status, "the shot could not be written: %s", tn_status_text(status));
    }
    return TN_OK;
}

static const struct tn_flow_step steps[] = {
    {"scan", do_scan},   {"type", do_type},     {"tap", do_tap},     {"wait", do_wait},
    {"clock", do_clock}, {"expect", do_expect}, {"fault", do_fault}, {"shot", do_shot},
};

const struct tn_flow_step *tn_flow_step_find(const char *verb)
{
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (strcmp(steps[i].verb, verb) == 0) {
            return &steps[i];
        }
    }
    return NULL;
}
