/* Fuzz: a pack file whose bytes were changed, as a failing disk or whoever held the stick may leave
 * it. A good pack is made once; the input says which of its bytes become what (offset, 3 bytes;
 * value, 1 byte), and where it is cut. Opening and every look-up may fail and may find nothing, and
 * may do nothing else. */
#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "turnout/crypto.h"
#include "turnout/log.h"

#include "kiosk/core/pack_file.h"

#define FILE_MAX (1u << 20)
#define PATH_ROOM 64
#define CHANGES_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[PATH_ROOM] = "/dev/shm/turnout-fuzz-XXXXXX";
static uint8_t good[FILE_MAX];
static uint8_t changed[FILE_MAX];
static size_t good_len;

static const struct tn_badge learner = {.type = TN_BADGE_LEARNER, .secret = {8}};
static const struct tn_badge group_card = {.type = TN_BADGE_GROUP, .secret = {9}};
static const struct tn_public_key station_key = {{7}};

static void path_of(char out[PATH_ROOM], const char *name)
{
    assert(snprintf(out, PATH_ROOM, "%s/%s", dir, name) < PATH_ROOM);
}

static void add_all(struct tn_pack_builder *pack, const struct tn_random *random)
{
    static const struct tn_key badge_key = {{1}};
    static struct tn_group group = {.title = "Lincoln 4B", .count = 2};
    struct tn_card card = {.display = "Ana R.", .lang = "es"};
    struct tn_staff_card staff = {.id = {{3}}, .name = "Marta", .until_ms = 1000};
    struct tn_pack_activity activity = {.id = {{4}}, .title = "Robots"};
    struct tn_pack_partner partner = {.id = {{5}}, .name = "Library"};
    uint8_t sealed[TN_CARD_SIZE];
    struct tn_buf bytes;
    const struct tn_id id = tn_badge_id(&learner);
    const struct tn_id gone = {{6}};
    const struct tn_id card_id = tn_badge_id(&group_card);
    group.members[0].badge = group.members[1].badge = id;
    tn_buf_init(&bytes, TN_GROUP_SIZE_MAX);
    tn_group_seal(&bytes, &group, &group_card, random);
    assert(tn_card_seal(&card, &learner, random, sealed) == TN_OK);
    assert(tn_pack_add_badge_key(pack, &badge_key) == TN_OK);
    assert(tn_pack_add_card(pack, &id, (struct tn_bytes){sealed, sizeof sealed}) == TN_OK);
    assert(tn_pack_add_revoked(pack, &gone) == TN_OK);
    assert(tn_pack_add_staff(pack, &staff) == TN_OK);
    assert(tn_pack_add_activity(pack, &activity) == TN_OK);
    assert(tn_pack_add_partner(pack, &partner) == TN_OK);
    assert(tn_pack_add_station_key(pack, &station_key, "Gate") == TN_OK);
    assert(tn_pack_add_group(pack, &card_id, tn_buf_bytes(&bytes)) == TN_OK);
    assert(tn_pack_set_directory(pack, tn_buf_bytes(&bytes)) == TN_OK);
    tn_buf_destroy(&bytes);
}

/* libFuzzer ends without a good-bye: nothing may be left between two inputs. A changed byte of the
 * header can make SQLite take the file for one with a write-ahead log. */
static void leave(void)
{
    static const char *const names[] = {"pack-1.db", "pack-1.db-wal", "pack-1.db-shm",
                                        "pack-1.db-journal"};
    char path[PATH_ROOM];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        path_of(path, names[i]);
        (void)unlink(path);
    }
    assert(rmdir(dir) == 0 || errno == ENOENT);
}

static void hush(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    (void)line;
}

static void make_good(void)
{
    struct tn_random_seeded seeded;
    const struct tn_random random = tn_random_from_seed(&seeded, 1);
    const struct tn_pack_head head = {
        .epoch = 1, .version = 1, .event_title = "Fair", .tz = "UTC", .station_name = "Gate"};
    struct tn_pack_builder *pack = NULL;
    uint64_t number = 0;
    char path[PATH_ROOM];
    assert(tn_crypto_init() == TN_OK && mkdtemp(dir) != NULL);
    assert(tn_pack_begin(dir, &head, &pack) == TN_OK);
    add_all(pack, &random);
    assert(tn_pack_finish(pack, &number) == TN_OK && number == 1);
    path_of(path, "pack-1.db");
    FILE *file = fopen(path, "rb");
    assert(file != NULL);
    good_len = fread(good, 1, sizeof good, file);
    (void)fclose(file);
    assert(good_len > 0 && good_len < sizeof good);
    leave();
    tn_log_to(hush, NULL);
}

static void lay_down(const uint8_t *data, size_t size)
{
    char path[PATH_ROOM];
    size_t len = good_len;
    memcpy(changed, good, good_len);
    for (size_t i = 0; i + 4 <= size && i < 4 * CHANGES_MAX; i += 4) {
        const size_t at = (size_t)data[i] << 16 | (size_t)data[i + 1] << 8 | data[i + 2];
        if (data[i] >= 0x80) {
            len = at % (good_len + 1);
        } else {
            changed[at % good_len] = data[i + 3];
        }
    }
    path_of(path, "pack-1.db");
    assert(mkdir(dir, 0700) == 0);
    FILE *file = fopen(path, "wb");
    assert(file != NULL && fwrite(changed, 1, len, file) == len && fclose(file) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct tn_group group;
    struct tn_pack_file pack = {0};
    uint8_t card[TN_CARD_SIZE];
    uint64_t siblings = 0;
    const struct tn_id id = tn_badge_id(&learner);
    if (good_len == 0) {
        make_good();
    }
    lay_down(data, size);
    if (tn_pack_file_open(&pack, dir, 1) == TN_OK) {
        assert(pack.badge_keys_count <= TN_PACK_BADGE_KEYS_MAX);
        assert(strnlen(pack.head.event_title, sizeof pack.head.event_title) <= TN_TITLE_MAX);
        (void)tn_pack_file_card(&pack, &id, card);
        (void)tn_pack_file_revoked(&pack, &id);
        (void)tn_pack_file_group(&pack, &group_card, &group);
        assert(group.count <= TN_GROUP_MEMBERS_MAX);
        (void)tn_pack_file_siblings(&pack, &station_key, &siblings);
        (void)tn_pack_file_is_sibling(&pack, &station_key);
    }
    tn_pack_file_close(&pack);
    leave();
    return 0;
}
