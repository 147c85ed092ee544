/* `init`: makes the central database and its keyring, or takes up a keyring that is there. It never
 * overwrites either. The keyring is saved before the database is made: a keyring without a database
 * is harmless, a database without its keyring is lost. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <sodium.h>

#include "sync/central/audit.h"
#include "sync/central/passphrase.h"
#include "sync/cmd/actor.h"
#include "sync/cmd/common.h"
#include "sync/exchange/outfile.h"
#include "sync/link/hub_key.h"
#include "turnout/log.h"
#include "turnout/setup.h"

struct choice {
    const char *central;
    const char *code;
    const char *name;
    const char *tz;
    const char *keys;
    bool no_passphrase;
    bool json;
    struct tn_actor actor;
};

/* Codes stand in file names, URLs and badge sheets, so they stay plain. */
static bool is_code(const char *text)
{
    size_t len = strlen(text);
    return len >= 1 && len <= 63 &&
           strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == len;
}

static bool is_zone(const char *tz)
{
    char path[256];
    int n = snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", tz);
    struct stat st;
    return n > 0 && (size_t)n < sizeof path && strstr(tz, "..") == NULL && tz[0] != '/' &&
           stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static enum tn_exit check(const struct choice *choice)
{
    if (choice->central == NULL || choice->code == NULL || choice->name == NULL) {
        return tn_usage_error(&tn_cmd_init, "%s is missing",
                              choice->central == NULL ? "--central"
                              : choice->code == NULL  ? "--code"
                                                      : "--name");
    }
    if (!tn_db_uri_is_known(choice->central)) {
        tn_log(TN_LOG_ERROR, TN_COMMON_NO_DRIVER, choice->central);
        return TN_EXIT_USAGE;
    }
    if (!tn_db_uri_is_file(choice->central) && choice->keys == NULL &&
        getenv("TURNOUT_KEYS") == NULL) {
        return tn_usage_error(&tn_cmd_init, "--keys FILE is missing: a database server has no "
                                            "folder to keep a keyring in");
    }
    if (!is_code(choice->code)) {
        return tn_usage_error(&tn_cmd_init,
                              "--code %s: 1 to 63 letters, digits, dots, - or _ are expected",
                              choice->code);
    }
    if (!tn_common_is_name(choice->name, TN_TITLE_MAX)) {
        return tn_usage_error(&tn_cmd_init, "--name: 1 to %d bytes on one line are expected",
                              TN_TITLE_MAX);
    }
    if (choice->tz != NULL && !is_zone(choice->tz)) {
        return tn_usage_error(&tn_cmd_init,
                              "--tz %s: not a time zone; one like America/Chicago is expected",
                              choice->tz);
    }
    return TN_EXIT_DONE;
}

static enum tn_status make_keys(const char *path, bool no_passphrase, struct tn_keyring *out)
{
    char passphrase[TN_PASSPHRASE_MAX + 1] = "";
    struct tn_random random = tn_random_system();
    enum tn_status status = TN_OK;
    if (!no_passphrase) {
        status = tn_passphrase_get(
            "Passphrase for the new keyring: ", "The same again: ", passphrase, sizeof passphrase);
    }
    if (status == TN_OK) {
        tn_keyring_create(&random, out);
        status = tn_keyring_save(out, path, no_passphrase ? NULL : passphrase, &random);
        if (status != TN_OK) {
            tn_log(TN_LOG_ERROR, "%s: the keyring cannot be written: %s", path,
                   tn_status_text(status));
        }
    }
    sodium_memzero(passphrase, sizeof passphrase);
    return status;
}

static enum tn_status get_keys(const char *path, bool no_passphrase, struct tn_keyring *out,
                               bool *is_new)
{
    struct stat st;
    *is_new = stat(path, &st) != 0;
    if (*is_new) {
        return make_keys(path, no_passphrase, out);
    }
    enum tn_status status = tn_centre_load_keys(path, out);
    if (status == TN_OK && !(out->has_signing && out->has_transport && out->has_vault)) {
        tn_log(TN_LOG_ERROR, "%s: a part of the keyring is missing; init wants all three", path);
        status = TN_ERR_STATE;
    }
    return status;
}

/* Stations are told its pin, so it must be there before the first of them is made. */
static enum tn_status make_hub_key(const char *path, int64_t now_ms)
{
    struct tn_hub_key key;
    bool is_new = false;
    enum tn_status status = tn_hub_key_get(path, now_ms, &key, &is_new);
    tn_hub_key_free(&key);
    return status;
}

static const char *keys_path(const struct choice *choice, char *out, size_t out_size)
{
    if (choice->keys != NULL) {
        return choice->keys;
    }
    if (getenv("TURNOUT_KEYS") != NULL) {
        return getenv("TURNOUT_KEYS");
    }
    const char *slash = strrchr(choice->central, '/');
    int len = slash == NULL ? 0 : (int)(slash - choice->central) + 1;
    snprintf(out, out_size, "%.*skeys", len, choice->central);
    return out;
}

static enum tn_exit make(const struct choice *choice)
{
    char path[4096];
    struct stat st;
    bool is_new = false;
    struct tn_keyring keyring = {0};
    struct tn_centre_new what = {.code = choice->code,
                                 .name = choice->name,
                                 .tz = choice->tz,
                                 .now_ms = tn_now_ms(),
                                 .actor = choice->actor};
    const bool is_file = tn_db_uri_is_file(choice->central);
    if (is_file && stat(choice->central, &st) == 0) {
        tn_log(TN_LOG_ERROR, "%s: is there already; init never overwrites a central database",
               choice->central);
        return TN_EXIT_PERSON;
    }
    what.keys_path = keys_path(choice, path, sizeof path);
    /* Asked before the passphrase is: what cannot be written in the end. */
    enum tn_status status = tn_outfile_check_folder(is_file ? choice->central : NULL);
    status = status == TN_OK ? tn_outfile_check_folder(what.keys_path) : status;
    if (status != TN_OK) {
        return tn_exit_of(status);
    }
    status = get_keys(what.keys_path, choice->no_passphrase, &keyring, &is_new);
    status = status == TN_OK ? make_hub_key(what.keys_path, what.now_ms) : status;
    if (status == TN_OK) {
        status = tn_centre_create(choice->central, &what, &keyring);
    }
    tn_keyring_wipe(&keyring);
    if (status == TN_OK && choice->json) {
        tn_common_json(json_pack("{s:s, s:s, s:s, s:b}", "central", choice->central, "ecosystem",
                                 choice->code, "keys", what.keys_path, "is_new_keyring", is_new));
    } else if (status == TN_OK) {
        printf("%s: the centre of %s (%s)\n%s: its keyring%s\n", choice->central, choice->name,
               choice->code, what.keys_path,
               is_new
                   ? "; keep a copy of it and of its hub.pem where the database's backups are not"
                   : ", which was there");
    }
    return tn_exit_of(status);
}

static enum tn_exit run(int argc, char **argv)
{
    struct choice choice = {0};
    bool is_help = false;
    const struct tn_option options[] = {
        {"central", &choice.central, NULL},
        {"code", &choice.code, NULL},
        {"name", &choice.name, NULL},
        {"tz", &choice.tz, NULL},
        {"keys", &choice.keys, NULL},
        {"no-passphrase", NULL, &choice.no_passphrase},
        {"json", NULL, &choice.json},
        TN_ACTOR_OPTIONS(choice.actor),
        {NULL, NULL, NULL},
    };
    enum tn_exit code = tn_options_take(&tn_cmd_init, options, &argc, argv, &is_help);
    if (code != TN_EXIT_DONE || is_help) {
        return code;
    }
    if (argc > 1) {
        return tn_usage_error(&tn_cmd_init, "%s: init takes options only", argv[1]);
    }
    code = tn_actor_settle(&tn_cmd_init, &choice.actor);
    code = code == TN_EXIT_DONE ? check(&choice) : code;
    return code == TN_EXIT_DONE ? make(&choice) : code;
}

const struct tn_cmd tn_cmd_init = {
    .name = "init",
    .summary = "make a central database and its keyring",
    .usage = "  turnout-sync init --central C --code CODE --name NAME [--tz TZ] [--keys FILE]\n"
             "                    [--no-passphrase] [--json] [--by NAME] [--why TEXT]\n"
             "\n"
             "C is the path of a new SQLite file, or postgresql://HOST/NAME, a database that is\n"
             "there, in which tables and ecosystem are made (--keys is needed then).\n"
             "Nothing that is there is overwritten; a keyring that is there is taken up. It lies\n"
             "beside the database where --keys and $TURNOUT_KEYS name no other place. --tz is UTC\n"
             "if not said. A script gives the passphrase in $TURNOUT_PASSPHRASE.\n" TN_ACTOR_USAGE,
    .run = run,
};
