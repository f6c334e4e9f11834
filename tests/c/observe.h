/* The facts of an endpoint. */
#ifndef CONFORMANCE_OBSERVE_H
#define CONFORMANCE_OBSERVE_H

#include "endpoint.h"

/* Adds every fact, as a JSON object. */
void endpoint_observe(struct endpoint *endpoint, struct text *text);

/* Returns the current size of id2. */
size_t endpoint_id_size(const struct endpoint *endpoint);

/* Returns the name of a code. */
const char *code_name(int code);

/* Adds the first 16 hexadecimal digits of the SHA-256 digest, in quotes. */
void json_digest(struct text *text, const void *bytes, size_t length);

#endif
