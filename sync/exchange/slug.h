/* Readable codes made of names, for things that come from elsewhere without a code of ours. */
#ifndef TURNOUT_EXCHANGE_SLUG_H
#define TURNOUT_EXCHANGE_SLUG_H

#define TN_SLUG_MAX 40

/* The words of a name in small ASCII letters and digits, with hyphens between them: "César Chávez
 * Middle School" is cesar-chavez-middle-school. Empty where a name has none that can be so written.
 */
void tn_slug(const char *name, char out[TN_SLUG_MAX + 1]);

#endif
