/* No words on a screen that cannot be translated: a catalogue is made whose every text stands
 * between two brackets, every scene is drawn with it, and what holds letters outside of brackets,
 * and is neither data nor a key, is a string that nobody marked for translation, or one that
 * .tools/catalogues does not find. */
#include <ctype.h>
#include <libintl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "kiosk/sys/locale.h"
#include "tests/shots/scenes.h"

#define OPEN "\xE2\x9F\xA6"  /* U+27E6 */
#define CLOSE "\xE2\x9F\xA7" /* U+27E7 */
#define SAID_MAX 60

static char dir[] = "/tmp/turnout-words-XXXXXX";
static struct tn_model model;
static struct tn_draw draw;

/* Makes the catalogue, as Spanish, and has gettext read it. */
static int begin(void **state)
{
    (void)state;
    char command[1024];
    if (mkdtemp(dir) == NULL) {
        return -1;
    }
    (void)snprintf(
        command, sizeof command,
        "cd %s && mkdir -p es/LC_MESSAGES && \"$OLDPWD\"/.tools/catalogues $PWD/all.pot && "
        "msgen --no-wrap all.pot | msgfilter --no-wrap --keep-header sed '1s/^/" OPEN
        "/; $s/$/" CLOSE "/' 2>log | sed '/^\"Plural-Forms:/d; "
        "s/^\"Language: .*/\"Language: es\\\\n\"\\n"
        "\"Plural-Forms: nplurals=2; plural=n != 1;\\\\n\"/' >es.po && "
        "msgfmt -o es/LC_MESSAGES/turnout.mo es.po",
        dir);
    if (system(command) != 0) {
        print_error("the catalogue could not be made: %s\n", command);
        return -1;
    }
    return bindtextdomain("turnout", dir) != NULL ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    char command[64];
    (void)snprintf(command, sizeof command, "rm -rf %s", dir);
    return system(command);
}

/* Text without what stands between two marks, the outer ones where they are nested. */
static void strip(const char *text, const char *open, const char *close, char *out)
{
    bool is_same = strcmp(open, close) == 0;
    int depth = 0;
    while (*text != '\0') {
        if (depth > 0 && strncmp(text, close, strlen(close)) == 0) {
            text += strlen(close);
            depth--;
        } else if ((depth == 0 || !is_same) && strncmp(text, open, strlen(open)) == 0) {
            text += strlen(open);
            depth++;
        } else {
            if (depth == 0) {
                *out++ = *text;
            }
            text++;
        }
    }
    *out = '\0';
}

static bool has_letters(const char *text)
{
    for (; *text != '\0'; text++) {
        bool is_sign = strncmp(text, "\xC2\xB7", 2) == 0 || strncmp(text, "\xC2\xA0", 2) == 0 ||
                       strncmp(text, "\xE2\x80", 2) == 0;
        if (is_sign) {
            text++;
        } else if (isalpha((unsigned char)*text) || (unsigned char)*text >= 0xC3) {
            return true;
        }
    }
    return false;
}

/* Languages are called by their own names everywhere. */
static bool is_lang(const char *text)
{
    for (int i = 0; i < TN_LANG_COUNT; i++) {
        if (strcmp(text, tn_langs[i].name) == 0) {
            return true;
        }
    }
    return false;
}

/* The words of a key, or what was typed with them. */
static bool is_typed(const struct tn_item *item)
{
    const char *control =
        tn_draw_hit(&draw, item->box.x + item->box.w / 2, item->box.y + item->box.h / 2);
    bool is_key =
        control != NULL && (strncmp(control, "key-", 4) == 0 || strncmp(control, "pick-", 5) == 0);
    const struct tn_keyboard *keyboard = &model.states.reg.keyboard;
    bool is_pinyin = keyboard->pinyin[0] != '\0' && strcmp(item->text, keyboard->pinyin) == 0;
    return is_key || is_pinyin || strcmp(item->text, model.states.search.field.text) == 0;
}

static bool is_untranslated(const struct tn_item *item)
{
    char own[TN_DRAW_TEXT_MAX + 1];
    char rest[TN_DRAW_TEXT_MAX + 1];
    if (item->type != TN_ITEM_TEXT || is_lang(item->text) || is_typed(item)) {
        return false;
    }
    strip(item->text, OPEN, CLOSE, own);
    strip(own, SCENE_MARK, SCENE_MARK, rest);
    return has_letters(rest);
}

static void every_word_of_ours_can_be_translated(void **state)
{
    (void)state;
    int found = 0;
    const struct tn_look plain = {0};
    const struct scene *scene = NULL;
    for (size_t i = 0; (scene = scene_at(i)) != NULL; i++) {
        for (size_t k = 0; k < SCENE_SIZES; k++) {
            struct tn_view view = scene_view_of(&scene_sizes[k], &plain);
            scene_load(scene, TN_LANG_ES, &view, &model);
            tn_ui_draw(&model, &view, &draw);
            for (size_t j = scene_first_seen(&draw, &view); j < draw.count; j++) {
                if (is_untranslated(&draw.items[j]) && found++ < SAID_MAX) {
                    print_error("%s at %dx%d: \"%s\" cannot be translated\n", scene->name,
                                view.w_px, view.h_px, draw.items[j].text);
                }
            }
        }
    }
    assert_int_equal(found, 0);
}

/* The test would find one: what is only in C is told from what is in the catalogue. */
static void brackets_come_from_the_catalogue(void **state)
{
    (void)state;
    tn_lang_use(TN_LANG_ES);
    assert_string_equal(gettext("Hold your badge here"), OPEN "Hold your badge here" CLOSE);
    assert_string_equal(ngettext("%u adult", "%u adults", 2), OPEN "%u adults" CLOSE);
    struct tn_item item = {.type = TN_ITEM_TEXT,
                           .text = OPEN "Hello " SCENE_MARK "Maya" SCENE_MARK CLOSE " you"};
    assert_true(is_untranslated(&item));
    (void)snprintf(item.text, sizeof item.text,
                   OPEN "Hello" CLOSE ", " SCENE_MARK "Maya" SCENE_MARK);
    assert_false(is_untranslated(&item));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(brackets_come_from_the_catalogue),
        cmocka_unit_test(every_word_of_ours_can_be_translated),
    };
    (void)setenv("TZ", "UTC", 1);
    tn_locale_start();
    scene_mark_data(true);
    return cmocka_run_group_tests(tests, begin, end);
}
