/* The calls and bytes that the current verb lists in its line of output. */
#ifndef CONFORMANCE_LISTING_H
#define CONFORMANCE_LISTING_H

#include <stdbool.h>

#include "endpoint.h"
#include "json.h"

/* The calls and the sent bytes, without brackets. */
extern struct text listed_calls;
extern struct text listed_wire;

/* Each lists a call. The endpoint is NULL for a call without a session. */
void list_code(struct endpoint *endpoint, const char *call, int code);
void list_count(struct endpoint *endpoint, const char *call, size_t count, const void *data);
void list_names(const char *call, size_t count, const char *names);
void list_guarded(struct endpoint *endpoint, const char *call);

/* Lists a handshake message of QUIC that an endpoint sent. */
void list_message(const char *endpoint, enum quic_level level, const void *bytes, size_t length);

/*
 * Returns whether a careful program does not make this call: before the first handshake is over the library follows null
 * pointers, and a session that failed or was closed is no longer used. Such a call is listed as guarded.
 */
bool guarded(struct endpoint *endpoint, const char *call);

#endif
