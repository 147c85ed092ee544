/* Made-up reports with everything that printers have to cope with: every measure, withheld, partial
 * and missing numbers, names in every script, long ones and hostile ones, no row, one row, many. */
#ifndef TURNOUT_TESTS_SYNC_REPORT_SAMPLE_H
#define TURNOUT_TESTS_SYNC_REPORT_SAMPLE_H

#include "sync/exchange/report_print.h"

#define SAMPLE_DAY_MS INT64_C(86400000)
#define SAMPLE_MADE_MS INT64_C(1773500400000) /* 14 March 2026, 10:00 in Chicago */
#define SAMPLE_MANY 200
#define SAMPLES 5

#define N(value)                                                                                   \
    {                                                                                              \
        .number = (value)                                                                          \
    }
#define T(value)                                                                                   \
    {                                                                                              \
        .text = (value)                                                                            \
    }
#define WITHHELD                                                                                   \
    {                                                                                              \
        .is_withheld = true                                                                        \
    }
#define NONE                                                                                       \
    {                                                                                              \
        .is_none = true                                                                            \
    }

static const struct tn_report_column sample_partners[] = {
    {"partner", "Partner", TN_MEASURE_TEXT},
    {"sector", "Sector", TN_MEASURE_TEXT},
    {"learners", "Learners", TN_MEASURE_COUNT},
    {"minutes", "Contact hours", TN_MEASURE_MINUTES},
    {"share", "Share of all learners", TN_MEASURE_SHARE},
    {"last", "Last day", TN_MEASURE_DATE},
};

static void sample_reach(struct tn_report *r)
{
    const struct tn_report_value partners[][6] = {
        {T("Riverbend Public Library"), T("library"), N(1204), N(61230), N(4312),
         N(SAMPLE_MADE_MS)},
        {T("<script>alert('\"&\"')</script>"), T("museum"), N(12), N(90), N(43), N(SAMPLE_MADE_MS)},
        {T("مركز العلوم والفنون ١٢"), T("community"), N(48), N(1320), N(172), NONE},
        {T("天空与星辰博物馆"), T("museum"), WITHHELD, WITHHELD, WITHHELD, WITHHELD},
        {T("=HYPERLINK(\"http://x\")"),
         T("business"),
         {.number = 30, .is_partial = true},
         {.number = 1805, .is_partial = true},
         N(107),
         NONE},
        {T("The Society for the Advancement of Hands-on Learning in Rivers, Bridges and Everything "
           "Between Them, North Chapter"),
         T("afterschool"), N(310), N(9000), N(1110), N(SAMPLE_MADE_MS - 40 * SAMPLE_DAY_MS)},
        {T("Zoe\u0308 & Đức"), T("funder"), N(0), N(0), N(0), NONE},
    };
    const struct tn_report_value figures[] = {
        N(2792),  N(1234567), N(4210), {.number = 3112, .is_partial = true},
        WITHHELD, N(1234),    NONE,    N(SAMPLE_MADE_MS)};
    static const enum tn_measure measures[] = {
        TN_MEASURE_COUNT, TN_MEASURE_MINUTES, TN_MEASURE_COUNT, TN_MEASURE_COUNT,
        TN_MEASURE_COUNT, TN_MEASURE_SHARE,   TN_MEASURE_SHARE, TN_MEASURE_DATE};
    static const char *const labels[][2] = {
        {"learners", "Learners reached, each counted once"},
        {"contact_minutes", "Contact hours"},
        {"stays", "Stays at events"},
        {"activity_visits", "Visits of activities"},
        {"unknown_badges", "Badges the centre does not know"},
        {"imputed_share", "Share of visits with an imputed end"},
        {"return_share", "Share who came back within a year"},
        {"last_day", "Last day with a visit"}};
    struct tn_report_part *part = tn_report_figures(r, "reach", "Whom events reached");
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        tn_report_figure(r, part, labels[i][0], labels[i][1], measures[i], &figures[i]);
    }
    part = tn_report_table(r, "partners", "By partner", sample_partners, 6);
    part->chart = TN_CHART_BARS;
    part->chart_column = 2;
    for (size_t i = 0; i < sizeof partners / sizeof partners[0]; i++) {
        tn_report_row(r, part, partners[i]);
    }
    tn_report_note(r, "Contact hours are time at an event; where nobody checked in, time at "
                      "activities.");
    tn_report_note(r, "A learner met by two partners counts once for each & once in the total.");
}

static void sample_systems(struct tn_report *r)
{
    static const struct tn_report_column columns[] = {{"setting", "Where", TN_MEASURE_TEXT},
                                                      {"learners", "Learners", TN_MEASURE_COUNT},
                                                      {"share", "Share", TN_MEASURE_SHARE}};
    const struct tn_report_value rows[][3] = {{T("In school only"), N(980), N(3510)},
                                              {T("Out of school only"), N(1502), N(5380)},
                                              {T("Both"), N(310), N(1110)}};
    const struct tn_report_value both = N(310);
    struct tn_report_part *part = tn_report_figures(r, "bridge", "In school and out of school");
    tn_report_figure(r, part, "both", "Learners seen in and out of school", TN_MEASURE_COUNT,
                     &both);
    part = tn_report_table(r, "settings", "By setting", columns, 3);
    part->chart = TN_CHART_BARS;
    part->chart_column = 1;
    for (size_t i = 0; i < 3; i++) {
        tn_report_row(r, part, rows[i]);
    }
    (void)tn_report_table(r, "nothing", "By district", columns, 3);
    tn_report_note(r,
                   "A learner counts as seen in school after one visit to an event or an activity "
                   "in school.");
}

static void sample_paths(struct tn_report *r)
{
    static const struct tn_report_column columns[] = {{"pathway", "Pathway", TN_MEASURE_TEXT},
                                                      {"step", "Step", TN_MEASURE_TEXT},
                                                      {"learners", "Learners", TN_MEASURE_COUNT}};
    static const struct tn_report_column weeks[] = {{"week", "Week of", TN_MEASURE_DATE},
                                                    {"visits", "Visits", TN_MEASURE_COUNT}};
    const struct tn_report_value steps[][3] = {
        {T("Makers"), T("Tell a machine what to do"), N(640)},
        {T("Makers"), T("Build one"), N(402)},
        {T("Makers"), T("Let it fly"), N(88)},
        {T("Water"), T("Find what lives in it"), N(210)},
        {T("Water"), T("Clean it"), WITHHELD},
        {T("Water"), T("Tell your council"), N(0)}};
    const struct tn_report_value learners = N(912);
    struct tn_report_part *part = tn_report_figures(r, "pathways", "On a pathway");
    tn_report_figure(r, part, "on_a_path", "Learners who took a step", TN_MEASURE_COUNT, &learners);
    part = tn_report_table(r, "steps", "Steps taken", columns, 3);
    part->chart = TN_CHART_PATH;
    part->chart_column = 2;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        tn_report_row(r, part, steps[i]);
    }
    part = tn_report_table(r, "weeks", "Visits by week", weeks, 2);
    part->chart = TN_CHART_TIME;
    part->chart_column = 1;
    for (int i = 0; i < 16; i++) {
        const struct tn_report_value row[] = {
            N(SAMPLE_MADE_MS - (110 - 7 * (i + (i > 9))) * SAMPLE_DAY_MS),
            {.number = (i * 37) % 211 + 20, .is_withheld = i == 5}};
        tn_report_row(r, part, row);
    }
}

static void sample_many(struct tn_report *r)
{
    static const struct tn_report_column columns[] = {
        {"event", "Event", TN_MEASURE_TEXT}, {"imputed", "Imputed ends", TN_MEASURE_COUNT}};
    const struct tn_report_value share = N(734);
    struct tn_report_part *part = tn_report_figures(r, "quality", "How sure the numbers are");
    tn_report_figure(r, part, "imputed_share", "Visits whose end was not scanned", TN_MEASURE_SHARE,
                     &share);
    part = tn_report_table(r, "events", "By event", columns, 2);
    part->chart = TN_CHART_BARS;
    part->chart_column = 1;
    for (int i = 0; i < SAMPLE_MANY; i++) {
        const struct tn_report_value row[] = {T(tn_report_text(r, "Event %d", i + 1)),
                                              {.number = (i * 7919) % 1000, .is_withheld = i == 3}};
        tn_report_row(r, part, row);
    }
}

static void sample_one(struct tn_report *r)
{
    static const struct tn_report_column columns[] = {{"kind", "Kind", TN_MEASURE_TEXT},
                                                      {"learners", "Learners", TN_MEASURE_COUNT}};
    const struct tn_report_value row[] = {T("Talk"), N(44)};
    const struct tn_report_value learners = N(44);
    struct tn_report_part *part = tn_report_figures(r, "work", "Meeting the world of work");
    tn_report_figure(r, part, "exposed", "Learners who met somebody at work", TN_MEASURE_COUNT,
                     &learners);
    part = tn_report_table(r, "kinds", "By kind", columns, 2);
    part->chart = TN_CHART_BARS;
    part->chart_column = 1;
    tn_report_row(r, part, row);
}

#undef N
#undef T
#undef WITHHELD
#undef NONE

static struct tn_report samples[SAMPLES];

/* The book of one sample, or of all of them (which past the last). */
static struct tn_report_book sample_book(size_t which)
{
    const bool is_all = which >= SAMPLES;
    return (struct tn_report_book){
        .reports = is_all ? samples : &samples[which],
        .count = is_all ? SAMPLES : 1,
        .is_all = is_all,
        .ecosystem = "city",
        .ecosystem_name = "City <STEM> Ecosystem",
        .tz = "America/Chicago",
        .about = "Spring fair, 1 March 2026 to 31 March 2026, grades K-5",
        .event = "fair",
        .from = "2026-03-01",
        .to = "2026-03-31",
        .grades = "K-5",
        .made_ms = SAMPLE_MADE_MS,
        .min_cell = 10,
    };
}

static void samples_make(void)
{
    static const struct {
        const char *name;
        const char *title;
        const char *pillar;
        void (*fill)(struct tn_report *r);
    } kinds[SAMPLES] = {
        {"reach", "Reach", "Partnerships", sample_reach},
        {"bridge", "Bridge", "Systems", sample_systems},
        {"pathway", "Pathways", "Teaching & Learning", sample_paths},
        {"quality", "Quality", "Measurement", sample_many},
        {"workforce", "Workforce exposure", "Workforce", sample_one},
    };
    for (size_t i = 0; i < SAMPLES; i++) {
        tn_report_init(&samples[i], kinds[i].name, kinds[i].title);
        samples[i].pillar = kinds[i].pillar;
        kinds[i].fill(&samples[i]);
    }
}

static void samples_free(void)
{
    for (size_t i = 0; i < SAMPLES; i++) {
        tn_report_destroy(&samples[i]);
    }
}

#endif
