/* The page: a publication that an organizer sends as it is. It needs nothing but itself: no script,
 * no font, no picture from elsewhere, and a policy that forbids all of them, so that it opens alike
 * from a mail, a stick or a web server, years from now. Its one sheet of style is allowed by its
 * hash. The path is its one idea: the pillars of the page of all reports are nodes of one. */
#include <sodium.h>
#include <string.h>

#include "sync/exchange/html.h"
#include "sync/exchange/report_html.h"
#include "sync/exchange/report_value.h"
#include "turnout/asset.h"

#define HASH_TEXT_SIZE 64

static void write_policy(FILE *file, struct tn_bytes style)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    char text[HASH_TEXT_SIZE];
    (void)crypto_hash_sha256(hash, style.data, style.len);
    (void)sodium_bin2base64(text, sizeof text, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
    (void)fprintf(file,
                  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                  "style-src 'sha256-%s'; base-uri 'none'; form-action 'none'\">\n",
                  text);
}

static void write_head(FILE *file, const struct tn_report_book *book, const char *title)
{
    const struct tn_bytes style = tn_asset("web/report.css");
    tn_html(file, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    write_policy(file, style);
    tn_html(file,
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta name=\"color-scheme\" content=\"light dark\">\n"
            "<meta name=\"generator\" content=\"Turnout %s\">\n<title>%s",
            TN_VERSION, title);
    tn_html(file, "%s%s</title>\n<style>", book->is_all ? "" : " \u00b7 ",
            book->is_all ? "" : book->ecosystem_name);
    (void)fwrite(style.data, 1, style.len, file);
    tn_html(file,
            "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">To the numbers</a>\n");
}

/* The pattern of what is withheld, and the sign of the house, drawn once and used by name. */
static void write_shared(FILE *file)
{
    tn_html(file,
            "<svg class=\"shared\" width=\"0\" height=\"0\" aria-hidden=\"true\">"
            "<defs><pattern id=\"hatch\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\""
            " patternTransform=\"rotate(45)\"><path class=\"hatch\" d=\"M0 0V7\"/></pattern>"
            "</defs></svg>\n");
}

static void write_brand(FILE *file, const struct tn_report_book *book)
{
    tn_html(
        file,
        "<p class=\"brand\"><svg class=\"logo\" width=\"52\" height=\"40\" viewBox=\"0 12 96 72\""
        " aria-hidden=\"true\"><path class=\"track\" d=\"M12 68H84M30 68C54 68 50 28 76 28\"/>"
        "<circle class=\"here\" cx=\"12\" cy=\"68\" r=\"11\"/><circle class=\"newest\" cx=\"84\""
        " cy=\"68\" r=\"11\"/><circle class=\"good\" cx=\"80\" cy=\"28\" r=\"11\"/></svg>"
        "<span><bdi>%s</bdi></span></p>\n",
        book->ecosystem_name);
}

/* The numbers on the path so far. */
struct highlights {
    const char *keys[TN_REPORT_PILLARS];
    size_t count;
};

static bool is_taken(const struct highlights *taken, const char *key)
{
    for (size_t i = 0; i < taken->count; i++) {
        if (strcmp(taken->keys[i], key) == 0) {
            return true;
        }
    }
    return false;
}

/* The first figure of a report that is shown and not zero, and that no other pillar has;
 * may_repeat: though a report before it has said it. */
static const struct tn_report_part *find_highlight(const struct tn_report_book *book, size_t which,
                                                   const struct highlights *taken, bool may_repeat,
                                                   size_t *row)
{
    const struct tn_report *report = &book->reports[which];
    for (size_t i = 0; i < report->part_count; i++) {
        const struct tn_report_part *part = &report->parts[i];
        for (*row = 0; part->is_figures && *row < part->row_count; (*row)++) {
            const struct tn_report_value *value = tn_report_at(part, *row, 1);
            if (tn_report_has(value) && value->number > 0 && !is_taken(taken, part->keys[*row]) &&
                (may_repeat || !tn_report_is_repeated(book, which, part, *row))) {
                return part;
            }
        }
    }
    return NULL;
}

/* A pillar's number: one of its own, or else one that was said before. */
static void write_highlight(FILE *file, const struct tn_report_book *book, size_t pillar,
                            struct highlights *taken)
{
    for (size_t i = 0; i < 2 * book->count; i++) {
        const size_t which = i % book->count;
        size_t row = 0;
        const bool is_ours = tn_report_pillar_of(&book->reports[which]) == pillar;
        const struct tn_report_part *part =
            is_ours ? find_highlight(book, which, taken, i >= book->count, &row) : NULL;
        if (part != NULL) {
            taken->keys[taken->count++] = part->keys[row];
            tn_html(file, "<strong>");
            tn_report_html_value(file, tn_report_at(part, row, 1), part->measures[row], book->tz);
            tn_html(file, "</strong><em>%s</em>", tn_report_text_at(part, row, 0));
            return;
        }
    }
}

static bool has_pillar(const struct tn_report_book *book, size_t pillar)
{
    for (size_t i = 0; i < book->count; i++) {
        if (tn_report_pillar_of(&book->reports[i]) == pillar) {
            return true;
        }
    }
    return false;
}

static void write_contents(FILE *file, const struct tn_report_book *book)
{
    struct highlights taken = {.count = 0};
    tn_html(file, "<nav aria-label=\"The five pillars\"><ol class=\"path\">\n");
    for (size_t pillar = 0; pillar < TN_REPORT_PILLARS; pillar++) {
        if (has_pillar(book, pillar)) {
            tn_html(file, "<li><a href=\"#pillar-%z\"><span>%s</span>", pillar,
                    tn_report_pillars[pillar].name);
            write_highlight(file, book, pillar, &taken);
            tn_html(file, "</a></li>\n");
        }
    }
    tn_html(file, "</ol></nav>\n");
}

static void write_cover(FILE *file, const struct tn_report_book *book)
{
    char made[TN_REPORT_SAID_SIZE];
    tn_report_day(book->made_ms, book->tz, made);
    tn_html(file, "<header class=\"cover\">\n");
    write_brand(file, book);
    tn_html(file, "<h1>%s</h1>\n<p class=\"about\"><bdi>%s</bdi> <span>Made on %s</span></p>\n",
            book->is_all ? "Our ecosystem in numbers" : book->reports[0].title, book->about, made);
    if (book->is_all) {
        write_contents(file, book);
    }
    tn_html(file, "</header>\n");
}

static void write_legend(FILE *file, const struct tn_report_book *book, size_t which)
{
    const struct tn_report_marks marks = tn_report_marks(book, which);
    char withheld[256];
    tn_report_withheld_text(book->min_cell, withheld, sizeof withheld);
    if (marks.withheld || marks.partial || marks.none) {
        tn_html(file, "<ul class=\"legend\">\n");
        tn_html(file, marks.withheld ? "<li>%s</li>\n" : "", withheld);
        tn_html(file, marks.partial ? "<li>%s</li>\n" : "", tn_report_partial_text);
        tn_html(file, marks.none ? "<li>%s</li>\n" : "", tn_report_none_text);
        tn_html(file, "</ul>\n");
    }
}

static void write_notes(FILE *file, const struct tn_report_book *book, size_t which, int level)
{
    const struct tn_report *report = &book->reports[which];
    if (tn_report_note_count(book, which) == 0) {
        return;
    }
    tn_html(file, "<aside class=\"notes\"><h%d>How this was counted</h%d>\n<ul>\n", level, level);
    for (size_t i = 0; i < report->note_count; i++) {
        if (!tn_report_is_note_repeated(book, which, i)) {
            tn_html(file, "<li>%s</li>\n", report->notes[i]);
        }
    }
    tn_html(file, "</ul></aside>\n");
}

/* level is that of its parts' headings. */
static void write_report(FILE *file, const struct tn_report_book *book, size_t which, int level)
{
    const struct tn_report *report = &book->reports[which];
    tn_html(file, "<article class=\"report\" id=\"%s\">\n", report->name);
    if (book->is_all) {
        tn_html(file, "<h%d>%s</h%d>\n", level - 1, report->title, level - 1);
    }
    if (report->subtitle[0] != '\0') {
        tn_html(file, "<p class=\"about\">%s</p>\n", report->subtitle);
    }
    for (size_t i = 0; i < report->part_count; i++) {
        struct tn_report_section section = {.book = book, .which = which, .level = level};
        if (tn_report_is_only_repeated(book, which, &report->parts[i])) {
            continue;
        }
        (void)snprintf(section.id, sizeof section.id, "r%zu-p%zu", which, i);
        tn_report_html_part(file, &section, &report->parts[i]);
    }
    write_legend(file, book, which);
    write_notes(file, book, which, level);
    tn_html(file, "</article>\n");
}

static void write_pillar(FILE *file, const struct tn_report_book *book, size_t pillar)
{
    const bool is_other = pillar == TN_REPORT_PILLARS;
    if (!has_pillar(book, pillar)) {
        return;
    }
    tn_html(file,
            "<section class=\"pillar\" id=\"pillar-%z\" aria-labelledby=\"pillar-%z-t\">\n"
            "<header><h2 id=\"pillar-%z-t\">%s</h2><p>%s</p></header>\n",
            pillar, pillar, pillar, is_other ? "More" : tn_report_pillars[pillar].name,
            is_other ? "" : tn_report_pillars[pillar].question);
    for (size_t i = 0; i < book->count; i++) {
        if (tn_report_pillar_of(&book->reports[i]) == pillar) {
            write_report(file, book, i, 4);
        }
    }
    tn_html(file, "</section>\n");
}

static void write_footer(FILE *file, const struct tn_report_book *book)
{
    char made[TN_REPORT_SAID_SIZE];
    char least[TN_REPORT_SAID_SIZE];
    tn_report_day(book->made_ms, book->tz, made);
    (void)snprintf(least, sizeof least, "%lld", (long long)book->min_cell);
    tn_html(
        file,
        "<footer><p>Made on %s from the central database of <bdi>%s</bdi>. Numbers that fewer "
        "than %s learners stand behind are withheld, and so are those that would give them away; "
        "an * stands in their place.</p><p>Made with Turnout, check-in for STEM events.</p>"
        "</footer>\n</body>\n</html>\n",
        made, book->ecosystem_name, least);
}

enum tn_status tn_report_print_html(FILE *file, const struct tn_report_book *book)
{
    write_head(file, book, book->is_all ? book->ecosystem_name : book->reports[0].title);
    write_shared(file);
    write_cover(file, book);
    tn_html(file, "<main id=\"main\">\n");
    for (size_t pillar = 0; book->is_all && pillar <= TN_REPORT_PILLARS; pillar++) {
        write_pillar(file, book, pillar);
    }
    if (!book->is_all) {
        write_report(file, book, 0, 2);
    }
    tn_html(file, "</main>\n");
    write_footer(file, book);
    return tn_report_printed(file);
}
