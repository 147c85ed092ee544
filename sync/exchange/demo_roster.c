/* The made-up roster. Given and family names are drawn within one culture, so that a name looks
 * like a name; every script the badges and the kiosk must shape is among them. */
#include "sync/exchange/demo_roster.h"

#include <errno.h>
#include <inttypes.h>

#include "sync/exchange/csv.h"
#include "turnout/log.h"

#define NAMES_MAX 12
#define EVENT_YEAR 2026
#define COLUMNS 12

struct culture {
    const char *lang;
    const char *given[NAMES_MAX];
    const char *family[NAMES_MAX];
};

static const struct culture cultures[] = {
    {"en",
     {"Ava", "Liam", "Ruby", "Noah", "Grace", "Theo", "Hazel", "Jack", "Ida", "Max"},
     {"Reed", "Carter", "O'Brien", "Bell", "Walker", "Stone", "Young", "Hill"}},
    {"es",
     {"José", "Lucía", "Mateo", "Ximena", "Iñaki", "Sofía", "Ángel", "Inés", "Joaquín"},
     {"Ramírez", "Núñez", "Álvarez", "Ortiz", "Peña", "Ibáñez", "de la Cruz"}},
    {"ar",
     {"ليلى", "عمر", "مريم", "يوسف", "نور", "سلمى", "حسن"},
     {"حداد", "منصور", "النجار", "خليل", "صالح"}},
    // clang-format off
    {"hi", {"अदिति", "आरव", "कृति", "रोहन", "मीरा", "ईशान"},
     {"शर्मा", "पटेल", "गुप्ता", "सिंह", "राव"}},
    // clang-format on
    {"zh", {"小明", "思思", "子涵", "美玲", "浩然", "雨桐"}, {"王", "李", "陈", "欧阳", "林"}},
    {"vi",
     {"Ánh", "Bảo", "Linh", "Đức", "Thảo", "Quỳnh"},
     {"Nguyễn", "Trần", "Phạm", "Đặng", "Võ"}},
    {"en", {"Bo", "Jo", "Al", "Ty", "Mo", "Di"}, {"Li", "Ng", "Wu", "Xu", "Oh", "Yi"}},
    {"fr",
     {"Zoë", "Aimé", "Chloé", "Loïc", "Naïma", "Élise"},
     {"Müller", "Lefèvre", "Åström", "Diallo", "Sørensen"}},
    {"so",
     {"Amina", "Kofi", "Zuri", "Abdi", "Nia", "Kwame"},
     {"Asante", "Warsame", "Okafor", "Mensah", "Abebe"}},
    {"uk", {"Олена", "Тарас", "Софія", "Данило"}, {"Шевченко", "Коваль", "Їжак", "Бойко"}},
    {"ko", {"민준", "서연", "하은", "지호"}, {"김", "박", "최", "정"}},
    {"en",
     {"Wren", "Kai", "Aiyana", "Leilani", "Keoni"},
     {"Begay", "Kahale", "Tsosie", "Kealoha", "Runningwater"}},
};
#define CULTURES (sizeof(cultures) / sizeof(cultures[0]))

static const struct {
    const char *given, *family, *lang;
} friends[TN_DEMO_FRIENDS] = {
    {"Maya", "Rivera", "en"}, {"Kofi", "Asante", "en"}, {"Lin", "Wu", "zh"},
    {"Omar", "Haddad", "ar"}, {"Priya", "Shah", "en"},  {"Zoë", "Martin", "en"},
};

/* Names that are long, or odd, or that a family writes otherwise: one in forty. */
static const struct {
    const char *given, *family, *preferred;
} oddities[] = {
    {"Wolfgang Alexander Maximilian", "von Hohenstein-Lindenthal", ""},
    {"María del Carmen Guadalupe", "Fernández de Córdoba", "Lupita"},
    {"Oluwaseyifunmitan", "Adébáyọ̀-Williams", "Seyi"},
    {"J'Nae", "St. Clair", ""},
    {"Björk", "Guðmundsdóttir", ""},
};
#define CLASS_SIZE 14
#define CLASS_SCHOOL "lincoln"
#define CLASS_GRADE 4
#define ODDITIES (sizeof(oddities) / sizeof(oddities[0]))

static const char *const schools[] = {"lincoln", "harriet-tubman", "cesar-chavez", "maplewood",
                                      "makers-club"};
static const char *const zips[] = {"606", "605", "604", "600"};

static uint32_t draw(const struct tn_random *random, size_t below)
{
    uint8_t bytes[4];
    random->fill(random->ctx, bytes, sizeof(bytes));
    const uint32_t value = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
                           (uint32_t)bytes[3] << 24;
    return value % (uint32_t)below;
}

static const char *draw_name(const struct tn_random *random, const char *const names[NAMES_MAX])
{
    size_t count = 0;
    while (count < NAMES_MAX && names[count] != NULL) {
        count++;
    }
    return names[draw(random, count)];
}

void tn_demo_learner_id(uint64_t index, char out[TN_DEMO_ID_SIZE])
{
    (void)snprintf(out, TN_DEMO_ID_SIZE, "L%05" PRIu64, index + 1);
}

struct learner {
    char id[TN_DEMO_ID_SIZE];
    const char *given, *family, *preferred, *lang;
    char grade[8], birth_year[8], group[32];
    const char *school, *zip, *opt_out, *consent;
};

static void name_learner(uint64_t index, const struct tn_random *random, struct learner *out)
{
    const struct culture *culture = &cultures[draw(random, CULTURES)];
    out->given = draw_name(random, culture->given);
    out->family = draw_name(random, culture->family);
    out->preferred = "";
    out->lang = culture->lang;
    if (index < TN_DEMO_FRIENDS) {
        out->given = friends[index].given;
        out->family = friends[index].family;
        out->lang = friends[index].lang;
    } else if (draw(random, 40) == 0) {
        const size_t odd = draw(random, ODDITIES);
        out->given = oddities[odd].given;
        out->family = oddities[odd].family;
        out->preferred = oddities[odd].preferred;
        out->lang = "en";
    }
}

/* One whole class comes together, to be checked in by its card. What was drawn is written over, so
 * that every later learner is who they are without it. */
static void join_class(struct learner *out)
{
    out->school = CLASS_SCHOOL;
    (void)snprintf(out->grade, sizeof(out->grade), "%d", CLASS_GRADE);
    (void)snprintf(out->birth_year, sizeof(out->birth_year), "%d", EVENT_YEAR - 6 - CLASS_GRADE);
    (void)snprintf(out->group, sizeof(out->group), TN_DEMO_GROUP);
}

static void make_learner(uint64_t index, const struct tn_random *random, struct learner *out)
{
    const uint32_t grade = draw(random, 9);
    const size_t school = draw(random, sizeof(schools) / sizeof(schools[0]));
    *out = (struct learner){.school = schools[school]};
    tn_demo_learner_id(index, out->id);
    name_learner(index, random, out);
    (void)snprintf(out->grade, sizeof(out->grade), grade == 0 ? "K" : "%u", grade);
    (void)snprintf(out->birth_year, sizeof(out->birth_year), "%u",
                   EVENT_YEAR - 6 - grade + draw(random, 2));
    (void)snprintf(out->group, sizeof(out->group), "%s%c", out->grade,
                   (char)('A' + (char)draw(random, 2)));
    out->zip = zips[draw(random, sizeof(zips) / sizeof(zips[0]))];
    /* The first ones are for showing, so they all have a name to show. */
    out->opt_out = draw(random, 50) == 0 && index >= TN_DEMO_FRIENDS ? "yes" : "";
    out->consent = draw(random, 20) == 0 ? "" : "yes";
    if (index >= TN_DEMO_FRIENDS && index < TN_DEMO_FRIENDS + CLASS_SIZE) {
        join_class(out);
    }
}

static enum tn_status write_learners(FILE *file, uint64_t count, const struct tn_random *random)
{
    static const char *const header[COLUMNS] = {
        "id",       "given_name", "family_name",       "preferred_name",
        "grade",    "birth_year", "partner",           "group",
        "language", "zip3",       "directory_opt_out", "consent"};
    enum tn_status status = tn_csv_write_row(file, TN_CSV_FOR_READING_BACK, header, COLUMNS);
    for (uint64_t i = 0; status == TN_OK && i < count; i++) {
        struct learner one;
        make_learner(i, random, &one);
        const char *const values[COLUMNS] = {one.id,    one.given,      one.family,  one.preferred,
                                             one.grade, one.birth_year, one.school,  one.group,
                                             one.lang,  one.zip,        one.opt_out, one.consent};
        status = tn_csv_write_row(file, TN_CSV_FOR_READING_BACK, values, COLUMNS);
    }
    return status;
}

enum tn_status tn_demo_roster_write(const char *path, uint64_t count,
                                    const struct tn_random *random)
{
    FILE *file = fopen(path, "wxe");
    if (file == NULL) {
        tn_log(TN_LOG_ERROR, "%s: cannot be written: %s", path, strerror(errno));
        return TN_ERR_IO;
    }
    enum tn_status status = write_learners(file, count, random);
    if (fclose(file) != 0 && status == TN_OK) {
        status = TN_ERR_IO;
    }
    if (status != TN_OK) {
        tn_log(TN_LOG_ERROR, "%s: cannot be written: %s", path, strerror(errno));
    }
    return status;
}
