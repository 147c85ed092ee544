/* The drawing functions of the screens, one a file, for the table in screens.c. Each appends to a
 * list that tn_ui_draw has cleared, and reads nothing but the model and the view. */
#ifndef TURNOUT_UI_SCREENS_H
#define TURNOUT_UI_SCREENS_H

#include "kiosk/ui/layout.h"

/* Waiting for a badge. */
void tn_screen_idle(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw);

/* Came in; is in already; went out; took part in this station's activity. */
void tn_screen_welcome(const struct tn_model *model, const struct tn_view *view,
                       struct tn_draw *draw);
void tn_screen_already(const struct tn_model *model, const struct tn_view *view,
                       struct tn_draw *draw);
void tn_screen_goodbye(const struct tn_model *model, const struct tn_view *view,
                       struct tn_draw *draw);
void tn_screen_visit(const struct tn_model *model, const struct tn_view *view,
                     struct tn_draw *draw);

/* Not recognised: a person is needed. Control: ok. */
void tn_screen_help(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw);

/* The store does not take entries. */
void tn_screen_fault(const struct tn_model *model, const struct tn_view *view,
                     struct tn_draw *draw);

/* The places. Each file says what its controls are. Beside drawing there are, where a place has
 * them, tn_PLACE_event, _scan, _field and _wipe (screen.h says what they do). */
void tn_screen_language(const struct tn_model *model, const struct tn_view *view,
                        struct tn_draw *draw);
void tn_screen_group(const struct tn_model *model, const struct tn_view *view,
                     struct tn_draw *draw);
void tn_screen_register(const struct tn_model *model, const struct tn_view *view,
                        struct tn_draw *draw);
void tn_screen_badge(const struct tn_model *model, const struct tn_view *view,
                     struct tn_draw *draw);
void tn_screen_pin(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw);
void tn_screen_staff(const struct tn_model *model, const struct tn_view *view,
                     struct tn_draw *draw);
void tn_screen_clock(const struct tn_model *model, const struct tn_view *view,
                     struct tn_draw *draw);
void tn_screen_search(const struct tn_model *model, const struct tn_view *view,
                      struct tn_draw *draw);
void tn_screen_code(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw);
void tn_screen_replace(const struct tn_model *model, const struct tn_view *view,
                       struct tn_draw *draw);
void tn_screen_headcount(const struct tn_model *model, const struct tn_view *view,
                         struct tn_draw *draw);
void tn_screen_past(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw);
void tn_screen_roll(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw);
void tn_screen_selftest(const struct tn_model *model, const struct tn_view *view,
                        struct tn_draw *draw);
void tn_screen_switch(const struct tn_model *model, const struct tn_view *view,
                      struct tn_draw *draw);
void tn_screen_settings(const struct tn_model *model, const struct tn_view *view,
                        struct tn_draw *draw);
void tn_screen_clean(const struct tn_model *model, const struct tn_view *view,
                     struct tn_draw *draw);
void tn_screen_close(const struct tn_model *model, const struct tn_view *view,
                     struct tn_draw *draw);
void tn_screen_setup(const struct tn_model *model, const struct tn_view *view,
                     struct tn_draw *draw);

/* Opening a place of the staff's: wipes what it held, goes there and asks for what it shows. What a
 * place needs to know beforehand is an argument. */
void tn_pin_open(struct tn_model *model, struct tn_effects *effects);
void tn_staff_open(struct tn_model *model, struct tn_effects *effects);
/* The panel as somebody has just unlocked it: what keeps sync from its work is said first. */
void tn_staff_enter(struct tn_model *model, struct tn_effects *effects);
void tn_clock_open(struct tn_model *model, struct tn_effects *effects);
void tn_selftest_open(struct tn_model *model, struct tn_effects *effects);
void tn_switch_open(struct tn_model *model, struct tn_effects *effects);
void tn_settings_open(struct tn_model *model, struct tn_effects *effects);
void tn_clean_open(struct tn_model *model, struct tn_effects *effects);
void tn_close_open(struct tn_model *model, struct tn_effects *effects);
void tn_search_open(struct tn_model *model, struct tn_effects *effects);
void tn_code_open(struct tn_model *model, struct tn_effects *effects);
void tn_replace_open(struct tn_model *model, struct tn_effects *effects);
void tn_headcount_open(struct tn_model *model, struct tn_effects *effects);
/* is_pin: opened by a PIN, so only the last minute and no names; it goes back to PIN, not STAFF. */
void tn_past_open(struct tn_model *model, bool is_pin, struct tn_effects *effects);
void tn_roll_open(struct tn_model *model, struct tn_effects *effects);
void tn_register_open(struct tn_model *model, struct tn_effects *effects);
/* REPLACE for somebody who was found already. */
void tn_replace_open_for(struct tn_model *model, const struct tn_found *who,
                         struct tn_effects *effects);
/* Shows a badge that was handed out here, to photograph (and prints it where there is a printer);
 * handed is copied into the model. Leaves to the staff panel while unlocked, else to idle. */
void tn_badge_open(struct tn_model *model, const struct tn_handed *handed,
                   struct tn_effects *effects);
/* The form again for a further child of the same family: what they share is kept. */
void tn_register_again(struct tn_model *model, struct tn_effects *effects);
/* Asking for what a place shows, for the table (screen.h): at its opening, and after a fault. */
void tn_staff_ask(struct tn_model *model, struct tn_effects *effects);
void tn_search_ask(struct tn_model *model, struct tn_effects *effects);
void tn_code_ask(struct tn_model *model, struct tn_effects *effects);
void tn_past_ask(struct tn_model *model, struct tn_effects *effects);
void tn_roll_ask(struct tn_model *model, struct tn_effects *effects);
void tn_switch_ask(struct tn_model *model, struct tn_effects *effects);
void tn_close_ask(struct tn_model *model, struct tn_effects *effects);
void tn_register_ask(struct tn_model *model, struct tn_effects *effects);
/* What the form, the badge and the set-up take and wipe (screen.h), for the table. */
void tn_register_event(struct tn_model *model, const struct tn_event *event,
                       struct tn_effects *effects);
const struct tn_field *tn_register_field(const struct tn_model *model);
void tn_register_wipe(struct tn_model *model);
void tn_badge_event(struct tn_model *model, const struct tn_event *event,
                    struct tn_effects *effects);
void tn_badge_wipe_handed(struct tn_model *model);
/* Forgets the badge that was handed out, and the form it came from. */
void tn_badge_forget(struct tn_model *model);
void tn_setup_event(struct tn_model *model, const struct tn_event *event,
                    struct tn_effects *effects);
bool tn_setup_scan(struct tn_model *model, const struct tn_event *event,
                   struct tn_effects *effects);
void tn_setup_wipe(struct tn_model *model);

/* At the idle screen of a station that no pack has reached: takes a set-up card, or a file of one,
 * as a fresh kiosk does. The scan says whether it was one. */
bool tn_setup_early_scan(struct tn_model *model, const struct tn_event *event,
                         struct tn_effects *effects);
void tn_setup_early_file(struct tn_model *model, const struct tn_event *event,
                         struct tn_effects *effects);
/* Boot time at which SETUP is left by itself: a success has been shown long enough, or staff are
 * gone; INT64_MAX where it waits. */
int64_t tn_setup_due(const struct tn_model *model);
/* How long a badge that was handed out stays to be photographed. */
#define TN_BADGE_REST_MS 60000
/* From the staff panel: another set-up card for this station. */
void tn_setup_open(struct tn_model *model, struct tn_effects *effects);

/* Goes back to the staff panel with a line that says what was done ("Undone", already translated),
 * for a few seconds; from a place that a PIN opened, back to the PIN's panel. */
void tn_staff_notice(struct tn_model *model, const char *words, struct tn_effects *effects);

/* The same for what went wrong, with the mark that says so. */
void tn_staff_trouble(struct tn_model *model, const char *words, struct tn_effects *effects);

/* What the staff's first places take and wipe (screen.h), for the table. */
void tn_staff_event(struct tn_model *model, const struct tn_event *event,
                    struct tn_effects *effects);
void tn_staff_wipe(struct tn_model *model);
void tn_pin_event(struct tn_model *model, const struct tn_event *event, struct tn_effects *effects);
const struct tn_field *tn_pin_field(const struct tn_model *model);
void tn_pin_wipe(struct tn_model *model);
void tn_clock_event(struct tn_model *model, const struct tn_event *event,
                    struct tn_effects *effects);
void tn_selftest_event(struct tn_model *model, const struct tn_event *event,
                       struct tn_effects *effects);
bool tn_selftest_scan(struct tn_model *model, const struct tn_event *event,
                      struct tn_effects *effects);
void tn_selftest_wipe(struct tn_model *model);
void tn_switch_event(struct tn_model *model, const struct tn_event *event,
                     struct tn_effects *effects);
void tn_switch_wipe(struct tn_model *model);
void tn_settings_event(struct tn_model *model, const struct tn_event *event,
                       struct tn_effects *effects);
void tn_settings_wipe(struct tn_model *model);
void tn_clean_event(struct tn_model *model, const struct tn_event *event,
                    struct tn_effects *effects);
void tn_close_event(struct tn_model *model, const struct tn_event *event,
                    struct tn_effects *effects);
void tn_close_wipe(struct tn_model *model);

/* The control of a language's button ("lang-es"), and what a tap on one does: true where it was
 * one; the kiosk is idle then, in that language. */
const char *tn_lang_control(enum tn_lang lang);
bool tn_lang_tap(struct tn_model *model, const struct tn_event *event, struct tn_effects *effects);
void tn_language_event(struct tn_model *model, const struct tn_event *event,
                       struct tn_effects *effects);

/* What happens in the places, for their rows in screens.c: screen.h says what each kind of function
 * does. */
void tn_idle_event(struct tn_model *model, const struct tn_event *event,
                   struct tn_effects *effects);
void tn_help_event(struct tn_model *model, const struct tn_event *event,
                   struct tn_effects *effects);
void tn_group_event(struct tn_model *model, const struct tn_event *event,
                    struct tn_effects *effects);
const struct tn_field *tn_group_field(const struct tn_model *model);
void tn_group_leave(struct tn_model *model);
void tn_search_event(struct tn_model *model, const struct tn_event *event,
                     struct tn_effects *effects);
const struct tn_field *tn_search_field(const struct tn_model *model);
void tn_search_wipe(struct tn_model *model);
void tn_code_event(struct tn_model *model, const struct tn_event *event,
                   struct tn_effects *effects);
const struct tn_field *tn_code_field(const struct tn_model *model);
void tn_headcount_event(struct tn_model *model, const struct tn_event *event,
                        struct tn_effects *effects);
const struct tn_field *tn_headcount_field(const struct tn_model *model);
void tn_headcount_wipe(struct tn_model *model);
void tn_past_event(struct tn_model *model, const struct tn_event *event,
                   struct tn_effects *effects);
void tn_past_wipe(struct tn_model *model);
void tn_roll_event(struct tn_model *model, const struct tn_event *event,
                   struct tn_effects *effects);
void tn_roll_wipe(struct tn_model *model);
void tn_replace_event(struct tn_model *model, const struct tn_event *event,
                      struct tn_effects *effects);
bool tn_replace_scan(struct tn_model *model, const struct tn_event *event,
                     struct tn_effects *effects);
void tn_replace_wipe(struct tn_model *model);

/* "Still there?" over a place: control "more". seconds is what is left. */
void tn_layout_warning(const struct tn_view *view, struct tn_draw *draw, int seconds);

#endif
