/* Fonts: Andika in two weights, and for every character it lacks whatever installed font has it,
 * found by fontconfig. Sizes are pixels of em; open fonts are kept, a few at a time. Main thread.
 */
#ifndef TURNOUT_SYS_FONT_H
#define TURNOUT_SYS_FONT_H

#include <SDL_ttf.h>
#include <stdbool.h>
#include <stdint.h>
#include <unicode/uscript.h>

#include "kiosk/sys/unicode.h"
#include "turnout/status.h"

struct tn_fonts;

/* A face is a small number: 0 Andika regular, 1 bold, the others as they are found. */
enum { TN_FACE_REGULAR, TN_FACE_BOLD, TN_FACE_FIRST_OTHER };

/* TN_ERR_NOT_FOUND where no font at all is installed; TN_ERR_STATE where SDL_ttf cannot start. */
enum tn_status tn_fonts_create(struct tn_fonts **out);
void tn_fonts_free(struct tn_fonts *fonts);

/* The face that shows a character: near (the face of the text before it) where it can, so that
 * marks and spaces stay with their letters, else the main one, else a found one. */
int tn_fonts_face_of(struct tn_fonts *fonts, uint32_t character, bool is_bold, int near);

/* Tells whether a face has a character. */
bool tn_fonts_has(const struct tn_fonts *fonts, int face, uint32_t character);

/* Tells whether installed fonts have every character of a sample (UTF-8): a language whose letters
 * none has should not be offered. Spaces and joiners need no font. */
bool tn_fonts_covers(struct tn_fonts *fonts, const char *sample);

/* The tools for text, opened with the fonts; borrowed. */
struct tn_unicode *tn_fonts_unicode(struct tn_fonts *fonts);

/* The family that is asked for a script first, and its size beside Andika's. */
struct tn_script {
    UScriptCode code;
    const char *family;
    float scale;
};

/* The script a character needs a font for; NULL for what belongs to every script (spaces, digits,
 * most marks) and for Latin's kin. */
const struct tn_script *tn_script_of(uint32_t character);

/* An open font; borrowed until some later call opens others. em_px is Andika's: another face is
 * opened at the size that goes with it. NULL where it cannot be opened. */
TTF_Font *tn_fonts_open(struct tn_fonts *fonts, int face, int em_px);

/* Pixels of em whose capitals are cap_px high, rounded up so that they are never too small. */
int tn_fonts_em_for_cap(const struct tn_fonts *fonts, float cap_px);

#endif
