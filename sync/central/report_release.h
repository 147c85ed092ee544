/* How a report lets numbers out, so that no few learners follow from what is published, in one
 * report or in any number of them. In the order of its strength:
 *
 * 1. A number that fewer than min_cell learners stand behind is withheld, and so is one of a table
 *    that would follow from the others and the total (suppress.h).
 * 2. Numbers are exact only where nothing else that is published cuts through the same learners:
 *    the learners of one event, and one event's tables that share them out (has_exact_parts); the
 *    learners of all events, where no event's number taken from it leaves few (has_exact_total);
 * and the sums of those, by reach.h.
 * 3. Everything else (with a filter by day, partner or grade; sets that overlap; all events'
 *    tables) is rounded down to whole min_cells and marked as partial. Sums over learners, visits
 * and hours, are rounded down to steps that min_cell of them who had most would make up
 *    (tn_suppress_step): where everybody was there for 50 hours, hours to whole tens would count
 *    the learners one by one. What rounds to nothing is withheld. The difference of two such
 * numbers, however many filters somebody sets, says of the learners between only that there may be
 * nobody or enough.
 * * 4. In reports that are cut out by day, partner or grade, everything of fewer than 2 * min_cell
 *    learners is withheld, and none looks like few. A rounded or withheld number is then known from
 *    one that is not small up to another that is not, and where several of them add up to an exact
 *    one in one way only, they are at those ends.

 * Of days, the largest event that lies in them is what the rest is rounded from.
 * Where the learners of all events may not be exact, the largest event's number stands for them, as
 * "at least". Several rounded numbers that all lie just below a step narrow their sum; tables are
 * kept from that, chance across several filters is not: the attack of the tests found none in some
 * three hundred random worlds, which is no proof.
 *
 * Shares are of the numbers as shown. Not guarded against: comparing reports of two days,
 * knowledge from elsewhere, and that a step shows roughly how much the learner with most had. */
#ifndef TURNOUT_CENTRAL_REPORT_RELEASE_H
#define TURNOUT_CENTRAL_REPORT_RELEASE_H

#include "sync/central/report_survey.h"

/* Decides, once all are counted, what may be exact. */
void tn_release_settle(struct tn_scope *scope, bool is_rounded);

/* Whether the learners of the events seen may be shown together exactly. */
bool tn_release_is_union_safe(const struct tn_scope *scope);

/* The number of all learners; withheld where it is small. */
struct tn_report_value tn_release_total(const struct tn_scope *scope);

/* A number of learners, or of what they did. */
struct tn_report_value tn_release_count(const struct tn_scope *scope, int64_t count,
                                        bool is_withheld);

/* A sum of visits, of which one learner has at most `most`. */
struct tn_report_value tn_release_visits(const struct tn_scope *scope, int64_t visits, int64_t most,
                                         bool is_withheld);

/* A sum of minutes; always rounded. */
struct tn_report_value tn_release_minutes(const struct tn_scope *scope, int64_t minutes,
                                          int64_t most, bool is_withheld);

/* The minutes of contact of all learners: exact where reach shows them so. */
struct tn_report_value tn_release_contact(const struct tn_scope *scope);

/* What share one shown number is of another. */
struct tn_report_value tn_release_share(const struct tn_report_value *part,
                                        const struct tn_report_value *total);

/* Marks which parts of all learners, each in one, are withheld. */
void tn_release_table(const struct tn_scope *scope, const int64_t *parts, size_t count,
                      bool *withheld);

/* Whether a set of learners among all of them is withheld. */
bool tn_release_hides(const struct tn_scope *scope, int64_t learners);

/* A part with the learners and their hours, for the kind to add its own figures. */
struct tn_report_part *tn_release_headline(const struct tn_scope *scope, struct tn_report *out,
                                           const char *title);

/* Adds a table of rows that share all learners out: label, learners, share, and a bar each. */
void tn_release_rows(const struct tn_scope *scope, struct tn_report *out, const char *key,
                     const char *title, const char *label_title, const char *const *labels,
                     const int64_t *counts, size_t count);

/* Says what was withheld and rounded. */
void tn_release_notes(const struct tn_scope *scope, struct tn_report *out);

#endif
