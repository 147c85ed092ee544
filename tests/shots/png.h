/* A PNG of an SDL surface, written as fast as that can be: a screen is mostly rows that are like
 * the row above, which costs nothing to say. */
#ifndef TURNOUT_TESTS_PNG_H
#define TURNOUT_TESTS_PNG_H

#include <SDL.h>
#include <stdbool.h>

/* The widest picture. */
#define PNG_WIDTH_MAX 4096

/* Writes a surface of SDL_PIXELFORMAT_XRGB8888 as an RGB file. False where it cannot be written. */
bool png_write(const SDL_Surface *surface, const char *path);

#endif
