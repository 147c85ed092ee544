/* The command line of turnout-kiosk. */
#ifndef TURNOUT_SYS_OPTIONS_H
#define TURNOUT_SYS_OPTIONS_H

#include <stdbool.h>

#include "kiosk/app/wedge.h"
#include "kiosk/ui/lang.h"
#include "kiosk/ui/theme.h"
#include "turnout/status.h"

#define TN_PATH_MAX 4096

struct tn_options {
    char station[TN_PATH_MAX];
    bool is_windowed;
    int w_px; /* of the window, and of what is drawn headless */
    int h_px;
    int baud;                    /* of a scanner on a USB-serial chip; 0: the usual */
    struct tn_wedge_rules wedge; /* of scanners that type */
    const char *scanner; /* auto, auto:FOLDER, stdin or a path; borrowed from argv, as the rest */
    const char *camera;  /* "auto", "none", a device's path or a Y4M file's */
    const char *demo;    /* NULL: none */
    const char *script;
    const char *shots;
    enum tn_theme_id theme;
    bool has_theme; /* asked for here: goes before what staff has set */
    enum tn_lang lang;
    bool has_lang;
    bool prints_cards;     /* badge cards of 54 x 86 mm instead of labels of 62 x 29 mm */
    const char *setup;     /* a set-up card's file for a fresh station; NULL: none */
    float px_per_mm;       /* 0: not known */
    float exposure_ms;     /* of the camera; 0: its own */
    int focus;             /* of the camera, in its driver's units; -1: its own */
    char *const *pictures; /* to be decoded */
    int picture_count;
    bool is_decoding;
    bool is_headless;
    bool is_verbose; /* tells what it does, the first frame included */
    bool wants_help;
    bool wants_version;
};

/* Reads argv. TN_ERR_FORMAT for a usage error, said in the log with what to do instead. */
enum tn_status tn_options_read(struct tn_options *options, int argc, char **argv);

/* The folder named after "auto:", in which serial scanners are looked for; NULL: none is. */
const char *tn_options_serial_dir(const struct tn_options *options);

/* The page that --help prints. */
const char *tn_options_help(void);

#endif
