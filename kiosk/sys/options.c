/* Options as a table: one row each, with a function that takes its value. `--name value` and
 * `--name=value` are the same. What a later version will do is refused by name and not ignored, so
 * that nobody relies on a mirror that is not written. */
#include "kiosk/sys/options.h"

#include <errno.h>

#include "kiosk/sys/camera.h"
#include "kiosk/sys/serial_port.h"
#include "turnout/log.h"

#define WINDOW_W_PX 1280
#define WINDOW_H_PX 800
#define WINDOW_PX_MIN 200
#define WINDOW_PX_MAX 16384
#define EXPOSURE_MS_MIN 0.1f
#define EXPOSURE_MS_MAX 1000.0f
#define FOCUS_MAX 100000
/* Fewer keys than this a person may manage at a scanner's pace. */
#define WEDGE_SCAN_LEAST (TN_WEDGE_TYPED_MAX + 1)
#define AUTO_DIR "auto:"

enum value_rule { NO_VALUE, MAY_VALUE, NEEDS_VALUE };

struct option_row {
    const char *name;
    enum value_rule rule;
    /* value is NULL where none was given; false where it will not do, said in the log. */
    bool (*take)(struct tn_options *options, const char *value);
};

static bool take_station(struct tn_options *options, const char *value)
{
    int len = snprintf(options->station, sizeof options->station, "%s", value);
    if (len <= 0 || (size_t)len >= sizeof options->station) {
        tn_log(TN_LOG_ERROR, "--station needs a folder; see turnout-kiosk --help");
        return false;
    }
    return true;
}

static bool read_px(const char *text, char **end, int *out)
{
    errno = 0;
    long px = strtol(text, end, 10);
    *out = (int)px;
    return errno == 0 && *end != text && px >= WINDOW_PX_MIN && px <= WINDOW_PX_MAX;
}

static bool take_windowed(struct tn_options *options, const char *value)
{
    options->is_windowed = true;
    if (value == NULL) {
        return true;
    }
    char *end = NULL;
    bool is_ok = read_px(value, &end, &options->w_px) && *end == 'x' &&
                 read_px(end + 1, &end, &options->h_px) && *end == '\0';
    if (!is_ok) {
        tn_log(TN_LOG_ERROR, "--windowed=%s: a size is WIDTHxHEIGHT in pixels, %d to %d each",
               value, WINDOW_PX_MIN, WINDOW_PX_MAX);
    }
    return is_ok;
}

static bool take_scanner(struct tn_options *options, const char *value)
{
    options->scanner = value;
    const char *dir = tn_options_serial_dir(options);
    if (strcmp(value, "auto") == 0 || strcmp(value, "stdin") == 0 ||
        (dir == NULL ? strchr(value, '/') != NULL : *dir != '\0')) {
        return true;
    }
    tn_log(TN_LOG_ERROR, "--scanner %s: expected auto, auto:FOLDER, stdin or the path of a device",
           value);
    return false;
}

static bool take_baud(struct tn_options *options, const char *value)
{
    char *end = NULL;
    errno = 0;
    long baud = strtol(value, &end, 10);
    bool is_ok = errno == 0 && *end == '\0' && tn_baud_is_known(baud);
    options->baud = is_ok ? (int)baud : 0;
    if (!is_ok) {
        tn_log(TN_LOG_ERROR,
               "--baud %s: expected 1200, 2400, 4800, 9600, 19200, 38400, 57600 or 115200; the "
               "scanner's manual says which",
               value);
    }
    return is_ok;
}

/* A whole number of an option that says what it is for. */
static bool take_number(const char *what, const char *value, int least, int most, int *out)
{
    char *end = NULL;
    errno = 0;
    long number = strtol(value, &end, 10);
    bool is_ok = errno == 0 && end != value && *end == '\0' && number >= least && number <= most;
    *out = is_ok ? (int)number : 0;
    if (!is_ok) {
        tn_log(TN_LOG_ERROR, "%s, a number from %d to %d; \"%s\" is none", what, least, most,
               value);
    }
    return is_ok;
}

static bool take_wedge_silence(struct tn_options *options, const char *value)
{
    return take_number("--wedge-silence: the milliseconds without a key that end a scan", value,
                       TN_WEDGE_SILENCE_LEAST_MS, TN_WEDGE_SILENCE_MOST_MS,
                       &options->wedge.silence_ms);
}

static bool take_wedge_digits(struct tn_options *options, const char *value)
{
    return take_number("--wedge-digits: how many make a scan where no Enter comes", value,
                       WEDGE_SCAN_LEAST, TN_WEDGE_SCAN_MOST, &options->wedge.scan_min);
}

static bool take_wedge_gap(struct tn_options *options, const char *value)
{
    return take_number("--wedge-gap: the milliseconds between keys that no person is under", value,
                       1, TN_WEDGE_GAP_MOST_MS, &options->wedge.gap_ms);
}

static bool take_camera(struct tn_options *options, const char *value)
{
    options->camera = value;
    if (strcmp(value, "auto") == 0 || strcmp(value, "none") == 0 || strchr(value, '/') != NULL ||
        tn_camera_is_file(value)) {
        return true;
    }
    tn_log(TN_LOG_ERROR,
           "--camera %s: expected auto, none, the path of a device (/dev/video0) or a file (.y4m)",
           value);
    return false;
}

static bool take_exposure(struct tn_options *options, const char *value)
{
    char *end = NULL;
    options->exposure_ms = strtof(value, &end);
    bool is_ok = end != value && *end == '\0' && options->exposure_ms >= EXPOSURE_MS_MIN &&
                 options->exposure_ms <= EXPOSURE_MS_MAX;
    if (!is_ok) {
        tn_log(TN_LOG_ERROR, "--exposure %s: milliseconds of light a frame, %g to %g", value,
               (double)EXPOSURE_MS_MIN, (double)EXPOSURE_MS_MAX);
    }
    return is_ok;
}

static bool take_focus(struct tn_options *options, const char *value)
{
    char *end = NULL;
    errno = 0;
    long focus = strtol(value, &end, 10);
    bool is_ok = end != value && *end == '\0' && errno == 0 && focus >= 0 && focus <= FOCUS_MAX;
    options->focus = is_ok ? (int)focus : -1;
    if (!is_ok) {
        tn_log(TN_LOG_ERROR,
               "--focus %s: a number of the camera's own, 0 (far) to %d; `v4l2-ctl -L` lists them",
               value, FOCUS_MAX);
    }
    return is_ok;
}

static bool take_lang(struct tn_options *options, const char *value)
{
    options->lang = tn_lang_from_code(value);
    options->has_lang = true;
    if (options->lang < TN_LANG_COUNT) {
        return true;
    }
    tn_log(TN_LOG_ERROR, "--lang %s: expected one of en, es, fr, vi, ar, hi, zh-Hans", value);
    return false;
}

static bool take_print(struct tn_options *options, const char *value)
{
    options->prints_cards = strcmp(value, "card") == 0;
    if (options->prints_cards || strcmp(value, "label") == 0) {
        return true;
    }
    tn_log(TN_LOG_ERROR, "--print %s: expected label (62 x 29 mm) or card (54 x 86 mm)", value);
    return false;
}

static bool take_setup(struct tn_options *options, const char *value)
{
    options->setup = value;
    return true;
}

static bool take_theme(struct tn_options *options, const char *value)
{
    options->theme = tn_theme_from_name(value);
    options->has_theme = true;
    if (options->theme == TN_THEME_COUNT) {
        tn_log(TN_LOG_ERROR, "--theme %s: expected light, dark or contrast", value);
        return false;
    }
    return true;
}

static bool take_px_per_mm(struct tn_options *options, const char *value)
{
    char *end = NULL;
    options->px_per_mm = strtof(value, &end);
    bool is_ok =
        end != value && *end == '\0' && options->px_per_mm >= 1.0F && options->px_per_mm <= 40.0F;
    if (!is_ok) {
        tn_log(TN_LOG_ERROR,
               "--px-per-mm %s: expected a number from 1 to 40; measure the screen's "
               "width in millimetres and divide its pixels by that",
               value);
    }
    return is_ok;
}

static bool take_demo(struct tn_options *options, const char *value)
{
    options->demo = value;
    return true;
}

static bool take_script(struct tn_options *options, const char *value)
{
    options->script = value;
    options->is_headless = true;
    return true;
}

static bool take_shots(struct tn_options *options, const char *value)
{
    options->shots = value;
    return true;
}

static bool take_headless(struct tn_options *options, const char *value)
{
    (void)value;
    options->is_headless = true;
    return true;
}

static bool take_verbose(struct tn_options *options, const char *value)
{
    (void)value;
    options->is_verbose = true;
    return true;
}

static bool take_help(struct tn_options *options, const char *value)
{
    (void)value;
    options->wants_help = true;
    return true;
}

static bool take_version(struct tn_options *options, const char *value)
{
    (void)value;
    options->wants_version = true;
    return true;
}

static bool refuse_mirror(struct tn_options *options, const char *value)
{
    (void)options;
    tn_log(TN_LOG_ERROR, "--mirror %s: this version keeps no mirror yet; nothing would be copied",
           value);
    return false;
}

/* The words that follow are pictures, all of them. */
static bool take_decode(struct tn_options *options, const char *value)
{
    (void)value;
    options->is_decoding = true;
    return true;
}

static const struct option_row rows[] = {
    {"station", NEEDS_VALUE, take_station},
    {"setup", NEEDS_VALUE, take_setup},
    {"print", NEEDS_VALUE, take_print},
    {"windowed", MAY_VALUE, take_windowed},
    {"scanner", NEEDS_VALUE, take_scanner},
    /* Speed of a serial one. */
    {"baud", NEEDS_VALUE, take_baud},
    {"wedge-silence", NEEDS_VALUE, take_wedge_silence},
    {"wedge-digits", NEEDS_VALUE, take_wedge_digits},
    {"wedge-gap", NEEDS_VALUE, take_wedge_gap},
    {"camera", NEEDS_VALUE, take_camera},
    {"exposure", NEEDS_VALUE, take_exposure},
    {"focus", NEEDS_VALUE, take_focus},
    {"lang", NEEDS_VALUE, take_lang},
    {"theme", NEEDS_VALUE, take_theme},
    {"px-per-mm", NEEDS_VALUE, take_px_per_mm},
    {"mirror", NEEDS_VALUE, refuse_mirror},
    {"demo", NEEDS_VALUE, take_demo},
    {"headless", NO_VALUE, take_headless},
    {"script", NEEDS_VALUE, take_script},
    {"shots", NEEDS_VALUE, take_shots},
    {"decode", NO_VALUE, take_decode},
    {"verbose", NO_VALUE, take_verbose},
    {"help", NO_VALUE, take_help},
    {"version", NO_VALUE, take_version},
};

/* The row of "--name" or "--name=value"; *value gets what follows the sign, or NULL. */
static const struct option_row *find_row(const char *arg, const char **value)
{
    *value = NULL;
    if (strcmp(arg, "-h") == 0) {
        arg = "--help";
    }
    if (strncmp(arg, "--", 2) != 0) {
        return NULL;
    }
    size_t len = strcspn(arg + 2, "=");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strlen(rows[i].name) == len && strncmp(rows[i].name, arg + 2, len) == 0) {
            *value = arg[2 + len] == '=' ? arg + 3 + len : NULL;
            return &rows[i];
        }
    }
    return NULL;
}

/* Takes the option at argv[*i], and its value where that is the next word. */
static bool take_option(struct tn_options *options, int argc, char **argv, int *i)
{
    const char *value = NULL;
    const struct option_row *row = find_row(argv[*i], &value);
    if (row == NULL) {
        tn_log(TN_LOG_ERROR, "%s: no such option; see turnout-kiosk --help", argv[*i]);
        return false;
    }
    if (row->rule == NEEDS_VALUE && value == NULL && *i + 1 < argc) {
        value = argv[++*i];
    }
    if (row->rule == NEEDS_VALUE && (value == NULL || *value == '\0')) {
        tn_log(TN_LOG_ERROR, "--%s needs a value; see turnout-kiosk --help", row->name);
        return false;
    }
    if (row->rule == NO_VALUE && value != NULL) {
        tn_log(TN_LOG_ERROR, "--%s takes no value", row->name);
        return false;
    }
    return row->take(options, value);
}

/* Where a station lies if nobody says otherwise (XDG base directories). */
static bool use_default_station(struct tn_options *options)
{
    const char *data = getenv("XDG_DATA_HOME");
    const char *home = getenv("HOME");
    char path[TN_PATH_MAX];
    int len = 0;
    if (data != NULL && data[0] == '/') {
        len = snprintf(path, sizeof path, "%s/turnout/station", data);
    } else if (home != NULL && home[0] == '/') {
        len = snprintf(path, sizeof path, "%s/.local/share/turnout/station", home);
    }
    if (len <= 0 || (size_t)len >= sizeof path) {
        tn_log(TN_LOG_ERROR, "which station? give --station DIR");
        return false;
    }
    return take_station(options, path);
}

static enum tn_status take_pictures(struct tn_options *options, int count, char **paths)
{
    options->pictures = paths;
    options->picture_count = count;
    if (count == 0) {
        tn_log(TN_LOG_ERROR, "--decode needs pictures: PNG, JPEG or WebP files");
        return TN_ERR_FORMAT;
    }
    return TN_OK;
}

/* What only makes sense together. */
static bool fits_together(const struct tn_options *options)
{
    if (options->shots != NULL && options->script == NULL) {
        tn_log(TN_LOG_ERROR, "--shots needs --script FLOW, whose `shot NAME` steps are drawn");
        return false;
    }
    if (options->is_headless && options->script == NULL && strcmp(options->scanner, "auto") == 0 &&
        strcmp(options->camera, "none") == 0) {
        tn_log(TN_LOG_ERROR, "--headless needs something to do: --scanner stdin, --camera FILE.y4m "
                             "or --script FLOW");
        return false;
    }
    struct tn_wedge_rules wedge = tn_wedge_rules_fill(&options->wedge);
    if (wedge.gap_ms >= wedge.silence_ms) {
        tn_log(TN_LOG_ERROR,
               "--wedge-gap %d must be below --wedge-silence %d: no scan may end between two keys",
               wedge.gap_ms, wedge.silence_ms);
        return false;
    }
    return true;
}

enum tn_status tn_options_read(struct tn_options *options, int argc, char **argv)
{
    *options = (struct tn_options){.w_px = WINDOW_W_PX,
                                   .h_px = WINDOW_H_PX,
                                   .scanner = "auto",
                                   .focus = -1,
                                   .theme = TN_THEME_LIGHT,
                                   .lang = TN_LANG_EN};
    for (int i = 1; i < argc; i++) {
        if (!take_option(options, argc, argv, &i)) {
            return TN_ERR_FORMAT;
        }
        if (options->is_decoding) {
            return take_pictures(options, argc - i - 1, argv + i + 1);
        }
    }
    if (options->wants_help || options->wants_version) {
        return TN_OK;
    }
    if (options->station[0] == '\0' && !use_default_station(options)) {
        return TN_ERR_FORMAT;
    }
    if (options->camera == NULL) {
        options->camera = options->is_headless ? "none" : "auto";
    }
    return fits_together(options) ? TN_OK : TN_ERR_FORMAT;
}

const char *tn_options_serial_dir(const struct tn_options *options)
{
    bool has_dir = strncmp(options->scanner, AUTO_DIR, sizeof AUTO_DIR - 1) == 0;
    return has_dir ? options->scanner + sizeof AUTO_DIR - 1 : NULL;
}

const char *tn_options_help(void)
{
    return "Usage: turnout-kiosk [--station DIR] [OPTION]...\n"
           "Checks learners in at one station. Works without a network, always.\n"
           "\n"
           "  --station DIR         the station's folder (default: "
           "$XDG_DATA_HOME/turnout/station)\n"
           "  --windowed[=WxH]      a window instead of the whole screen (default 1280x800)\n"
           "  --scanner SOURCE      auto (scanners that type, and serial ones by themselves), "
           "stdin,\n"
           "                        or a device's path; auto:FOLDER looks there and not in /dev\n"
           "  --baud N              the speed of a USB-serial scanner (default 9600)\n"
           "  --wedge-silence MS    a scanner that types: the silence that ends a scan without "
           "Enter\n"
           "                        (default 100)\n"
           "  --wedge-digits N      how many digits such a scan has at least (default 20)\n"
           "  --wedge-gap MS        keys further apart than this are a person's (default 35)\n"
           "  --camera CAMERA       auto (the first that works), none, a device's path, or a\n"
           "                        FILE.y4m that is played as one\n"
           "  --exposure MS         how long the camera takes light for a frame, 0.1 to 1000\n"
           "  --focus N             the camera's focus, in its own numbers from 0, far\n"
           "  --setup FILE          a set-up card that makes a fresh folder a station; without it\n"
           "                        a fresh kiosk asks for the card on its screen\n"
           "  --print label|card    what a new badge is printed on: 62 x 29 mm or 54 x 86 mm\n"
           "  --lang XX             the screens' language: en, es, fr, vi, ar, hi or zh-Hans\n"
           "  --theme NAME          light, dark or contrast\n"
           "  --px-per-mm N         the screen's pixels a millimetre, where it does not say so "
           "itself\n"
           "  --demo BADGES.csv     a strip of demo badges to tap (turnout-sync demo makes one)\n"
           "  --headless            no window; with --scanner or --camera prints SCREEN<TAB>SEQ a "
           "scan\n"
           "  --script FLOW         runs a flow script, headless\n"
           "  --shots DIR           where the script's shots go, as NAME.png and NAME.txt\n"
           "  --decode PICTURE...   prints PICTURE<TAB>text for each picture that holds a QR "
           "symbol;\n"
           "                        exit 1 if one holds none\n"
           "  --verbose             tell on standard error what is done\n"
           "  -h, --help            this page\n"
           "  --version             the version\n"
           "\n"
           "To leave: end the program (SIGTERM, SIGINT), or, with --windowed, close the window; "
           "every\n"
           "entry is safe by then. A kiosk that takes the whole screen is left by no key, gesture "
           "or\n"
           "close button until a staff card has unlocked it.\n"
           "Exit codes: 0 done, 1 a script's expectation failed, 2 usage, 3 the world failed.\n"
           "A station is made with `turnout-sync station new`, or `turnout-sync demo DIR`.\n";
}
