/* Flow scripts: drive the real runner headless with a clock of their own, one step a line.
 *
 *     scan DIGITS         as a wedge scanner would type them (`scan` alone: an empty scan)
 *     scan NAME           the demo badge of that learner (--demo), by display name; text of letters
 *                         that is no such name is a mistake, any other text is typed as it stands
 *     tap NAME            a control's name
 *     mute DIGITS         a scanner that forgets its Enter: silence ends the scan
 *     type TEXT           keys of a keyboard, and their characters where a field is open
 *     press enter|erase|escape
 *     file PATH           a file is dropped on the window
 *     part printer|scanner|camera|disk none|well|trouble [REASON]
 *     sync none|copied|done_at_centre [DONE ALL] | sync copying DONE ALL | sync failed FAULT
 *                         what sync says it is doing, with a stick, or with a last word `network`
 *                         or `cable`; FAULT: stick_full and the like (turnout/sync_state.h)
 *     wait MS             time passes
 *     clock +MS|-MS       the wall clock jumps
 *     expect screen NAME | expect [no] text TEXT | expect [no] control NAME
 *     expect spoken TEXT  what speech would say of the screen holds this
 *     expect entries N    entries written since the flow began
 *     fault store full|io|slow | fault none
 *     shot NAME           hands the draw list to the shot callback
 *
 * `#` at the start of a line or after a space begins a comment. A failed step prints the script,
 * the line, and the screen as text. */
#ifndef TURNOUT_APP_FLOW_H
#define TURNOUT_APP_FLOW_H

#include "kiosk/app/runner.h"

#define TN_FLOW_LINE_MAX 12000

struct tn_flow {
    struct tn_runner *runner;
    struct tn_faulty_store *faulty; /* the store the runner uses */
    struct tn_view view;            /* what expect text and shot draw for */
    int64_t at_ms;                  /* the flow's own clock */
    int64_t mono_ms;
    const struct tn_demo_badge *badges; /* what `scan NAME` finds; borrowed */
    size_t badge_count;
    void *shot_ctx;
    /* Writes a picture and a golden of the screen; NULL: shots are skipped. */
    enum tn_status (*shot)(void *ctx, const char *name, const struct tn_draw *draw,
                           const struct tn_view *view);
};

/* Runs a script. TN_OK when every step held; TN_ERR_STATE where an expect failed, TN_ERR_FORMAT for
 * a line that is no step, both said on the terminal with file and line. */
enum tn_status tn_flow_run(struct tn_flow *flow, const char *path);

#endif
