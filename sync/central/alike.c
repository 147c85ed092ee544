/* The score. Every part adds or takes a number and says so in words, in one table's order, so that
 * a person can follow how it came about. */
#include "sync/central/alike.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TYPO_MIN 4  /* letters a name needs for one wrong one to be a slip */
#define TYPO2_MIN 8 /* and for two */

struct score {
    int points;
    char *reasons;
};

static void add(struct score *score, int points, const char *reason)
{
    score->points += points;
    if (score->reasons != NULL && reason != NULL) {
        const size_t len = strlen(score->reasons);
        (void)snprintf(score->reasons + len, TN_ALIKE_REASONS_SIZE - len, "%s%s",
                       len == 0 ? "" : ", ", reason);
    }
}

void tn_alike_join(const char *name, char out[TN_ALIKE_NAME_SIZE])
{
    size_t len = 0;
    for (; *name != '\0' && len + 1 < TN_ALIKE_NAME_SIZE; name++) {
        if (*name != ' ') {
            out[len++] = *name;
        }
    }
    out[len] = '\0';
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Letters put in, left out, exchanged, or swapped with the next one. */
static int distance(const char *a, const char *b)
{
    int rows[3][TN_ALIKE_NAME_SIZE + 1];
    const int n = (int)strlen(a);
    const int m = (int)strlen(b);
    for (int j = 0; j <= m; j++) {
        rows[0][j] = j;
    }
    for (int i = 1; i <= n; i++) {
        int *row = rows[i % 3];
        const int *before = rows[(i + 2) % 3];
        row[0] = i;
        for (int j = 1; j <= m; j++) {
            const int differ = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = least(least(before[j] + 1, row[j - 1] + 1), before[j - 1] + differ);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = least(row[j], rows[(i + 1) % 3][j - 2] + 1);
            }
        }
    }
    return rows[n % 3][m];
}

enum relation { OTHER, BEGINS, TYPO, SAME };

/* Whether one is the first words of the other. */
static bool begins(const char *a, const char *b)
{
    const size_t n = strlen(a);
    const size_t m = strlen(b);
    const char *longer = n < m ? b : a;
    const size_t shorter = n < m ? n : m;
    return shorter > 1 && strncmp(a, b, shorter) == 0 && longer[shorter] == ' ';
}

static enum relation relate(const char *a, const char *b)
{
    char x[TN_ALIKE_NAME_SIZE];
    char y[TN_ALIKE_NAME_SIZE];
    tn_alike_join(a, x);
    tn_alike_join(b, y);
    const int n = (int)strlen(x);
    const int m = (int)strlen(y);
    if (strcmp(x, y) == 0) {
        return SAME;
    }
    if (begins(a, b)) {
        return BEGINS;
    }
    const int shorter = least(n, m);
    if (shorter < TYPO_MIN || abs(n - m) > 2) {
        return OTHER;
    }
    return distance(x, y) <= (shorter >= TYPO2_MIN ? 2 : 1) ? TYPO : OTHER;
}

/* False where their names are not alike. */
static bool score_names(const struct tn_alike *a, const struct tn_alike *b, struct score *score)
{
    static const int points[SAME + 1][SAME + 1] = {
        [BEGINS] = {[BEGINS] = 30, [TYPO] = 30, [SAME] = 45},
        [TYPO] = {[BEGINS] = 30, [TYPO] = 34, [SAME] = 48},
        [SAME] = {[BEGINS] = 45, [TYPO] = 48, [SAME] = 60},
    };
    static const char *const words[SAME + 1] = {
        [BEGINS] = "one %s begins the other", [TYPO] = "the %s differs by a slip"};
    const enum relation given = relate(a->given, b->given);
    const enum relation family = relate(a->family, b->family);
    const bool has_families = a->family[0] != '\0' && b->family[0] != '\0';
    if (given == SAME && family == SAME) {
        add(score, has_families ? 60 : 25, has_families ? "the same name" : "the same given name");
        return true;
    }
    if (has_families && relate(a->given, b->family) == SAME &&
        relate(a->family, b->given) == SAME) {
        add(score, 55, "given and family name exchanged");
        return true;
    }
    if (!has_families) {
        return false;
    }
    const enum relation relations[] = {given, family};
    static const char *const names[] = {"given name", "family name"};
    for (int i = 0; i < 2; i++) {
        char text[64];
        if (words[relations[i]] != NULL) {
            (void)snprintf(text, sizeof text,
                           relations[i] == BEGINS ? "one %s begins the other"
                                                  : "the %s differs by a slip",
                           names[i]);
            add(score, 0, text);
        }
    }
    add(score, points[given][family], NULL);
    return points[given][family] > 0;
}

static void score_year(const struct tn_alike *a, const struct tn_alike *b, struct score *score)
{
    const int apart = abs(a->birth_year - b->birth_year);
    if (a->birth_year == 0 || b->birth_year == 0) {
        return;
    }
    add(score,
        apart == 0   ? 25
        : apart == 1 ? 5
                     : -40,
        apart == 0   ? "born in the same year"
        : apart == 1 ? "years of birth one apart"
                     : "born in other years");
}

bool tn_alike_is_one_partner(const struct tn_alike *a, const struct tn_alike *b)
{
    return a->partner != 0 && a->partner == b->partner;
}

static void score_partner(const struct tn_alike *a, const struct tn_alike *b, struct score *score)
{
    const bool is_same = tn_alike_is_one_partner(a, b);
    if (a->partner != 0 && b->partner != 0) {
        add(score, is_same ? 15 : -5, is_same ? "the same partner" : "another partner");
    }
}

static void score_grade(const struct tn_alike *a, const struct tn_alike *b, struct score *score)
{
    if (a->grade_lo > a->grade_hi || b->grade_lo > b->grade_hi) {
        return;
    }
    const int gap = a->grade_lo > b->grade_hi   ? a->grade_lo - b->grade_hi
                    : b->grade_lo > a->grade_hi ? b->grade_lo - a->grade_hi
                                                : 0;
    if (gap != 1) {
        add(score, gap == 0 ? 10 : -15, gap == 0 ? "grades meet" : "grades far apart");
    }
}

/* A roster keeps its own children apart; where it has no year of birth of one, not so well. */
static void score_origin(const struct tn_alike *a, const struct tn_alike *b, bool is_same_name,
                         struct score *score)
{
    if (a->is_walkin != b->is_walkin) {
        add(score, 5, "a walk-in beside a roster");
    } else if (!a->is_walkin && tn_alike_is_one_partner(a, b)) {
        const bool has_years = a->birth_year != 0 && b->birth_year != 0;
        add(score, !is_same_name ? -30 : has_years ? -20 : -10, "both on one partner's roster");
    }
}

static void score_namesakes(uint32_t namesakes, struct score *score)
{
    int points = 0;
    for (uint32_t n = namesakes; n > 2 && points < 30; n = (n + 1) / 2) {
        points += 5;
    }
    if (points > 0) {
        add(score, -points, "a name that several have");
    }
}

int tn_alike_score(const struct tn_alike *a, const struct tn_alike *b, uint32_t namesakes,
                   char reasons[TN_ALIKE_REASONS_SIZE])
{
    struct score score = {0, reasons};
    if (reasons != NULL) {
        reasons[0] = '\0';
    }
    if (!score_names(a, b, &score)) {
        return 0;
    }
    const bool is_same_name = score.points >= 55;
    score_year(a, b, &score);
    score_partner(a, b, &score);
    score_grade(a, b, &score);
    score_origin(a, b, is_same_name, &score);
    score_namesakes(namesakes, &score);
    return score.points < 0 ? 0 : score.points > 100 ? 100 : score.points;
}

/* One grade off the front of a text. */
static bool take_grade(const char **text, int8_t *out)
{
    char *end = NULL;
    if ((*text)[0] == 'P' && (*text)[1] == 'K') {
        *out = -1;
        *text += 2;
        return true;
    }
    if ((*text)[0] == 'K') {
        *out = 0;
        *text += 1;
        return true;
    }
    const long n = strtol(*text, &end, 10);
    if (end == *text || n < 0 || n > 13) {
        return false;
    }
    *out = (int8_t)n;
    *text = end;
    return true;
}

void tn_alike_grade(const char *text, int8_t *lo, int8_t *hi)
{
    *lo = 1;
    *hi = 0;
    int8_t first = 0;
    int8_t last = 0;
    if (!take_grade(&text, &first)) {
        return;
    }
    last = first;
    if (*text == '-') {
        text++;
        if (!take_grade(&text, &last)) {
            return;
        }
    }
    if (*text == '\0' && first <= last) {
        *lo = first;
        *hi = last;
    }
}
