/* Directions after the part of the Unicode bidirectional algorithm that names and titles need:
 * letters of both directions, numbers inside right-to-left text, and what stands between them. No
 * embeddings and no overrides: those characters are drawn as nothing. The cost of not linking a
 * whole bidi library is this page. */
#include "kiosk/sys/runs.h"

#include <string.h>

enum direction { CLASS_LEFT, CLASS_RIGHT, CLASS_NUMBER, CLASS_BETWEEN };

struct range {
    uint32_t first, last;
    enum direction is;
};

static const struct range ranges[] = {
    {0x00, 0x2F, CLASS_BETWEEN},     {0x30, 0x39, CLASS_NUMBER},
    {0x3A, 0x40, CLASS_BETWEEN},     {0x5B, 0x60, CLASS_BETWEEN},
    {0x7B, 0xA9, CLASS_BETWEEN},     {0xAB, 0xB4, CLASS_BETWEEN},
    {0xB6, 0xB9, CLASS_BETWEEN},     {0xBB, 0xBF, CLASS_BETWEEN},
    {0x300, 0x36F, CLASS_BETWEEN},   {0x660, 0x669, CLASS_NUMBER},
    {0x6F0, 0x6F9, CLASS_NUMBER},    {0x590, 0x8FF, CLASS_RIGHT},
    {0x200F, 0x200F, CLASS_RIGHT},   {0x2000, 0x206F, CLASS_BETWEEN},
    {0x2190, 0x2BFF, CLASS_BETWEEN}, {0xFB1D, 0xFDFF, CLASS_RIGHT},
    {0xFE70, 0xFEFF, CLASS_RIGHT},   {0x10800, 0x10FFF, CLASS_RIGHT},
    {0x1E800, 0x1EFFF, CLASS_RIGHT},
};

struct character {
    uint32_t value;
    size_t at, len; /* bytes in the line */
    enum direction is;
    int level;
};

size_t tn_utf8_read(const char *at, size_t len, uint32_t *out)
{
    const unsigned char *p = (const unsigned char *)at;
    size_t need = p[0] < 0x80 ? 1 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    if (need == 1) {
        *out = p[0];
        return 1;
    }
    *out = 0xFFFD;
    if (p[0] < 0xC2 || p[0] > 0xF4 || need > len) {
        return 1;
    }
    uint32_t value = p[0] & (0xFFu >> (need + 1));
    for (size_t i = 1; i < need; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            return 1;
        }
        value = (value << 6) | (p[i] & 0x3Fu);
    }
    *out = value;
    return need;
}

static enum direction class_of(uint32_t character)
{
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (character >= ranges[i].first && character <= ranges[i].last) {
            return ranges[i].is;
        }
    }
    return CLASS_LEFT;
}

/* Reads the line; the base direction is that of the first letter. */
static size_t read_line(const char *text, size_t len, struct character *line, int *base)
{
    size_t count = 0;
    bool is_known = false;
    *base = 0;
    for (size_t at = 0; at < len && count < TN_RUNS_TEXT_MAX; count++) {
        struct character *c = &line[count];
        c->at = at;
        c->len = tn_utf8_read(text + at, len - at, &c->value);
        c->is = class_of(c->value);
        if (!is_known && (c->is == CLASS_LEFT || c->is == CLASS_RIGHT)) {
            *base = c->is == CLASS_RIGHT ? 1 : 0;
            is_known = true;
        }
        at += c->len;
    }
    return count;
}

/* Letters and numbers first: a number inside right-to-left text runs left to right within it. */
static void set_levels(struct character *line, size_t count, int base)
{
    bool is_right = base == 1;
    for (size_t i = 0; i < count; i++) {
        struct character *c = &line[i];
        if (c->is == CLASS_LEFT) {
            is_right = false;
            c->level = base == 1 ? 2 : 0;
        } else if (c->is == CLASS_RIGHT) {
            is_right = true;
            c->level = 1;
        } else if (c->is == CLASS_NUMBER) {
            c->level = is_right || base == 1 ? 2 : 0;
        }
    }
    /* What stands between takes the direction both sides share, else the base. */
    for (size_t i = 0; i < count; i++) {
        size_t end = i;
        while (end < count && line[end].is == CLASS_BETWEEN) {
            end++;
        }
        int before = i > 0 ? line[i - 1].level : base;
        int after = end < count ? line[end].level : base;
        for (; i < end; i++) {
            line[i].level = before == after ? before : (before > 0 && after > 0 ? 1 : base);
        }
    }
}

/* Puts runs of levels into the order of the screen: from the highest level down, each stretch at or
 * above it is turned around. */
static void order(struct tn_run *runs, size_t count)
{
    for (int level = 2; level >= 1; level--) {
        for (size_t i = 0; i < count; i++) {
            size_t end = i;
            while (end < count && runs[end].level >= level) {
                end++;
            }
            for (size_t a = i, b = end; b > a + 1; a++, b--) {
                struct tn_run swap = runs[a];
                runs[a] = runs[b - 1];
                runs[b - 1] = swap;
            }
            i = end > i ? end - 1 : i;
        }
    }
}

/* Symbols and private characters carry no letter of a name: where no font has one it is left out,
 * since an empty box looks like a fault. */
static bool is_ornament(uint32_t character)
{
    return (character >= 0x2190 && character <= 0x2BFF) ||
           (character >= 0xE000 && character <= 0xF8FF) ||
           (character >= 0xFE00 && character <= 0xFE0F) ||
           (character >= 0x1F000 && character <= 0x1FAFF) || character >= 0xE0000;
}

size_t tn_runs_split(struct tn_fonts *fonts, const char *text, size_t len, bool is_bold,
                     struct tn_run runs[TN_RUNS_MAX])
{
    struct character line[TN_RUNS_TEXT_MAX];
    int base = 0;
    size_t characters = read_line(text, len, line, &base);
    size_t count = 0;
    int face = -1;
    const char *script = "Latn";
    set_levels(line, characters, base);
    for (size_t i = 0; i < characters; i++) {
        face = tn_fonts_face_of(fonts, line[i].value, is_bold, face);
        if (is_ornament(line[i].value) && !tn_fonts_has(fonts, face, line[i].value)) {
            continue;
        }
        const struct tn_script *own = tn_script_of(line[i].value);
        script = own != NULL ? own->name : (line[i].is == CLASS_LEFT ? "Latn" : script);
        struct tn_run *run = count > 0 ? &runs[count - 1] : NULL;
        if (run != NULL && run->face == face && run->level == line[i].level &&
            strcmp(run->script, script) == 0 && run->at + run->len == text + line[i].at) {
            run->len += line[i].len;
            continue;
        }
        if (count == TN_RUNS_MAX) {
            break;
        }
        runs[count++] =
            (struct tn_run){text + line[i].at, line[i].len, face, line[i].level, script};
    }
    order(runs, count);
    return count;
}
