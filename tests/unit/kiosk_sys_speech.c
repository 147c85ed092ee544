/* Speech without a loudspeaker: an ear takes the samples of the seven languages, and where the
 * loudspeaker itself matters SDL's disk driver stands for it and writes what would be heard to a
 * file. The ear can hold the speech thread at a block, so that nothing here depends on who is
 * faster. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <SDL.h>
#include <cmocka.h>
#include <dirent.h>
#include <espeak-ng/speak_lib.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/sys/headset.h"
#include "kiosk/sys/speech.h"
#include "turnout/log.h"

#define TURNS_MAX 16
#define LOUD 500
#define PATIENCE_S 30

/* What was heard of each turn; all guarded by lock. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct {
    size_t samples;
    size_t loud;
    bool is_over;
} heard[TURNS_MAX];
static int rate;
static unsigned held; /* the thread waits at the first block of this turn until it is let go */
static atomic_int said;

static struct tn_speech *speech;

static void hear(void *ctx, unsigned turn, const int16_t *samples, size_t count, int rate_hz)
{
    (void)ctx;
    (void)pthread_mutex_lock(&lock);
    assert_in_range(turn, 1, TURNS_MAX - 1);
    rate = rate_hz;
    heard[turn].samples += count;
    heard[turn].is_over = count == 0;
    for (size_t i = 0; i < count; i++) {
        heard[turn].loud += samples[i] > LOUD || samples[i] < -LOUD;
    }
    (void)pthread_cond_broadcast(&changed);
    while (count > 0 && held == turn) {
        (void)pthread_cond_wait(&changed, &lock);
    }
    (void)pthread_mutex_unlock(&lock);
}

static void note(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    assert_int_equal(level, TN_LOG_INFO);
    assert_non_null(strstr(line, "no speech"));
    said++;
}

static struct timespec soon(void)
{
    struct timespec until = {0};
    assert_int_equal(clock_gettime(CLOCK_REALTIME, &until), 0);
    until.tv_sec += PATIENCE_S;
    return until;
}

/* Waits for a turn's first samples, or for its end. */
static void wait_for(unsigned turn, bool is_over)
{
    const struct timespec until = soon();
    (void)pthread_mutex_lock(&lock);
    while (!(is_over ? heard[turn].is_over : heard[turn].samples > 0)) {
        assert_int_equal(pthread_cond_timedwait(&changed, &lock, &until), 0);
    }
    (void)pthread_mutex_unlock(&lock);
}

static void let_go(void)
{
    (void)pthread_mutex_lock(&lock);
    held = 0;
    (void)pthread_cond_broadcast(&changed);
    (void)pthread_mutex_unlock(&lock);
}

static int begin(void **state)
{
    (void)state;
    memset(heard, 0, sizeof heard);
    held = 0;
    said = 0;
    tn_log_level_max(TN_LOG_INFO);
    tn_log_to(note, NULL);
    return tn_speech_create(&(struct tn_speech_ear){.hear = hear}, &speech) == TN_OK ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    let_go();
    tn_speech_free(speech);
    speech = NULL;
    tn_log_to(NULL, NULL);
    SDL_Quit();
    return 0;
}

static void every_language_is_heard(void **state)
{
    (void)state;
    static const char *const words[][2] = {
        {"en", "Welcome, Maya! Now find the robots."},
        {"es", "Te damos la bienvenida. Busca los robots."},
        {"fr", "Bienvenue ! Cherche les robots."},
        {"vi", "Chào mừng em! Hãy đi tìm rô-bốt."},
        {"ar", "أهلا بك! ابحث عن الروبوتات."},
        {"hi", "आपका स्वागत है! रोबोट खोजें।"},
        {"zh-Hans", "欢迎光临！去找机器人吧。"},
    };
    const size_t count = sizeof words / sizeof words[0];
    for (unsigned turn = 1; turn <= count; turn++) {
        const char *lang = words[turn - 1][0];
        assert_true(tn_speech_has(speech, lang));
        tn_speech_say(speech, lang, words[turn - 1][1]);
        wait_for(turn, true);
        const double seconds = (double)heard[turn].samples / rate;
        if (seconds < 1 || seconds > 8 || heard[turn].loud < heard[turn].samples / 10) {
            fail_msg("%s: %.2f s, %zu of %zu samples are loud", lang, seconds, heard[turn].loud,
                     heard[turn].samples);
        }
    }
    assert_int_equal(said, 0);
}

static void a_new_text_cuts_the_old(void **state)
{
    (void)state;
    held = 1;
    tn_speech_say(speech, "en", "One two three four five six seven eight nine ten eleven twelve.");
    wait_for(1, false);
    const size_t before = heard[1].samples;
    tn_speech_say(speech, "es", "Hola");
    let_go();
    wait_for(2, true);
    assert_true(heard[1].is_over);
    assert_int_equal(heard[1].samples, before);
    assert_true(heard[2].loud > 0);
}

static void only_the_newest_of_many_texts_is_said(void **state)
{
    (void)state;
    held = 1;
    tn_speech_say(speech, "en", "This is cut.");
    wait_for(1, false);
    tn_speech_say(speech, "en", "This is never said.");
    tn_speech_say(speech, "fr", "Ceci non plus.");
    tn_speech_say(speech, "en", "This is said.");
    let_go();
    wait_for(4, true);
    assert_int_equal(heard[2].samples + heard[3].samples, 0);
    assert_true(heard[4].loud > 0);
}

static void stop_cuts_and_says_nothing(void **state)
{
    (void)state;
    held = 1;
    tn_speech_say(speech, "en", "One two three four five six seven eight nine ten.");
    wait_for(1, false);
    const size_t before = heard[1].samples;
    tn_speech_stop(speech);
    let_go();
    wait_for(2, true);
    assert_int_equal(heard[1].samples, before);
    assert_int_equal(heard[2].samples, 0);
    tn_speech_say(speech, "en", "");
    wait_for(3, true);
    assert_int_equal(heard[3].samples, 0);
}

static void an_unknown_language_is_silence_said_once(void **state)
{
    (void)state;
    assert_false(tn_speech_has(speech, "tlh"));
    assert_false(tn_speech_has(speech, NULL));
    assert_true(tn_speech_has(speech, "es-MX"));
    tn_speech_say(speech, "tlh", "nuqneH");
    tn_speech_say(speech, "tlh", "nuqneH");
    wait_for(2, true);
    assert_int_equal(heard[1].samples + heard[2].samples, 0);
    assert_int_equal(said, 1);
}

static void a_text_of_any_length_and_any_bytes_is_safe(void **state)
{
    (void)state;
    static char text[2 * TN_SPEECH_TEXT_MAX];
    for (size_t len = TN_SPEECH_TEXT_MAX - 1; len <= TN_SPEECH_TEXT_MAX + 2; len++) {
        memset(text, 0, sizeof text);
        for (size_t i = 0; i + 2 <= len; i += 2) {
            memcpy(text + i, "é", 2);
        }
        tn_speech_say(speech, "fr", text);
    }
    wait_for(4, true);
    memset(text, 0xBF, TN_SPEECH_TEXT_MAX + 1); /* no first byte of a character anywhere */
    tn_speech_say(speech, "fr", text);
    tn_speech_say(speech, "en", "\xff\xfe<speak>[[\x80 ok");
    wait_for(6, true);
}

static void ending_in_the_middle_of_a_text_ends(void **state)
{
    (void)state;
    tn_speech_say(speech, "en", "One two three four five six seven eight nine ten.");
    wait_for(1, false);
    tn_speech_free(speech);
    assert_int_equal(tn_speech_create(&(struct tn_speech_ear){.hear = hear}, &speech), TN_OK);
    struct tn_speech *second = NULL;
    assert_int_equal(tn_speech_create(NULL, &second), TN_ERR_EXISTS);
}

static void no_speech_at_all_is_accepted_everywhere(void **state)
{
    (void)state;
    tn_speech_say(NULL, "en", "hello");
    tn_speech_stop(NULL);
    tn_speech_volume(NULL, 50);
    tn_speech_free(NULL);
    assert_false(tn_speech_has(NULL, "en"));
}

/* A folder with espeak-ng's data but for one language: links to all the rest. */
static void link_all(const char *from, const char *to, const char *but)
{
    assert_int_equal(mkdir(to, 0700), 0);
    DIR *dir = opendir(from);
    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        char source[600];
        char target[600];
        if (entry->d_name[0] != '.' && strcmp(entry->d_name, but) != 0) {
            (void)snprintf(source, sizeof source, "%s/%s", from, entry->d_name);
            (void)snprintf(target, sizeof target, "%s/%s", to, entry->d_name);
            assert_int_equal(symlink(source, target), 0);
        }
    }
    assert_int_equal(closedir(dir), 0);
}

static void remove_links(const char *dir_name)
{
    DIR *dir = opendir(dir_name);
    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        char path[600];
        (void)snprintf(path, sizeof path, "%s/%s", dir_name, entry->d_name);
        if (entry->d_name[0] != '.') {
            (void)unlink(path);
        }
    }
    assert_int_equal(closedir(dir), 0);
    assert_int_equal(rmdir(dir_name), 0);
}

/* The other side of the test below, in a process of its own: espeak-ng reads its data once. */
static void vietnamese_is_missing(void **state)
{
    (void)state;
    assert_false(tn_speech_has(speech, "vi"));
    assert_true(tn_speech_has(speech, "en"));
    tn_speech_say(speech, "vi", "Chào");
    tn_speech_say(speech, "vi", "Chào");
    wait_for(2, true);
    assert_int_equal(heard[1].samples + heard[2].samples, 0);
    assert_int_equal(said, 1);
    tn_speech_say(speech, "hi", "नमस्ते");
    wait_for(3, true);
    assert_true(heard[3].loud > 0);
}

static void a_language_whose_voice_is_missing_is_silent(void **state)
{
    (void)state;
    const char *data = NULL;
    (void)espeak_Info(&data);
    char lang[300];
    char top[64] = "/tmp/turnout-speech.XXXXXX";
    char copy[128];
    char copied_lang[160];
    assert_non_null(mkdtemp(top));
    (void)snprintf(lang, sizeof lang, "%s/lang", data);
    (void)snprintf(copy, sizeof copy, "%s/espeak-ng-data", top);
    (void)snprintf(copied_lang, sizeof copied_lang, "%s/lang", copy);
    link_all(data, copy, "lang");
    link_all(lang, copied_lang, "aav"); /* the family of Vietnamese */
    const pid_t child = fork();
    if (child == 0) {
        (void)setenv("ESPEAK_DATA_PATH", copy, 1);
        (void)execl("/proc/self/exe", "kiosk_sys_speech", "without-vietnamese", (char *)NULL);
        _exit(127);
    }
    int code = -1;
    assert_true(child > 0 && waitpid(child, &code, 0) == child);
    assert_int_equal(code, 0);
    remove_links(copied_lang);
    remove_links(copy);
    assert_int_equal(rmdir(top), 0);
}

static char disk[64];

/* Waits until the "loudspeaker" wrote more bytes, and reads the last ones. */
static size_t read_more(FILE *file, int16_t *samples, size_t count)
{
    struct timespec start = {0};
    struct timespec now = {0};
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &start), 0);
    for (;;) {
        clearerr(file);
        const size_t n = fread(samples, sizeof *samples, count, file);
        if (n > 0) {
            return n;
        }
        assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
        assert_true(now.tv_sec - start.tv_sec < PATIENCE_S);
        (void)sched_yield();
    }
}

static FILE *open_loudspeaker(void)
{
    FILE *file = NULL;
    const struct timespec until = soon();
    struct timespec now = {0};
    while (file == NULL) {
        file = fopen(disk, "re");
        assert_int_equal(clock_gettime(CLOCK_REALTIME, &now), 0);
        assert_true(now.tv_sec < until.tv_sec);
    }
    return file;
}

/* Samples until the loudspeaker has been silent for half a second; gives how many were not. The
 * device plays in real time, so a text that was not cut would still be playing. */
static size_t listen_until_silent(FILE *file)
{
    int16_t block[512];
    size_t loud = 0;
    for (size_t quiet = 0; quiet < 11025;) {
        const size_t n = read_more(file, block, 512);
        for (size_t i = 0; i < n; i++) {
            const bool is_quiet = block[i] > -50 && block[i] < 50;
            quiet = is_quiet ? quiet + 1 : 0;
            loud += !is_quiet;
        }
    }
    return loud;
}

static void use_loudspeaker(const char *driver)
{
    (void)snprintf(disk, sizeof disk, "/tmp/turnout-speech-%d.raw", (int)getpid());
    assert_int_equal(setenv("SDL_AUDIODRIVER", driver, 1), 0);
    assert_int_equal(setenv("SDL_DISKAUDIOFILE", disk, 1), 0);
    tn_speech_free(speech);
    assert_int_equal(tn_speech_create(NULL, &speech), TN_OK);
}

static void the_loudspeaker_falls_silent_when_a_text_is_cut(void **state)
{
    (void)state;
    use_loudspeaker("disk");
    tn_speech_say(speech, "en",
                  "Aaaaah, one two three four five six seven eight nine ten eleven twelve "
                  "thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty.");
    FILE *file = open_loudspeaker();
    int16_t first = 0;
    while (first > -LOUD && first < LOUD) {
        (void)read_more(file, &first, 1);
    }
    tn_speech_stop(speech);
    assert_true(listen_until_silent(file) < 22050 * 3);
    assert_int_equal(fclose(file), 0);
    (void)unlink(disk);
}

static void volume_zero_is_silence(void **state)
{
    (void)state;
    use_loudspeaker("disk");
    tn_speech_volume(speech, -5);
    tn_speech_say(speech, "en", "Hello there.");
    FILE *file = open_loudspeaker();
    int16_t block[512];
    for (size_t got = 0; got < 22050;) {
        const size_t n = read_more(file, block, 512);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(block[i], 0);
        }
        got += n;
    }
    assert_int_equal(fclose(file), 0);
    (void)unlink(disk);
}

static void no_device_is_silence_said_once(void **state)
{
    (void)state;
    const struct timespec until = soon();
    struct timespec now = {0};
    use_loudspeaker("no-such-driver");
    for (int i = 0; i < 5; i++) {
        tn_speech_say(speech, "en", "Hello there.");
        while (said == 0) {
            assert_int_equal(clock_gettime(CLOCK_REALTIME, &now), 0);
            assert_true(now.tv_sec < until.tv_sec);
            (void)sched_yield();
        }
    }
    tn_speech_free(speech);
    speech = NULL;
    assert_int_equal(said, 1);
}

/* A made-up /sys/class/input with one device, and a /dev/input with its file. */
static char input_top[64];
static bool is_plugged;

static bool ask_switch(int fd)
{
    assert_true(fd >= 0);
    return is_plugged;
}

static void put(const char *name, const char *text)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", input_top, name);
    if (text == NULL) {
        assert_int_equal(mkdir(path, 0700), 0);
        return;
    }
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static bool is_in(bool plugged)
{
    char class_dir[128];
    char dev_dir[128];
    (void)snprintf(class_dir, sizeof class_dir, "%s/class", input_top);
    (void)snprintf(dev_dir, sizeof dev_dir, "%s/dev", input_top);
    is_plugged = plugged;
    return tn_headset_is_in_at(class_dir, dev_dir, ask_switch);
}

static void a_headset_is_in_where_a_jack_says_so(void **state)
{
    (void)state;
    (void)snprintf(input_top, sizeof input_top, "/tmp/turnout-headset.XXXXXX");
    assert_non_null(mkdtemp(input_top));
    assert_false(is_in(true)); /* no such folders */
    put("class", NULL);
    put("dev", NULL);
    put("class/event3", NULL);
    put("class/event3/device", NULL);
    put("class/event3/device/capabilities", NULL);
    put("class/event3/device/capabilities/sw", "1\n"); /* a lid */
    put("dev/event3", "");
    assert_false(is_in(true));
    put("class/event3/device/capabilities/sw", "14\n"); /* headphone and microphone jack */
    assert_true(is_in(true));
    assert_false(is_in(false));
    char command_path[128];
    static const char *const made[] = {"dev/event3",
                                       "class/event3/device/capabilities/sw",
                                       "class/event3/device/capabilities",
                                       "class/event3/device",
                                       "class/event3",
                                       "class",
                                       "dev",
                                       ""};
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
        if (i == 1) {
            assert_false(is_in(true)); /* a jack whose file may not be read is unknown */
        }
        (void)snprintf(command_path, sizeof command_path, "%s/%s", input_top, made[i]);
        assert_int_equal(remove(command_path), 0);
    }
}

static void bitmaps_of_any_width_are_read(void **state)
{
    (void)state;
    assert_true(tn_headset_has_bit("4", 2, 64));
    assert_true(tn_headset_has_bit("14\n", 4, 64));
    assert_false(tn_headset_has_bit("14\n", 3, 64));
    assert_true(tn_headset_has_bit("1 0\n", 64, 64));
    assert_false(tn_headset_has_bit("1 0\n", 0, 64));
    assert_true(tn_headset_has_bit("1 0\n", 32, 32));
    assert_true(tn_headset_has_bit("8000000000000000\n", 63, 64));
    assert_false(tn_headset_has_bit("", 2, 64));
    assert_false(tn_headset_has_bit("4", 66, 64));
    assert_false(tn_headset_has_bit("no bits", 2, 64));
}

static void jacks_are_known_by_their_names(void **state)
{
    (void)state;
    assert_true(tn_headset_is_jack("Headphone Jack"));
    assert_true(tn_headset_is_jack("Front Headphone Jack"));
    assert_true(tn_headset_is_jack("Headset Jack"));
    assert_false(tn_headset_is_jack("Headset Mic Jack"));
    assert_false(tn_headset_is_jack("Headphone Mic Jack"));
    assert_false(tn_headset_is_jack("Headphone Playback Switch"));
    assert_false(tn_headset_is_jack("HDMI/DP,pcm=3 Jack"));
    assert_false(tn_headset_is_jack("Front Headphone Phantom Jack"));
    assert_false(tn_headset_is_jack(""));
}

static void this_machine_answers(void **state)
{
    (void)state;
    said = 0;
    (void)tn_headset_is_in(); /* either answer is right; it must not crash, log or wait */
    assert_int_equal(said, 0);
}

#define SPEAKS(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "without-vietnamese") == 0) {
        const struct CMUnitTest without[] = {SPEAKS(vietnamese_is_missing)};
        return cmocka_run_group_tests(without, NULL, NULL);
    }
    const struct CMUnitTest tests[] = {
        SPEAKS(every_language_is_heard),
        SPEAKS(a_new_text_cuts_the_old),
        SPEAKS(only_the_newest_of_many_texts_is_said),
        SPEAKS(stop_cuts_and_says_nothing),
        SPEAKS(an_unknown_language_is_silence_said_once),
        SPEAKS(a_text_of_any_length_and_any_bytes_is_safe),
        SPEAKS(ending_in_the_middle_of_a_text_ends),
        SPEAKS(no_speech_at_all_is_accepted_everywhere),
        SPEAKS(a_language_whose_voice_is_missing_is_silent),
        SPEAKS(the_loudspeaker_falls_silent_when_a_text_is_cut),
        SPEAKS(volume_zero_is_silence),
        SPEAKS(no_device_is_silence_said_once),
        cmocka_unit_test(a_headset_is_in_where_a_jack_says_so),
        cmocka_unit_test(bitmaps_of_any_width_are_read),
        cmocka_unit_test(jacks_are_known_by_their_names),
        cmocka_unit_test(this_machine_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
