/* A scanner judged by one scan. The rules stand in a table, and the first that holds is the
 * verdict: what explains the most comes first, so that a symptom is named only where no cause is
 * known. */
#include "kiosk/ui/canary.h"

#include <string.h>

/* A decimal number of two to four digits stands for each character in a scanner's ALT mode. */
#define CODE_LEAST 2
#define CODE_MOST 4
/* So many digits in their places at both ends together are no chance. */
#define MIXED_LEAST 12

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t count_strange(const struct tn_canary_scan *scan)
{
    size_t count = 0;
    for (size_t i = 0; i < scan->len; i++) {
        count += is_digit(scan->text[i]) ? 0 : 1;
    }
    return count;
}

static bool is_right(const char *code, const struct tn_canary_scan *scan)
{
    bool is_same = scan->len == strlen(code) && memcmp(scan->text, code, scan->len) == 0;
    return is_same || scan->is_badge;
}

static bool is_well(const char *code, const struct tn_canary_scan *scan)
{
    return is_right(code, scan) && scan->had_end && !scan->is_slow;
}

static bool is_without_end(const char *code, const struct tn_canary_scan *scan)
{
    return is_right(code, scan) && !scan->had_end;
}

static bool is_slow(const char *code, const struct tn_canary_scan *scan)
{
    return is_right(code, scan) && scan->is_slow;
}

/* The code in digits of its characters' numbers: "048049" for "01". */
static bool is_codes(const char *code, const struct tn_canary_scan *scan)
{
    size_t count = strlen(code);
    size_t width = count > 0 ? scan->len / count : 0;
    if (width < CODE_LEAST || width > CODE_MOST || width * count != scan->len) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        int number = 0;
        for (size_t j = 0; j < width; j++) {
            number = number * 10 + (scan->text[i * width + j] - '0');
        }
        if (number != code[i]) {
            return false;
        }
    }
    return true;
}

/* Each run of a digit is at least as long as it should be: "112333" for "123". */
static bool is_stuttered(const char *code, const struct tn_canary_scan *scan)
{
    size_t at = 0;
    for (const char *c = code; *c != '\0';) {
        size_t wanted = strspn(c, (const char[]){*c, '\0'});
        size_t came = 0;
        while (at < scan->len && scan->text[at] == *c) {
            at++;
            came++;
        }
        if (came < wanted) {
            return false;
        }
        c += wanted;
    }
    return at == scan->len;
}

static bool is_doubled(const char *code, const struct tn_canary_scan *scan)
{
    size_t count = strlen(code);
    bool is_twice = scan->len == 2 * count && memcmp(scan->text, code, count) == 0 &&
                    memcmp(scan->text + count, code, count) == 0;
    return scan->len > count && (is_twice || is_stuttered(code, scan));
}

static bool is_around(const char *code, const struct tn_canary_scan *scan)
{
    return memmem(scan->text, scan->len, code, strlen(code)) != NULL;
}

static bool is_strange(const char *code, const struct tn_canary_scan *scan)
{
    (void)code;
    return count_strange(scan) > 0;
}

static bool is_paused(const char *code, const struct tn_canary_scan *scan)
{
    size_t count = strlen(code);
    return scan->len < count && scan->len + scan->given_up >= count;
}

static bool is_short(const char *code, const struct tn_canary_scan *scan)
{
    return scan->len < strlen(code);
}

static bool is_long(const char *code, const struct tn_canary_scan *scan)
{
    return scan->len > strlen(code);
}

/* Digits that are in their place, counted from both ends to the first that is not. */
static bool is_mixed(const char *code, const struct tn_canary_scan *scan)
{
    size_t first = 0;
    size_t last = 0;
    while (first < scan->len && scan->text[first] == code[first]) {
        first++;
    }
    while (last < scan->len - first &&
           scan->text[scan->len - 1 - last] == code[scan->len - 1 - last]) {
        last++;
    }
    return first + last >= MIXED_LEAST;
}

static const struct {
    enum tn_canary verdict;
    bool (*holds)(const char *code, const struct tn_canary_scan *scan);
} rules[] = {
    {TN_CANARY_WELL, is_well},       {TN_CANARY_NO_END, is_without_end},
    {TN_CANARY_SLOW, is_slow},       {TN_CANARY_CODES, is_codes},
    {TN_CANARY_DOUBLED, is_doubled}, {TN_CANARY_AROUND, is_around},
    {TN_CANARY_STRANGE, is_strange}, {TN_CANARY_PAUSED, is_paused},
    {TN_CANARY_SHORT, is_short},     {TN_CANARY_LONG, is_long},
    {TN_CANARY_MIXED, is_mixed},
};

enum tn_canary tn_canary_judge(const char *code, const struct tn_canary_scan *scan)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (rules[i].holds(code, scan)) {
            return rules[i].verdict;
        }
    }
    return TN_CANARY_OTHER;
}
