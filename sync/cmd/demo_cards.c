/* Making the demo's cards with the functions of the commands. They are minted from the seed, and as
 * of the event's start, so that the same seed gives the same cards. */
#include "sync/cmd/demo_cards.h"
#include "sync/cmd/common.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "sync/central/groups.h"
#include "sync/central/staff_cards.h"
#include "sync/central/text.h"
#include "sync/cmd/demo.h"
#include "sync/exchange/demo_roster.h"
#include "sync/link/enrol.h"
#include "sync/paper/output.h"
#include "turnout/log.h"

#define STAFF_NAME "Ms Rivera"
#define LOBBY "Lobby gate"

static enum tn_status path_in(const struct tn_demo_cards *cards, const char *name,
                              char out[TN_DEMO_PATH_MAX])
{
    const int len = snprintf(out, TN_DEMO_PATH_MAX, "%s/%s", cards->dir, name);
    return len > 0 && len < TN_DEMO_PATH_MAX ? TN_OK : TN_ERR_LIMIT;
}

static struct tn_minted *add(struct tn_minted_list *list, const struct tn_badge *badge,
                             const char *display)
{
    struct tn_minted *item = tn_minted_add(list);
    if (item != NULL) {
        item->badge = *badge;
        item->id = tn_badge_id(badge);
        tn_badge_code(&item->id, item->code);
        tn_text_cut(display, item->card.display, sizeof(item->card.display));
    }
    return item;
}

/* The cards as they are gathered: for the table, and for paper. */
struct gather {
    struct tn_minted_list table;
    struct tn_minted_list groups;
    uint64_t most; /* members of the group in the table */
};

static enum tn_status add_staff(const struct tn_demo_cards *cards,
                                const struct tn_central_event *event, struct gather *out,
                                struct tn_badge *badge)
{
    const struct tn_staff_new what = {
        .event = event->id, .name = STAFF_NAME, .until_ms = event->ends_ms + 86400000};
    enum tn_status status =
        tn_staff_mint(cards->centre, cards->keyring, &what, cards->random, badge);
    if (status == TN_OK) {
        status = add(&out->table, badge, "Staff card") == NULL ? TN_ERR_NO_MEMORY : TN_OK;
    }
    return status;
}

/* The table gets the largest group, the first of such. */
static enum tn_status take_group(void *ctx, const struct tn_group_card *card)
{
    struct gather *gather = ctx;
    char name[TN_TITLE_MAX + 8];
    if (add(&gather->groups, &card->badge, card->title) == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    if (card->members > gather->most) {
        struct tn_minted *item = &gather->table.items[gather->table.count - 1];
        if (gather->table.count < 2) {
            item = tn_minted_add(&gather->table);
        }
        if (item == NULL) {
            return TN_ERR_NO_MEMORY;
        }
        (void)snprintf(name, sizeof(name), "Group %.*s", (int)strcspn(card->title, ","),
                       card->title);
        item->badge = card->badge;
        item->id = card->id;
        (void)snprintf(item->code, sizeof(item->code), "%s", card->code);
        tn_text_cut(name, item->card.display, sizeof(item->card.display));
        gather->most = card->members;
    }
    return TN_OK;
}

static enum tn_status draw_list(struct tn_paper *paper, const struct tn_paper_badge *like,
                                const struct tn_minted_list *list)
{
    char text[TN_BADGE_TEXT_SIZE];
    enum tn_status status = TN_OK;
    for (size_t i = 0; i < list->count && status == TN_OK; i++) {
        struct tn_paper_badge card = *like;
        tn_badge_encode(&list->items[i].badge, text);
        card.text = text;
        card.code = list->items[i].code;
        card.display = card.display != NULL ? card.display : list->items[i].card.display;
        status = tn_paper_add(paper, &card);
    }
    sodium_memzero(text, sizeof(text));
    return status;
}

static enum tn_status draw_cards(const struct tn_demo_cards *cards,
                                 const struct tn_central_event *event, const struct gather *gather)
{
    char path[TN_DEMO_PATH_MAX];
    struct tn_paper *paper = NULL;
    struct tn_minted_list staff = gather->table;
    struct tn_paper_badge card = {.title = event->title,
                                  .host = cards->centre->name,
                                  .label = "Staff card",
                                  .note = "Keep it like a key."};
    staff.count = 1;
    enum tn_status status = path_in(cards, "cards.pdf", path);
    status = status == TN_OK ? tn_paper_open(path, &tn_paper_a4, &paper) : status;
    if (status == TN_OK) {
        card.display = STAFF_NAME;
        status = draw_list(paper, &card, &staff);
    }
    if (status == TN_OK) {
        card.display = NULL;
        card.note = NULL;
        card.label = "Group card";
        status = draw_list(paper, &card, &gather->groups);
    }
    if (status == TN_OK) {
        return tn_paper_finish(paper);
    }
    tn_paper_drop(paper);
    return status;
}

static enum tn_status draw_setup(const struct tn_demo_cards *cards,
                                 const struct tn_central_event *event, const char *digits)
{
    char path[TN_DEMO_PATH_MAX];
    struct tn_paper *paper = NULL;
    const struct tn_paper_badge card = {.text = digits,
                                        .display = LOBBY,
                                        .title = event->title,
                                        .host = cards->centre->name,
                                        .label = "Set-up card"};
    enum tn_status status = path_in(cards, "setup-card.pdf", path);
    status = status == TN_OK ? tn_paper_open(path, &tn_paper_setup, &paper) : status;
    if (status == TN_OK) {
        status = tn_paper_add(paper, &card);
    }
    if (status == TN_OK) {
        return tn_paper_finish(paper);
    }
    tn_paper_drop(paper);
    return status;
}

static enum tn_status make_setup(const struct tn_demo_cards *cards,
                                 const struct tn_central_event *event)
{
    char path[TN_DEMO_PATH_MAX];
    struct tn_buf digits;
    const struct tn_enrol what = {.event = *event, .name = LOBBY, .role = TN_ROLE_BOTH};
    tn_buf_init(&digits, TN_SETUP_TEXT_MAX + 1);
    enum tn_status status = tn_enrol_card(cards->centre, cards->keyring, &what, cards->random,
                                          event->starts_ms, &digits);
    status = status == TN_OK ? tn_buf_append(&digits, "", 1) : status;
    status = status == TN_OK ? path_in(cards, "setup-card", path) : status;
    if (status == TN_OK) {
        status = tn_common_write_private(path, (const char *)digits.data);
    }
    if (status == TN_OK) {
        status = draw_setup(cards, event, (const char *)digits.data);
    }
    tn_buf_destroy(&digits);
    return status;
}

static enum tn_status write_table(const struct tn_demo_cards *cards, const struct gather *gather)
{
    char path[TN_DEMO_PATH_MAX];
    const struct tn_badge_output output = {.path = path};
    enum tn_status status = path_in(cards, "cards.csv", path);
    return status == TN_OK ? tn_badges_write_csv(&output, &gather->table) : status;
}

enum tn_status tn_demo_cards_make(const struct tn_demo_cards *cards)
{
    struct tn_central_event event;
    struct tn_badge staff = {0};
    struct gather gather = {0};
    enum tn_status status = tn_centre_event(cards->centre, cards->event_code, &event);
    if (status == TN_OK) {
        status = add_staff(cards, &event, &gather, &staff);
    }
    if (status == TN_OK) {
        status = tn_groups_mint(cards->centre, cards->keyring, &event.id, cards->random,
                                event.starts_ms);
    }
    if (status == TN_OK) {
        status = tn_groups_seal(cards->centre, cards->keyring, &event.id);
    }
    if (status == TN_OK) {
        status = tn_groups_each(cards->centre, cards->keyring, &event.id, take_group, &gather);
    }
    status = status == TN_OK ? write_table(cards, &gather) : status;
    status = status == TN_OK ? draw_cards(cards, &event, &gather) : status;
    status = status == TN_OK ? make_setup(cards, &event) : status;
    tn_paper_end();
    tn_badge_wipe(&staff);
    tn_minted_destroy(&gather.table);
    tn_minted_destroy(&gather.groups);
    return status;
}
