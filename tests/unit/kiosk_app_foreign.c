/* What is somebody else's symbol, and what is a badge of ours that was read badly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kiosk/app/foreign.h"

static bool is_foreign(const char *text, enum tn_source source, bool had_end)
{
    struct tn_event scan = {
        .type = TN_EVENT_SCAN, .source = source, .had_end = had_end, .len = strlen(text)};
    memcpy(scan.text, text, scan.len);
    return tn_scan_is_foreign(&scan);
}

static void other_peoples_symbols_are_foreign(void **state)
{
    (void)state;
    assert_true(is_foreign("https://example.org", TN_SOURCE_SCANNER, true));
    assert_true(is_foreign("WIFI:S:net;P:secret;;", TN_SOURCE_SCANNER, true));
    assert_true(is_foreign("4006381333931", TN_SOURCE_SCANNER, true));  /* EAN-13 */
    assert_true(is_foreign("14006381333938", TN_SOURCE_SCANNER, true)); /* GTIN-14 */
    assert_true(is_foreign("M1DOE/JANE  EABC123 FRAJFKAF 0006", TN_SOURCE_CAMERA, true));
    assert_true(is_foreign("123456789012345678901234", TN_SOURCE_CAMERA, true));
    assert_true(is_foreign("7", TN_SOURCE_PICTURE, true));
}

static void a_badge_that_lost_keys_is_not(void **state)
{
    (void)state;
    assert_false(is_foreign("123456789012345", TN_SOURCE_SCANNER, true));
    assert_false(
        is_foreign("12345678901234567890123456789012345678901234567", TN_SOURCE_SCANNER, true));
    assert_false(is_foreign("http", TN_SOURCE_SCANNER, false)); /* broken off: nobody knows */
    assert_false(is_foreign("", TN_SOURCE_SCANNER, true));
    assert_false(is_foreign("?", TN_SOURCE_PICTURE, false)); /* a picture without a symbol */
    struct tn_event burst = {.had_end = true, .len = TN_SCAN_TEXT_MAX + 1};
    memset(burst.text, 'x', TN_SCAN_TEXT_MAX);
    assert_false(tn_scan_is_foreign(&burst));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_peoples_symbols_are_foreign),
        cmocka_unit_test(a_badge_that_lost_keys_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
