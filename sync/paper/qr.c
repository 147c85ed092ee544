/* The symbol of a badge through libqrencode. Version, level and mode are fixed, never left to the
 * encoder: the same digits must give the same symbol, and a denser one would read worse. A set-up
 * card's symbol takes the version it needs. */
#include <qrencode.h>
#include <stdlib.h>

#include "sync/paper/badges.h"

#define VERSION 2
#define DIGITS_MAX 5596 /* of a version 40-M symbol */

static bool is_badge_text(const char *text)
{
    return strlen(text) == TN_BADGE_DIGITS && strspn(text, "0123456789") == TN_BADGE_DIGITS;
}

static QRcode *encode(const char *text)
{
    QRinput *input = QRinput_new2(VERSION, QR_ECLEVEL_Q);
    if (input == NULL) {
        return NULL;
    }
    QRcode *code = NULL;
    if (QRinput_append(input, QR_MODE_NUM, TN_BADGE_DIGITS, (const unsigned char *)text) == 0) {
        code = QRcode_encodeInput(input);
    }
    QRinput_free(input);
    return code;
}

enum tn_status tn_paper_qr(const char *text, bool out[TN_PAPER_QR_SIDE][TN_PAPER_QR_SIDE])
{
    if (!is_badge_text(text)) {
        return TN_ERR_FORMAT;
    }
    QRcode *code = encode(text);
    if (code == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    const bool is_right = code->width == TN_PAPER_QR_SIDE;
    for (size_t i = 0; is_right && i < TN_PAPER_QR_SIDE * TN_PAPER_QR_SIDE; i++) {
        out[i / TN_PAPER_QR_SIDE][i % TN_PAPER_QR_SIDE] = (code->data[i] & 1) != 0;
    }
    QRcode_free(code);
    return is_right ? TN_OK : TN_ERR_FORMAT;
}

enum tn_status tn_paper_qr_digits(const char *digits, int *side, uint8_t **modules)
{
    const size_t len = strlen(digits);
    *modules = NULL;
    if (len == 0 || len > DIGITS_MAX || strspn(digits, "0123456789") != len) {
        return TN_ERR_FORMAT;
    }
    QRinput *input = QRinput_new2(0, QR_ECLEVEL_M);
    if (input == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    QRcode *code = NULL;
    if (QRinput_append(input, QR_MODE_NUM, (int)len, (const unsigned char *)digits) == 0) {
        code = QRcode_encodeInput(input);
    }
    QRinput_free(input);
    if (code == NULL) {
        return TN_ERR_FORMAT;
    }
    const size_t count = (size_t)code->width * (size_t)code->width;
    *side = code->width;
    *modules = malloc(count);
    for (size_t i = 0; *modules != NULL && i < count; i++) {
        (*modules)[i] = code->data[i] & 1;
    }
    QRcode_free(code);
    return *modules == NULL ? TN_ERR_NO_MEMORY : TN_OK;
}

void tn_paper_code(const char *code, char out[TN_BADGE_CODE_SIZE + 2])
{
    (void)snprintf(out, TN_BADGE_CODE_SIZE + 2, "%.3s %.3s %.3s", code, code + 3, code + 6);
}
