/* A hub's address as it is typed, and its key as it lies beside the keyring. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <gnutls/x509.h>

#include "sync/link/hub_key.h"
#include "sync/link/hub_listen.h"
#include "sync/link/hub_url.h"
#include "turnout/log.h"

#define NOW_MS INT64_C(1772000000000)

static char folder[64];
static char said[2048];

static void keep_said(void *ctx, enum tn_log_level level, const char *line)
{
    (void)ctx;
    (void)level;
    snprintf(said, sizeof said, "%s", line);
}

/* -- addresses -- */

static void addresses_of_hubs_are_read_and_written_back(void **state)
{
    static const struct {
        const char *text;
        const char *written;
    } rows[] = {
        {"https://hub.example.org", "https://hub.example.org:443"},
        {"https://hub.example.org/", "https://hub.example.org:443"},
        {"https://10.0.0.5:8443", "https://10.0.0.5:8443"},
        {"https://[fe80::1:2]:8443/", "https://[fe80::1:2]:8443"},
        {"https://[::1]", "https://[::1]:443"},
        {"https://hub:65535", "https://hub:65535"},
        {"https://h", "https://h:443"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tn_hub_url url;
        char text[TN_HUB_URL_SIZE];
        assert_int_equal(tn_hub_url_read(rows[i].text, &url), TN_OK);
        tn_hub_url_write(&url, "https", url.port, text);
        assert_string_equal(text, rows[i].written);
    }
}

static void what_is_no_address_of_a_hub_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "https://",
        "https:///",
        "http://hub",
        "HTTPS://hub",
        "hub.example.org",
        "https://hub/path",
        "https://hub//",
        "https://hub?x",
        "https://hub#x",
        "https://user@hub",
        "https://hub:",
        "https://hub:0",
        "https://hub:65536",
        "https://hub:8443x",
        "https://hub:+1",
        "https://[::1",
        "https://::1",
        "https://[]",
        "https://[::1]x",
        "https://-hub",
        "https://.hub",
        "https://hub example",
        "https://hub\n",
    };
    struct tn_hub_url url;
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (tn_hub_url_read(texts[i], &url) != TN_ERR_FORMAT) {
            fail_msg("\"%s\" was taken", texts[i]);
        }
    }
}

static void an_address_has_a_longest_length(void **state)
{
    char text[TN_HUB_MAX + 2];
    struct tn_hub_url url;
    (void)state;
    memset(text, 'h', sizeof text);
    memcpy(text, "https://", 8);
    text[TN_HUB_MAX] = '\0';
    assert_int_equal(tn_hub_url_read(text, &url), TN_OK);
    assert_int_equal(strlen(url.host), TN_HUB_MAX - 8);
    text[TN_HUB_MAX] = 'h';
    text[TN_HUB_MAX + 1] = '\0';
    assert_int_equal(tn_hub_url_read(text, &url), TN_ERR_LIMIT);
}

/* -- listening -- */

static void places_to_listen_at_are_opened_and_told(void **state)
{
    static const struct {
        const char *where;
        const char *begins;
    } rows[] = {{"127.0.0.1:0", "127.0.0.1:"}, {"localhost:0", ""}, {"0.0.0.0:0", "0.0.0.0:"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char address[TN_HUB_ADDRESS_SIZE];
        int fd = -1;
        assert_int_equal(tn_hub_listen(rows[i].where, &fd), TN_OK);
        tn_hub_listen_address(fd, address);
        assert_int_equal(strncmp(address, rows[i].begins, strlen(rows[i].begins)), 0);
        assert_null(strstr(address, ":0"));
        close(fd);
    }
}

static void a_port_that_is_taken_is_said(void **state)
{
    char address[TN_HUB_ADDRESS_SIZE];
    int fd = -1;
    int second = -1;
    (void)state;
    assert_int_equal(tn_hub_listen("127.0.0.1:0", &fd), TN_OK);
    tn_hub_listen_address(fd, address);
    assert_int_equal(tn_hub_listen(address, &second), TN_ERR_BUSY);
    assert_int_equal(second, -1);
    assert_non_null(strstr(said, "another program listens there"));
    close(fd);
}

static void what_cannot_be_listened_at_is_said(void **state)
{
    static const struct {
        const char *where;
        enum tn_status status;
    } rows[] = {
        {"", TN_ERR_FORMAT},
        {"8443", TN_ERR_FORMAT},
        {"127.0.0.1:", TN_ERR_FORMAT},
        {"[::1:8443", TN_ERR_FORMAT},
        {"::1:8443", TN_ERR_FORMAT},
        {"127.0.0.1:x", TN_ERR_FORMAT},
        {"[::1]8443", TN_ERR_FORMAT},
        {"127.0.0.1:70000", TN_ERR_FORMAT},
        {"192.0.2.1:0", TN_ERR_NOT_FOUND},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int fd = -1;
        said[0] = '\0';
        assert_int_equal(tn_hub_listen(rows[i].where, &fd), rows[i].status);
        assert_int_equal(fd, -1);
        assert_true(said[0] != '\0');
    }
}

/* -- keys -- */

static void put_path(const char *name, char out[128])
{
    snprintf(out, 128, "%s/%s", folder, name);
}

static void a_key_is_made_once_and_its_pin_holds(void **state)
{
    struct tn_hub_key first;
    struct tn_hub_key again;
    struct stat st;
    char path[128];
    char file[TN_HUB_KEY_PATH_SIZE];
    bool is_new = false;
    (void)state;
    put_path("keys", path);
    assert_int_equal(tn_hub_key_get(path, NOW_MS, &first, &is_new), TN_OK);
    assert_true(is_new);
    assert_int_equal(tn_hub_key_path(path, file), TN_OK);
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(tn_hub_key_get(path, NOW_MS + 1, &again, &is_new), TN_OK);
    assert_false(is_new);
    assert_memory_equal(first.pin, again.pin, TN_HASH_SIZE);
    tn_hub_key_free(&first);
    tn_hub_key_free(&again);
}

static void the_certificate_is_one_that_browsers_can_read(void **state)
{
    struct tn_hub_key key;
    gnutls_x509_crt_t certificate;
    char path[128];
    char name[64];
    size_t size = sizeof name;
    bool is_new = false;
    unsigned bits = 0;
    (void)state;
    put_path("keys", path);
    assert_int_equal(tn_hub_key_get(path, NOW_MS, &key, &is_new), TN_OK);
    const gnutls_datum_t text = {key.pem.data, (unsigned)key.pem.len - 1};
    assert_int_equal(gnutls_x509_crt_init(&certificate), 0);
    assert_int_equal(gnutls_x509_crt_import(certificate, &text, GNUTLS_X509_FMT_PEM), 0);
    assert_int_equal(gnutls_x509_crt_get_pk_algorithm(certificate, &bits), GNUTLS_PK_ECDSA);
    assert_int_equal(bits, 256);
    assert_int_equal(
        gnutls_x509_crt_get_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name, &size),
        0);
    assert_string_equal(name, "Turnout hub");
    assert_int_equal(gnutls_x509_crt_check_hostname(certificate, "localhost"), 1);
    assert_int_equal(gnutls_x509_crt_check_hostname(certificate, "127.0.0.1"), 1);
    assert_int_equal(gnutls_x509_crt_check_hostname(certificate, "hub.example"), 0);
    assert_true(gnutls_x509_crt_get_activation_time(certificate) < NOW_MS / 1000);
    const time_t end = gnutls_x509_crt_get_expiration_time(certificate);
    assert_in_range(end - NOW_MS / 1000, 20 * 365 * 86400L, 20 * 366 * 86400L);
    gnutls_x509_crt_deinit(certificate);
    tn_hub_key_free(&key);
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void a_file_that_is_no_key_is_refused_and_left_alone(void **state)
{
    struct tn_hub_key key;
    struct tn_hub_key other;
    char path[128];
    char file[TN_HUB_KEY_PATH_SIZE];
    bool is_new = false;
    (void)state;
    put_path("odd", path);
    assert_int_equal(tn_hub_key_path(path, file), TN_OK);
    write_text(file, "not a key\n");
    assert_int_equal(tn_hub_key_get(path, NOW_MS, &key, &is_new), TN_ERR_FORMAT);
    assert_false(is_new);
    assert_non_null(strstr(said, "odd.hub.pem: is no private key"));
    tn_hub_key_free(&key);
    /* A key and another key's certificate do not belong together. */
    put_path("keys", path);
    assert_int_equal(tn_hub_key_get(path, NOW_MS, &key, &is_new), TN_OK);
    put_path("second", path);
    assert_int_equal(tn_hub_key_get(path, NOW_MS, &other, &is_new), TN_OK);
    char mixed[8192];
    const char *certificate = strstr((const char *)other.pem.data, "-----BEGIN CERTIFICATE");
    const int len = (int)(strstr((const char *)key.pem.data, "-----BEGIN CERTIFICATE") -
                          (const char *)key.pem.data);
    snprintf(mixed, sizeof mixed, "%.*s%s", len, (const char *)key.pem.data, certificate);
    write_text(file, mixed);
    tn_hub_key_free(&key);
    tn_hub_key_free(&other);
    put_path("odd", path);
    assert_int_equal(tn_hub_key_get(path, NOW_MS, &key, &is_new), TN_ERR_FORMAT);
    tn_hub_key_free(&key);
}

static void a_folder_that_is_not_there_is_said(void **state)
{
    struct tn_hub_key key;
    char path[128];
    bool is_new = false;
    (void)state;
    put_path("nowhere/keys", path);
    assert_int_equal(tn_hub_key_get(path, NOW_MS, &key, &is_new), TN_ERR_NOT_FOUND);
    assert_non_null(strstr(said, "nowhere/keys.hub.pem"));
    tn_hub_key_free(&key);
}

static void pins_are_written_as_curl_takes_them_and_read_again(void **state)
{
    static const char *const odd[] = {"",
                                      "sha256//",
                                      "sha256//AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
                                      "sha512//AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
                                      "sha256//AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8 ",
                                      "sha256//AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd!!8="};
    uint8_t pin[TN_HASH_SIZE];
    uint8_t read[TN_HASH_SIZE];
    char text[TN_HUB_PIN_TEXT_SIZE];
    (void)state;
    for (size_t i = 0; i < TN_HASH_SIZE; i++) {
        pin[i] = (uint8_t)i;
    }
    tn_hub_pin_write(pin, text);
    assert_string_equal(text, "sha256//AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    assert_int_equal(tn_hub_pin_read(text, read), TN_OK);
    assert_memory_equal(pin, read, TN_HASH_SIZE);
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        assert_int_equal(tn_hub_pin_read(odd[i], read), TN_ERR_FORMAT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_of_hubs_are_read_and_written_back),
        cmocka_unit_test(what_is_no_address_of_a_hub_is_refused),
        cmocka_unit_test(an_address_has_a_longest_length),
        cmocka_unit_test(places_to_listen_at_are_opened_and_told),
        cmocka_unit_test(a_port_that_is_taken_is_said),
        cmocka_unit_test(what_cannot_be_listened_at_is_said),
        cmocka_unit_test(a_key_is_made_once_and_its_pin_holds),
        cmocka_unit_test(the_certificate_is_one_that_browsers_can_read),
        cmocka_unit_test(a_file_that_is_no_key_is_refused_and_left_alone),
        cmocka_unit_test(a_folder_that_is_not_there_is_said),
        cmocka_unit_test(pins_are_written_as_curl_takes_them_and_read_again),
    };
    char line[96];
    tn_log_to(keep_said, NULL);
    assert_int_equal(tn_crypto_init(), TN_OK);
    snprintf(folder, sizeof folder, "/tmp/turnout-hub-key-XXXXXX");
    assert_non_null(mkdtemp(folder));
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    snprintf(line, sizeof line, "rm -rf %s", folder);
    assert_int_equal(system(line), 0);
    return failed;
}
