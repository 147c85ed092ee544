/* A monkey at the kiosk: monkey STATION CARDS.csv SEED EVENTS. It taps whatever can be tapped,
 * types, erases, scans badges, cards and rubbish, lets time pass, fills the disk and empties it,
 * and after every scan holds the kiosk to its word: exactly one entry, or one visible reason why
 * not. It taps where things lie, in portrait and from right to left too, drops files and changes
 * the look. What staff unlock is never on the screen of a kiosk that is locked. The runner, the
 * store and the station are the real ones; only time and the disk's faults are ours.
 *
 * It prints its seed first and, on a broken promise, the number of the event and the screen. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/app/runner.h"
#include "kiosk/ui/screens.h"
#include "turnout/log.h"

#define CARDS_MAX 128
#define SIZES 3
#define EVENTS_TEXT_MAX 65536

static const struct {
    int w_px, h_px;
    float px_per_mm;
} sizes[SIZES] = {{1280, 800, 5.9f}, {800, 1280, 5.9f}, {800, 480, 5.2f}};

struct monkey {
    uint64_t seed;
    unsigned size;
    const char *file; /* of the cards: dropped on the window now and then */
    struct tn_station_store station;
    struct tn_store store;
    struct tn_faulty_store faulty;
    struct tn_runner runner;
    struct tn_draw draw;
    int64_t at_ms;
    int64_t mono_ms;
    size_t card_count;
    char cards[CARDS_MAX][TN_BADGE_TEXT_SIZE];
    int64_t well_ms; /* when a broken disk is mended */
    unsigned long event_no;
    bool was_answered;
    uint64_t answer_seq;
    unsigned long scans, entries, errors, repeats, taken;
    unsigned long seen[TN_SCREEN_COUNT];
};

/* xorshift64*: the same monkey from the same seed, anywhere. */
static uint64_t roll(struct monkey *monkey)
{
    monkey->seed ^= monkey->seed >> 12;
    monkey->seed ^= monkey->seed << 25;
    monkey->seed ^= monkey->seed >> 27;
    return monkey->seed * 0x2545F4914F6CDD1DULL;
}

static unsigned upto(struct monkey *monkey, unsigned count)
{
    return (unsigned)((roll(monkey) >> 33) % count);
}

static void complain(struct monkey *monkey, const char *what)
{
    struct tn_buf text;
    tn_buf_init(&text, EVENTS_TEXT_MAX);
    tn_draw_print(&monkey->draw, &text);
    (void)fprintf(stderr, "event %lu: %s; the screen is %s:\n%.*s\n", monkey->event_no, what,
                  tn_screen_name(monkey->runner.model.screen), (int)text.len,
                  text.data != NULL ? (const char *)text.data : "");
    exit(1);
}

static void check(struct monkey *monkey, bool is_kept, const char *what)
{
    if (!is_kept) {
        complain(monkey, what);
    }
}

static void answered(void *ctx, enum tn_screen screen, uint64_t seq)
{
    struct monkey *monkey = ctx;
    (void)screen;
    monkey->was_answered = true;
    monkey->answer_seq = seq;
}

static void send(struct monkey *monkey, struct tn_event *event)
{
    event->at_ms = monkey->at_ms;
    event->mono_ms = monkey->mono_ms;
    tn_runner_event(&monkey->runner, event);
    monkey->at_ms += monkey->faulty.slow_ms;
    monkey->mono_ms += monkey->faulty.slow_ms;
    monkey->faulty.slow_ms = 0;
}

static void see(struct monkey *monkey)
{
    const struct tn_model *model = &monkey->runner.model;
    struct tn_view display = tn_view_of(sizes[monkey->size].w_px, sizes[monkey->size].h_px,
                                        sizes[monkey->size].px_per_mm, TN_THEME_LIGHT);
    struct tn_view view = tn_view_for(&display, &model->look);
    bool is_pin = model->place == TN_SCREEN_PAST && model->states.past.is_pin;
    tn_ui_draw(model, &view, &monkey->draw);
    monkey->seen[model->screen]++;
    check(monkey, !tn_screens[model->place].needs_staff || model->info.is_unlocked || is_pin,
          "a place of the staff's on a kiosk that is locked");
}

/* Entries that are about people: what a scan may add one of. */
static uint64_t entries_of(struct monkey *monkey)
{
    struct tn_station_info info = {0};
    enum tn_status status = monkey->store.info(monkey->store.ctx, &info);
    check(monkey, status == TN_OK, "the station cannot be asked");
    return info.entries;
}

/* Where a scan that wrote nothing is seen to have been heard. */
static bool is_told(const struct monkey *monkey)
{
    switch (monkey->runner.model.screen) {
    case TN_SCREEN_HELP:
    case TN_SCREEN_FAULT:
    case TN_SCREEN_GROUP:
    case TN_SCREEN_SELFTEST:
    case TN_SCREEN_REPLACE:
    case TN_SCREEN_REGISTER: /* a blank badge that is to get a name */
    case TN_SCREEN_SETUP:
    case TN_SCREEN_STAFF: /* "The new badge is ready" */
        return true;
    default:
        return false;
    }
}

/* The promise: one entry, or a visible reason. A sighting that the gate drops changes nothing. */
static void judge(struct monkey *monkey, uint64_t before, bool is_new)
{
    uint64_t after = entries_of(monkey);
    monkey->scans++;
    check(monkey, monkey->was_answered, "a scan was not answered");
    if (!is_new) {
        check(monkey, after == before, "a repeated sighting wrote an entry");
        monkey->repeats++;
    } else if (monkey->runner.model.screen == TN_SCREEN_FAULT) {
        check(monkey, after == before, "a fault on the screen, and an entry all the same");
        monkey->errors++;
    } else if (monkey->answer_seq != 0 && after > before) {
        check(monkey, after == before + 1, "a scan wrote more than one entry");
        monkey->entries++;
    } else if (after > before) {
        /* A place took the badge for something of its own: a replacement is one entry. */
        check(monkey, after == before + 1, "a place wrote more than one entry for a scan");
        monkey->taken++;
    } else {
        check(monkey, is_told(monkey), "a scan left neither an entry nor a word");
        monkey->errors++;
    }
}

static void scan(struct monkey *monkey)
{
    static const char *const rubbish[] = {"7", "https://example.org/a?b=c", "4006381333931",
                                          "999999999999999999999999999999999999999999999999",
                                          "3123456789"};
    struct tn_event event = {.type = TN_EVENT_SCAN, .method = "scan", .had_end = true};
    unsigned which = upto(monkey, (unsigned)monkey->card_count + 5);
    const char *text =
        which < monkey->card_count ? monkey->cards[which] : rubbish[which - monkey->card_count];
    event.len = strlen(text);
    memcpy(event.text, text, event.len);
    uint64_t before = entries_of(monkey);
    struct tn_gate gate = monkey->runner.gate;
    uint32_t window_ms = monkey->runner.model.info.repeat_ms;
    bool is_new =
        tn_gate_admits(&gate, text, event.len, monkey->mono_ms, window_ms != 0 ? window_ms : 5000);
    monkey->was_answered = false;
    monkey->answer_seq = 0;
    send(monkey, &event);
    see(monkey);
    judge(monkey, before, is_new);
}

static void wait(struct monkey *monkey);

/* What leads to where chance alone seldom gets, and what leads away from there. */
static bool is_one_of(const char *control, const char *const *words)
{
    while (*words != NULL && strcmp(*words, control) != 0) {
        words++;
    }
    return *words != NULL;
}

/* Any control, those that lead on rather than those that lead back. */
static const struct tn_item *choose(struct monkey *monkey)
{
    static const char *const on[] = {"next",      "switch", "settings",  "close",
                                     "set-up",    "clean",  "no-badge",  "make",
                                     "new-badge", "again",  "consent-4", NULL};
    static const char *const away[] = {"lock", "back", "done", "over", "cancel", NULL};
    const struct tn_item *items[TN_DRAW_MAX];
    const struct tn_item *leading[TN_DRAW_MAX];
    unsigned count = 0;
    unsigned leads = 0;
    for (size_t i = 0; i < monkey->draw.count; i++) {
        const struct tn_item *item = &monkey->draw.items[i];
        if (item->control != NULL) {
            items[count++] = item;
            leading[leads] = item;
            leads += is_one_of(item->control, on) ? 1 : 0;
        }
    }
    if (leads > 0 && upto(monkey, 3) == 0) {
        return leading[upto(monkey, leads)];
    }
    const struct tn_item *item = count > 0 ? items[upto(monkey, count)] : NULL;
    bool is_away = item != NULL && is_one_of(item->control, away);
    return is_away && upto(monkey, 2) == 0 ? items[upto(monkey, count)] : item;
}

/* A touch in the middle of something that can be pressed; sometimes where perhaps nothing is. */
static void tap(struct monkey *monkey)
{
    struct tn_event event = {.type = TN_EVENT_TAP};
    const struct tn_item *item = choose(monkey);
    if (item == NULL) { /* a result: it leaves by itself */
        wait(monkey);
        return;
    }
    const char *control =
        tn_draw_hit(&monkey->draw, item->box.x + item->box.w / 2, item->box.y + item->box.h / 2);
    check(monkey, control != NULL, "a control that cannot be hit");
    if (upto(monkey, 8) == 0) {
        control = tn_draw_hit(&monkey->draw, (int)upto(monkey, (unsigned)sizes[monkey->size].w_px),
                              (int)upto(monkey, (unsigned)sizes[monkey->size].h_px));
    }
    if (control != NULL) {
        (void)snprintf(event.control, sizeof event.control, "%s", control);
        send(monkey, &event);
    }
}

/* The kiosk is turned, set larger or lower, and speaks another language. */
static void change_look(struct monkey *monkey)
{
    struct tn_model *model = &monkey->runner.model;
    monkey->size = upto(monkey, SIZES);
    model->look.is_lower = upto(monkey, 2) == 0;
    model->look.is_larger = upto(monkey, 2) == 0;
    model->look.is_still = upto(monkey, 2) == 0;
    model->lang = (enum tn_lang)upto(monkey, TN_LANG_COUNT);
    model->shown_lang = model->lang;
    model->is_speaking = upto(monkey, 2) == 0;
}

static void drop_file(struct monkey *monkey)
{
    const char *const files[] = {"/nowhere/at-all", "/dev/null", monkey->file};
    struct tn_event event = {.type = TN_EVENT_FILE};
    int len = snprintf(event.text, sizeof event.text, "%s", files[upto(monkey, 3)]);
    event.len = len > 0 ? (size_t)len : 0;
    send(monkey, &event);
}

static void type(struct monkey *monkey)
{
    static const char *const letters[] = {"a",    "M",  "y", " ", "-", "é",  "م",
                                          "न",    "ng", "1", "0", "ệ", "中", "\xF0\x9F\x98\x80",
                                          "\xC3", "z"};
    struct tn_event key = {.type = TN_EVENT_KEY, .scancode = (uint16_t)(4 + upto(monkey, 60))};
    send(monkey, &key);
    if (tn_ui_wants_text(&monkey->runner.model)) {
        struct tn_event event = {.type = TN_EVENT_TEXT};
        (void)snprintf(event.text, sizeof event.text, "%s", letters[upto(monkey, 16)]);
        event.len = strlen(event.text);
        send(monkey, &event);
    }
}

/* Time passes with a tick at each deadline, as the loop gives them. */
static void wait(struct monkey *monkey)
{
    static const unsigned spans_ms[] = {20, 300, 2000, 5000, 11000, 50000, 130000};
    int64_t end_ms = monkey->mono_ms + spans_ms[upto(monkey, upto(monkey, 12) == 0 ? 7 : 5)];
    while (monkey->mono_ms < end_ms) {
        int64_t next_ms = tn_runner_deadline(&monkey->runner);
        next_ms = next_ms <= monkey->mono_ms ? monkey->mono_ms + 1 : next_ms;
        next_ms = next_ms > end_ms ? end_ms : next_ms;
        monkey->at_ms += next_ms - monkey->mono_ms;
        monkey->mono_ms = next_ms;
        struct tn_event tick = {.type = TN_EVENT_TICK};
        send(monkey, &tick);
    }
}

static void break_disk(struct monkey *monkey)
{
    static const enum tn_store_fault faults[] = {TN_STORE_WELL, TN_STORE_WELL, TN_STORE_FULL,
                                                 TN_STORE_IO, TN_STORE_SLOW};
    monkey->faulty.fault = faults[upto(monkey, 5)];
    monkey->well_ms = monkey->mono_ms + 1000 + upto(monkey, 20000);
}

static void jump_clock(struct monkey *monkey)
{
    monkey->at_ms += ((int64_t)upto(monkey, 7200) - 3600) * 1000;
}

static void change_health(struct monkey *monkey)
{
    struct tn_event event = {.type = TN_EVENT_HEALTH};
    event.health.printer = (enum tn_part_state)upto(monkey, 3);
    event.health.disk = (enum tn_part_state)upto(monkey, 3);
    (void)snprintf(event.health.printer_reason, sizeof event.health.printer_reason,
                   "Out of labels");
    send(monkey, &event);
}

static void step(struct monkey *monkey)
{
    static const struct {
        unsigned weight;
        void (*act)(struct monkey *monkey);
    } acts[] = {{49, tap},       {16, type},       {13, scan},
                {16, wait},      {1, change_look}, {1, drop_file},
                {2, break_disk}, {1, jump_clock},  {1, change_health}};
    unsigned at = upto(monkey, 100);
    size_t i = 0;
    if (monkey->mono_ms >= monkey->well_ms) {
        monkey->faulty.fault = TN_STORE_WELL;
    }
    while (at >= acts[i].weight) {
        at -= acts[i++].weight;
    }
    acts[i].act(monkey);
    /* The program may end only where staff unlocked it; the monkey starts it again. */
    if (monkey->runner.is_done) {
        monkey->runner.is_done = false;
    }
    see(monkey);
}

/* Takes every run of 48 digits in the files. */
static void read_cards(struct monkey *monkey, const char *path)
{
    char line[4096];
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        (void)fprintf(stderr, "%s: cannot be opened\n", path);
        exit(3);
    }
    while (fgets(line, sizeof line, file) != NULL && monkey->card_count < CARDS_MAX) {
        for (char *at = line; *at != '\0';) {
            size_t digits = strspn(at, "0123456789");
            if (digits == TN_BADGE_DIGITS && monkey->card_count < CARDS_MAX) {
                memcpy(monkey->cards[monkey->card_count++], at, TN_BADGE_DIGITS);
            }
            at += digits > 0 ? digits : 1;
        }
    }
    (void)fclose(file);
}

/* In the end the log has to hold from its first entry to its last. */
static void verify(struct monkey *monkey)
{
    struct tn_verify state = {0};
    while (!state.is_done) {
        enum tn_status status = tn_station_verify(monkey->station.station, &state, 100000);
        check(monkey, status == TN_OK, "the log does not verify");
    }
}

static void report(const struct monkey *monkey)
{
    printf("%lu scans: %lu entries, %lu told why not, %lu repeats, %lu taken by a place\n",
           monkey->scans, monkey->entries, monkey->errors, monkey->repeats, monkey->taken);
    for (int i = 0; i < TN_SCREEN_COUNT; i++) {
        printf("%s %lu%s", tn_screen_name((enum tn_screen)i), monkey->seen[i],
               i + 1 < TN_SCREEN_COUNT ? ", " : "\n");
    }
}

int main(int argc, char **argv)
{
    static struct monkey monkey;
    if (argc != 5 || tn_crypto_init() != TN_OK) {
        (void)fprintf(stderr, "usage: monkey STATION CARDS.csv SEED EVENTS\n");
        return 2;
    }
    unsigned long seed = strtoul(argv[3], NULL, 10);
    unsigned long events = strtoul(argv[4], NULL, 10);
    printf("seed %lu, %lu events\n", seed, events);
    tn_log_program("monkey");
    monkey.seed = seed * 2654435761u + 88172645463325252ULL;
    monkey.at_ms = 1773496800000;
    monkey.mono_ms = 3600000;
    monkey.file = argv[2];
    read_cards(&monkey, argv[2]);
    struct tn_station_env env = {.random = tn_random_system()};
    struct tn_store real;
    if (tn_station_store_init(&monkey.station, argv[1], &env, &real) != TN_OK) {
        return 3;
    }
    tn_faulty_store_init(&monkey.faulty, real, &monkey.store);
    struct tn_runner_out out = {.ctx = &monkey, .answered = answered};
    tn_runner_init(&monkey.runner, &monkey.store, &out, monkey.at_ms, monkey.mono_ms);
    for (int i = 0; i < TN_LANG_COUNT; i++) {
        monkey.runner.model.has_lang[i] = true;
    }
    see(&monkey);
    for (monkey.event_no = 0; monkey.event_no < events; monkey.event_no++) {
        step(&monkey);
    }
    verify(&monkey);
    report(&monkey);
    tn_station_store_destroy(&monkey.station);
    return 0;
}
