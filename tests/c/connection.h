/* The connections of the scenario that runs. */
#ifndef CONFORMANCE_CONNECTION_H
#define CONFORMANCE_CONNECTION_H

#include "endpoint.h"
#include "words.h"

#define MAX_NUMBER 12

struct connection {
    struct connection *next;
    char number[MAX_NUMBER];
    struct endpoint client;
    struct endpoint server;
    unsigned long moved; /* bytes sent or received by either side */
};

/* The connection that the verb at hand is about, if there is one. */
extern struct connection *touched_connection;

/* The connection of this number, or NULL. The word has to be a number. */
struct connection *find_connection(const struct words *words, const char *number);

/* The endpoint that a word such as 1c names, or NULL. Its connection counts as touched. */
struct endpoint *find_endpoint(const struct words *words, const char *word);

/* A connection whose two transports are joined, and which has no sessions yet. */
struct connection *connection_make(const char *number);

void connection_close(struct connection *connection);
void connections_close(void);

#endif
