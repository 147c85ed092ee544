/* What a flow may expect: a row each. Text and controls are looked for in the draw list that a
 * window would paint, in the language it would be painted in. */
#include <stdio.h>
#include <string.h>

#include "kiosk/app/flow_steps.h"

#define SPOKEN_MAX 8192

static enum tn_status expect_screen(struct tn_flow_run *run, const char *name)
{
    const char *now = tn_screen_name(run->flow->runner->model.screen);
    if (strcmp(now, name) == 0) {
        return TN_OK;
    }
    return tn_flow_fail(run, TN_ERR_STATE, "expected screen %s, but it is %s", name, now);
}

static enum tn_status expect_text(struct tn_flow_run *run, const char *text)
{
    tn_flow_draw(run);
    if (tn_draw_has_text(&run->draw, text)) {
        return TN_OK;
    }
    return tn_flow_fail(run, TN_ERR_STATE, "expected the text \"%.200s\" on the screen", text);
}

static enum tn_status expect_no_text(struct tn_flow_run *run, const char *text)
{
    tn_flow_draw(run);
    if (!tn_draw_has_text(&run->draw, text)) {
        return TN_OK;
    }
    return tn_flow_fail(run, TN_ERR_STATE, "did not expect the text \"%.200s\" on the screen",
                        text);
}

static enum tn_status expect_control(struct tn_flow_run *run, const char *name)
{
    tn_flow_draw(run);
    if (tn_draw_control(&run->draw, name) != NULL) {
        return TN_OK;
    }
    return tn_flow_fail(run, TN_ERR_STATE, "expected the control \"%.60s\" on the screen", name);
}

static enum tn_status expect_no_control(struct tn_flow_run *run, const char *name)
{
    tn_flow_draw(run);
    if (tn_draw_control(&run->draw, name) == NULL) {
        return TN_OK;
    }
    return tn_flow_fail(run, TN_ERR_STATE, "did not expect the control \"%.60s\" on the screen",
                        name);
}

static enum tn_status expect_spoken(struct tn_flow_run *run, const char *text)
{
    struct tn_buf said;
    tn_flow_draw(run);
    tn_buf_init(&said, SPOKEN_MAX);
    tn_draw_spoken(&run->draw, &said);
    (void)tn_buf_append(&said, "", 1);
    bool is_said = said.status == TN_OK && strstr((const char *)said.data, text) != NULL;
    enum tn_status status =
        is_said ? TN_OK
                : tn_flow_fail(run, TN_ERR_STATE, "expected \"%.100s\" to be spoken; it is: %.400s",
                               text, said.data != NULL ? (const char *)said.data : "");
    tn_buf_destroy(&said);
    return status;
}

static enum tn_status expect_entries(struct tn_flow_run *run, const char *text)
{
    long long expected = 0;
    if (!tn_flow_number(text, &expected)) {
        return tn_flow_fail(run, TN_ERR_FORMAT, "expect entries takes a number");
    }
    struct tn_station_info info = {0};
    const struct tn_store *store = &run->flow->runner->store;
    enum tn_status status = store->info(store->ctx, &info);
    if (status != TN_OK) {
        return tn_flow_fail(run, status, "the station cannot be asked: %s", tn_status_text(status));
    }
    long long now = (long long)(info.entries - run->entries_before);
    if (now == expected) {
        return TN_OK;
    }
    return tn_flow_fail(run, TN_ERR_STATE, "expected %lld entries, but there are %lld", expected,
                        now);
}

/* What comes after the first word of text, where that word is `word`; else NULL. */
static const char *after_word(const char *text, const char *word)
{
    size_t len = strlen(word);
    if (strncmp(text, word, len) != 0 || (text[len] != ' ' && text[len] != '\0')) {
        return NULL;
    }
    return text + len + strspn(text + len, " ");
}

enum tn_status tn_flow_expect(struct tn_flow_run *run, const char *rest)
{
    static const struct tn_flow_step facts[] = {
        {"screen", expect_screen},         {"text", expect_text},
        {"no text", expect_no_text},       {"control", expect_control},
        {"no control", expect_no_control}, {"spoken", expect_spoken},
        {"entries", expect_entries},
    };
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        const char *what = after_word(rest, facts[i].verb);
        if (what != NULL && *what != '\0') {
            return facts[i].run(run, what);
        }
    }
    return tn_flow_fail(
        run, TN_ERR_FORMAT,
        "expect takes: screen NAME, [no] text TEXT, [no] control NAME, spoken TEXT or entries N");
}
