/* The label: the symbol on the left, the event, the name and the code beside it. The badge card:
 * the house's track over the event's title, the name as large as it goes, the symbol and the code
 * below, and a path that runs along the bottom with the gate lit. Everything is dark enough for a
 * printer that knows only black; labels are nothing but black, since label printers dither grey. */
#include "kiosk/sys/label_draw.h"

#include <math.h>
#include <qrencode.h>

#define QR_VERSION 2
#define QR_SIDE 25
#define QUIET 4
#define LABEL_MODULE 0.8 /* mm: the least that a cheap camera reads at arm's length */
#define CARD_MODULE 1.1

struct colour {
    double r, g, b;
};
static const struct colour black = {0, 0, 0};
static const struct colour ink = {0.102, 0.114, 0.227};
static const struct colour quiet_ink = {0.290, 0.306, 0.412};
static const struct colour indigo = {0.169, 0.165, 0.549};
static const struct colour green = {0.043, 0.420, 0.271};
static const struct colour orange = {0.878, 0.478, 0.122};
static const struct colour white = {1, 1, 1};

static enum tn_status draw_label(cairo_t *cr, const struct tn_label *label);
static enum tn_status draw_card(cairo_t *cr, const struct tn_label *label);

static enum tn_status (*const draws[TN_LABEL_COUNT])(cairo_t *, const struct tn_label *) = {
    [TN_LABEL_62X29] = draw_label,
    [TN_LABEL_BADGE_CARD] = draw_card,
};

enum tn_status tn_label_draw(cairo_t *cr, const struct tn_label *label)
{
    return draws[label->kind](cr, label);
}

static void use(cairo_t *cr, const struct colour *colour)
{
    cairo_set_source_rgb(cr, colour->r, colour->g, colour->b);
}

/* The symbol's modules through libqrencode. Version, level and mode are fixed, so that the same
 * digits always give the same symbol. */
static QRcode *encode(const char *digits)
{
    QRinput *input = QRinput_new2(QR_VERSION, QR_ECLEVEL_Q);
    QRcode *code = NULL;
    if (input != NULL &&
        QRinput_append(input, QR_MODE_NUM, TN_BADGE_DIGITS, (const unsigned char *)digits) == 0) {
        code = QRcode_encodeInput(input);
    }
    QRinput_free(input);
    return code;
}

/* Runs of a row become one box, and all boxes one fill, which leaves no seams. */
static enum tn_status draw_qr(cairo_t *cr, const char *digits, double x, double y, double module)
{
    QRcode *code = encode(digits);
    if (code == NULL || code->width != QR_SIDE) {
        QRcode_free(code);
        return code == NULL ? TN_ERR_NO_MEMORY : TN_ERR_FORMAT;
    }
    for (int row = 0; row < QR_SIDE; row++) {
        const unsigned char *modules = code->data + row * QR_SIDE;
        for (int from = 0, to = 0; from < QR_SIDE; from = to + 1) {
            for (to = from; to < QR_SIDE && (modules[to] & 1) != 0; to++) {
            }
            if (to > from) { /* a box without width would still be a hairline to some printers */
                cairo_rectangle(cr, x + (QUIET + from) * module, y + (QUIET + row) * module,
                                (to - from) * module, module);
            }
        }
    }
    use(cr, &black);
    cairo_fill(cr);
    QRcode_free(code);
    return TN_OK;
}

static void draw_name(cairo_t *cr, const char *name, const struct tn_label_box *box)
{
    if (name[0] != '\0') {
        tn_label_text(cr, name, box);
        return;
    }
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_width(cr, 0.4);
    cairo_move_to(cr, box->x, box->y + box->h * 0.8);
    cairo_line_to(cr, box->x + box->w, box->y + box->h * 0.8);
    cairo_stroke(cr);
}

/* "123456789" as "123 456 789". */
static void draw_code(cairo_t *cr, const char *code, const struct tn_label_box *box)
{
    char spaced[TN_BADGE_CODE_SIZE + 2] = "";
    if (strnlen(code, TN_BADGE_CODE_SIZE) == TN_BADGE_CODE_DIGITS) {
        (void)snprintf(spaced, sizeof spaced, "%.3s %.3s %.3s", code, code + 3, code + 6);
    }
    tn_label_text(cr, spaced, box);
}

static enum tn_status draw_label(cairo_t *cr, const struct tn_label *label)
{
    const double side = (QR_SIDE + 2 * QUIET) * LABEL_MODULE;
    const double x = side + 1.5;
    const double w = 62 - x - 2;
    enum tn_status status = draw_qr(cr, label->digits, 1, (29 - side) / 2, LABEL_MODULE);
    use(cr, &black);
    tn_label_text(cr, label->event_title, &(struct tn_label_box){x, 2, w, 5.5, 2.9, 2.2, 2, 0, 0});
    draw_name(cr, label->name, &(struct tn_label_box){x, 7.8, w, 13.4, 9, 2.8, 3, true, 0});
    draw_code(cr, label->code, &(struct tn_label_box){x, 22, w, 5, 4.2, 3, 1, 0, 0});
    return status;
}

static void node(cairo_t *cr, double x, double y, double r, const struct colour *fill)
{
    cairo_new_path(cr);
    cairo_arc(cr, x, y, r, 0, 2 * M_PI);
    use(cr, fill);
    cairo_fill(cr);
}

/* A stop that is still to come. */
static void open_node(cairo_t *cr, double x, double y)
{
    node(cr, x, y, 1.3, &indigo);
    node(cr, x, y, 0.8, &white);
}

static void branch(cairo_t *cr, double x, double y, double w, double rise)
{
    cairo_move_to(cr, x, y);
    cairo_curve_to(cr, x + w / 2, y, x + w / 2, y - rise, x + w, y - rise);
}

static void use_track(cairo_t *cr, double width)
{
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_width(cr, width);
    use(cr, &indigo);
}

/* The sign of the house: a track that branches, 10 mm wide. */
static void draw_logo(cairo_t *cr, double x, double y)
{
    use_track(cr, 1.1);
    cairo_move_to(cr, x + 1.2, y);
    cairo_line_to(cr, x + 8.8, y);
    cairo_stroke(cr);
    branch(cr, x + 2.6, y, 5.4, 4.2);
    cairo_stroke(cr);
    node(cr, x + 1.2, y, 1.25, &indigo);
    node(cr, x + 8.8, y, 1.25, &orange);
    node(cr, x + 8.2, y - 4.2, 1.25, &green);
}

/* The day that lies ahead: the gate is lit, the stops are open. */
static void draw_path(cairo_t *cr, double x, double y, double w)
{
    use_track(cr, 0.8);
    cairo_move_to(cr, x, y);
    cairo_line_to(cr, x + w, y);
    cairo_stroke(cr);
    branch(cr, x + w * 0.2, y, w * 0.2, 4);
    cairo_line_to(cr, x + w * 0.84, y - 4);
    cairo_stroke(cr);
    node(cr, x, y, 1.7, &indigo);
    node(cr, x, y, 0.8, &orange);
    open_node(cr, x + w * 0.42, y);
    open_node(cr, x + w * 0.72, y);
    open_node(cr, x + w, y);
    open_node(cr, x + w * 0.55, y - 4);
    open_node(cr, x + w * 0.84, y - 4);
}

static enum tn_status draw_card(cairo_t *cr, const struct tn_label *label)
{
    const double side = (QR_SIDE + 2 * QUIET) * CARD_MODULE;
    draw_logo(cr, 4, 9.6);
    use(cr, &ink);
    tn_label_text(cr, label->event_title,
                  &(struct tn_label_box){16.5, 3.4, 34, 8, 3.6, 2.4, 2, false, false});
    draw_name(cr, label->name, &(struct tn_label_box){4, 13, 46, 20, 11, 3.4, 3, true, true});
    enum tn_status status = draw_qr(cr, label->digits, (54 - side) / 2, 31.4, CARD_MODULE);
    use(cr, &quiet_ink);
    draw_code(cr, label->code, &(struct tn_label_box){4, 65.6, 46, 6, 4.6, 3.4, 1, false, true});
    draw_path(cr, 6, 80, 42);
    return status;
}
