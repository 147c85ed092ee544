/* Set-up: a kiosk that belongs to no event yet asks for its set-up card, and says what is wrong
 * with a card that is none of ours. Takes every scan for itself: there is no log to write one to,
 * or staff asked for this. From the staff panel the same page takes another card. Controls: back
 * (from the panel). */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "kiosk/ui/screens.h"

#define GAP_MM 4.0f
/* How long "This is North gate now" stays. */
#define DONE_MS 4000
#define SETUP_LEAD '3'
#define CARD_LEN_MIN 49 /* longer than a badge */

struct outcome {
    enum tn_status status;
    const char *headline, *what;
};

static const struct outcome outcomes[] = {
    {TN_ERR_FORMAT, N_("That is not a set-up card"),
     N_("A set-up card has a large square code. Ask the organizers for it.")},
    {TN_ERR_FORGED, N_("This card is not for here"),
     N_("It is altered, or of another ecosystem. Ask the organizers for a new one.")},
    {TN_ERR_STATE, N_("This card is too old"),
     N_("This kiosk has had a newer one. Ask the organizers for the newest card.")},
    {TN_ERR_EXISTS, N_("This kiosk is set up already"),
     N_("To change it, open the staff panel and choose Set-up card.")},
    {TN_ERR_NOT_FOUND, N_("The file cannot be read"), N_("Try again, or scan the card.")},
};

static const struct outcome other = {
    TN_ERR_LIMIT, N_("That did not work"),
    N_("Hold the card flat and try again. If it stays so, ask the organizers.")};

static const struct outcome *outcome_of(enum tn_status status)
{
    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++) {
        if (outcomes[i].status == status) {
            return &outcomes[i];
        }
    }
    return &other;
}

static void draw_done(const struct tn_model *model, const struct tn_view *view,
                      struct tn_draw *draw)
{
    struct tn_page page = tn_page_of(view);
    char words[TN_DRAW_TEXT_MAX + 1];
    /* Translators: the station's name. */
    (void)snprintf(words, sizeof words, _("This is %s now"), model->info.station_name);
    struct tn_say says[] = {
        {words, TN_TYPE_HEADLINE, true, 3, 0.0f},
        {model->info.event_title, TN_TYPE_BODY, false, 2, 4.0f},
    };
    tn_layout_result(view, draw,
                     &(struct tn_result_frame){.ground = TN_COLOR_WELCOME,
                                               .ink = TN_COLOR_WHITE,
                                               .picture = "tick",
                                               .shape = TN_COLOR_WHITE,
                                               .sign = TN_COLOR_WELCOME,
                                               .foot = tn_path_foot(&page),
                                               .says = says,
                                               .count = 2});
    tn_layout_welcome_path(model, view, draw);
}

/* The card in the scanner's frame, as it slides in. */
static void draw_card(const struct tn_model *model, const struct tn_view *view,
                      struct tn_draw *draw, struct tn_area area)
{
    struct tn_area square = tn_layout_scan_frame(view, draw, area);
    float side = square.w;
    square.x += side * 0.1f;
    square.w -= side * 0.2f;
    square.y += side * (0.1f + 0.08f * tn_motion_left(model));
    square.h -= side * 0.2f;
    tn_draw_picture(draw, tn_area_px(view, square), "setup-card", TN_COLOR_ACTION, TN_COLOR_INK);
}

static void draw_words(const struct tn_model *model, const struct tn_view *view,
                       struct tn_draw *draw, struct tn_area area)
{
    const struct tn_setup_state *setup = &model->states.setup;
    struct tn_page page = tn_page_of(view);
    const char *headline = _("Scan the set-up card");
    const char *what = _("It comes from the organizers: one card for each kiosk. Its file can be "
                         "dropped here, too.");
    if (setup->refused != TN_OK) {
        headline = _(outcome_of(setup->refused)->headline);
        what = _(outcome_of(setup->refused)->what);
    }
    struct tn_say says[] = {
        {headline, TN_TYPE_HEADLINE, true, 3, 0.0f},
        {what, page.is_compact ? TN_TYPE_LABEL : TN_TYPE_BODY, false, 5,
         page.is_compact ? 2.0f : 4.0f},
    };
    if (tn_stack_height(view, says, 2, area.w) > area.h) {
        says[0].size = page.is_compact ? TN_TYPE_BODY : TN_TYPE_HEADLINE;
        says[1].size = page.is_compact ? TN_TYPE_SMALL : TN_TYPE_LABEL;
    }
    bool has_path = !page.is_compact && area.h > 60.0f &&
                    tn_stack_height(view, says, 2, area.w) + 24.0f <= area.h;
    float path_h = has_path ? 18.0f : 0.0f;
    float words = tn_stack_height(view, says, 2, area.w);
    float gap = has_path ? 6.0f : 0.0f;
    words = fminf(words, area.h - path_h - gap);
    float y = area.y + (area.h - words - path_h - gap) / 2.0f;
    tn_layout_stack(view, draw, (struct tn_area){area.x, y, area.w, words + 0.1f}, says, 2,
                    TN_COLOR_INK, page.is_tall ? TN_ALIGN_CENTRE : TN_ALIGN_START);
    if (has_path) {
        float w = fminf(area.w, 76.0f);
        float x = page.is_tall ? area.x + (area.w - w) / 2.0f : area.x;
        tn_layout_path_ahead(view, draw, (struct tn_area){x, y + words + gap, w, path_h});
    }
}

/* A card that was refused is told by the same sign as everything that needs a person. */
static void draw_picture(const struct tn_model *model, const struct tn_view *view,
                         struct tn_draw *draw, struct tn_area area)
{
    draw_card(model, view, draw, area);
    if (model->states.setup.refused != TN_OK) {
        float d = fminf(area.w, area.h) * 0.32f;
        struct tn_area sign = {area.x + area.w - d - 4.0f, area.y + area.h - d - 4.0f, d, d};
        tn_draw_picture(draw, tn_area_px(view, sign), "triangle", TN_COLOR_HELP, TN_COLOR_HELP_INK);
    }
}

void tn_screen_setup(const struct tn_model *model, const struct tn_view *view, struct tn_draw *draw)
{
    struct tn_page page = tn_page_of(view);
    float m = page.margin;
    if (model->states.setup.is_done) {
        draw_done(model, view, draw);
        return;
    }
    tn_layout_title(view, draw, _("Set up this kiosk"), "");
    float top = m + page.head + GAP_MM;
    float bottom = page.h - m;
    if (model->states.setup.is_again) {
        struct tn_button back = {.control = "back", .text = _("Back")};
        bottom = tn_layout_actions(view, draw, &back, 1, 1) - GAP_MM;
    }
    float room = bottom - top;
    if (page.is_tall) {
        float words = fminf(room * 0.5f, 92.0f);
        draw_picture(model, view, draw,
                     (struct tn_area){m, top, page.w - 2.0f * m, room - words - GAP_MM});
        draw_words(model, view, draw,
                   (struct tn_area){m, bottom - words, page.w - 2.0f * m, words});
        return;
    }
    float w = fminf(room * (page.is_compact ? 1.0f : 1.2f), page.w * 0.45f);
    draw_picture(model, view, draw, (struct tn_area){m, top, w, room});
    float x = m + w + (page.is_compact ? 8.0f : 12.0f);
    draw_words(model, view, draw, (struct tn_area){x, top, page.w - m - x, room});
}

void tn_setup_wipe(struct tn_model *model)
{
    sodium_memzero(&model->states.setup, sizeof model->states.setup);
}

void tn_setup_open(struct tn_model *model, struct tn_effects *effects)
{
    tn_setup_wipe(model);
    model->states.setup.is_again = true;
    tn_go(model, TN_SCREEN_SETUP, effects);
}

static void refuse(struct tn_model *model, enum tn_status status, struct tn_effects *effects)
{
    struct tn_setup_state setup = model->states.setup;
    setup.refused = status;
    tn_go(model, TN_SCREEN_SETUP, effects);
    model->states.setup = setup;
    tn_effect_add(effects, TN_EFFECT_SOUND);
    effects->items[effects->count - 1].sound = TN_SOUND_HELP;
}

bool tn_setup_scan(struct tn_model *model, const struct tn_event *event, struct tn_effects *effects)
{
    if (model->states.setup.is_done) {
        return false;
    }
    if (event->len > TN_REQUEST_TEXT_MAX) {
        refuse(model, TN_ERR_FORMAT, effects);
        return true;
    }
    struct tn_request *request = tn_ask(effects, TN_ASK_SET_UP);
    (void)snprintf(request->text, sizeof request->text, "%s", event->text);
    return true;
}

static void on_file(struct tn_model *model, const struct tn_event *event,
                    struct tn_effects *effects)
{
    size_t len = strlen(event->text);
    if (len >= sizeof effects->request.path) {
        refuse(model, TN_ERR_NOT_FOUND, effects);
        return;
    }
    struct tn_request *request = tn_ask(effects, TN_ASK_SET_UP);
    memcpy(request->path, event->text, len + 1);
}

/* Before its first pack a station knows no staff card, so nobody could open the panel for it. */
bool tn_setup_early_scan(struct tn_model *model, const struct tn_event *event,
                         struct tn_effects *effects)
{
    if (model->info.epoch != 0 || event->text[0] != SETUP_LEAD || event->len < CARD_LEN_MIN) {
        return false;
    }
    tn_setup_open(model, effects);
    return tn_setup_scan(model, event, effects);
}

void tn_setup_early_file(struct tn_model *model, const struct tn_event *event,
                         struct tn_effects *effects)
{
    if (model->info.epoch == 0) {
        tn_setup_open(model, effects);
        on_file(model, event, effects);
    }
}

static void on_reply(struct tn_model *model, enum tn_status status, struct tn_effects *effects)
{
    if (status != TN_OK) {
        refuse(model, status, effects);
        return;
    }
    model->states.setup.refused = TN_OK;
    model->states.setup.is_done = true;
    tn_go(model, TN_SCREEN_SETUP, effects);
    tn_effect_add(effects, TN_EFFECT_SOUND);
    effects->items[effects->count - 1].sound = TN_SOUND_WELCOME;
}

static void leave(struct tn_model *model, struct tn_effects *effects)
{
    bool is_staff = model->states.setup.is_again && model->info.is_unlocked;
    tn_setup_wipe(model);
    if (is_staff) {
        tn_staff_open(model, effects);
    } else {
        tn_go_home(model, effects);
    }
}

/* Staff who walked away leave the panel locked; a kiosk without a station waits for ever. */
int64_t tn_setup_due(const struct tn_model *model)
{
    const struct tn_setup_state *setup = &model->states.setup;
    if (model->place != TN_SCREEN_SETUP) {
        return INT64_MAX;
    }
    if (setup->is_done) {
        return model->screen_mono_ms + DONE_MS;
    }
    return setup->is_again ? model->touch_mono_ms + TN_STAFF_REST_MS : INT64_MAX;
}

void tn_setup_event(struct tn_model *model, const struct tn_event *event,
                    struct tn_effects *effects)
{
    const struct tn_setup_state *setup = &model->states.setup;
    bool is_due = event->type == TN_EVENT_TICK && model->mono_ms >= tn_setup_due(model);
    bool is_left =
        setup->is_done ? event->type == TN_EVENT_TAP : setup->is_again && tn_is_tap(event, "back");
    if (event->type == TN_EVENT_FILE && !setup->is_done) {
        on_file(model, event, effects);
    } else if (event->type == TN_EVENT_REPLY && event->reply->type == TN_ASK_SET_UP) {
        on_reply(model, event->reply->status, effects);
    } else if (is_due && !setup->is_done) {
        tn_go_home(model, effects);
    } else if (is_due || is_left) {
        leave(model, effects);
    }
}
