/* The JSON lines of the output, written without a library. */
#ifndef CONFORMANCE_JSON_H
#define CONFORMANCE_JSON_H

#include <stdbool.h>
#include <stddef.h>

/* A growing text. The program ends if memory runs out. */
struct text {
    char *bytes;
    size_t length;
    size_t capacity;
};

void text_clear(struct text *text);
/* Removes all behind this length. */
void text_cut(struct text *text, size_t length);
void text_free(struct text *text);
void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_bytes(struct text *text, const void *bytes, size_t length);

/* Values. A string is escaped; NULL becomes null. Bytes become hexadecimal digits in quotes. */
void json_string(struct text *text, const char *string);
void json_hex(struct text *text, const void *bytes, size_t length);
void json_boolean(struct text *text, bool value);

/* ,"name": or "name": at the beginning of an object. */
void json_name(struct text *text, const char *name);

#endif
