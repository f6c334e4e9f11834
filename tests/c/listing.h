/* What the verb at hand lists for its line of output. */
#ifndef CONFORMANCE_LISTING_H
#define CONFORMANCE_LISTING_H

#include <stdbool.h>

#include "endpoint.h"
#include "json.h"

/* The calls and what was sent, without the brackets around. */
extern struct text listed_calls;
extern struct text listed_wire;

/* Each lists a call. Without an endpoint it was not on a session. */
void list_code(struct endpoint *endpoint, const char *call, int code);
void list_count(struct endpoint *endpoint, const char *call, size_t count, const void *data);
void list_names(const char *call, size_t count, const char *names);
void list_guarded(struct endpoint *endpoint, const char *call);

/*
 * Whether a call is one that a careful program does not make: before the first handshake is over the library follows null
 * pointers, and a session that failed or was closed is done with. Such a call is listed as guarded.
 */
bool guarded(struct endpoint *endpoint, const char *call);

#endif
