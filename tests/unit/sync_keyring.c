/* The keyring's file: read back, refused with a wrong passphrase or any byte altered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "sync/central/keyring.h"

struct fixture {
    char dir[64];
    char path[96];
    struct tn_keyring keyring;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct tn_random random = tn_random_system();
    snprintf(f->dir, sizeof f->dir, "/tmp/turnout-keyring-XXXXXX");
    if (mkdtemp(f->dir) == NULL) {
        return 1;
    }
    snprintf(f->path, sizeof f->path, "%s/keys", f->dir);
    tn_keyring_create(&random, &f->keyring);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    (void)unlink(f->path);
    (void)rmdir(f->dir);
    free(f);
    return 0;
}

static void a_keyring_comes_back_as_it_was(void **state)
{
    struct fixture *f = *state;
    struct tn_random random = tn_random_system();
    struct tn_keyring back;
    struct stat st;
    assert_int_equal(tn_keyring_save(&f->keyring, f->path, NULL, &random), TN_OK);
    assert_int_equal(tn_keyring_load(f->path, NULL, &back), TN_OK);
    assert_memory_equal(&back.signing, &f->keyring.signing, sizeof back.signing);
    assert_memory_equal(&back.vault_key, &f->keyring.vault_key, sizeof back.vault_key);
    assert_int_equal(stat(f->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void a_keyring_is_never_overwritten(void **state)
{
    struct fixture *f = *state;
    struct tn_random random = tn_random_system();
    assert_int_equal(tn_keyring_save(&f->keyring, f->path, NULL, &random), TN_OK);
    assert_int_equal(tn_keyring_save(&f->keyring, f->path, NULL, &random), TN_ERR_EXISTS);
}

static void a_passphrase_is_wanted_and_must_be_right(void **state)
{
    struct fixture *f = *state;
    struct tn_random random = tn_random_system();
    struct tn_keyring back;
    assert_int_equal(tn_keyring_save(&f->keyring, f->path, "correct horse", &random), TN_OK);
    assert_int_equal(tn_keyring_load(f->path, NULL, &back), TN_ERR_STATE);
    assert_int_equal(tn_keyring_load(f->path, "wrong horse", &back), TN_ERR_FORGED);
    assert_false(back.has_signing);
    assert_int_equal(tn_keyring_load(f->path, "correct horse", &back), TN_OK);
    assert_memory_equal(&back.signing, &f->keyring.signing, sizeof back.signing);
}

static void an_altered_byte_is_refused_wherever_it_is(void **state)
{
    struct fixture *f = *state;
    struct tn_random random = tn_random_system();
    uint8_t file[4096];
    assert_int_equal(tn_keyring_save(&f->keyring, f->path, NULL, &random), TN_OK);
    FILE *in = fopen(f->path, "rb");
    size_t len = fread(file, 1, sizeof file, in);
    fclose(in);
    for (size_t i = 0; i < len; i++) {
        struct tn_keyring back;
        file[i] ^= 1;
        FILE *out = fopen(f->path, "wb");
        assert_int_equal(fwrite(file, 1, len, out), len);
        fclose(out);
        assert_int_not_equal(tn_keyring_load(f->path, NULL, &back), TN_OK);
        assert_false(back.has_signing);
        file[i] ^= 1;
    }
}

static void the_vault_opens_what_it_sealed(void **state)
{
    struct fixture *f = *state;
    uint8_t secret[16] = "0123456789abcde";
    uint8_t sealed[TN_VAULT_SECRET_SIZE];
    uint8_t back[16];
    assert_int_equal(tn_vault_seal(&f->keyring.vault_key, secret, sealed), TN_OK);
    assert_int_equal(tn_vault_open(&f->keyring, sealed, back), TN_OK);
    assert_memory_equal(secret, back, 16);
    sealed[40] ^= 1;
    assert_int_equal(tn_vault_open(&f->keyring, sealed, back), TN_ERR_FORGED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_keyring_comes_back_as_it_was, setup, teardown),
        cmocka_unit_test_setup_teardown(a_keyring_is_never_overwritten, setup, teardown),
        cmocka_unit_test_setup_teardown(a_passphrase_is_wanted_and_must_be_right, setup, teardown),
        cmocka_unit_test_setup_teardown(an_altered_byte_is_refused_wherever_it_is, setup, teardown),
        cmocka_unit_test_setup_teardown(the_vault_opens_what_it_sealed, setup, teardown),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
