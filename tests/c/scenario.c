/* Runs scenarios: one line, one verb, one JSON object. */
#include "scenario.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "config.h"
#include "connection.h"
#include "json.h"
#include "listing.h"
#include "observe.h"
#include "verbs.h"
#include "words.h"

/* The scenario that runs. */
static char scenario[MAX_NAME];
static unsigned long verb_count;
static bool ended; /* by a feature that is missing */

static const struct {
    const char *name;
    enum status (*run)(const struct words *words);
} verbs[] = {
    { "requires", verb_requires }, { "make", verb_make },       { "client", verb_client },
    { "server", verb_server },     { "open", verb_open },       { "set", verb_set },
    { "step", verb_step },         { "handshake", verb_handshake }, { "send", verb_send },
    { "recv", verb_recv },         { "rekey", verb_rekey },     { "rehandshake", verb_rehandshake },
    { "save", verb_save },         { "damage", verb_damage },   { "advance", verb_advance },
    { "early", verb_early },       { "readearly", verb_readearly }, { "replay", verb_replay },
    { "bye", verb_bye },           { "close", verb_close },     { "observe", verb_observe },
    { "packet", verb_packet },     { "gather", verb_gather },   { "corked", verb_corked },
    { "hide", verb_hide },         { "pad", verb_pad },         { "limit", verb_limit },
    { "alert", verb_alert },       { "heard", verb_heard },     { "tickets", verb_tickets },
    { "kernel", verb_kernel },     { "cut", verb_cut },
    { "authenticate", verb_authenticate }, { "earlyexport", verb_earlyexport },
    { "earlynames", verb_earlynames }, { "ping", verb_ping },
    { "sizes", verb_sizes },       { "priority", verb_priority }, { "algorithms", verb_algorithms },
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
    size_t i;

    if (scenario[0] == '\0')
        fail(words, "no scenario has begun");
    verb_count++;
    if (ended)
        return;
    text_clear(&listed_calls);
    text_clear(&listed_wire);
    needs = NULL;
    touched_connection = NULL;
    for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (strcmp(verbs[i].name, words->word[0]) == 0) {
            enum status status = verbs[i].run(words);

            if (touched_connection != NULL)
                transport_relay(&touched_connection->client.transport);
            ended = status == UNSUPPORTED && verbs[i].run == verb_requires;
            print_line(verbs[i].name, status);
            return;
        }
    }
    fail(words, "no such verb");
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
            fail(&words, "too long a name");
        end_scenario();
        strcpy(scenario, words.word[1]);
        verb_count = 0;
        ended = false;
    }
    end_scenario();
    free(line);
    text_free(&listed_calls);
    text_free(&listed_wire);
}
