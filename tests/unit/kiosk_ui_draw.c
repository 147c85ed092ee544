/* Draw lists: what is under a finger, what can be found, and the printed form goldens are made of.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kiosk/ui/draw.h"

static struct tn_draw draw;

static int begin(void **state)
{
    (void)state;
    tn_draw_clear(&draw);
    return 0;
}

static void the_topmost_control_is_hit(void **state)
{
    (void)state;
    struct tn_rect low = {10, 10, 100, 100};
    struct tn_rect high = {50, 50, 20, 20};
    tn_draw_panel(&draw, low, 4, TN_COLOR_SURFACE, TN_COLOR_LINE, 1)->control = "low";
    tn_draw_panel(&draw, high, 4, TN_COLOR_SURFACE, TN_COLOR_LINE, 1)->control = "high";
    tn_draw_text(&draw, low, TN_TYPE_BODY, TN_COLOR_INK, "in front, but nothing to press");
    assert_string_equal(tn_draw_hit(&draw, 55, 55), "high");
    assert_string_equal(tn_draw_hit(&draw, 49, 55), "low");
    assert_string_equal(tn_draw_hit(&draw, 10, 10), "low");
    assert_string_equal(tn_draw_hit(&draw, 109, 109), "low");
    assert_null(tn_draw_hit(&draw, 110, 109));
    assert_null(tn_draw_hit(&draw, 9, 10));
    assert_null(tn_draw_hit(&draw, -1, -1));
}

static void controls_and_texts_are_found(void **state)
{
    (void)state;
    struct tn_rect box = {0, 0, 10, 10};
    tn_draw_panel(&draw, box, 0, TN_COLOR_WHITE, TN_COLOR_NONE, 0)->control = "ok";
    tn_draw_text(&draw, box, TN_TYPE_BODY, TN_COLOR_INK, "Please see\na helper");
    tn_draw_picture(&draw, box, "triangle", TN_COLOR_INK, TN_COLOR_HELP);
    assert_ptr_equal(tn_draw_control(&draw, "ok"), &draw.items[0]);
    assert_null(tn_draw_control(&draw, "o"));
    assert_true(tn_draw_has_text(&draw, "see a helper"));
    assert_false(tn_draw_has_text(&draw, "helpers"));
    assert_false(tn_draw_has_text(&draw, "triangle"));
}

static void the_list_holds_its_maximum(void **state)
{
    (void)state;
    for (int i = 0; i < TN_DRAW_MAX; i++) {
        tn_draw_fill(&draw, (struct tn_rect){0, 0, 1, 1}, TN_COLOR_INK);
    }
    assert_int_equal(draw.count, TN_DRAW_MAX);
}

static void long_text_is_cut_where_a_character_begins(void **state)
{
    (void)state;
    char text[TN_DRAW_TEXT_MAX + 8];
    memset(text, 'a', sizeof text);
    /* A two-byte character across the maximum goes as a whole. */
    memcpy(text + TN_DRAW_TEXT_MAX - 1, "\xC3\xA9", 3);
    const struct tn_item *item =
        tn_draw_text(&draw, (struct tn_rect){0, 0, 1, 1}, TN_TYPE_BODY, TN_COLOR_INK, text);
    assert_int_equal(strlen(item->text), TN_DRAW_TEXT_MAX - 1);
    memset(text, 'b', TN_DRAW_TEXT_MAX);
    text[TN_DRAW_TEXT_MAX] = '\0';
    item = tn_draw_text(&draw, (struct tn_rect){0, 0, 1, 1}, TN_TYPE_BODY, TN_COLOR_INK, text);
    assert_int_equal(strlen(item->text), TN_DRAW_TEXT_MAX);
}

static void the_printed_form_says_all_of_it_one_item_a_line(void **state)
{
    (void)state;
    struct tn_buf out;
    tn_buf_init(&out, 4096);
    struct tn_item *item = tn_draw_panel(&draw, (struct tn_rect){8, 700, 120, 92}, 12,
                                         TN_COLOR_WHITE, TN_COLOR_HELP_INK, 3);
    item->control = "ok";
    item = tn_draw_text(&draw, (struct tn_rect){1, 2, 3, 4}, TN_TYPE_HEADLINE, TN_COLOR_INK,
                        "Two\nlines");
    item->is_bold = true;
    item->lines_max = 2;
    item->align = TN_ALIGN_CENTRE;
    item->is_spoken = true;
    tn_draw_picture(&draw, (struct tn_rect){0, 0, 9, 9}, "badge", TN_COLOR_LINE, TN_COLOR_INK)
        ->turn_deg = -6;
    tn_draw_track(&draw, (struct tn_rect){0, 0, 50, 20}, 4, TN_COLOR_TRACK)->is_rising = true;
    tn_draw_node(&draw, 20, 30, 5, TN_COLOR_NONE, TN_COLOR_QUIET, 2);
    tn_draw_print(&draw, &out);
    (void)tn_buf_append(&out, "", 1);
    assert_int_equal(out.status, TN_OK);
    assert_string_equal((const char *)out.data,
                        "panel   8,700 120x92 white line help-ink wide 3 round 12 control ok\n"
                        "text    1,2 3x4 ink headline bold centre lines 2 spoken \"Two\\nlines\"\n"
                        "picture 0,0 9x9 line line ink turned -6 \"badge\"\n"
                        "track   0,0 50x20 track wide 4 rising\n"
                        "node    15,25 10x10 none line quiet wide 2\n");
    tn_buf_destroy(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_topmost_control_is_hit, begin),
        cmocka_unit_test_setup(controls_and_texts_are_found, begin),
        cmocka_unit_test_setup(the_list_holds_its_maximum, begin),
        cmocka_unit_test_setup(long_text_is_cut_where_a_character_begins, begin),
        cmocka_unit_test_setup(the_printed_form_says_all_of_it_one_item_a_line, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
