/* Pinyin from what ICU knows: the characters of GB 2312 as its converter lists them, each read by
 * its Han-Latin transliterator, surnames by the one for names as well. That gives a character one
 * or two readings; the few more that names need are a table here. No frequencies are known beyond
 * surnames and given names: the order of GB 2312, whose first part is the common characters, has to
 * do. The table takes some 100 KB and some tens of milliseconds, and is only made where somebody
 * types Chinese. */
#include "kiosk/sys/pinyin.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <unicode/ucnv.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "turnout/log.h"

#define ENTRIES_MAX 8000 /* 6,763 of GB 2312, and further readings */
#define READING_SIZE 8
#define CHAR_SIZE 5
#define LATIN_MAX 16
#define HAN_FIRST 0x4E00
#define HAN_LAST 0x9FFF

struct entry {
    char text[CHAR_SIZE];
    char reading[READING_SIZE];
};

static struct entry entries[ENTRIES_MAX];
static size_t entry_count;
static bool is_made;

/* The 100 commonest surnames of China, the commonest first. */
static const char surnames[] = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹"
                               "彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖"
                               "石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵"
                               "万覃武钱戴严莫孔";

/* What given names are often made of; with those that GB 2312 has no place for. */
static const char given[] = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红建文国梓涵轩"
                            "宇浩子怡欣雨思佳嘉诗晨睿博俊语梦琪雅婷慧雪琳瑶璐颖莹倩楠馨妍昊瀚泽"
                            "旭鹏飞辰皓铭航毅凯峰翔志悦彤可心安然宁晓小春兰梅莲云海波斌鑫淼森林"
                            "玥喆堃祎翀旻珺铄昇彧婳瑀赟濛淏瑄焱烜燊昉翊媛嫣岚曦煜瑾瑜璇彬";

/* Readings in names that neither transliterator gives; a character may be here more than once. */
static const struct {
    const char *reading, *text;
} further[] = {
    {"le", "乐"},   {"yue", "乐"},   {"zhao", "朝"},  {"chao", "朝"},  {"qian", "茜"},
    {"xi", "茜"},   {"zeng", "曾"},  {"ceng", "曾"},  {"shan", "单"},  {"dan", "单"},
    {"xie", "解"},  {"jie", "解"},   {"zha", "查"},   {"cha", "查"},   {"ou", "区"},
    {"qu", "区"},   {"piao", "朴"},  {"pu", "朴"},    {"qiu", "仇"},   {"chou", "仇"},
    {"qin", "覃"},  {"tan", "覃"},   {"zhai", "翟"},  {"di", "翟"},    {"miao", "缪"},
    {"mou", "缪"},  {"ge", "盖"},    {"gai", "盖"},   {"yu", "尉"},    {"wei", "尉"},
    {"bo", "薄"},   {"bao", "薄"},   {"chang", "长"}, {"zhang", "长"}, {"xing", "行"},
    {"hang", "行"}, {"chong", "重"}, {"zhong", "重"}, {"sheng", "晟"}, {"cheng", "晟"},
    {"yao", "瑶"},  {"she", "佘"},   {"cao", "曹"},   {"ruo", "若"},   {"zi", "仔"},
    {"yan", "闫"},  {"xiao", "萧"},  {"fu", "傅"},    {"nuo", "娜"},   {"na", "娜"},
    {"yi", "艺"},   {"ying", "应"},  {"hua", "华"},   {"shen", "莘"},  {"xin", "莘"},
    {"yun", "员"},  {"yuan", "员"},  {"mo", "万"},    {"wan", "万"},   {"guan", "冠"},
    {"ning", "宁"}, {"ren", "任"},   {"ji", "纪"},    {"lyu", "吕"},   {"lu", "吕"},
};

static void add(const char *text, const char *reading)
{
    if (entry_count == ENTRIES_MAX || reading[0] == '\0') {
        return;
    }
    struct entry *entry = &entries[entry_count++];
    (void)snprintf(entry->text, sizeof entry->text, "%s", text);
    (void)snprintf(entry->reading, sizeof entry->reading, "%s", reading);
}

/* The transliterators and what takes their accents apart; open only while the table is made. */
struct reader {
    UTransliterator *word;
    UTransliterator *name;
    UConverter *gb;
    const UNormalizer2 *nfd;
};

static void close_reader(struct reader *reader)
{
    if (reader->word != NULL) {
        utrans_close(reader->word);
    }
    if (reader->name != NULL) {
        utrans_close(reader->name);
    }
    ucnv_close(reader->gb);
}

static bool open_reader(struct reader *reader)
{
    UErrorCode error = U_ZERO_ERROR;
    UParseError where;
    *reader = (struct reader){0};
    reader->nfd = unorm2_getNFDInstance(&error);
    reader->word = utrans_openU(u"Han-Latin", -1, UTRANS_FORWARD, NULL, 0, &where, &error);
    reader->name = utrans_openU(u"Han-Latin/Names", -1, UTRANS_FORWARD, NULL, 0, &where, &error);
    reader->gb = ucnv_open("GB18030", &error);
    if (U_FAILURE(error)) {
        tn_log(TN_LOG_ERROR, "ICU reads no Chinese: %s", u_errorName(error));
        close_reader(reader);
        return false;
    }
    return true;
}

/* Letters without tones: accents go, two dots make a u a v. False where it is no syllable. */
static bool plain(const struct reader *reader, const UChar *latin, int32_t len,
                  char out[READING_SIZE])
{
    UErrorCode error = U_ZERO_ERROR;
    UChar apart[4 * LATIN_MAX];
    size_t used = 0;
    int32_t count = unorm2_normalize(reader->nfd, latin, len, apart, 4 * LATIN_MAX, &error);
    for (int32_t i = 0; U_SUCCESS(error) && i < count; i++) {
        if (apart[i] >= 'a' && apart[i] <= 'z' && used < READING_SIZE - 1) {
            out[used++] = (char)apart[i];
        } else if (apart[i] == 0x0308 && used > 0 && out[used - 1] == 'u') {
            out[used - 1] = 'v';
        } else if (apart[i] < 0x0300 || apart[i] > 0x036F) {
            return false;
        }
    }
    out[used] = '\0';
    return U_SUCCESS(error) && used > 0;
}

static bool read_one(const struct reader *reader, const UTransliterator *how, UChar32 point,
                     char out[READING_SIZE])
{
    UErrorCode error = U_ZERO_ERROR;
    UChar latin[LATIN_MAX] = {(UChar)point};
    int32_t len = 1;
    int32_t limit = 1;
    utrans_transUChars(how, latin, &len, LATIN_MAX, 0, &limit, &error);
    return U_SUCCESS(error) && plain(reader, latin, len, out);
}

/* A character under its reading; a surname first as it is read in names. */
static void add_point(const struct reader *reader, UChar32 point, bool is_name)
{
    char text[CHAR_SIZE] = {0};
    char name[READING_SIZE] = "";
    char word[READING_SIZE] = "";
    int32_t len = 0;
    UBool is_bad = false;
    U8_APPEND((uint8_t *)text, len, CHAR_SIZE - 1, point, is_bad);
    if (is_bad) {
        return;
    }
    if (is_name && read_one(reader, reader->name, point, name)) {
        add(text, name);
    }
    if (read_one(reader, reader->word, point, word) && strcmp(name, word) != 0) {
        add(text, word);
    }
}

static void add_text(const struct reader *reader, const char *text, bool is_name)
{
    const uint8_t *bytes = (const uint8_t *)text;
    int32_t len = (int32_t)strlen(text);
    for (int32_t i = 0; i < len;) {
        UChar32 point = 0;
        U8_NEXT(bytes, i, len, point);
        if (point > 0) {
            add_point(reader, point, is_name);
        }
    }
}

/* All of GB 2312, level one (common, by sound) before level two (by radical). */
static void add_gb2312(const struct reader *reader)
{
    for (int high = 0xB0; high <= 0xF7; high++) {
        for (int low = 0xA1; low <= 0xFE; low++) {
            UErrorCode error = U_ZERO_ERROR;
            char pair[2] = {(char)high, (char)low};
            UChar out[4] = {0};
            int32_t len = ucnv_toUChars(reader->gb, out, 4, pair, 2, &error);
            if (U_SUCCESS(error) && len == 1 && out[0] >= HAN_FIRST && out[0] <= HAN_LAST) {
                add_point(reader, out[0], false);
            }
        }
    }
}

static void make(void)
{
    struct reader reader;
    is_made = true;
    if (!open_reader(&reader)) {
        return;
    }
    add_text(&reader, surnames, true);
    add_text(&reader, given, false);
    for (size_t i = 0; i < sizeof further / sizeof further[0]; i++) {
        add(further[i].text, further[i].reading);
    }
    add_gb2312(&reader);
    close_reader(&reader);
}

/* Appends the characters read so, each once; bytes of a character are found nowhere but at one. */
static size_t append(const char *pinyin, bool is_whole, char *out, size_t used, size_t out_size)
{
    size_t len = strlen(pinyin);
    for (size_t i = 0; i < entry_count; i++) {
        const struct entry *entry = &entries[i];
        bool is_it =
            strncmp(entry->reading, pinyin, len) == 0 && (entry->reading[len] == '\0') == is_whole;
        size_t size = strlen(entry->text);
        if (!is_it || used + 1 + size >= out_size || strstr(out, entry->text) != NULL) {
            continue;
        }
        if (used > 0) {
            out[used++] = ' ';
        }
        memcpy(out + used, entry->text, size + 1);
        used += size;
    }
    return used;
}

void tn_pinyin_warm(void)
{
    if (!is_made) {
        make();
    }
}

void tn_pinyin_spell(const char *pinyin, char *out, size_t out_size)
{
    if (out_size == 0) {
        return;
    }
    out[0] = '\0';
    if (pinyin[0] == '\0') {
        return;
    }
    tn_pinyin_warm();
    size_t used = append(pinyin, true, out, 0, out_size);
    (void)append(pinyin, false, out, used, out_size);
}
