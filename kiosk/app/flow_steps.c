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
    USAGE_ESCAPE = 0x29,
    USAGE_ERASE = 0x2A,
    USAGE_SPACE = 0x2C,
};

enum tn_status tn_flow_fail(struct tn_flow_run *run, enum tn_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(run->why, sizeof run->why, format, args);
    va_end(args);
    return status;
}

void tn_flow_draw(struct tn_flow_run *run)
{
    const struct tn_model *model = &run->flow->runner->model;
    struct tn_view view = tn_view_for(&run->flow->view, &model->look);
    tn_ui_draw(model, &view, &run->draw);
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

/* Bytes of the character at text. */
static size_t char_len(const char *text)
{
    size_t len = 1;
    while (((unsigned char)text[len] & 0xC0) == 0x80) {
        len++;
    }
    return len;
}

/* One character as a window gives it: the key first, then, where a field is open, its text. */
static size_t press_char(struct tn_flow *flow, const char *text)
{
    size_t len = char_len(text);
    press(flow, usage_of(*text));
    if (tn_ui_wants_text(&flow->runner->model)) {
        struct tn_event event = {.type = TN_EVENT_TEXT, .len = len};
        memcpy(event.text, text, len);
        send(flow, &event);
    }
    return len;
}

/* Where demo badges have names, a name that none of them has is a slip and not a scan. */
static enum tn_status no_such_name(struct tn_flow_run *run, const char *name)
{
    char near[TN_FLOW_NEAR_MAX];
    tn_flow_names_near(run->flow, name, near);
    return tn_flow_fail(run, TN_ERR_FORMAT, "no demo badge is called \"%s\"%s%s; see --demo's file",
                        name, near[0] != '\0' ? "; near it there are: " : "", near);
}

static enum tn_status do_scan(struct tn_flow_run *run, const char *rest)
{
    const char *digits = tn_flow_badge_of(run->flow, rest);
    if (digits == NULL && run->flow->badge_count > 0 && tn_flow_is_name(rest)) {
        return no_such_name(run, rest);
    }
    for (const char *c = digits != NULL ? digits : rest; *c != '\0';) {
        c += press_char(run->flow, c);
        pass(run->flow, SCANNER_GAP_MS);
    }
    press(run->flow, USAGE_ENTER);
    return TN_OK;
}

static enum tn_status do_type(struct tn_flow_run *run, const char *rest)
{
    for (const char *c = rest; *c != '\0';) {
        c += press_char(run->flow, c);
        pass(run->flow, TYPING_GAP_MS);
    }
    return TN_OK;
}

static enum tn_status do_press(struct tn_flow_run *run, const char *rest)
{
    static const struct {
        const char *name;
        uint16_t usage;
    } keys[] = {{"enter", USAGE_ENTER}, {"erase", USAGE_ERASE}, {"escape", USAGE_ESCAPE}};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strcmp(rest, keys[i].name) == 0) {
            press(run->flow, keys[i].usage);
            pass(run->flow, TYPING_GAP_MS);
            return TN_OK;
        }
    }
    return tn_flow_fail(run, TN_ERR_FORMAT, "press takes: enter, erase or escape");
}

/* A scanner that never sends its Enter: only silence ends the scan. */
static enum tn_status do_mute(struct tn_flow_run *run, const char *rest)
{
    for (const char *c = rest; *c != '\0';) {
        c += press_char(run->flow, c);
        pass(run->flow, SCANNER_GAP_MS);
    }
    const struct tn_wedge *wedge = &run->flow->runner->typist.wedge;
    pass(run->flow, 2 * tn_wedge_rules_fill(&wedge->rules).silence_ms);
    return TN_OK;
}

static enum tn_status do_file(struct tn_flow_run *run, const char *rest)
{
    struct tn_event event = {.type = TN_EVENT_FILE};
    event.len = strlen(rest);
    if (event.len == 0 || event.len > TN_SCAN_TEXT_MAX) {
        return tn_flow_fail(run, TN_ERR_FORMAT, "file takes the path of a file");
    }
    memcpy(event.text, rest, event.len + 1);
    send(run->flow, &event);
    return TN_OK;
}

/* How a device is: `part printer trouble Out of labels`. */
static enum tn_status do_part(struct tn_flow_run *run, const char *rest)
{
    struct tn_event event = {.type = TN_EVENT_HEALTH, .health = run->flow->runner->model.health};
    const struct {
        const char *name;
        enum tn_part_state *state;
    } parts[] = {{"printer ", &event.health.printer},
                 {"scanner ", &event.health.scanner},
                 {"camera ", &event.health.camera},
                 {"disk ", &event.health.disk}};
    static const char *const states[] = {"none", "well", "trouble"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        size_t len = strlen(parts[i].name);
        for (int state = 0; strncmp(rest, parts[i].name, len) == 0 && state < 3; state++) {
            size_t word = strlen(states[state]);
            if (strncmp(rest + len, states[state], word) == 0) {
                *parts[i].state = (enum tn_part_state)state;
                const char *reason = rest + len + word;
                (void)snprintf(event.health.printer_reason, sizeof event.health.printer_reason,
                               "%s", reason + strspn(reason, " "));
                send(run->flow, &event);
                return TN_OK;
            }
        }
    }
    return tn_flow_fail(run, TN_ERR_FORMAT,
                        "part takes printer, scanner, camera or disk, then none, well or trouble");
}

/* The place of a word in what names gives for 0 and up; count: in none. */
static size_t word_at(const char *word, const char *(*name)(size_t), size_t count)
{
    size_t i = 0;
    while (i < count && strcmp(name(i), word) != 0) {
        i++;
    }
    return i;
}

static const char *phase_name(size_t i)
{
    return tn_sync_phase_name((enum tn_sync_phase)i);
}

static const char *fault_name(size_t i)
{
    return tn_sync_fault_name((enum tn_sync_fault)i);
}

static const char *via_name(size_t i)
{
    return tn_sync_via_name((enum tn_sync_via)i);
}

/* One word after the phase: how, a fault, or the next number. */
static bool take_sync_word(const char *word, struct tn_sync_state *sync, size_t *numbers)
{
    long long number = 0;
    size_t via = word_at(word, via_name, TN_SYNC_VIA_COUNT);
    size_t fault = word_at(word, fault_name, TN_SYNC_FAULT_COUNT);
    if (via < TN_SYNC_VIA_COUNT) {
        sync->via = (enum tn_sync_via)via;
    } else if (fault < TN_SYNC_FAULT_COUNT) {
        sync->fault = (enum tn_sync_fault)fault;
    } else if (tn_flow_number(word, &number) && number >= 0 && *numbers < 2) {
        *(*numbers == 0 ? &sync->done : &sync->all) = (uint64_t)number;
        ++*numbers;
    } else {
        return false;
    }
    return true;
}

static enum tn_status do_sync(struct tn_flow_run *run, const char *rest)
{
    struct tn_event event = {.type = TN_EVENT_SYNC};
    char words[128];
    char *next = words;
    size_t numbers = 0;
    (void)snprintf(words, sizeof words, "%s", rest);
    size_t phase = word_at(strsep(&next, " "), phase_name, TN_SYNC_PHASE_COUNT);
    bool is_good = phase < TN_SYNC_PHASE_COUNT;
    while (is_good && next != NULL) {
        is_good = take_sync_word(strsep(&next, " "), &event.sync, &numbers);
    }
    bool is_failed = phase == TN_SYNC_FAILED;
    if (!is_good || is_failed != (event.sync.fault != TN_SYNC_WELL)) {
        return tn_flow_fail(run, TN_ERR_FORMAT,
                            "sync takes none, copying, copied, done_at_centre or failed; then DONE "
                            "and ALL, or FAULT; then stick, network or cable");
    }
    event.sync.phase = (enum tn_sync_phase)phase;
    event.sync.at_ms = run->flow->at_ms;
    event.sync.spoke_ms = phase == TN_SYNC_DONE_AT_CENTRE ? run->flow->at_ms : 0;
    event.sync.waiting = event.sync.all;
    send(run->flow, &event);
    return TN_OK;
}

static enum tn_status do_tap(struct tn_flow_run *run, const char *rest)
{
    tn_flow_draw(run);
    if (strlen(rest) > TN_CONTROL_MAX || tn_draw_control(&run->draw, rest) == NULL) {
        return tn_flow_fail(run, TN_ERR_STATE, "there is no control \"%.*s\" on this screen",
                            TN_CONTROL_MAX, rest);
    }
    struct tn_event event = {.type = TN_EVENT_TAP};
    (void)snprintf(event.control, sizeof event.control, "%s", rest);
    send(run->flow, &event);
    return TN_OK;
}

bool tn_flow_number(const char *text, long long *out)
{
    char *end = NULL;
    errno = 0;
    *out = strtoll(text, &end, 10);
    return errno == 0 && end != text && *end == '\0';
}

static enum tn_status do_wait(struct tn_flow_run *run, const char *rest)
{
    long long wait_ms = 0;
    if (!tn_flow_number(rest, &wait_ms) || wait_ms < 0 || wait_ms > WAIT_MS_MAX) {
        return tn_flow_fail(run, TN_ERR_FORMAT, "wait takes milliseconds, 0 to %lld", WAIT_MS_MAX);
    }
    pass(run->flow, wait_ms);
    return TN_OK;
}

static enum tn_status do_clock(struct tn_flow_run *run, const char *rest)
{
    long long jump_ms = 0;
    if ((rest[0] != '+' && rest[0] != '-') || !tn_flow_number(rest, &jump_ms)) {
        return tn_flow_fail(run, TN_ERR_FORMAT, "clock takes +MS or -MS");
    }
    run->flow->at_ms += jump_ms;
    tick(run->flow);
    return TN_OK;
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
    return tn_flow_fail(run, TN_ERR_FORMAT,
                        "fault takes: store full, store io, store slow or none");
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
        return tn_flow_fail(run, TN_ERR_FORMAT, "shot takes a name of letters, digits, - and _");
    }
    if (run->flow->shot == NULL) {
        return TN_OK;
    }
    tn_flow_draw(run);
    struct tn_view view = tn_view_for(&run->flow->view, &run->flow->runner->model.look);
    enum tn_status status = run->flow->shot(run->flow->shot_ctx, rest, &run->draw, &view);
    if (status != TN_OK) {
        return tn_flow_fail(run, status, "the shot could not be written: %s",
                            tn_status_text(status));
    }
    return TN_OK;
}

static const struct tn_flow_step steps[] = {
    {"scan", do_scan}, {"mute", do_mute}, {"type", do_type},   {"press", do_press},
    {"tap", do_tap},   {"wait", do_wait}, {"clock", do_clock}, {"file", do_file},
    {"part", do_part}, {"sync", do_sync}, {"fault", do_fault}, {"expect", tn_flow_expect},
    {"shot", do_shot},
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
