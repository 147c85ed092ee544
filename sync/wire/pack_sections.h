/* What pack.c asks of pack_sections.c: the body of a pack, once it is open. */
#ifndef TURNOUT_WIRE_PACK_SECTIONS_H
#define TURNOUT_WIRE_PACK_SECTIONS_H

#include "turnout/cbor.h"
#include "turnout/pack.h"

/* Reads all sections and lays their members down; nothing may follow them. The builder is the
 * caller's to finish or drop. */
enum tn_status tn_pack_lay_sections(struct tn_cbor *cbor, struct tn_pack_builder *pack);

#endif
