/* The runner: events in, effects out against the store. It is where the order of things is kept:
 * keys become scans, scans pass the gate, the ui asks for a record, the store answers, and only
 * then is the scan answered to the outside. Housekeeping happens in here too, in steps small
 * enough that the learner who comes next does not notice, and only when none has come for a
 * while. */
#include "kiosk/app/runner.h"

#include <assert.h>

#include <sodium.h>

#include "kiosk/app/foreign.h"
#include "kiosk/ui/screen.h"

/* The window of the repeated-scan gate where no pack says one. */
#define REPEAT_MS 5000
/* Housekeeping waits for this long without a scan, a key or a tap. */
#define QUIET_MS 2000
/* And leaves this long between its steps, so that even then it takes under 1 % of a core. */
#define CHORE_GAP_MS 250
#define MINUTE_MS 60000
/* How often the store is asked what sync is doing, which costs it some microseconds. */
#define SYNC_GAP_MS 1000
/* Answers that answer answers. */
#define DEPTH_MAX 6

static void feed(struct tn_runner *runner, const struct tn_event *event,
                 const struct tn_event *scan);

static struct tn_event answer_to(const struct tn_event *event, enum tn_event_type type)
{
    return (struct tn_event){.type = type, .at_ms = event->at_ms, .mono_ms = event->mono_ms};
}

/* The facts in the corner. A failure to read them is no reason to alarm anybody once the kiosk
 * runs: the next record finds out. */
static enum tn_status refresh(struct tn_runner *runner)
{
    struct tn_station_info info = {0};
    enum tn_status status = runner->store.info(runner->store.ctx, &info);
    if (status == TN_OK) {
        runner->model.info = info;
    }
    if (status == TN_OK && runner->out.facts != NULL) {
        runner->out.facts(runner->out.ctx, &info);
    }
    return status;
}

/* What came of a scan was lost: held up again it is no repeat. */
static void forget_scan(struct tn_runner *runner, const struct tn_event *event)
{
    bool is_long = event->len > TN_SCAN_TEXT_MAX;
    if (event->type == TN_EVENT_SCAN) {
        tn_gate_forget(&runner->gate, is_long ? "?" : event->text, is_long ? 1 : event->len);
    }
}

/* Lets the store take a scan, and gives its answer to the ui. */
static void do_record(struct tn_runner *runner, const struct tn_event *event)
{
    bool is_long = event->len > TN_SCAN_TEXT_MAX;
    struct tn_scan scan = {
        .at_ms = event->at_ms,
        .mono_ms = event->mono_ms,
        .method = event->method,
        /* What does not fit is noise, whatever its beginning looks like. */
        .text = is_long ? "?" : event->text,
        .len = is_long ? 1 : event->len,
        .in_group = runner->model.place == TN_SCREEN_GROUP,
    };
    struct tn_event answer = answer_to(event, TN_EVENT_STORED);
    answer.status = runner->store.record(runner->store.ctx, &scan, &answer.record);
    /* Noise writes nothing, so it proves nothing about a disk that has failed. */
    if (answer.status == TN_OK && answer.record.seq == 0 &&
        runner->model.screen == TN_SCREEN_FAULT) {
        answer.status = runner->store.probe(runner->store.ctx);
    }
    if (answer.status != TN_OK) {
        answer.type = TN_EVENT_STORE_FAILED;
        forget_scan(runner, event);
    } else {
        (void)refresh(runner);
        runner->has_chores = true;
    }
    feed(runner, &answer, NULL);
    tn_event_wipe(&answer);
}

static void do_probe(struct tn_runner *runner, const struct tn_event *event)
{
    struct tn_event answer = answer_to(event, TN_EVENT_STORE_WELL);
    answer.status = runner->store.probe(runner->store.ctx);
    if (answer.status == TN_OK) {
        answer.status = refresh(runner);
    }
    if (answer.status != TN_OK) {
        answer.type = TN_EVENT_STORE_FAILED;
    }
    feed(runner, &answer, NULL);
}

/* Requests that change nothing in the station, so that its facts need not be read again. */
static bool is_reading(enum tn_request_type type)
{
    switch (type) {
    case TN_ASK_SEARCH:
    case TN_ASK_CODE:
    case TN_ASK_PAST:
    case TN_ASK_TALLY:
    case TN_ASK_ROLL:
    case TN_ASK_PASSPORT:
    case TN_ASK_ACTIVITIES:
    case TN_ASK_PARTNERS:
    case TN_ASK_SETTINGS:
        return true;
    default:
        return false;
    }
}

/* Puts a screen's request to the store, and gives the reply to the ui within the same event. */
static void do_ask(struct tn_runner *runner, const struct tn_event *event,
                   struct tn_request *request)
{
    struct tn_reply reply = {.type = request->type};
    struct tn_when when = {event->at_ms, event->mono_ms};
    struct tn_event answer = answer_to(event, TN_EVENT_REPLY);
    bool was_fresh = runner->model.is_fresh;
    answer.status = runner->store.ask(runner->store.ctx, request, &when, &reply);
    answer.reply = &reply;
    if (answer.status != TN_OK) {
        answer.type = TN_EVENT_STORE_FAILED;
        forget_scan(runner, event);
    } else if (!is_reading(request->type) || reply.status == TN_ERR_STATE) {
        /* What the station is too locked or too young to do now says that its facts have changed.
         */
        runner->has_chores = true;
        runner->model.is_fresh = refresh(runner) != TN_OK && was_fresh;
    }
    sodium_memzero(request, sizeof *request);
    feed(runner, &answer, NULL);
    sodium_memzero(&reply, sizeof reply);
}

static void do_spell(struct tn_runner *runner, const struct tn_event *event, const char *pinyin)
{
    struct tn_event answer = answer_to(event, TN_EVENT_SPELT);
    if (runner->out.spell != NULL) {
        runner->out.spell(runner->out.ctx, pinyin, answer.text, sizeof answer.text);
    }
    answer.len = strlen(answer.text);
    feed(runner, &answer, NULL);
}

/* Gives an event to the ui and carries out what it asks for. scan is the event that a RECORD
 * concerns. An answer may ask again (a list anew after an undo), so this nests, a few deep. */
static void feed(struct tn_runner *runner, const struct tn_event *event,
                 const struct tn_event *scan)
{
    struct tn_effects effects;
    assert(runner->depth < DEPTH_MAX);
    runner->depth++;
    tn_ui_event(&runner->model, event, &effects);
    for (size_t i = 0; i < effects.count; i++) {
        switch (effects.items[i].type) {
        case TN_EFFECT_RECORD:
            assert(scan != NULL);
            do_record(runner, scan);
            break;
        case TN_EFFECT_PROBE:
            do_probe(runner, event);
            break;
        case TN_EFFECT_SOUND:
            if (runner->out.sound != NULL) {
                runner->out.sound(runner->out.ctx, effects.items[i].sound);
            }
            break;
        case TN_EFFECT_ASK:
            do_ask(runner, event, &effects.request);
            break;
        case TN_EFFECT_LOCK:
            do_ask(runner, event, &(struct tn_request){.type = TN_ASK_LOCK});
            break;
        case TN_EFFECT_SPELL:
            do_spell(runner, event, effects.spell);
            break;
        case TN_EFFECT_PRINT:
            if (runner->out.print != NULL) {
                runner->out.print(runner->out.ctx, &runner->model.handed);
            }
            break;
        case TN_EFFECT_LOOK:
            if (runner->out.look != NULL) {
                runner->out.look(runner->out.ctx, &runner->model);
            }
            break;
        case TN_EFFECT_QUIT:
            runner->is_done = true;
            break;
        case TN_EFFECT_COUNT:
            break;
        }
    }
    runner->depth--;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Takes white space off both ends, so that the gate sees one badge as one text whatever a scanner
 * puts around it. Text past the maximum stays as it is: it is noise anyway. */
static void trim(struct tn_event *scan)
{
    if (scan->len > TN_SCAN_TEXT_MAX) {
        return;
    }
    size_t start = 0;
    while (start < scan->len && is_space(scan->text[start])) {
        start++;
    }
    while (scan->len > start && is_space(scan->text[scan->len - 1])) {
        scan->len--;
    }
    scan->len -= start;
    memmove(scan->text, scan->text + start, scan->len);
    scan->text[scan->len] = '\0';
}

static bool passes_gate(struct tn_runner *runner, const struct tn_event *scan)
{
    uint32_t window_ms = runner->model.info.repeat_ms;
    bool is_long = scan->len > TN_SCAN_TEXT_MAX;
    return tn_gate_admits(&runner->gate, is_long ? "?" : scan->text, is_long ? 1 : scan->len,
                          scan->mono_ms, window_ms != 0 ? window_ms : REPEAT_MS);
}

/* The camera's picture is ticked for as long as a badge stays that came to something. */
static void note_sight(struct tn_runner *runner, const struct tn_event *scan, bool is_new)
{
    if (scan->source != TN_SOURCE_CAMERA) {
        return;
    }
    if (is_new) {
        enum tn_screen screen = runner->model.screen;
        runner->is_sight_good = screen != TN_SCREEN_HELP && screen != TN_SCREEN_FAULT;
    }
    if (runner->is_sight_good) {
        runner->model.seen_mono_ms = scan->mono_ms;
    }
}

/* The self-test hears also of a scan of which nothing was left but its end. */
static bool is_heard(struct tn_runner *runner, const struct tn_event *scan)
{
    if (scan->len == 0) {
        return scan->given_up > 0 && runner->model.place == TN_SCREEN_SELFTEST;
    }
    return passes_gate(runner, scan);
}

/* Deals with one scan and answers it, once, whatever became of it. */
static void take_scan(struct tn_runner *runner, struct tn_event *scan)
{
    uint64_t seq = 0;
    trim(scan);
    if (scan->len > 0 && scan->source == TN_SOURCE_SCANNER && scan->method != NULL &&
        strcmp(scan->method, "scan") == 0) {
        runner->model.health.scanner = TN_PART_WELL;
    }
    bool is_new = is_heard(runner, scan);
    if (is_new) {
        runner->model.is_foreign = tn_scan_is_foreign(scan);
        feed(runner, scan, scan);
        seq = runner->model.record.seq;
    }
    note_sight(runner, scan, is_new);
    /* Of a badge that stays before the camera the frames after the first say nothing. */
    bool is_said = is_new || scan->source != TN_SOURCE_CAMERA;
    if (is_said && runner->out.answered != NULL) {
        runner->out.answered(runner->out.ctx, runner->model.screen, seq);
    }
    sodium_memzero(scan->text, sizeof scan->text);
}

/* "demo-1" is the first badge of the strip; -1 for any other control. */
static int demo_index(const struct tn_runner *runner, const char *control)
{
    static const char prefix[] = "demo-";
    if (strncmp(control, prefix, sizeof prefix - 1) != 0) {
        return -1;
    }
    char *end = NULL;
    long number = strtol(control + sizeof prefix - 1, &end, 10);
    if (*end != '\0' || number < 1 || number > (long)runner->model.demo_count) {
        return -1;
    }
    return (int)number - 1;
}

static void take_tap(struct tn_runner *runner, const struct tn_event *tap)
{
    if (!tn_taps_admit(&runner->taps, tap)) {
        return;
    }
    int demo = demo_index(runner, tap->control);
    if (demo < 0) {
        tn_typist_before_tap(&runner->typist, &runner->model);
        feed(runner, tap, NULL);
        tn_typist_after_tap(&runner->typist, &runner->model);
        return;
    }
    struct tn_event scan = answer_to(tap, TN_EVENT_SCAN);
    scan.method = "tap";
    scan.len = strlen(runner->model.demo[demo].digits);
    memcpy(scan.text, runner->model.demo[demo].digits, scan.len + 1);
    take_scan(runner, &scan);
}

static void do_chores(struct tn_runner *runner, int64_t mono_ms)
{
    if (!runner->has_chores || runner->model.is_fresh || mono_ms < runner->quiet_mono_ms ||
        runner->model.screen == TN_SCREEN_FAULT) {
        return;
    }
    bool more = false;
    /* A failure here has been logged where it was found, and the next record meets it again. */
    enum tn_status status = runner->store.quiet(runner->store.ctx, &more);
    runner->has_chores = status == TN_OK && more;
    runner->quiet_mono_ms = mono_ms + CHORE_GAP_MS;
    if (!runner->has_chores) {
        (void)refresh(runner);
    }
}

static bool can_ask_sync(const struct tn_runner *runner)
{
    return runner->store.sync_state != NULL && runner->model.screen != TN_SCREEN_FAULT &&
           !runner->model.is_fresh;
}

static bool is_same_sync(const struct tn_sync_state *a, const struct tn_sync_state *b)
{
    return a->phase == b->phase && a->via == b->via && a->fault == b->fault && a->done == b->done &&
           a->all == b->all && a->waiting == b->waiting && a->at_ms == b->at_ms &&
           a->spoke_ms == b->spoke_ms;
}

/* What sync has written since it was last looked at goes to the ui; it changes the station's facts,
 * too. */
static void ask_sync(struct tn_runner *runner, const struct tn_event *tick)
{
    struct tn_event event = answer_to(tick, TN_EVENT_SYNC);
    if (!can_ask_sync(runner) || tick->mono_ms < runner->sync_mono_ms) {
        return;
    }
    runner->sync_mono_ms = tick->mono_ms + SYNC_GAP_MS;
    if (runner->store.sync_state(runner->store.ctx, &event.sync) != TN_OK ||
        is_same_sync(&event.sync, &runner->sync)) {
        return;
    }
    runner->sync = event.sync;
    (void)refresh(runner);
    feed(runner, &event, NULL);
}

static void take_tick(struct tn_runner *runner, const struct tn_event *tick)
{
    struct tn_event scan = {0};
    if (tn_typist_silence(&runner->typist, &runner->model, tick, &scan)) {
        take_scan(runner, &scan);
    }
    tn_typist_rest(&runner->typist);
    /* sync works on the same folder: once a minute the corner catches up with its receipts. */
    bool is_new_minute = tick->at_ms / MINUTE_MS != runner->model.now_ms / MINUTE_MS;
    if (is_new_minute && runner->model.screen != TN_SCREEN_FAULT && !runner->model.is_fresh) {
        (void)refresh(runner);
    }
    ask_sync(runner, tick);
    feed(runner, tick, NULL);
    do_chores(runner, tick->mono_ms);
}

static void take_key(struct tn_runner *runner, const struct tn_event *key)
{
    struct tn_event out = {0};
    if (tn_typist_key(&runner->typist, &runner->model, key, &out)) {
        if (out.type == TN_EVENT_SCAN) {
            take_scan(runner, &out);
        } else {
            feed(runner, &out, NULL);
        }
    }
    tn_typist_rest(&runner->typist);
}

void tn_runner_init(struct tn_runner *runner, const struct tn_store *store,
                    const struct tn_runner_out *out, int64_t at_ms, int64_t mono_ms)
{
    memset(runner, 0, sizeof *runner);
    tn_model_init(&runner->model, at_ms, mono_ms);
    runner->store = *store;
    runner->out = *out;
    runner->has_chores = true;
    runner->quiet_mono_ms = mono_ms + QUIET_MS;
    enum tn_status status = refresh(runner);
    if (status == TN_ERR_NOT_FOUND) {
        runner->model.is_fresh = true;
        runner->model.screen = TN_SCREEN_SETUP;
        runner->model.place = TN_SCREEN_SETUP;
    } else if (status != TN_OK) {
        struct tn_event failed = {
            .type = TN_EVENT_STORE_FAILED, .at_ms = at_ms, .mono_ms = mono_ms, .status = status};
        feed(runner, &failed, NULL);
    }
}

void tn_runner_event(struct tn_runner *runner, struct tn_event *event)
{
    if (event->type != TN_EVENT_TICK) {
        runner->quiet_mono_ms = event->mono_ms + QUIET_MS;
    }
    switch (event->type) {
    case TN_EVENT_TICK:
        take_tick(runner, event);
        break;
    case TN_EVENT_SCAN:
        take_scan(runner, event);
        break;
    case TN_EVENT_KEY:
        take_key(runner, event);
        break;
    case TN_EVENT_TAP:
        take_tap(runner, event);
        break;
    case TN_EVENT_INFO:
        (void)refresh(runner);
        feed(runner, event, NULL);
        break;
    default:
        feed(runner, event, NULL);
        break;
    }
    tn_event_wipe(event);
}

int64_t tn_runner_deadline(const struct tn_runner *runner)
{
    int64_t deadline = tn_ui_deadline(&runner->model);
    int64_t silence = tn_typist_deadline(&runner->typist);
    if (silence < deadline) {
        deadline = silence;
    }
    bool is_fault = runner->model.screen == TN_SCREEN_FAULT;
    if (runner->has_chores && !is_fault && !runner->model.is_fresh &&
        runner->quiet_mono_ms < deadline) {
        deadline = runner->quiet_mono_ms;
    }
    if (can_ask_sync(runner) && runner->sync_mono_ms < deadline) {
        deadline = runner->sync_mono_ms;
    }
    return deadline;
}
