/* A pack on its way to a station: refused wherever it was altered or cut, and nothing is left
 * behind; one that is older than the station's is refused as well. */
#include "sync/central/centre.h"
#include "sync/central/packing.h"
#include "sync/wire/pack.h"
#include "tests/unit/sync_world.h"

/* How many files the station's folder holds. */
static void assert_files(int count)
{
    shell("test \"$(ls gate | grep -vc -e -wal -e -shm)\" -eq %d", count);
}

static struct tn_sign_key device;

static void make_pack(struct tn_buf *out, struct tn_station_info *info, uint64_t version)
{
    struct tn_centre centre;
    struct tn_keyring keyring;
    struct tn_station *station = NULL;
    assert_int_equal(tn_station_open_read("gate", &station), TN_OK);
    assert_int_equal(tn_station_info(station, info), TN_OK);
    assert_int_equal(tn_station_sign_key(station, &device), TN_OK);
    tn_station_close(station);
    assert_int_equal(tn_centre_open(central, &centre), TN_OK);
    assert_int_equal(tn_centre_keys(&centre, NULL, &keyring), TN_OK);
    struct tn_packing packing;
    const struct tn_packing_for asks = {info->device_key, 1, version};
    tn_packing_init(&packing, &centre, &keyring);
    assert_int_equal(tn_packing_write(&packing, &asks, out), TN_OK);
    tn_packing_destroy(&packing);
    tn_keyring_wipe(&keyring);
    tn_centre_close(&centre);
}

static void an_altered_pack_is_refused_and_leaves_nothing_behind(void **state)
{
    (void)state;
    struct tn_buf pack;
    struct tn_station_info info;
    uint64_t number = 0;
    tn_buf_init(&pack, TN_PACK_SIZE_MAX);
    make_pack(&pack, &info, 0);
    assert_true(pack.len > 1000);
    for (size_t i = 0; i < pack.len; i++) {
        pack.data[i] ^= 0x04;
        assert_int_not_equal(
            tn_pack_lay(tn_buf_bytes(&pack), &info.sign_key, &device, "gate", &number), TN_OK);
        pack.data[i] ^= 0x04;
        assert_int_not_equal(
            tn_pack_lay((struct tn_bytes){pack.data, i}, &info.sign_key, &device, "gate", &number),
            TN_OK);
    }
    assert_files(4);
    /* Whole, but another ecosystem's word. */
    struct tn_public_key other = info.device_key;
    assert_int_equal(tn_pack_lay(tn_buf_bytes(&pack), &other, &device, "gate", &number),
                     TN_ERR_FORGED);
    assert_files(4);
    /* And another station's. */
    struct tn_sign_key stranger;
    const struct tn_random random = tn_random_system();
    tn_sign_key_create(&random, &stranger);
    assert_int_equal(tn_pack_lay(tn_buf_bytes(&pack), &info.sign_key, &stranger, "gate", &number),
                     TN_ERR_STATE);
    memcpy(stranger.public_key.b, device.public_key.b, sizeof device.public_key.b);
    assert_int_equal(tn_pack_lay(tn_buf_bytes(&pack), &info.sign_key, &stranger, "gate", &number),
                     TN_ERR_FORGED);
    assert_files(4);
    assert_int_equal(tn_pack_lay(tn_buf_bytes(&pack), &info.sign_key, &device, "gate", &number),
                     TN_OK);
    assert_files(5);
    tn_buf_destroy(&pack);
}

static void an_older_pack_is_not_switched_to(void **state)
{
    (void)state;
    struct tn_buf old;
    struct tn_station_info info;
    struct tn_station *station = NULL;
    struct tn_station_env env = {tn_random_system(), tn_station_boot_id()};
    uint64_t number = 0;
    tn_buf_init(&old, TN_PACK_SIZE_MAX);
    make_pack(&old, &info, 0);
    gives(TN_EXIT_DONE, "station new --central central.db --event fair --name Later --role gate"
                        " --out later");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    gives(TN_EXIT_DONE, "station new --central central.db --event fair --name Last --role gate"
                        " --out last");
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    assert_int_equal(tn_station_open("gate", &env, &station), TN_OK);
    assert_int_equal(tn_pack_lay(tn_buf_bytes(&old), &info.sign_key, &device, "gate", &number),
                     TN_OK);
    assert_int_equal(tn_station_switch_pack(station, number, 1), TN_ERR_STATE);
    tn_station_close(station);
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    tn_buf_destroy(&old);
}

/* More than stations take is said where it is made; the entries came home before. */
static void what_no_station_takes_is_not_sent(void **state)
{
    (void)state;
    gives(TN_EXIT_DONE, "reconcile gate central.db");
    central_sql(central, central_is_server()
                             ? "INSERT INTO partner (ecosystem, id, code, name, sector) SELECT 1,"
                               " decode(md5(i::text), 'hex'), 'p' || i, 'P', 'school' FROM"
                               " generate_series(1, 10001) AS n (i)"
                             : "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                               " WHERE i < 10001) INSERT INTO partner (ecosystem, id, code, name,"
                               " sector) SELECT 1, randomblob(16), 'p' || i, 'P', 'school' FROM n");
    gives(TN_EXIT_PERSON, "reconcile gate central.db");
    assert_said("partners, and a station takes 10000");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(an_altered_pack_is_refused_and_leaves_nothing_behind),
        TEST(an_older_pack_is_not_switched_to),
        TEST(what_no_station_takes_is_not_sent),
    };
    return tn_crypto_init() == TN_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
