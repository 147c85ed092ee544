/* What happens to a kiosk: events go in, effects come out. Both are plain values that can be
 * copied between threads. Time is in the event, never read. */
#ifndef TURNOUT_UI_EVENT_H
#define TURNOUT_UI_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kiosk/ui/request.h"
#include "turnout/station.h"
#include "turnout/sync_state.h"

#define TN_SCAN_TEXT_MAX 2600 /* the longest symbol we care for, a set-up card; longer is noise */
#define TN_CONTROL_MAX 31

enum tn_event_type {
    TN_EVENT_TICK,         /* time passed */
    TN_EVENT_SCAN,         /* a whole scan, from any source */
    TN_EVENT_KEY,          /* a key of a keyboard or a wedge scanner, before it is a scan */
    TN_EVENT_TAP,          /* a control was pressed: name */
    TN_EVENT_TEXT,         /* characters typed on a keyboard: text, len; only while
                              tn_ui_wants_text */
    TN_EVENT_PRESS,        /* a key that is no character, for the open field: press */
    TN_EVENT_FILE,         /* a file was dropped on the window: its path in text */
    TN_EVENT_REPLY,        /* the store's answer to a request: reply */
    TN_EVENT_SPELT,        /* candidates to a syllable of pinyin: text, separated by spaces */
    TN_EVENT_HEALTH,       /* devices: health */
    TN_EVENT_CAMERA,       /* the camera came, went or fails: health.camera alone */
    TN_EVENT_STORED,       /* the store's answer: record, pending */
    TN_EVENT_STORE_FAILED, /* the store's answer: status */
    TN_EVENT_STORE_WELL,   /* a probe after a failure: the store takes entries again */
    TN_EVENT_INFO,         /* the station's facts changed: see tn_model_info */
    TN_EVENT_SYNC,         /* what sync is doing, as it says: sync */
    TN_EVENT_SCANS_END,    /* a finite source (stdin) has ended */
    TN_EVENT_QUIT,         /* leave */
    TN_EVENT_COUNT
};

enum tn_press { TN_PRESS_ENTER, TN_PRESS_ERASE, TN_PRESS_ESCAPE };

/* How the devices around the kiosk are. */
enum tn_part_state {
    TN_PART_NONE, /* there is none, or nobody can know */
    TN_PART_WELL,
    TN_PART_TROUBLE, /* look at it */
};

/* Where a scan was read. */
enum tn_source {
    TN_SOURCE_SCANNER, /* something that reads by itself and sends text */
    TN_SOURCE_CAMERA,
    TN_SOURCE_PICTURE, /* a file somebody dropped on the window */
};

#define TN_REASON_MAX 63

struct tn_health {
    enum tn_part_state printer;
    enum tn_part_state scanner; /* WELL: a scan came from one since the start */
    enum tn_part_state camera;
    enum tn_part_state disk;
    char printer_reason[TN_REASON_MAX + 1]; /* English key to translate; empty: none */
    uint64_t disk_free_mb;
};

struct tn_event {
    enum tn_event_type type;
    int64_t at_ms;                    /* wall time */
    int64_t mono_ms;                  /* CLOCK_BOOTTIME; timers and windows run on this one */
    enum tn_status status;            /* STORE_FAILED */
    struct tn_record record;          /* STORED; wiped after use */
    enum tn_source source;            /* SCAN */
    const char *method;               /* SCAN: "scan", "tap"; static */
    char control[TN_CONTROL_MAX + 1]; /* TAP */
    bool has_point;                   /* TAP: where on the panel is known, in layout millimetres */
    float x_mm, y_mm;
    uint16_t scancode;               /* KEY: a USB HID usage number (as SDL's scancodes are) */
    enum tn_press press;             /* PRESS */
    struct tn_health health;         /* HEALTH */
    const struct tn_reply *reply;    /* REPLY; borrowed for the call */
    struct tn_sync_state sync;       /* SYNC */
    bool had_end;                    /* SCAN: it ended by a key or a line's end, not by silence; of
                                        a picture: a symbol was found */
    bool is_slow;                    /* SCAN: typed no faster than a person types */
    size_t given_up;                 /* SCAN: keys before it that silence cut off */
    size_t len;                      /* SCAN: bytes of text; may exceed what text holds */
    char text[TN_SCAN_TEXT_MAX + 1]; /* SCAN; holds the secret: wiped after use */
};

/* Wipes the secret and the name an event may hold. */
void tn_event_wipe(struct tn_event *event);

enum tn_effect_type {
    TN_EFFECT_RECORD, /* hand the scan to the store */
    TN_EFFECT_PROBE,  /* ask the store whether it is well again */
    TN_EFFECT_SOUND,  /* play sound */
    TN_EFFECT_ASK,    /* hand the request to the store */
    TN_EFFECT_LOCK,   /* wipe what a staff card opened */
    TN_EFFECT_SPELL,  /* candidates for the syllable in `spell` */
    TN_EFFECT_PRINT,  /* print the badge in model.handed */
    TN_EFFECT_LOOK,   /* model.look, volume or is_speaking changed */
    TN_EFFECT_QUIT,
    TN_EFFECT_COUNT
};

enum tn_sound {
    TN_SOUND_WELCOME,
    TN_SOUND_ALREADY,
    TN_SOUND_GOODBYE,
    TN_SOUND_HELP,
    TN_SOUND_FAULT,
    TN_SOUND_COUNT
};

struct tn_effect {
    enum tn_effect_type type;
    enum tn_sound sound;
};

#define TN_EFFECTS_MAX 8

struct tn_effects {
    size_t count;
    struct tn_effect items[TN_EFFECTS_MAX];
    struct tn_request request; /* ASK: one an event; wiped by the runner */
    char spell[8];             /* SPELL */
};

#endif
