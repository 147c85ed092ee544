/* Policies: words apart by spaces, in any order, kept in one order. crypto_pwhash_str would draw a
 * salt of its own at every import, so the text is put together here; crypto_pwhash_str_verify reads
 * it all the same. */
#include "sync/central/policy.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#define PIN_WORD "pin="
#define WALK_IN_WORD "walk-in"
#define HASH_SIZE 32

/* One word of a policy, borrowed. */
struct word {
    const char *at;
    size_t len;
};

static bool next_word(const char **text, struct word *out)
{
    *text += strspn(*text, " ");
    *out = (struct word){*text, strcspn(*text, " ")};
    *text += out->len;
    return out->len > 0;
}

static bool is_word(const struct word *word, const char *name)
{
    return word->len == strlen(name) && memcmp(word->at, name, word->len) == 0;
}

static bool is_pin_word(const struct word *word)
{
    return word->len >= sizeof PIN_WORD - 1 && memcmp(word->at, PIN_WORD, sizeof PIN_WORD - 1) == 0;
}

const char *tn_policy_check(const char *words, int64_t *number)
{
    int pins = 0;
    struct word word;
    (void)number;
    while (next_word(&words, &word)) {
        if (is_word(&word, WALK_IN_WORD)) {
            continue;
        }
        size_t digits = is_pin_word(&word) ? word.len - (sizeof PIN_WORD - 1) : 0;
        if (digits < TN_PIN_DIGITS_MIN || digits > TN_PIN_DIGITS_MAX || ++pins > 1 ||
            strspn(word.at + sizeof PIN_WORD - 1, "0123456789") != digits) {
            return "words apart by spaces: walk-in, and one pin= with 4 to 8 digits";
        }
    }
    return NULL;
}

/* "$argon2id$v=19$m=65536,t=2,p=1$SALT$HASH", as libsodium writes it. */
static enum tn_status hash_pin(const struct word *word, const struct tn_id *ecosystem,
                               const struct tn_id *event, char out[TN_PIN_HASH_MAX + 1])
{
    _Static_assert(crypto_pwhash_SALTBYTES == TN_ID_SIZE, "a salt is an id");
    static const char label[] = "turnout pin salt v1";
    const struct tn_bytes parts[] = {{(const uint8_t *)label, sizeof label - 1},
                                     {ecosystem->b, TN_ID_SIZE},
                                     {event->b, TN_ID_SIZE}};
    const struct tn_id salt = tn_id_of(parts, 3);
    uint8_t hash[HASH_SIZE];
    char salt_text[sodium_base64_ENCODED_LEN(TN_ID_SIZE, sodium_base64_VARIANT_ORIGINAL)];
    char hash_text[sodium_base64_ENCODED_LEN(HASH_SIZE, sodium_base64_VARIANT_ORIGINAL)];
    if (crypto_pwhash(hash, sizeof hash, word->at + sizeof PIN_WORD - 1,
                      word->len - (sizeof PIN_WORD - 1), salt.b, crypto_pwhash_OPSLIMIT_INTERACTIVE,
                      crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return TN_ERR_NO_MEMORY;
    }
    (void)sodium_bin2base64(salt_text, sizeof salt_text, salt.b, TN_ID_SIZE,
                            sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    (void)sodium_bin2base64(hash_text, sizeof hash_text, hash, sizeof hash,
                            sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    int n = snprintf(out, TN_PIN_HASH_MAX + 1, "$argon2id$v=19$m=%u,t=%u,p=1$%s$%s",
                     (unsigned)(crypto_pwhash_MEMLIMIT_INTERACTIVE / 1024),
                     (unsigned)crypto_pwhash_OPSLIMIT_INTERACTIVE, salt_text, hash_text);
    return n > 0 && n <= TN_PIN_HASH_MAX ? TN_OK : TN_ERR_LIMIT;
}

enum tn_status tn_policy_keep(const char *words, const struct tn_id *ecosystem,
                              const struct tn_id *event, char out[TN_POLICY_MAX + 1])
{
    struct tn_policy policy = {0};
    struct word word;
    enum tn_status status = TN_OK;
    while (status == TN_OK && next_word(&words, &word)) {
        if (is_pin_word(&word)) {
            status = hash_pin(&word, ecosystem, event, policy.pin);
        } else {
            policy.has_walk_in = true;
        }
    }
    (void)snprintf(out, TN_POLICY_MAX + 1, "%s%s%s%s", policy.has_walk_in ? WALK_IN_WORD : "",
                   policy.has_walk_in && policy.pin[0] != '\0' ? " " : "",
                   policy.pin[0] != '\0' ? PIN_WORD : "", policy.pin);
    return status;
}

void tn_policy_read(const char *kept, struct tn_policy *out)
{
    struct word word;
    *out = (struct tn_policy){0};
    while (next_word(&kept, &word)) {
        size_t skip = sizeof PIN_WORD - 1;
        out->has_walk_in = out->has_walk_in || is_word(&word, WALK_IN_WORD);
        if (is_pin_word(&word) && word.at[skip] == '$' && word.len - skip <= TN_PIN_HASH_MAX) {
            (void)snprintf(out->pin, sizeof out->pin, "%.*s", (int)(word.len - skip),
                           word.at + skip);
        }
    }
}
