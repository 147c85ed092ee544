/* What the kiosk prints: a label of 62 x 29 mm or a badge card of 54 x 86 mm, as one page of PDF.
 *
 * The symbol is the badge's QR code of version 2, error correction Q (25 x 25 modules of 0.8 mm or
 * more, in a quiet zone of four), black on white. The name may be in any script; long ones shrink,
 * then go to a second line, then are cut. No colour is needed to read it. */
#ifndef TURNOUT_SYS_LABEL_H
#define TURNOUT_SYS_LABEL_H

#include "turnout/badge.h"
#include "turnout/buf.h"

#define TN_LABEL_NAME_SIZE 128
#define TN_LABEL_TITLE_SIZE 128
#define TN_LABEL_PDF_MAX (1 << 20) /* bytes; a page with embedded fonts has some 30,000 */

enum tn_label_kind { TN_LABEL_62X29, TN_LABEL_BADGE_CARD, TN_LABEL_COUNT };

/* What stands on it, in UTF-8. digits hold a secret: whoever has one wipes it (tn_label_wipe). */
struct tn_label {
    enum tn_label_kind kind;
    char name[TN_LABEL_NAME_SIZE];   /* empty: a line to write on */
    char digits[TN_BADGE_TEXT_SIZE]; /* the badge's 48 digits */
    char code[TN_BADGE_CODE_SIZE];   /* the 9 digits for people; empty: none */
    char event_title[TN_LABEL_TITLE_SIZE];
};

/* The page's size in hundredths of a millimetre, as printers count. */
void tn_label_size(enum tn_label_kind kind, int *width, int *height);

/* Appends the page to out, an empty buffer of TN_LABEL_PDF_MAX; the caller wipes it by destroying
 * it. TN_ERR_FORMAT where digits are no badge or a text is no UTF-8, TN_ERR_LIMIT,
 * TN_ERR_NO_MEMORY. Any thread. */
enum tn_status tn_label_pdf(const struct tn_label *label, struct tn_buf *out);

/* Forgets this thread's fonts, some megabytes; the next label loads them again. */
void tn_label_end(void);

void tn_label_wipe(struct tn_label *label);

#endif
