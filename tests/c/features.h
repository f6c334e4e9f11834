/* The features of the library, found by probing. */
#ifndef CONFORMANCE_FEATURES_H
#define CONFORMANCE_FEATURES_H

#include <stdbool.h>

#include "json.h"

/* Returns the version of the headers, such as "3.7.9". */
const char *version_built(void);

/* Returns 1 or 0, or -1 if there is no such feature. */
int feature(const char *name);

/* Adds versions, library and features for --probe. */
void features_describe(struct text *text);

#endif
