/* Names and memory: after a lock no name is anywhere in the process, and a machine without memory
 * opens the directory whole or not at all, and leaks nothing.
 *
 * The names are planted by a child, and spelled here with every letter shifted, so that this
 * process holds them only while the directory is open. The plain build fails every allocation and
 * every mapping of the process in turn. A sanitizer owns malloc and most of the address space, so
 * there only SQLite's allocations fail and nothing is looked through. */
#include "tests/unit/core_names.h"
#include "tests/unit/failing_malloc.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "turnout/desk.h"

#include "kiosk/core/fold.h"
#include "kiosk/core/staff_session.h"

static long mapped; /* bytes of anonymous memory mapped and not given back, by locked.c */

#ifndef HAS_SANITIZER
void *mmap(void *at, size_t len, int protection, int flags, int fd, off_t offset)
{
    bool is_ours = fd == -1;
    if (is_ours && has_no_memory()) {
        return MAP_FAILED;
    }
    mapped += is_ours ? (long)len : 0;
    return (void *)syscall(SYS_mmap, at, len, protection, flags, fd, offset);
}

void *mremap(void *old, size_t old_len, size_t len, int flags, ...)
{
    if (has_no_memory()) {
        return MAP_FAILED;
    }
    void *out = (void *)syscall(SYS_mremap, old, old_len, len, flags);
    mapped += out != MAP_FAILED ? (long)len - (long)old_len : 0;
    return out;
}

int munmap(void *at, size_t len)
{
    mapped -= (long)len;
    return (int)syscall(SYS_munmap, at, len);
}
#endif

/* The given and the family name of everybody, each letter one further on. */
static const char *const shifted[] = {"[rwbobsjl", "Lkuqmvngf"};

static char unshift(char c)
{
    return (char)(c - 1);
}

static void spell(size_t which, char out[16])
{
    size_t i = 0;
    for (; shifted[which][i] != '\0'; i++) {
        out[i] = unshift(shifted[which][i]);
    }
    out[i] = '\0';
}

struct world {
    struct fixture f;
    struct tn_station *station;
    struct tn_badge staff;
    struct tn_key key;
};

#define ROWS 300

/* A pack of many names in several scripts, all with the planted one. */
static uint64_t lay_pack(struct world *w)
{
    static struct tn_directory_row rows[ROWS];
    static const char *const more[] = {"Müller", "李小明", "محمد", "Юлия", "Rivera", "प्रिया"};
    struct names_pack pack = {
        .version = 1,
        .staff = &w->staff,
        .until_ms = FIXTURE_AT_MS,
        .key = &w->key,
        .rows = rows,
        .rows_count = ROWS,
    };
    for (uint32_t i = 0; i < ROWS; i++) {
        char given[16];
        char family[16];
        char full[120];
        spell(0, given);
        spell(1, family);
        (void)snprintf(full, sizeof full, "%s %s %s %u", given, family, more[i % 6], i);
        rows[i] = names_row(i, full, given);
    }
    return names_lay_pack(&w->f, &pack);
}

/* The beginning of what the planted names sort by, each byte one further on. */
#define KEY_LEN 8
static unsigned char shifted_key[KEY_LEN];

static bool give_key(int to)
{
    char name[16];
    char key[64];
    unsigned char out[KEY_LEN];
    spell(0, name);
    if (tn_fold_sort_key(name, key, sizeof key) != TN_OK || strlen(key) < KEY_LEN) {
        return false;
    }
    for (size_t i = 0; i < KEY_LEN; i++) {
        out[i] = (unsigned char)(key[i] + 1);
    }
    return write(to, out, KEY_LEN) == KEY_LEN;
}

/* The pack is laid down by a child, so that this process never spelled what is in it. */
static void world_init(struct world *w)
{
    int status = 0;
    int key[2];
    *w = (struct world){.key = {{4, 5, 6}}};
    fixture_init(&w->f, TN_ROLE_BOTH);
    w->station = fixture_create(&w->f);
    fixture_mint(&w->f, TN_BADGE_STAFF, &w->staff);
    assert_int_equal(pipe(key), 0);
    (void)fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        _exit(lay_pack(w) == 1 && give_key(key[1]) ? 0 : 1);
    }
    assert_int_equal(read(key[0], shifted_key, KEY_LEN), KEY_LEN);
    (void)close(key[0]);
    (void)close(key[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(tn_station_switch_pack(w->station, 1, FIXTURE_AT_MS), TN_OK);
}

static void world_destroy(struct world *w)
{
    tn_station_close(w->station);
    fixture_destroy(&w->f);
}

static enum tn_status unlock(struct world *w)
{
    char name[TN_TITLE_MAX + 1];
    return tn_staff_session_open(w->station, &w->staff, FIXTURE_AT_MS, name);
}

static enum tn_status find(struct world *w, struct tn_found out[TN_FOUND_MAX], size_t *count)
{
    char text[40];
    spell(1, text);
    size_t len = strlen(text);
    (void)snprintf(text + len, sizeof text - len, " muller");
    enum tn_status status = tn_station_search(w->station, text, out, count);
    sodium_memzero(text, sizeof text);
    return status;
}

static enum tn_status search(struct world *w, size_t *count)
{
    struct tn_found out[TN_FOUND_MAX];
    enum tn_status status = find(w, out, count);
    sodium_memzero(out, sizeof out);
    return status;
}

#ifndef HAS_SANITIZER
#define CHUNK 65536
#define OVERLAP 64

static bool is_letter(unsigned char c, char wanted)
{
    return (c | 0x20) == (unsigned char)(wanted | 0x20);
}

/* Tells whether a planted name begins at bytes, its letters step bytes apart: 1 as UTF-8, 2 as
 * ICU's UTF-16, -1 as a number holds it. Never spells the name. */
static bool begins(const unsigned char *bytes, int step)
{
    for (size_t which = 0; which < 2; which++) {
        size_t i = 0;
        while (i < 8 && is_letter(bytes[(int)i * step], unshift(shifted[which][i]))) {
            i++;
        }
        if (i == 8) {
            return true;
        }
    }
    return false;
}

static bool begins_key(const unsigned char *bytes)
{
    size_t i = 0;
    while (i < KEY_LEN && (unsigned char)(bytes[i] + 1) == shifted_key[i]) {
        i++;
    }
    return i == KEY_LEN;
}

static size_t keys_seen; /* in the last look; they are gone with the call that sorted by them */

static size_t count_in(const unsigned char *bytes, size_t len)
{
    size_t count = 0;
    for (size_t i = 0; i + 16 <= len; i++) {
        count += begins(bytes + i, 1) || begins(bytes + i, 2) ? 1 : 0;
        count += i >= 8 && begins(bytes + i, -1) ? 1 : 0;
        keys_seen += begins_key(bytes + i) ? 1 : 0;
    }
    return count;
}

static size_t count_between(int memory, unsigned long from, unsigned long to)
{
    static unsigned char chunk[CHUNK];
    size_t count = 0;
    for (unsigned long at = from; at < to; at += CHUNK - OVERLAP) {
        size_t want = to - at < CHUNK ? to - at : CHUNK;
        bool is_own = at < (unsigned long)chunk + CHUNK && at + want > (unsigned long)chunk;
        ssize_t len = pread(memory, chunk, want, (off_t)at);
        /* Where the chunk reads itself it sees only what it has just read. */
        count += len > 0 && !is_own ? count_in(chunk, (size_t)len) : 0;
        sodium_memzero(chunk, sizeof chunk);
    }
    return count;
}

/* How often a planted name stands in this process's writable memory. */
static size_t count_planted(size_t *bytes)
{
    char line[512];
    size_t count = 0;
    FILE *maps = fopen("/proc/self/maps", "re");
    int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    assert_non_null(maps);
    assert_true(memory >= 0);
    *bytes = 0;
    keys_seen = 0;
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long from = 0;
        unsigned long to = 0;
        char mode[8];
        if (sscanf(line, "%lx-%lx %7s", &from, &to, mode) == 3 && mode[1] == 'w') {
            count += count_between(memory, from, to);
            *bytes += to - from;
        }
    }
    (void)fclose(maps);
    (void)close(memory);
    return count;
}

static void after_a_lock_no_name_is_in_the_process(void **state)
{
    (void)state;
    struct world w;
    size_t count = 0;
    size_t bytes = 0;
    world_init(&w);
    assert_int_equal(count_planted(&bytes), 0);
    assert_int_equal(unlock(&w), TN_OK);
    assert_int_equal(search(&w, &count), TN_OK);
    assert_int_equal(count, TN_FOUND_MAX);
    assert_true(count_planted(&bytes) >= ROWS); /* the look finds them while they are there */
    tn_station_lock(w.station);
    assert_int_equal(count_planted(&bytes), 0);
    assert_true(bytes > 100000);
    world_destroy(&w);
}

#define PRESENT 100

/* Everything that gives names, its answers wiped as their reader does. */
static void use_names(struct world *w)
{
    struct tn_found found[TN_FOUND_MAX];
    struct tn_past past[TN_PAST_MAX];
    struct tn_record record;
    struct tn_handed handed;
    struct tn_roll roll;
    size_t count = 0;
    size_t bytes = 0;
    const struct tn_when when = {FIXTURE_AT_MS, 1000};
    assert_int_equal(find(w, found, &count), TN_OK);
    for (uint32_t i = 0; i < PRESENT; i++) {
        const struct tn_found who = {.learner = names_row(i, "", "").learner};
        assert_int_equal(tn_station_admit(w->station, &who, "search", &when, &record), TN_OK);
        assert_true(record.name[0] != '\0');
        sodium_memzero(&record, sizeof record);
    }
    assert_int_equal(tn_station_roll(w->station, 0, TN_ROLL_MAX, &roll), TN_OK);
    assert_int_equal(roll.total, PRESENT);
    assert_int_equal(roll.unnamed, 0);
    assert_true(count_planted(&bytes) >= ROWS);
    assert_int_equal(keys_seen, 0);
    sodium_memzero(&roll, sizeof roll);
    assert_int_equal(tn_station_past(w->station, &when, TN_UNDO_MS, past, &count), TN_OK);
    assert_int_equal(count, TN_PAST_MAX);
    sodium_memzero(past, sizeof past);
    assert_int_equal(tn_station_replace(w->station, &found[0], NULL, TN_WHY_LOST, &when, &handed),
                     TN_OK);
    sodium_memzero(&handed, sizeof handed);
    sodium_memzero(found, sizeof found);
}

static void after_a_lock_nothing_that_was_done_with_names_is_left(void **state)
{
    (void)state;
    struct world w;
    size_t bytes = 0;
    world_init(&w);
    assert_int_equal(unlock(&w), TN_OK);
    assert_true(count_planted(&bytes) >= ROWS);
    assert_int_equal(keys_seen, 0);
    use_names(&w);
    assert_true(count_planted(&bytes) >= ROWS);
    tn_station_lock(w.station);
    assert_int_equal(count_planted(&bytes), 0);
    world_destroy(&w);
}

static void after_closing_no_name_is_in_the_process(void **state)
{
    (void)state;
    struct world w;
    size_t count = 0;
    size_t bytes = 0;
    world_init(&w);
    assert_int_equal(unlock(&w), TN_OK);
    assert_int_equal(search(&w, &count), TN_OK);
    tn_station_close(w.station);
    w.station = NULL;
    assert_int_equal(count_planted(&bytes), 0);
    world_destroy(&w);
}
#endif

static void a_directory_opens_whole_or_not_at_all(void **state)
{
    (void)state;
    struct world w;
    size_t count = 0;
    bool was_met = true;
    world_init(&w);
    assert_int_equal(unlock(&w), TN_OK); /* ICU loads what it keeps */
    assert_int_equal(search(&w, &count), TN_OK);
    tn_station_lock(w.station);
    long before = mapped;
    for (long n = 1; was_met && n < ALLOCATIONS_MAX; n += n < 300 ? 1 : 7) {
        fail_at(n);
        enum tn_status status = unlock(&w);
        was_met = is_met;
        fail_at(0);
        assert_true(status == TN_OK || status == TN_ERR_NO_MEMORY);
        assert_int_equal(search(&w, &count), status == TN_OK ? TN_OK : TN_ERR_STATE);
        assert_int_equal(count, status == TN_OK ? TN_FOUND_MAX : 0);
        tn_station_lock(w.station);
        assert_int_equal(mapped, before);
    }
    assert_false(was_met);
    world_destroy(&w);
}

static void a_search_without_memory_finds_nobody_and_works_again(void **state)
{
    (void)state;
    struct world w;
    bool was_met = true;
    size_t count = 0;
    world_init(&w);
    assert_int_equal(unlock(&w), TN_OK);
    assert_int_equal(search(&w, &count), TN_OK);
    for (long n = 1; was_met && n < ALLOCATIONS_MAX; n++) {
        tn_station_lock(w.station);
        assert_int_equal(unlock(&w), TN_OK);
        fail_at(n);
        enum tn_status status = search(&w, &count);
        was_met = is_met;
        fail_at(0);
        assert_true(status == TN_OK || status == TN_ERR_NO_MEMORY);
        assert_int_equal(count, status == TN_OK ? TN_FOUND_MAX : 0);
        assert_int_equal(search(&w, &count), TN_OK);
        assert_int_equal(count, TN_FOUND_MAX);
    }
    assert_false(was_met);
    world_destroy(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#ifndef HAS_SANITIZER
        cmocka_unit_test(after_a_lock_no_name_is_in_the_process),
        cmocka_unit_test(after_a_lock_nothing_that_was_done_with_names_is_left),
        cmocka_unit_test(after_closing_no_name_is_in_the_process),
#endif
        TWICE(a_directory_opens_whole_or_not_at_all),
        TWICE(a_search_without_memory_finds_nobody_and_works_again),
    };
    fail_prepare();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
