/* seeds DIR: what the targets that read pictures begin with: badges drawn by rule in each condition
 * (tests/scan), in each target's own form. Drawn anew each time, so no pictures lie in the tree. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fuzz/greyfile.h"
#include "tests/scan/synth.h"

#define W 128
#define H 96
#define MODULE_PX 2.4f
#define CHOICES 4

static bool write_seed(const char *dir, const char *target, int condition, uint8_t choice,
                       const uint8_t *px)
{
    char path[4096];
    const uint8_t head[GREYFILE_HEAD] = {W - 1, choice};
    (void)snprintf(path, sizeof path, "%s/%s", dir, target);
    (void)mkdir(path, 0755);
    (void)snprintf(path, sizeof path, "%s/%s/%02d-%03u", dir, target, condition, choice);
    FILE *file = fopen(path, "wbe");
    if (file == NULL) {
        return false;
    }
    bool is_ok =
        fwrite(head, 1, sizeof head, file) == sizeof head && fwrite(px, 1, W * H, file) == W * H;
    return fclose(file) == 0 && is_ok;
}

static bool write_condition(const char *dir, int condition)
{
    static const uint8_t of_zxing[CHOICES] = {0, 1, 2, 3};
    static const uint8_t of_reader[CHOICES] = {1, 6, 200, 255};
    static uint8_t px[W * H];
    struct synth_frame frame = {W, H, px};
    uint64_t seed = (uint64_t)condition;
    char digits[SYNTH_DIGITS + 1];
    synth_digits(&seed, digits);
    bool is_ok = synth_picture(&frame, digits, (enum synth_condition)condition, MODULE_PX, seed);
    for (int i = 0; is_ok && i < CHOICES; i++) {
        is_ok = write_seed(dir, "zxing", condition, of_zxing[i], px) &&
                write_seed(dir, "reader", condition, of_reader[i], px);
    }
    return is_ok;
}

int main(int argc, char **argv)
{
    if (argc != 2 || (mkdir(argv[1], 0755) != 0 && access(argv[1], W_OK) != 0)) {
        fprintf(stderr, "usage: seeds DIR\n");
        return 2;
    }
    for (int i = 0; i < SYNTH_CONDITIONS; i++) {
        if (!write_condition(argv[1], i)) {
            fprintf(stderr, "seeds: %s: cannot be written\n", argv[1]);
            return 3;
        }
    }
    return 0;
}
