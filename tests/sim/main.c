/* sim SEEDS [FIRST]: simulates that many seeds from FIRST (default 1), in a folder of its own under
 * $TMPDIR, and ends with "N passed, N failed". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sync/cmd/demo.h"
#include "tests/sim/sim.h"
#include "turnout/log.h"

static bool run(uint64_t seed, const char *dir)
{
    static struct tn_sim sim;
    enum tn_status status = tn_sim_open(&sim, seed, dir);
    for (int i = 0; i < TN_SIM_STEPS && status == TN_OK; i++) {
        status = tn_sim_step(&sim);
    }
    if (status != TN_OK) {
        fprintf(stderr, "sim: seed %llu: %s\n", (unsigned long long)seed, tn_status_text(status));
    }
    bool holds = status == TN_OK && tn_sim_holds(&sim);
    tn_sim_close(&sim);
    return holds;
}

static bool run_in_folder(uint64_t seed)
{
    const char *base = getenv("TMPDIR");
    char dir[TN_SIM_PATH_MAX];
    (void)snprintf(dir, sizeof dir, "%s/turnout-sim.XXXXXX", base != NULL ? base : "/tmp");
    if (mkdtemp(dir) == NULL) {
        perror(dir);
        return false;
    }
    bool holds = run(seed, dir);
    tn_demo_remove(dir);
    printf("%s sim, seed %llu\n", holds ? "ok  " : "FAIL", (unsigned long long)seed);
    (void)fflush(stdout);
    return holds;
}

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 3 || tn_crypto_init() != TN_OK) {
        fprintf(stderr, "usage: sim SEEDS [FIRST]\n");
        return 2;
    }
    tn_log_program("sim");
    uint64_t seeds = strtoull(argv[1], NULL, 10);
    uint64_t first = argc == 3 ? strtoull(argv[2], NULL, 10) : 1;
    unsigned passed = 0;
    unsigned failed = 0;
    for (uint64_t i = 0; i < seeds; i++) {
        bool holds = run_in_folder(first + i);
        passed += holds ? 1 : 0;
        failed += holds ? 0 : 1;
    }
    printf("%u passed, %u failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
