/* The JSON lines of the output, written without a library. */
#include "json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void reserve(struct text *text, size_t more)
{
    size_t capacity = text->capacity == 0 ? 1024 : text->capacity;
    char *bytes;

    if (text->length + more <= text->capacity)
        return;
    while (capacity < text->length + more)
        capacity *= 2;
    bytes = realloc(text->bytes, capacity);
    if (bytes == NULL) {
        fputs("out of memory\n", stderr);
        exit(2);
    }
    text->bytes = bytes;
    text->capacity = capacity;
}

void text_clear(struct text *text)
{
    text->length = 0;
}

void text_cut(struct text *text, size_t length)
{
    text->length = length;
    if (text->bytes != NULL)
        text->bytes[length] = '\0';
}

void text_free(struct text *text)
{
    free(text->bytes);
    memset(text, 0, sizeof(*text));
}

void text_add_bytes(struct text *text, const void *bytes, size_t length)
{
    if (length == 0)
        return;
    reserve(text, length);
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
}

void text_add(struct text *text, const char *format, ...)
{
    char buffer[256];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(buffer, sizeof(buffer), format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof(buffer)) {
        fputs("a line of output is too long\n", stderr);
        exit(2);
    }
    text_add_bytes(text, buffer, (size_t)length);
}

void json_string(struct text *text, const char *string)
{
    if (string == NULL) {
        text_add(text, "null");
        return;
    }
    text_add(text, "\"");
    for (; *string != '\0'; string++) {
        unsigned char c = (unsigned char)*string;

        if (c == '"' || c == '\\')
            text_add(text, "\\%c", c);
        else if (c < 0x20 || c >= 0x7f)
            text_add(text, "\\u%04x", c);
        else
            text_add_bytes(text, string, 1);
    }
    text_add(text, "\"");
}

void json_hex(struct text *text, const void *bytes, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *byte = bytes;
    size_t i;

    reserve(text, 2 * length + 2);
    text->bytes[text->length++] = '"';
    for (i = 0; i < length; i++) {
        text->bytes[text->length++] = digits[byte[i] >> 4];
        text->bytes[text->length++] = digits[byte[i] & 15];
    }
    text->bytes[text->length++] = '"';
}

void json_boolean(struct text *text, bool value)
{
    text_add(text, value ? "true" : "false");
}

void json_name(struct text *text, const char *name)
{
    char last = text->length == 0 ? '{' : text->bytes[text->length - 1];

    text_add(text, last == '{' ? "\"%s\":" : ",\"%s\":", name);
}
