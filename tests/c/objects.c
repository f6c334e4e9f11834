/* The verbs about objects: their arguments, their facts, and the memory that they use. */
#include "objects.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "observe.h"
#include "token.h"

struct text listed_facts;

static const char *fixtures = "fixtures";

static const struct object_verb verbs[] = {
#define OBJECT(name, ...) { #name, { __VA_ARGS__, NULL }, object_##name },
    OBJECTS(OBJECT)
};

void objects_set_fixtures(const char *directory)
{
    fixtures = directory;
}

const struct object_verb *object_verb(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

/* Bytes that a scenario has named. */
struct buffer {
    size_t size;
    unsigned char bytes[];
};

/* The memory of the current verb. */
struct block {
    struct block *next;
    gnutls_datum_t *output; /* NULL: none */
    max_align_t bytes[];
};

static struct block *blocks;
static const struct words *current;

static struct block *new_block(size_t size)
{
    struct block *block = allocate(sizeof(*block) + size);

    block->next = blocks;
    blocks = block;
    return block;
}

void *scratch(size_t size)
{
    return new_block(size)->bytes;
}

gnutls_datum_t *output(void)
{
    struct block *block = new_block(sizeof(gnutls_datum_t));

    block->output = (gnutls_datum_t *)block->bytes;
    return block->output;
}

static void free_blocks(void)
{
    while (blocks != NULL) {
        struct block *block = blocks;

        blocks = block->next;
        if (block->output != NULL)
            gnutls_free(block->output->data);
        free(block);
    }
}

/* Returns whether all bytes that are named in a value are defined. */
static bool is_defined(const char *value)
{
    const char *part = value;

    for (;;) {
        size_t length = strcspn(part, ",+");

        if (part[0] == '@') {
            char name[MAX_NAME];

            if (length > sizeof(name))
                fail(current, "the name is too long");
            memcpy(name, part + 1, length - 1);
            name[length - 1] = '\0';
            if (named(BUFFER, name) == NULL)
                return false;
        }
        if (part[length] == '\0')
            return true;
        part += length + 1;
    }
}

enum status object_run(const struct object_verb *verb, const struct words *words)
{
    enum status status = DONE;
    size_t i;

    need_keys(words, 1, verb->keys);
    current = words;
    for (i = 1; i < words->count; i++) {
        const char *value = strchr(words->word[i], '=') + 1;

        if (!is_defined(value)) {
            status = SKIPPED;
        } else if (is_token_url(value) && strstr(value, "?pin-") != NULL && gnutls_check_version("3.6.3") == NULL) {
            /* Before 3.6.3 GnuTLS tries a wrong PIN of a URL endlessly. */
            needs = "3.6.3";
            status = UNSUPPORTED;
        }
    }
    if (status == DONE)
        status = verb->run();
    token_list_requests();
    if (listed_facts.length > 0)
        text_add(&listed_facts, "}");
    free_blocks();
    return status;
}

const char *option(const char *key)
{
    size_t i;

    for (i = 1; i < current->count; i++) {
        const char *value = value_of(current->word[i], key);

        if (value != NULL)
            return value;
    }
    return NULL;
}

bool switch_option(const char *key)
{
    const char *value = option(key);

    return value != NULL && switch_of(current, value);
}

long long number_option(const char *key, long long fallback)
{
    const char *value = option(key);

    return value == NULL ? fallback : number_of(current, value, -1, 1LL << 40);
}

char *decoded(const char *text, size_t *size)
{
    char *bytes = scratch(strlen(text) + 1);
    size_t length = 0;

    for (; *text != '\0'; text++) {
        if (*text == '%' && text[1] != '\0' && text[2] != '\0') {
            const char pair[] = { text[1], text[2], '\0' };

            bytes[length++] = (char)strtoul(pair, NULL, 16);
            text += 2;
        } else {
            bytes[length++] = *text;
        }
    }
    if (size != NULL)
        *size = length;
    return bytes;
}

char *text_option(const char *key)
{
    const char *value = option(key);

    return value == NULL ? NULL : decoded(value, NULL);
}

bool is_text(const char *key)
{
    const char *value = option(key), *text;
    size_t size;

    if (value == NULL)
        return true;
    text = decoded(value, &size);
    return strlen(text) == size;
}

static gnutls_datum_t file_bytes(const char *name)
{
    char path[1024];
    gnutls_datum_t content = { NULL, 0 };
    FILE *file;
    long size;

    snprintf(path, sizeof(path), "%s/%s", fixtures, name);
    file = fopen(path, "rb");
    if (file == NULL)
        fail_setup(path, strerror(errno));
    if (fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0)
        fail_setup(path, strerror(errno));
    rewind(file);
    content.data = scratch((size_t)size + 1);
    content.size = (unsigned int)fread(content.data, 1, (size_t)size, file);
    fclose(file);
    return content;
}

static gnutls_datum_t part_bytes(const char *word)
{
    gnutls_datum_t bytes = { NULL, 0 };
    const struct buffer *buffer;
    size_t size, i;

    if (strncmp(word, "hex:", 4) == 0) {
        size = strlen(word + 4) / 2;
        bytes.data = scratch(size + 1);
        bytes.size = (unsigned int)bytes_of(current, word + 4, bytes.data, size);
    } else if (strncmp(word, "text:", 5) == 0) {
        bytes.data = (unsigned char *)decoded(word + 5, &size);
        bytes.size = (unsigned int)size;
    } else if (strncmp(word, "fill:", 5) == 0) {
        size = (size_t)number_of(current, word + 5, 0, 1 << 24);
        bytes.data = scratch(size + 1);
        bytes.size = (unsigned int)size;
        for (i = 0; i < size; i++)
            bytes.data[i] = (unsigned char)(i % 251);
    } else if (word[0] == '@') {
        buffer = named(BUFFER, word + 1);
        bytes.data = scratch(buffer->size + 1);
        bytes.size = (unsigned int)buffer->size;
        memcpy(bytes.data, buffer->bytes, buffer->size);
    } else {
        return file_bytes(word);
    }
    return bytes;
}

gnutls_datum_t bytes_of_word(const char *word)
{
    char *copy = scratch(strlen(word) + 1), *rest = NULL, *part;
    gnutls_datum_t all = { NULL, 0 };

    strcpy(copy, word);
    all.data = scratch(1);
    for (part = strtok_r(copy, "+", &rest); part != NULL; part = strtok_r(NULL, "+", &rest)) {
        gnutls_datum_t next = part_bytes(part);
        unsigned char *joined;

        if (all.size == 0) {
            all = next;
            continue;
        }
        joined = scratch((size_t)all.size + next.size + 1);
        memcpy(joined, all.data, all.size);
        memcpy(joined + all.size, next.data, next.size);
        all.data = joined;
        all.size += next.size;
    }
    return all;
}

gnutls_datum_t bytes_option(const char *key)
{
    const char *value = option(key);
    gnutls_datum_t none = { NULL, 0 };

    return value == NULL ? none : bytes_of_word(value);
}

char **list_option(const char *key, size_t *count)
{
    const char *value = option(key);
    char *copy, *rest = NULL, *part, **list;

    *count = 0;
    if (value == NULL)
        return NULL;
    copy = scratch(strlen(value) + 1);
    strcpy(copy, value);
    list = scratch((strlen(value) + 1) * sizeof(*list));
    for (part = strtok_r(copy, ",", &rest); part != NULL; part = strtok_r(NULL, ",", &rest))
        list[(*count)++] = part;
    return list;
}

void name_bytes(const void *data, size_t size)
{
    const char *name = option("as");
    struct buffer *buffer;

    if (name == NULL)
        return;
    check_name(current, name);
    buffer = allocate(sizeof(*buffer) + size);
    buffer->size = size;
    if (size > 0)
        memcpy(buffer->bytes, data, size);
    name_object(BUFFER, name, buffer);
}

void group(const char *name)
{
    text_add(&listed_facts, "%s\"%s\":{", listed_facts.length == 0 ? "" : "},", name);
}

void fact_text(const char *name, const void *text, size_t size)
{
    const unsigned char *bytes = text;
    size_t i;

    if (text == NULL)
        return;
    json_name(&listed_facts, name);
    text_add(&listed_facts, "\"");
    for (i = 0; i < size; i++) {
        if (bytes[i] <= ' ' || bytes[i] >= 0x7f || strchr("%\"\\", bytes[i]) != NULL)
            text_add(&listed_facts, "%%%02x", bytes[i]);
        else
            text_add(&listed_facts, "%c", bytes[i]);
    }
    text_add(&listed_facts, "\"");
}

void fact_string(const char *name, const char *text)
{
    fact_text(name, text, text == NULL ? 0 : strlen(text));
}

void fact_number(const char *name, long long number)
{
    json_name(&listed_facts, name);
    text_add(&listed_facts, "%lld", number);
}

void fact_flag(const char *name, bool flag)
{
    json_name(&listed_facts, name);
    json_boolean(&listed_facts, flag);
}

void fact_bytes(const char *name, const void *data, size_t size)
{
    struct text digest = { NULL, 0, 0 };

    json_name(&listed_facts, name);
    if (size <= 24) {
        json_hex(&listed_facts, data, size);
        return;
    }
    json_digest(&digest, data, size);
    text_add(&listed_facts, "\"%zu:", size);
    text_add_bytes(&listed_facts, digest.bytes + 1, digest.length - 1);
    text_free(&digest);
}

void fact_datum(const char *name, const gnutls_datum_t *data)
{
    fact_bytes(name, data->data, data->size);
}

void fact_code(const char *name, int code)
{
    json_name(&listed_facts, name);
    json_string(&listed_facts, code_name(code < 0 ? code : 0));
}

void fact_time(const char *name, time_t seconds)
{
    if (seconds == (time_t)-1)
        fact_guarded(name);
    else
        fact_number(name, seconds);
}

bool fact_failed(const char *name, int code)
{
    if (code < 0 && code != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
        fact_code(name, code);
    return code < 0;
}

bool fact_error(const char *name, int code)
{
    if (code < 0)
        fact_code(name, code);
    return code < 0;
}

bool result(int code)
{
    fact_code("result", code);
    return code >= 0;
}

void created(int code, const gnutls_datum_t *der)
{
    if (!result(code))
        return;
    if (!switch_option("random"))
        fact_datum("der", der);
    name_bytes(der->data, der->size);
}

void fact_guarded(const char *name)
{
    json_name(&listed_facts, name);
    json_string(&listed_facts, "guarded");
}

static char *next_name(void)
{
    static char names[8][MAX_FACT];
    static size_t next;

    return names[next++ % 8];
}

const char *dotted(const char *name, const char *part)
{
    char *text = next_name();

    snprintf(text, MAX_FACT, "%s.%s", name, part);
    return text;
}

const char *numbered(const char *name, size_t index, const char *part)
{
    char *text = next_name();

    if (part == NULL)
        snprintf(text, MAX_FACT, "%s.%zu", name, index + 1);
    else
        snprintf(text, MAX_FACT, "%s.%zu.%s", name, index + 1, part);
    return text;
}

enum status object_bytes(void)
{
    gnutls_datum_t bytes = bytes_option("from");
    long long cut = number_option("cut", bytes.size), at = number_option("at", -1);

    if (cut < (long long)bytes.size)
        bytes.size = (unsigned int)cut;
    if (at >= 0 && at < (long long)bytes.size)
        bytes.data[at] ^= (unsigned char)number_option("xor", 1);
    name_bytes(bytes.data, bytes.size);
    return DONE;
}
