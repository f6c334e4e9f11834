/* The words of a line, and the errors of a malformed scenario. */
#ifndef CONFORMANCE_WORDS_H
#define CONFORMANCE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#define MAX_WORDS 32
#define MAX_NAME 200

struct words {
    char *word[MAX_WORDS];
    size_t count;
    unsigned long line; /* of the input */
};

/* Ends the program: the scenario is wrong, not the library. */
void fail(const struct words *words, const char *reason) __attribute__((noreturn));

/* Ends the program: the environment is wrong (a fixture is missing, no memory). */
void fail_setup(const char *what, const char *reason) __attribute__((noreturn));

void *allocate(size_t size);
char *copy_string(const char *string);

/* Splits a line into its words; a comment begins with #. */
void words_split(struct words *words, char *line);

/* Returns the value of key=value, or NULL if the word has another key. */
const char *value_of(const char *word, const char *key);

/* Fails unless each word from this one on is key=value with one of these keys; NULL ends them. */
void need_keys(const struct words *words, size_t first, const char *const *keys);

/* Returns a decimal number in this range. */
long long number_of(const struct words *words, const char *word, long long least, long long most);

/* Reads the bytes of hexadecimal digits; returns their number. */
size_t bytes_of(const struct words *words, const char *digits, unsigned char *bytes, size_t room);

/* Reads the decimal numbers from this word on, of which the line has at least one. */
size_t numbers_of(const struct words *words, size_t first, size_t numbers[MAX_WORDS]);

/* Fails unless the line has this many words. */
void need_words(const struct words *words, size_t least, size_t most);

/* Fails unless the word is a name. */
void check_name(const struct words *words, const char *name);

/* Returns a priority string with `added` appended, unless it contains `word`. The caller frees it. */
char *extend_priority(const char *priority, const char *word, const char *added);

/* Returns whether a switch is on. */
bool switch_of(const struct words *words, const char *value);

#endif
