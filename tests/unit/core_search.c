/* Searching names: what a volunteer types in a hurry finds whom a family named, in an order that
 * does not change. */
#include "tests/unit/core_names.h"

#include "turnout/desk.h"

#include "kiosk/core/names.h"
#include "kiosk/core/search.h"

static const struct tn_key key = {{1, 2, 3}};
static const struct tn_id event = {{8}};

static const char *const people[] = {
    "Maya Rivera",   "Maya Rivero",      "Mayara Silva",
    "Bo Li",         "Bonnie Bond",      "Bo Andersen",
    "Ng Wei",        "Thuy Nguyen",      "Nguyễn Thị Đức",
    "José Ñáñez",    "O'Brien Sean",     "OBrien Kate",
    "Niamh O’Brien", "Mary-Jane Watson", "Işık Yıldız",
    "İsmail Kaya",   "محمد علي",         "فاطمة الزهراء",
    "عمر خالد",      "प्रिया शर्मा",       "李小明",
    "曾 国藩",       "Юлия Щукина",      "Γιώργος Παππάς",
    "김민준",        "שרה כהן",          "Mohamed Hassan",
    "Zoë Müller",    "Jean-Luc Picard",  "Christopher Robin",
    "Anna Ek",       "Ann Abbott",       "Ana Li",
    "ລາວ ດີ",         "X Æ A-12",
};

#define PEOPLE (sizeof people / sizeof people[0])

static void open_list(struct tn_names *names, const char *const *list, size_t count)
{
    struct tn_buf plain;
    struct tn_buf sealed;
    assert_int_equal(tn_crypto_init(), TN_OK);
    names_begin(&plain, count);
    for (uint32_t i = 0; i < count; i++) {
        struct tn_directory_row row = names_row(i, list[i], "");
        (void)snprintf(row.display, sizeof row.display, "%s", list[i]);
        tn_directory_put_row(&plain, &row);
    }
    names_seal(&plain, &key, &event, &sealed);
    assert_int_equal(tn_names_open(names, tn_buf_bytes(&sealed), &key, &event), TN_OK);
    assert_int_equal(names->rows_count, count);
    tn_buf_destroy(&plain);
    tn_buf_destroy(&sealed);
}

/* What a search finds, as one line: names with "; " between. */
static const char *found(struct tn_names *names, const char *text)
{
    static char line[5 * (TN_FULL_NAME_MAX + 2) + 1];
    size_t rows[TN_SEARCH_ROWS_MAX];
    size_t count = 0;
    size_t len = 0;
    line[0] = '\0';
    assert_int_equal(tn_search(names, text, rows, &count), TN_OK);
    assert_in_range(count, 0, TN_SEARCH_ROWS_MAX);
    for (size_t i = 0; i < count; i++) {
        struct tn_directory_row row;
        tn_names_row(names, rows[i], &row);
        len +=
            (size_t)snprintf(line + len, sizeof line - len, "%s%s", i == 0 ? "" : "; ", row.full);
    }
    return line;
}

struct query {
    const char *text;
    const char *found;
};

static void check(const struct query *queries, size_t count)
{
    struct tn_names names;
    open_list(&names, people, PEOPLE);
    for (size_t i = 0; i < count; i++) {
        const char *line = found(&names, queries[i].text);
        if (strcmp(line, queries[i].found) != 0) {
            print_error("for \"%s\"\n", queries[i].text);
        }
        assert_string_equal(line, queries[i].found);
    }
    tn_names_destroy(&names);
}

#define CHECK(queries) check(queries, sizeof(queries) / sizeof(queries)[0])

static void two_letters_are_enough_and_one_is_not(void **state)
{
    (void)state;
    static const struct query queries[] = {
        {"", ""},
        {" ", ""},
        {"m", ""},
        {"-m.", ""},
        {"riv", "Maya Rivera; Maya Rivero"},
        {"ri", "Maya Rivera; Maya Rivero"},
        {"x a", "X Æ A-12"},
        {"qq", ""},
    };
    CHECK(queries);
}

/* A surname of one Chinese, Korean or Japanese letter is whole, also where it folds to one of ours;
 * it is not hidden behind all names that sound so. */
static void one_letter_that_is_a_syllable_is_enough(void **state)
{
    (void)state;
    static const struct query queries[] = {
        {"李", "李小明; Ana Li; Bo Li"},
        {"曾", "曾 国藩"},
        {"김", "김민준"},
        {"이", "이 도윤"},
        {" 이 ", "이 도윤"},
        {"あ", "あべ ゆい"},
    };
    static const char *const more[] = {"이 도윤", "あべ ゆい"};
    const char *list[PEOPLE + 2];
    struct tn_names names;
    memcpy(list, people, sizeof people);
    memcpy(list + PEOPLE, more, sizeof more);
    open_list(&names, list, PEOPLE + 2);
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        assert_string_equal(found(&names, queries[i].text), queries[i].found);
    }
    tn_names_destroy(&names);
}

static void what_is_enough_is_counted_in_letters(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_enough;
    } cases[] = {
        {"", false},
        {"m", false},
        {"m ", false},
        {"o'", false},
        {"e\xCC\x81", false} /* an accent */,
        {"\xff\xff", false},
        {"ㄱ", false},
        {"mo", true},
        {"m o", true},
        {"7b", true},
        {"सी", true},
        {"李", true},
        {" 이", true},
        {"カ", true},
        {"علي", true},
        {"ü", false},
        {"\xe6\x9d", false} /* half of one */,
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(tn_search_is_enough(cases[i].text), cases[i].is_enough);
    }
}

static void a_name_of_two_letters_comes_first(void **state)
{
    (void)state;
    static const struct query queries[] = {
        {"bo", "Bo Andersen; Bo Li; Bonnie Bond"},
        {"ng", "Ng Wei; Nguyễn Thị Đức; Thuy Nguyen"},
        {"li", "Ana Li; Bo Li; 李小明"},
        {"ek", "Anna Ek"},
    };
    CHECK(queries);
}

static void two_letters_forgive_no_typo(void **state)
{
    (void)state;
    static const struct query queries[] = {{"bp", ""}, {"gn", ""}, {"riw", ""}};
    CHECK(queries);
}

static void words_come_in_any_order(void **state)
{
    (void)state;
    static const struct query queries[] = {
        {"rivera maya", "Maya Rivera; Maya Rivero"}, /* the second by one typo */
        {"maya rivera", "Maya Rivera; Maya Rivero"},
        {"r maya", "Maya Rivera; Maya Rivero"},
        {"may ri", "Maya Rivera; Maya Rivero"},
        {"maya bo", ""},
        {"silva may", "Mayara Silva"},
    };
    CHECK(queries);
}

static void each_kind_of_typo_is_forgiven_once(void **state)
{
    (void)state;
    static const struct query queries[] = {
        {"christopher", "Christopher Robin"},
        {"chrostopher", "Christopher Robin"},  /* wrong */
        {"chrisstopher", "Christopher Robin"}, /* too many */
        {"chritopher", "Christopher Robin"},   /* left out */
        {"chrsitopher", "Christopher Robin"},  /* swapped */
        {"hcristopher", "Christopher Robin"},
        {"xhristopher", "Christopher Robin"},
        {"cchristopher", "Christopher Robin"},
        {"hristopher", "Christopher Robin"},
        {"christophex", "Christopher Robin"},
        {"christophre", "Christopher Robin"},
        {"chrostophr", ""}, /* two */
        {"pcrd", ""},
        {"picrd", "Jean-Luc Picard"},
        {"picadr", "Jean-Luc Picard"},
        {"picarddd", ""},
    };
    CHECK(queries);
}

static void exact_comes_before_typo(void **state)
{
    (void)state;
    static const struct query queries[] = {
        {"rivero", "Maya Rivero; Maya Rivera"},
        {"rivera", "Maya Rivera; Maya Rivero"},
        {"maya", "Maya Rivera; Maya Rivero; Mayara Silva; İsmail Kaya"},
    };
    CHECK(queries);
}

static void accents_and_case_do_not_matter(void **state)
{
    (void)state;
    static const struct query queries[] = {
        {"JOSE", "José Ñáñez"},
        {"nanez", "José Ñáñez"},
        {"Jose\xcc\x81 N\xcc\x83"
         "a",
         "José Ñáñez"}, /* combining marks */
        {"duc", "Nguyễn Thị Đức"},
        {"ISIK", "Işık Yıldız"},
        {"ışık", "Işık Yıldız"},
        {"yildiz", "Işık Yıldız"},
        {"ismail", "İsmail Kaya"},
        {"muller", "Zoë Müller"},
        {"mueller", "Zoë Müller"}, /* one letter too many */
        {"zoe", "Zoë Müller"},
    };
    CHECK(queries);
}

static void apostrophes_and_hyphens_may_be_there_or_not(void **state)
{
    (void)state;
    static const char all[] = "Niamh O’Brien; O'Brien Sean; OBrien Kate";
    static const struct query queries[] = {
        {"o'brien", all},
        {"obrien", all},
        {"o brien", all},
        {"O’BRIEN", all},
        {"obrien kate", "OBrien Kate"},
        {"kate o'brien", "OBrien Kate"},
        {"brien", "Niamh O’Brien; O'Brien Sean; OBrien Kate"}, /* the last by one typo */
        {"mary jane", "Mary-Jane Watson"},
        {"maryjane", "Mary-Jane Watson"},
        {"mary-jane wat", "Mary-Jane Watson"},
        {"jane", "Mary-Jane Watson; José Ñáñez"}, /* nane */
        {"jeanluc p", "Jean-Luc Picard"},
    };
    CHECK(queries);
}

static void seven_scripts_are_found_by_latin_letters(void **state)
{
    (void)state;
    static const struct query queries[] = {
        {"mohamed", "Mohamed Hassan; محمد علي"},
        {"mohammed ali", "محمد علي"},
        {"fatima", "فاطمة الزهراء"},
        {"zahraa", "فاطمة الزهراء"},
        {"omar", "Mary-Jane Watson; عمر خالد"}, /* mar; by its consonants */
        {"khaled", "عمر خالد"},
        {"priya", "प्रिया शर्मा"},
        {"sharma", "प्रिया शर्मा"},
        {"xiaoming", "李小明"},
        {"li xiao", "李小明"},
        {"zeng guofan", "曾 国藩"},
        {"yuliya", "Юлия Щукина"},
        {"yulia", "Юлия Щукина"},
        {"giorgos", "Γιώργος Παππάς"},
        {"minjun", "김민준"},
        {"sarah", "שרה כהן"},
        {"cohen", "שרה כהן"},
    };
    CHECK(queries);
}

static void seven_scripts_are_found_by_their_own_letters(void **state)
{
    (void)state;
    static const struct query queries[] = {
        {"محمد", "محمد علي; Mohamed Hassan"}, /* the second by its consonants */
        {"علي", "محمد علي"},
        {"प्रिया", "प्रिया शर्मा"},
        {"小明", "李小明"},
        {"юли", "Юлия Щукина"},
        {"ΓΙΏΡΓ", "Γιώργος Παππάς"},
        {"민준", "김민준"},
        {"כהן", "שרה כהן"},
        {"ລາວ", "ລາວ ດີ"},
    };
    CHECK(queries);
}

static void latin_names_are_found_by_other_scripts(void **state)
{
    (void)state;
    static const struct query queries[] = {
        {"Ривера", "Maya Rivera; Maya Rivero"},
        {"माया", "Maya Rivera; Maya Rivero; Mayara Silva; İsmail Kaya"},
        {"حسن", "Mohamed Hassan"},
    };
    CHECK(queries);
}

static void the_same_search_gives_the_same_five(void **state)
{
    (void)state;
    static const char *const twins[] = {"Ana Z", "Ana B",    "Ana Y", "Ana A",
                                        "Ána C", "Anabel A", "Ana X", "Zed Ana"};
    struct tn_names names;
    open_list(&names, twins, sizeof twins / sizeof twins[0]);
    for (int i = 0; i < 3; i++) {
        assert_string_equal(found(&names, "ana"), "Ana A; Ana B; Ána C; Ana X; Ana Y");
    }
    tn_names_destroy(&names);
}

static void a_nickname_in_the_display_is_found_too(void **state)
{
    (void)state;
    struct tn_buf plain;
    struct tn_buf sealed;
    struct tn_names names;
    struct tn_directory_row row = names_row(1, "Alexandra Petrova", "Саша P.");
    names_begin(&plain, 1);
    tn_directory_put_row(&plain, &row);
    names_seal(&plain, &key, &event, &sealed);
    assert_int_equal(tn_names_open(&names, tn_buf_bytes(&sealed), &key, &event), TN_OK);
    assert_string_equal(found(&names, "sasha"), "Alexandra Petrova");
    assert_string_equal(found(&names, "petrova sasha"), "Alexandra Petrova");
    assert_string_equal(found(&names, "alex"), "Alexandra Petrova");
    tn_names_destroy(&names);
    tn_buf_destroy(&plain);
    tn_buf_destroy(&sealed);
}

static void any_text_is_safe(void **state)
{
    (void)state;
    struct tn_names names;
    char text[TN_FULL_NAME_MAX + 2];
    open_list(&names, people, PEOPLE);
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_string_equal(found(&names, text), ""); /* one past the longest */
    text[TN_FULL_NAME_MAX] = '\0';
    assert_string_equal(found(&names, text), "");
    for (size_t i = 0; i < TN_FULL_NAME_MAX; i += 2) {
        text[i] = ' ';
    }
    (void)found(&names, text);
    for (size_t len = TN_SEARCH_TYPO_LETTERS_MAX - 1; len <= TN_SEARCH_TYPO_LETTERS_MAX + 1;
         len++) {
        memset(text, 'z', len);
        text[len] = '\0';
        assert_string_equal(found(&names, text), "");
    }
    assert_string_equal(found(&names, "\xff\xfe"), "");
    assert_string_equal(found(&names, "may\xff"), "Maya Rivera; Maya Rivero; Mayara Silva");
    tn_names_destroy(&names);
}

static void nobody_is_found_in_an_empty_directory(void **state)
{
    (void)state;
    struct tn_names names;
    open_list(&names, NULL, 0);
    assert_string_equal(found(&names, "maya"), "");
    tn_names_destroy(&names);
}

/* The least number of single typos (two letters swapped are one) between a and a beginning of b. */
static size_t distance(const char *a, const char *b)
{
    size_t table[32][32];
    size_t a_len = strlen(a);
    size_t b_len = strlen(b);
    size_t best = SIZE_MAX;
    for (size_t i = 0; i <= a_len; i++) {
        for (size_t j = 0; j <= b_len; j++) {
            size_t least = i == 0 ? j : j == 0 ? i : SIZE_MAX;
            if (i > 0 && j > 0) {
                size_t change = table[i - 1][j - 1] + (a[i - 1] != b[j - 1] ? 1 : 0);
                size_t more = table[i - 1][j] + 1;
                size_t less = table[i][j - 1] + 1;
                least = change < more ? change : more;
                least = least < less ? least : less;
                bool is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                if (is_swap && table[i - 2][j - 2] + 1 < least) {
                    least = table[i - 2][j - 2] + 1;
                }
            }
            table[i][j] = least;
            if (i == a_len && least < best) {
                best = least;
            }
        }
    }
    return best;
}

/* Every word of three letters' worth of alphabet against every other: the search agrees with the
 * textbook. */
static void typos_are_as_the_textbook_counts_them(void **state)
{
    (void)state;
    struct tn_random_seeded seeded;
    struct tn_random random = tn_random_from_seed(&seeded, 42);
    for (int i = 0; i < 3000; i++) {
        uint8_t dice[16];
        char name[8] = {0};
        char text[8] = {0};
        const char *const list[] = {name};
        struct tn_names names;
        random.fill(random.ctx, dice, sizeof dice);
        size_t name_len = 1 + dice[0] % 7;
        size_t text_len = 4 + dice[1] % 4;
        for (size_t j = 0; j < 7; j++) {
            name[j] = (char)(j < name_len ? 'a' + dice[2 + j] % 2 : '\0');
            text[j] = (char)(j < text_len ? 'a' + dice[9 + j] % 2 : '\0');
        }
        open_list(&names, list, 1);
        bool is_found = found(&names, text)[0] != '\0';
        if (is_found != (distance(text, name) <= 1)) {
            print_error("%s in %s\n", text, name);
        }
        assert_int_equal(is_found, distance(text, name) <= 1);
        tn_names_destroy(&names);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_letters_are_enough_and_one_is_not),
        cmocka_unit_test(one_letter_that_is_a_syllable_is_enough),
        cmocka_unit_test(what_is_enough_is_counted_in_letters),
        cmocka_unit_test(a_name_of_two_letters_comes_first),
        cmocka_unit_test(two_letters_forgive_no_typo),
        cmocka_unit_test(words_come_in_any_order),
        cmocka_unit_test(each_kind_of_typo_is_forgiven_once),
        cmocka_unit_test(exact_comes_before_typo),
        cmocka_unit_test(accents_and_case_do_not_matter),
        cmocka_unit_test(apostrophes_and_hyphens_may_be_there_or_not),
        cmocka_unit_test(seven_scripts_are_found_by_latin_letters),
        cmocka_unit_test(seven_scripts_are_found_by_their_own_letters),
        cmocka_unit_test(latin_names_are_found_by_other_scripts),
        cmocka_unit_test(the_same_search_gives_the_same_five),
        cmocka_unit_test(a_nickname_in_the_display_is_found_too),
        cmocka_unit_test(any_text_is_safe),
        cmocka_unit_test(nobody_is_found_in_an_empty_directory),
        cmocka_unit_test(typos_are_as_the_textbook_counts_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
