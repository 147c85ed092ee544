/* The table of screens: one row a screen, one file a screen. A new screen is a file and a row.
 *
 * There are places, where somebody does something (idle, a form, the staff panel), and results,
 * which are shown over a place for a moment and then give it back as it was. A scan is always
 * taken: its result covers the place, and what was half-done there is kept. */
#ifndef TURNOUT_UI_SCREEN_H
#define TURNOUT_UI_SCREEN_H

#include "kiosk/ui/model.h"

struct tn_screen_row {
    const char *name;
    void (*draw)(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw);

    /* Taps, typed text, presses, replies, candidates and files for this screen; NULL: none. */
    void (*event)(struct tn_model *model, const struct tn_event *event, struct tn_effects *effects);
    /* A scan that this place takes for itself (a blank badge, a self-test, a set-up card): true
     * where it did, and nothing is recorded; NULL: all scans are recorded. */
    bool (*scan)(struct tn_model *model, const struct tn_event *event, struct tn_effects *effects);
    /* The field that typed text goes to now, or NULL. */
    const struct tn_field *(*field)(const struct tn_model *model);
    /* Asks for what the place shows now, where a fault has come between; NULL: nothing. */
    void (*ask)(struct tn_model *model, struct tn_effects *effects);
    /* Forgets what was half-done; called when a place is left for good. */
    void (*wipe)(struct tn_model *model);

    int64_t hold_ms; /* a result: how long it stays; 0: until something happens */
    int64_t rest_ms; /* a place: silence after which it is left for good; 0: never */
    int64_t warn_ms; /* how long before that a warning asks for a touch; 0: no warning */
    bool is_result;
    bool needs_staff; /* leaves with the lock */
    bool has_sound;
    enum tn_sound sound; /* played when it is entered */
};

/* Indexed by enum tn_screen. */
extern const struct tn_screen_row tn_screens[TN_SCREEN_COUNT];

/* Goes to a place. What the place before holds is kept: a form's next step may come back to it. */
void tn_go(struct tn_model *model, enum tn_screen place, struct tn_effects *effects);

/* Leaves everything: wipes what every place holds (locks, where staff had unlocked), and is idle;
 * or back at the form that staff or a group interrupted. */
void tn_go_home(struct tn_model *model, struct tn_effects *effects);

/* The same where silence is the reason: a result that is being shown stays for its time. */
void tn_go_home_under(struct tn_model *model, struct tn_effects *effects);

/* Shows a result over the place for its time; record is copied, and wiped when it leaves. */
void tn_show(struct tn_model *model, enum tn_screen result, const struct tn_record *record,
             struct tn_effects *effects);

/* Takes a result away: the place under it is seen again, as it was. */
void tn_uncover(struct tn_model *model, struct tn_effects *effects);

/* Shows the screen that a record's result calls for. */
void tn_show_record(struct tn_model *model, const struct tn_record *record,
                    struct tn_effects *effects);

/* A request for the store, zeroed; one an event. The reply comes to the place's event handler. */
struct tn_request *tn_ask(struct tn_effects *effects, enum tn_request_type type);

/* Appends an effect without particulars. */
void tn_effect_add(struct tn_effects *effects, enum tn_effect_type type);

/* Asks for candidates to the syllable of a keyboard. */
void tn_spell(struct tn_effects *effects, const char *pinyin);

/* True where the event is a tap on this control. */
bool tn_is_tap(const struct tn_event *event, const char *control);

/* The number at the end of "PREFIX-N" (1 and up) of a tapped control; 0 where it is another. */
int tn_tap_number(const struct tn_event *event, const char *prefix);

/* Text that people read goes through here, so that every string can be translated. Texts in tables
 * are marked by N_() and translated where they are drawn. */
#include <libintl.h>
#define _(text) gettext(text)
#define N_(text) text

#endif
