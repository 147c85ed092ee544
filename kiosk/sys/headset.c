/* Asks the kernel and no library: the state of a control is one ioctl, the capabilities of an input
 * device are a line of text in /sys. */
#include "kiosk/sys/headset.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/input.h>
#include <sound/asound.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PATH_SIZE 512
#define CONTROLS_MAX 512 /* of one card; large cards have some 200 */

bool tn_headset_has_bit(const char *bitmap, unsigned bit, unsigned word_bits)
{
    uint64_t words[16] = {0};
    size_t count = 0;
    const char *at = bitmap;
    while (count < sizeof words / sizeof words[0]) {
        char *end = NULL;
        const uint64_t word = strtoull(at, &end, 16);
        if (end == at) {
            break;
        }
        words[count] = word;
        count++;
        at = end;
    }
    const size_t from_last = bit / word_bits;
    return from_last < count && (words[count - 1 - from_last] >> (bit % word_bits) & 1) != 0;
}

/* Calls is_it for each entry of a folder whose name begins so, until one is. */
static bool any_entry(const char *dir_name, const char *prefix,
                      bool (*is_it)(const void *ctx, const char *name), const void *ctx)
{
    DIR *dir = opendir(dir_name);
    if (dir == NULL) {
        return false;
    }
    bool is_found = false;
    struct dirent *entry = readdir(dir);
    for (; entry != NULL && !is_found; entry = readdir(dir)) {
        if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0) {
            is_found = is_it(ctx, entry->d_name);
        }
    }
    (void)closedir(dir);
    return is_found;
}

struct inputs {
    const char *class_dir;
    const char *dev_dir;
    bool (*is_on)(int fd);
};

static bool has_jack(const char *class_dir, const char *name)
{
    char path[PATH_SIZE];
    char bitmap[256] = "";
    (void)snprintf(path, sizeof path, "%s/%s/device/capabilities/sw", class_dir, name);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    const bool is_read = fgets(bitmap, sizeof bitmap, file) != NULL;
    (void)fclose(file);
    return is_read && tn_headset_has_bit(bitmap, SW_HEADPHONE_INSERT, 8 * sizeof(long));
}

static bool is_input_plugged(const void *ctx, const char *name)
{
    const struct inputs *inputs = ctx;
    if (!has_jack(inputs->class_dir, name)) {
        return false;
    }
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/%s", inputs->dev_dir, name);
    const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    const bool is_on = inputs->is_on(fd);
    (void)close(fd);
    return is_on;
}

bool tn_headset_is_in_at(const char *class_dir, const char *dev_dir, bool (*is_on)(int fd))
{
    const struct inputs inputs = {.class_dir = class_dir, .dev_dir = dev_dir, .is_on = is_on};
    return any_entry(class_dir, "event", is_input_plugged, &inputs);
}

static bool is_switch_on(int fd)
{
    unsigned char switches[(SW_CNT + 7) / 8] = {0};
    return ioctl(fd, EVIOCGSW(sizeof switches), switches) >= 0 &&
           (switches[SW_HEADPHONE_INSERT / 8] >> (SW_HEADPHONE_INSERT % 8) & 1) != 0;
}

/* A "Phantom" jack senses nothing and always says that it is in. */
bool tn_headset_is_jack(const char *name)
{
    const size_t len = strlen(name);
    return (strstr(name, "Headphone") != NULL || strstr(name, "Headset") != NULL) &&
           strstr(name, "Mic") == NULL && strstr(name, "Phantom") == NULL && len > 5 &&
           strcmp(name + len - 5, " Jack") == 0;
}

static bool is_control_on(int fd, const struct snd_ctl_elem_id *id)
{
    struct snd_ctl_elem_value value = {.id = *id};
    return ioctl(fd, SNDRV_CTL_IOCTL_ELEM_READ, &value) >= 0 && value.value.integer.value[0] != 0;
}

static bool is_card_plugged(const void *ctx, const char *name)
{
    (void)ctx;
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "/dev/snd/%s", name);
    const int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    bool is_in = false;
    struct snd_ctl_elem_list list = {.space = CONTROLS_MAX};
    list.pids = calloc(CONTROLS_MAX, sizeof *list.pids);
    if (list.pids != NULL && ioctl(fd, SNDRV_CTL_IOCTL_ELEM_LIST, &list) >= 0) {
        for (unsigned i = 0; i < list.used && !is_in; i++) {
            const struct snd_ctl_elem_id *id = &list.pids[i];
            is_in = tn_headset_is_jack((const char *)id->name) && is_control_on(fd, id);
        }
    }
    free(list.pids);
    (void)close(fd);
    return is_in;
}

bool tn_headset_is_in(void)
{
    return any_entry("/dev/snd", "controlC", is_card_plugged, NULL) ||
           tn_headset_is_in_at("/sys/class/input", "/dev/input", is_switch_on);
}
