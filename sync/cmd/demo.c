/* turnout-sync demo: a whole small ecosystem to try everything on. It is built beside its place
 * under another name and renamed at the end, so that a folder with the name that was asked for is
 * always whole. */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sync/cmd/demo.h"

#include "sync/central/db.h"
#include "sync/cmd/common.h"
#include "sync/exchange/demo_roster.h"
#include "sync/exchange/outfile.h"
#include "turnout/log.h"

#define LEARNERS_DEFAULT 60

static bool read_number(const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
    char *end = NULL;
    if (text == NULL) {
        return true; /* the default stays */
    }
    errno = 0;
    const unsigned long long value = strtoull(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || text[0] == '-' || value < min || value > max) {
        return false;
    }
    *out = value;
    return true;
}

/* How the programs beside this one are called from here: by their bare names where they are on the
 * PATH, else by a path, so that the lines can be pasted. */
static void find_programs(char out[TN_DEMO_PATH_MAX])
{
    char cwd[TN_DEMO_PATH_MAX];
    char entry[TN_DEMO_PATH_MAX];
    const char *path = getenv("PATH");
    const ssize_t len = readlink("/proc/self/exe", out, TN_DEMO_PATH_MAX - 1);
    out[len > 0 ? len : 0] = '\0';
    char *slash = strrchr(out, '/');
    if (slash == NULL) {
        return;
    }
    *slash = '\0';
    for (const char *at = path; at != NULL && *at != '\0';) {
        const size_t entry_len = strcspn(at, ":");
        (void)snprintf(entry, sizeof(entry), "%.*s", (int)entry_len, at);
        if (strcmp(entry, out) == 0) {
            out[0] = '\0';
            return;
        }
        at += entry_len + (at[entry_len] == ':');
    }
    *slash = '/';
    slash[1] = '\0';
    const size_t cwd_len = getcwd(cwd, sizeof(cwd)) == NULL ? 0 : strlen(cwd);
    if (cwd_len > 1 && strncmp(out, cwd, cwd_len) == 0 && out[cwd_len] == '/') {
        const size_t rest = strlen(out + cwd_len + 1);
        memmove(out, out + cwd_len + 1, rest + 1);
        if (rest == 0) {
            (void)snprintf(out, TN_DEMO_PATH_MAX, "./");
        }
    }
}

static void print_next(const char *dir, const struct tn_demo *demo)
{
    char in[TN_DEMO_PATH_MAX];
    char file[TN_DEMO_PATH_MAX];
    const char *central = demo->central == NULL ? file : demo->central;
    (void)snprintf(file, sizeof file, "%s/central.db", dir);
    find_programs(in);
    printf("A small STEM ecosystem with %s is ready in %s.\n\n"
           "Open the kiosk at the north gate (tap a badge at the bottom to check in):\n"
           "    %sturnout-kiosk --station %s/gate --windowed --demo %s/badges.csv\n"
           "Bring its entries to the centre, and see who came:\n"
           "    %sturnout-sync reconcile %s/gate %s\n"
           "    %sturnout-sync report reach --central %s\n"
           "The badges are in %s/badges.pdf, ready to print; a staff card and group cards in\n"
           "%s/cards.pdf. The event's PIN is 2468.\n",
           tn_counted(demo->learners, "learner", "learners").text, dir, in, dir, dir, in, dir,
           central, in, central, dir, dir);
}

static void print_json(const char *dir, const struct tn_demo *demo)
{
    json_t *object =
        json_pack("{s:s, s:I, s:i, s:I}", "dir", dir, "learners", (json_int_t)demo->learners,
                  "stations", 3, "badges", (json_int_t)demo->learners);
    if (object != NULL) {
        (void)json_dumpf(object, stdout, JSON_COMPACT);
        (void)putchar('\n');
        json_decref(object);
    }
}

/* Gives the finished folder its name. An empty folder of that name may be there; rename puts ours
 * in its place in one step, and refuses any other. */
static enum tn_status settle(const char *temp, const char *dir)
{
    if (chmod(temp, 0700) == 0 && rename(temp, dir) == 0) {
        return TN_OK;
    }
    if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR) {
        tn_log(TN_LOG_ERROR,
               "%s is there already and is not empty; name a new folder, or remove it", dir);
        return TN_ERR_EXISTS;
    }
    tn_log(TN_LOG_ERROR, "%s: the folder cannot be made: %s", dir, strerror(errno));
    return errno == ENOSPC ? TN_ERR_FULL : TN_ERR_IO;
}

/* Asks rename's question before an hour's work: is the place free? */
static enum tn_status check_free(const char *dir)
{
    if (mkdir(dir, 0700) == 0) {
        return TN_OK; /* the empty folder that settle replaces */
    }
    if (errno == EEXIST) {
        if (rmdir(dir) == 0) {
            return mkdir(dir, 0700) == 0 ? TN_OK : TN_ERR_IO;
        }
        tn_log(TN_LOG_ERROR,
               "%s is there already and is not empty; name a new folder, or remove it", dir);
        return TN_ERR_EXISTS;
    }
    tn_log(TN_LOG_ERROR, "%s: the folder cannot be made: %s", dir, strerror(errno));
    return TN_ERR_IO;
}

static enum tn_status make_demo(const char *dir, struct tn_demo *demo)
{
    char temp[TN_DEMO_PATH_MAX];
    const int len = snprintf(temp, sizeof(temp), "%s.new-XXXXXX", dir);
    if (len < 0 || len >= (int)sizeof(temp)) {
        return TN_ERR_LIMIT;
    }
    enum tn_status status = check_free(dir);
    if (status != TN_OK) {
        return status;
    }
    (void)rmdir(dir);
    if (mkdtemp(temp) == NULL) {
        tn_log(TN_LOG_ERROR, "%s: the folder cannot be made: %s", temp, strerror(errno));
        return TN_ERR_IO;
    }
    demo->dir = temp;
    status = tn_demo_build(demo);
    status = status == TN_OK ? settle(temp, dir) : status;
    if (status != TN_OK) {
        tn_demo_remove(temp);
    }
    demo->dir = dir;
    return status;
}

/* Where DIR/keys will be, whole, for a database that lies elsewhere. dir has no slash at its end.
 */
static bool note_keys(const char *dir, char out[TN_DEMO_PATH_MAX])
{
    char folder[PATH_MAX];
    char whole[PATH_MAX];
    const char *slash = strrchr(dir, '/');
    const char *name = slash == NULL ? dir : slash + 1;
    (void)snprintf(folder, sizeof folder, "%.*s.", (int)(name - dir), dir);
    return realpath(folder, whole) != NULL &&
           snprintf(out, TN_DEMO_PATH_MAX, "%s/%s/keys", whole, name) < TN_DEMO_PATH_MAX;
}

static enum tn_exit run(int argc, char **argv)
{
    const char *learners = NULL;
    const char *seed = NULL;
    const char *central = NULL;
    char keys[TN_DEMO_PATH_MAX];
    bool is_json = false;
    bool is_help = false;
    const struct tn_option table[] = {
        {"learners", &learners, NULL}, {"seed", &seed, NULL}, {"central", &central, NULL},
        {"json", NULL, &is_json},      {NULL, NULL, NULL},
    };
    enum tn_exit code = tn_options_take(&tn_cmd_demo, table, &argc, argv, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        return code;
    }
    if (argc != 2) {
        return tn_usage_error(&tn_cmd_demo, "name one folder to make");
    }
    char *dir = argv[1];
    for (size_t len = strlen(dir); len > 1 && dir[len - 1] == '/'; len--) {
        dir[len - 1] = '\0';
    }
    struct tn_demo demo = {.learners = LEARNERS_DEFAULT, .seed = 1};
    if (central != NULL && (!tn_db_uri_is_known(central) || tn_db_uri_is_file(central))) {
        return tn_usage_error(&tn_cmd_demo, "--central takes postgresql://...; DIR has a database "
                                            "of its own without it");
    }
    if (central != NULL && note_keys(dir, keys)) {
        demo.central = central;
        demo.keys_noted = keys;
    }
    if (seed == NULL) {
        demo.now_ms = tn_now_ms();
    }
    if (!read_number(learners, 1, TN_DEMO_LEARNERS_MAX, &demo.learners)) {
        return tn_usage_error(&tn_cmd_demo, "--learners takes a number from 1 to %d",
                              TN_DEMO_LEARNERS_MAX);
    }
    if (!read_number(seed, 0, UINT64_MAX, &demo.seed)) {
        return tn_usage_error(&tn_cmd_demo, "--seed takes a number");
    }
    enum tn_status status = tn_outfile_check_folder(dir);
    status = status == TN_OK ? make_demo(dir, &demo) : status;
    if (status != TN_OK) {
        return tn_exit_of(status);
    }
    if (is_json) {
        print_json(dir, &demo);
    } else {
        print_next(dir, &demo);
    }
    return TN_EXIT_DONE;
}

const struct tn_cmd tn_cmd_demo = {
    .name = "demo",
    .summary = "make a small ecosystem to try everything on",
    .usage =
        "turnout-sync demo DIR [--learners N] [--seed N] [--central postgresql://...] [--json]\n"
        "\n"
        "Makes DIR with central.db, keys, badges.csv, badges.pdf, badges/*.png and three\n"
        "stations, DIR/gate, DIR/robotics and DIR/desk, ready to run; cards.csv and cards.pdf\n"
        "with a staff card and group cards, and setup-card and setup-card.pdf for one more\n"
        "kiosk. The event takes walk-ins, and its PIN is 2468. Learners (60 if not said) are\n"
        "made up, and the fair is under way now. With --seed it keeps its day in March 2026, and\n"
        "the same --seed gives the same badges. --central puts the database on a server instead "
        "of\n"
        "into DIR. Its keys guard nothing real.\n",
    .run = run,
};
