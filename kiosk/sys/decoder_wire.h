/* What the kiosk and its decoding process share: one piece of memory for picture and answer, and a
 * byte each way through two pipes that says "look" and "done". Nobody else's. */
#ifndef TURNOUT_SYS_DECODER_WIRE_H
#define TURNOUT_SYS_DECODER_WIRE_H

#include "kiosk/sys/picture.h"
#include "kiosk/sys/symbol.h"

/* The first argument of a program that is to be a decoding process, and its descriptors. */
#define TN_DECODER_ARG "--decoding-process"

enum { TN_DECODER_FD_ASK = 3, TN_DECODER_FD_ANSWER, TN_DECODER_FD_MEMORY };

enum tn_decoder_kind {
    TN_DECODE_FRAME, /* grey pixels of a live camera, rows close together */
    TN_DECODE_FILE,  /* a PNG, JPEG or WebP file */
    TN_DECODE_NONE,  /* nothing: answers at once */
};

#define TN_DECODER_DATA_MAX TN_PICTURE_FILE_MAX

struct tn_decoder_memory {
    int32_t kind;
    int32_t w, h;  /* FRAME */
    uint32_t turn; /* FRAME: counted here, so that it goes on where a process ends */
    uint64_t len;  /* FILE: bytes of data */
    int32_t reply; /* enum tn_status, of FILE */
    struct tn_symbols symbols;
    uint8_t data[TN_DECODER_DATA_MAX];
};

#endif
