/* The words of a line, and the errors of a malformed scenario. */
#include "words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fail(const struct words *words, const char *reason)
{
    fprintf(stderr, "line %lu: %s\n", words->line, reason);
    exit(2);
}

void fail_setup(const char *what, const char *reason)
{
    fprintf(stderr, "%s: %s\n", what, reason);
    exit(2);
}

void *allocate(size_t size)
{
    void *memory = calloc(1, size);

    if (memory == NULL)
        fail_setup("memory", "none is left");
    return memory;
}

char *copy_string(const char *string)
{
    size_t size = strlen(string) + 1;

    return memcpy(allocate(size), string, size);
}

void words_split(struct words *words, char *line)
{
    char *comment = strchr(line, '#');
    char *rest = NULL;
    char *word;

    if (comment != NULL)
        *comment = '\0';
    words->count = 0;
    for (word = strtok_r(line, " \t\r\n", &rest); word != NULL; word = strtok_r(NULL, " \t\r\n", &rest)) {
        if (words->count == MAX_WORDS)
            fail(words, "the line has too many words");
        words->word[words->count++] = word;
    }
}

const char *value_of(const char *word, const char *key)
{
    size_t length = strlen(key);

    return strncmp(word, key, length) == 0 && word[length] == '=' ? word + length + 1 : NULL;
}

void need_keys(const struct words *words, size_t first, const char *const *keys)
{
    const char *const *key;
    size_t i;

    for (i = first; i < words->count; i++) {
        for (key = keys; *key != NULL && value_of(words->word[i], *key) == NULL; key++)
            ;
        if (*key == NULL)
            fail(words, "the verb has no such key");
    }
}

long long number_of(const struct words *words, const char *word, long long least, long long most)
{
    char *end;
    long long number;

    errno = 0;
    number = strtoll(word, &end, 10);
    if (errno != 0 || end == word || *end != '\0' || number < least || number > most)
        fail(words, "not a number that fits here");
    return number;
}

size_t bytes_of(const struct words *words, const char *digits, unsigned char *bytes, size_t room)
{
    size_t length = strlen(digits), i;

    if (length % 2 != 0 || length / 2 > room || strspn(digits, "0123456789abcdefABCDEF") != length)
        fail(words, "not hexadecimal, or too long");
    for (i = 0; i < length / 2; i++) {
        const char pair[] = { digits[2 * i], digits[2 * i + 1], '\0' };

        bytes[i] = (unsigned char)strtoul(pair, NULL, 16);
    }
    return length / 2;
}

char *extend_priority(const char *priority, const char *word, const char *added)
{
    char *result = allocate(strlen(priority) + strlen(added) + 1);

    strcpy(result, priority);
    if (strstr(priority, word) == NULL)
        strcat(result, added);
    return result;
}

bool switch_of(const struct words *words, const char *value)
{
    return number_of(words, value, 0, 1) == 1;
}

void need_words(const struct words *words, size_t least, size_t most)
{
    if (words->count < least || words->count > most)
        fail(words, "the verb takes a different number of words");
}

void check_name(const struct words *words, const char *name)
{
    size_t length = strlen(name);

    if (length == 0 || length >= MAX_NAME ||
        strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != length)
        fail(words, "not a name");
}

size_t numbers_of(const struct words *words, size_t first, size_t numbers[MAX_WORDS])
{
    size_t i;

    for (i = first; i < words->count; i++)
        numbers[i - first] = (size_t)number_of(words, words->word[i], 0, 4294967295LL);
    return words->count - first;
}
