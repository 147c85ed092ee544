/* Badges on paper: sheets, one badge a label, or one picture a badge.
 *
 * The symbol is a QR code of version 2, error correction Q, in numeric mode (25 x 25 modules, which
 * 48 digits fill exactly), black on white with a quiet zone of four modules; a module is 0.8 mm at
 * least, the size a cheap camera can read at arm's length. Everything else is black enough to
 * survive a black-and-white printer. Text is shaped by Pango, so a name may be in any script. */
#ifndef TURNOUT_PAPER_BADGES_H
#define TURNOUT_PAPER_BADGES_H

#include <stddef.h>
#include <stdint.h>

#include "sync/paper/layout.h"
#include "turnout/badge.h"

#define TN_PAPER_PATH_MAX 4096

enum tn_paper_format { TN_PAPER_PDF, TN_PAPER_PNG, TN_PAPER_SVG };

/* One badge to draw; all borrowed. */
struct tn_paper_badge {
    const char *text;    /* the 48 digits; a set-up card's are more */
    const char *code;    /* the 9 digits for people; a set-up card has none */
    const char *display; /* NULL or empty: a line to write a name on. A set-up card's station */
    const char *title;   /* of the event */
    const char *host;    /* the ecosystem's name */
    const char *label;   /* "Staff card": what it is, where it is no learner's badge; else NULL */
    const char *note;    /* a few words below all, such as until when it is good; NULL: none */
};

/* The modules of a badge's symbol, row by row; true is black. Text that is not 48 digits, or an
 * encoder that made another size, is TN_ERR_FORMAT. */
#define TN_PAPER_QR_SIDE 25
enum tn_status tn_paper_qr(const char *text, bool out[TN_PAPER_QR_SIDE][TN_PAPER_QR_SIDE]);

/* The modules of a symbol of any length of digits, at error correction M: side * side bytes, 1 is
 * black, that the caller frees. TN_ERR_FORMAT for what is not digits, or too many. */
enum tn_status tn_paper_qr_digits(const char *digits, int *side, uint8_t **modules);

/* "123456789" as "123 456 789". */
void tn_paper_code(const char *code, char out[TN_BADGE_CODE_SIZE + 2]);

/* Sheets under way: a PDF written to PATH.new and renamed at the end. layout is copied. One
 * thread. */
struct tn_paper;
enum tn_status tn_paper_open(const char *path, const struct tn_paper_layout *layout,
                             struct tn_paper **out);
enum tn_status tn_paper_add(struct tn_paper *paper, const struct tn_paper_badge *badge);

/* Finishes the last page, makes the file durable, gives it its name, and frees paper. */
enum tn_status tn_paper_finish(struct tn_paper *paper);

/* Gives up: removes the unfinished file and frees paper. Accepts NULL. */
void tn_paper_drop(struct tn_paper *paper);

/* One badge as a file of its own: PNG at 10 pixels a millimetre (254 dpi, so that a module is whole
 * pixels), or SVG. */
enum tn_status tn_paper_picture(const char *path, enum tn_paper_format format,
                                const struct tn_paper_layout *layout,
                                const struct tn_paper_badge *badge);

/* The format that the end of a path names: .pdf, .png or .svg. */
bool tn_paper_format_of(const char *path, enum tn_paper_format *out);

/* One card whose secret is nowhere else, as a file in the format that its path names: a sheet or a
 * picture. TN_ERR_EXISTS, said in the log, where path is there. Lets go of the fonts. */
enum tn_status tn_paper_card(const char *path, const struct tn_paper_layout *layout,
                             const struct tn_paper_badge *card);

/* Lets go of the fonts, once all papers are finished or dropped; drawing again loads them anew. */
void tn_paper_end(void);

#endif
