/* What the library at hand can do, found by trying. */
#ifndef CONFORMANCE_FEATURES_H
#define CONFORMANCE_FEATURES_H

#include <stdbool.h>

#include "json.h"

/* The version of the headers, such as "3.7.9". */
const char *version_built(void);

/* 1 or 0, or -1 where there is no such feature. */
int feature(const char *name);

/* Adds versions, library and features as the answer to --probe. */
void features_describe(struct text *text);

#endif
