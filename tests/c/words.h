/* The words of a line, and the failures of a scenario that is not well formed. */
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

/* Ends the program: the surroundings are wrong (a fixture is missing, no memory). */
void fail_setup(const char *what, const char *reason) __attribute__((noreturn));

void *allocate(size_t size);
char *copy_string(const char *string);

/* Cuts a line into its words; what follows # is a comment. */
void words_split(struct words *words, char *line);

/* The value of key=value, or NULL where the word has another key. */
const char *value_of(const char *word, const char *key);

/* Fails unless each word from this one on is key=value with one of these keys; NULL ends them. */
void need_keys(const struct words *words, size_t first, const char *const *keys);

/* A decimal number in the range given. */
long long number_of(const struct words *words, const char *word, long long least, long long most);

/* Fails unless the line has so many words. */
void need_words(const struct words *words, size_t least, size_t most);

/* Fails unless the word is a name. */
void check_name(const struct words *words, const char *name);

/* A priority string with `added` behind it, unless it has `word` in it. To be freed. */
char *extend_priority(const char *priority, const char *word, const char *added);

/* Whether a key that is a switch is on. */
bool switch_of(const struct words *words, const char *value);

#endif
