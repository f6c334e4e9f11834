/* Runs scenarios: one line, one verb, one JSON object. */
#include "scenario.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "config.h"
#include "connection.h"
#include "json.h"
#include "language.h"
#include "listing.h"
#include "objects.h"
#include "observe.h"
#include "verbs.h"
#include "words.h"

/* The current scenario. */
static char scenario[MAX_NAME];
static unsigned long verb_count;
static bool ended; /* by a missing feature */

static const struct {
    const char *name;
    size_t least, most; /* words */
    enum status (*run)(const struct words *words);
} verbs[] = {
#define VERB(name, least, most) { #name, least, most, verb_##name },
    VERBS(VERB)
};

static void print_line(const char *verb, enum status status)
{
    static const char *const names[] = { "done", "skipped", "unsupported" };
    struct text line = { NULL, 0, 0 };

    text_add(&line, "{");
    json_name(&line, "scenario");
    json_string(&line, scenario);
    json_name(&line, "line");
    text_add(&line, "%lu", verb_count);
    json_name(&line, "verb");
    json_string(&line, verb);
    json_name(&line, "status");
    json_string(&line, names[status]);
    if (status == UNSUPPORTED) {
        json_name(&line, "needs");
        json_string(&line, needs);
    }
    if (status == DONE) {
        json_name(&line, "calls");
        text_add(&line, "[");
        text_add_bytes(&line, listed_calls.bytes, listed_calls.length);
        text_add(&line, "]");
        if (listed_facts.length > 0) {
            json_name(&line, "observations");
            text_add(&line, "{");
            text_add_bytes(&line, listed_facts.bytes, listed_facts.length);
            text_add(&line, "}");
        }
        if (touched_connection != NULL) {
            json_name(&line, "observations");
            text_add(&line, "{");
            json_name(&line, touched_connection->client.name);
            endpoint_observe(&touched_connection->client, &line);
            json_name(&line, touched_connection->server.name);
            endpoint_observe(&touched_connection->server, &line);
            text_add(&line, "}");
            json_name(&line, "wire");
            text_add(&line, "[");
            text_add_bytes(&line, listed_wire.bytes, listed_wire.length);
            text_add(&line, "]");
        }
    }
    text_add(&line, "}\n");
    fwrite(line.bytes, 1, line.length, stdout);
    fflush(stdout);
    text_free(&line);
}

static void run_verb(const struct words *words)
{
    const struct object_verb *object;
    size_t i;

    if (scenario[0] == '\0')
        fail(words, "no scenario has begun");
    verb_count++;
    if (ended)
        return;
    text_clear(&listed_calls);
    text_clear(&listed_wire);
    text_clear(&listed_facts);
    needs = NULL;
    touched_connection = NULL;
    object = object_verb(words->word[0]);
    if (object != NULL) {
        print_line(object->name, object_run(object, words));
        return;
    }
    for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (strcmp(verbs[i].name, words->word[0]) == 0) {
            enum status status;

            need_words(words, verbs[i].least, verbs[i].most);
            status = verbs[i].run(words);
            if (touched_connection != NULL)
                transport_relay(&touched_connection->client.transport);
            ended = status == UNSUPPORTED && verbs[i].run == verb_requires;
            print_line(verbs[i].name, status);
            return;
        }
    }
    fail(words, "there is no such verb");
}

static void end_scenario(void)
{
    struct text line = { NULL, 0, 0 };

    connections_close();
    config_forget();
    conformance_clock_reset();
    if (scenario[0] == '\0')
        return;
    text_add(&line, "{");
    json_name(&line, "scenario");
    json_string(&line, scenario);
    text_add(&line, ",\"end\":1}\n");
    fwrite(line.bytes, 1, line.length, stdout);
    fflush(stdout);
    text_free(&line);
    scenario[0] = '\0';
}

void scenarios_run(FILE *input)
{
    struct words words = { .line = 0 };
    char *line = NULL;
    size_t capacity = 0;

    while (getline(&line, &capacity, input) >= 0) {
        words.line++;
        words_split(&words, line);
        if (words.count == 0)
            continue;
        if (strcmp(words.word[0], "scenario") != 0) {
            run_verb(&words);
            continue;
        }
        need_words(&words, 2, 2);
        if (strlen(words.word[1]) >= sizeof(scenario))
            fail(&words, "the name is too long");
        end_scenario();
        strcpy(scenario, words.word[1]);
        verb_count = 0;
        ended = false;
    }
    end_scenario();
    free(line);
    text_free(&listed_calls);
    text_free(&listed_wire);
    text_free(&listed_facts);
}
