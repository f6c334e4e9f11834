/* The verbs about objects: their arguments, their facts, and the memory that they use. */
#ifndef CONFORMANCE_OBJECTS_H
#define CONFORMANCE_OBJECTS_H

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "json.h"
#include "language.h"
#include "verbs.h"
#include "words.h"

#define MAX_OBJECT_KEYS 40

struct object_verb {
    const char *name;
    const char *keys[MAX_OBJECT_KEYS]; /* NULL ends them */
    enum status (*run)(void);
};

/* Sets the directory of the files. */
void objects_set_fixtures(const char *directory);

/* Returns the verb with this name, or NULL. */
const struct object_verb *object_verb(const char *name);

/* Runs a verb with the options of a line. It is skipped if a word names bytes that are not defined. */
enum status object_run(const struct object_verb *verb, const struct words *words);

#define OBJECT(name, ...) enum status object_##name(void);
OBJECTS(OBJECT)
#undef OBJECT

/* Memory that is freed after the verb: zeroed bytes, and a datum whose content GnuTLS allocates. */
void *scratch(size_t size);
gnutls_datum_t *output(void);

/* The options of the current line. A value that is missing is NULL, empty, or the default. */
const char *option(const char *key);
bool switch_option(const char *key);
long long number_option(const char *key, long long fallback);
/* Text in which %XX stands for a byte. */
char *text_option(const char *key);
/* Returns whether the text has no NUL, which ends it in C. The crate refuses other passwords. */
bool is_text(const char *key);
/* Bytes, behind which is a NUL. */
gnutls_datum_t bytes_option(const char *key);
/* The parts of a value between its commas, and one part as bytes. */
char **list_option(const char *key, size_t *count);
gnutls_datum_t bytes_of_word(const char *word);
char *decoded(const char *text, size_t *size);

/* Names bytes for later lines, if the line has the key `as`. */
void name_bytes(const void *data, size_t size);

/* The facts of the current verb, without outer braces. */
extern struct text listed_facts;

/* Begins a group of facts. Each of the others adds a fact to the last group. */
void group(const char *name);
void fact_string(const char *name, const char *text);
void fact_text(const char *name, const void *text, size_t size);
void fact_number(const char *name, long long number);
void fact_flag(const char *name, bool flag);
void fact_bytes(const char *name, const void *data, size_t size);
void fact_datum(const char *name, const gnutls_datum_t *data);
void fact_code(const char *name, int code);
void fact_time(const char *name, time_t seconds);

/* Adds the code of a failure, or nothing if the data is not available. Returns whether the call failed. */
bool fact_failed(const char *name, int code);

/* Adds the code of any failure. Returns whether the call failed. */
bool fact_error(const char *name, int code);

/* Adds `result`. Returns whether the call succeeded. */
bool result(int code);

/* Adds `result`, and the encoding of an object that was created unless a part of it is random, and names it. */
void created(int code, const gnutls_datum_t *der);

/* Adds that a careful program does not make this call, or that the crate refuses it. */
void fact_guarded(const char *name);

/* The names of a part of a fact, and of one of several, or of its part. Each is valid during the next seven calls. */
#define MAX_FACT 100
const char *dotted(const char *name, const char *part);
const char *numbered(const char *name, size_t index, const char *part);

/* Calls a function, unless an earlier one has failed. */
#define TRY(call)         \
    do {                  \
        if (code >= 0)    \
            code = (call);\
    } while (0)

/* Returns the algorithm with the name of an option, or ends the verb as not supported. */
#define ALGORITHM(variable, key, get_id)                                                                               \
    do {                                                                                                               \
        variable = get_id(option(key));                                                                                \
        if ((int)(variable) == 0) {                                                                                    \
            needs = option(key);                                                                                       \
            return UNSUPPORTED;                                                                                        \
        }                                                                                                              \
    } while (0)

#endif
